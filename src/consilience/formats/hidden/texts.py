"""Texts and tables of text: characters that nobody sees, and cells that would be carried out."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from consilience.formats.hidden.model import Tally

_MARKS: Final = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
# Nothing to see, and no text needs them: zero-width space, word joiner, tags, invisible signs.
_UNSEEN: Final = "\u200b\u2060-\u2064\u206a-\u206f\ufeff\u180e\U000e0000-\U000e007f"
# Some scripts and emoji need joiners; right-to-left scripts need marks of direction.
_JOINERS: Final = "\u200c\u200d"
_DIRECTION: Final = "\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c"
_UNSEEN_SIGN: Final = re.compile(f"[{_UNSEEN}]")
_DIRECTION_SIGN: Final = re.compile(f"[{_DIRECTION}]")
_NEEDS_NONE: Final = rf"[\x00-\x7f{_JOINERS}]"
_JOINER_ALONE: Final = re.compile(
    rf"(?:(?<={_NEEDS_NONE})|^)[{_JOINERS}]|[{_JOINERS}](?={_NEEDS_NONE}|\Z)"
)
_MARKUP: Final = (".html", ".htm", ".md", ".xml", ".svg")
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_TABLES: Final = (".csv", ".tsv", ".tab")
_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBER: Final = re.compile(r"[+-][\d .,()/-]*(?:[eE][+-]?\d+)?%?")


def clean_text(name: str, data: bytes, tally: Tally) -> bytes:
    """Find what a text hides and take out what nobody sees.

    A file that is no text in UTF-8, UTF-16 or an encoding of one byte a letter is noted as
    unknown. Cells that begin as a formula are not changed: they are data.

    Args:
        name: of the file; its ending tells tables and markup.
        data: the file.
        tally: where findings are noted.
    """
    mark = next((each for each in _MARKS if data.startswith(each)), b"")
    encoding = _MARKS.get(mark, "utf-8")
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError:
        if _is_binary(data):
            tally.add("unknown content")
            return data
        encoding, text = "latin-1", data.decode("latin-1")
    if "\0" in text:
        tally.add("unknown content")
        return data
    tally.add("byte order mark", count=bool(mark))
    if encoding != "latin-1":
        text = _seen(text, tally)
    lower = name.lower()
    if lower.endswith(_MARKUP):
        text = _without_comments(text, tally)
    if lower.endswith(_TABLES):
        _judge_cells(text, tally)
    return mark + text.encode(encoding)


def _without_comments(text: str, tally: Tally) -> str:
    count = 0
    while found := len(_COMMENT.findall(text)):  # what stood around one may make another
        count += found
        text = _COMMENT.sub("", text)
    tally.add("markup comment", count=count)
    return text


def _is_binary(data: bytes) -> bool:
    """Tell content that is no text in any encoding: it has bytes that no text has."""
    sample = data[:100_000]
    strange = sum(byte < 32 and byte not in (9, 10, 12, 13, 26) for byte in sample)
    return strange > 0


def _seen(text: str, tally: Tally) -> str:
    """Return a text without what cannot be seen, but for what its script or emoji need."""
    shown, count = _UNSEEN_SIGN.subn("", text)
    letters = set(_DIRECTION_SIGN.sub("", shown))
    if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in letters):
        tally.add("direction mark", count=len(_DIRECTION_SIGN.findall(shown)))
    else:
        shown, marks = _DIRECTION_SIGN.subn("", shown)
        count += marks
    shown, joiners = _JOINER_ALONE.subn("", shown)
    tally.add("invisible character", count=count + joiners)
    return shown


def _judge_cells(text: str, tally: Tally) -> None:
    parting = re.escape(max(",;\t|", key=text.split("\n", 1)[0].count)) + r"\r\n"
    # Not the csv module: it stops at cells of 128 KB, as transcripts may be.
    cells = re.compile(rf'(?:\A|(?<=[{parting}]))(?:"((?:[^"]|"")*)"|([^{parting}"][^{parting}]*))')
    dangerous = plain = 0
    for quoted, bare in cells.findall(text):
        cell = quoted or bare
        if not cell.startswith(_BEGINS) or _NUMBER.fullmatch(cell.strip()):
            continue
        # It computes, calls a function or another program, or looks into another sheet.
        calls = cell.startswith("=") or re.match(r"[+@-].*[(|!]", cell)
        dangerous, plain = dangerous + bool(calls), plain + (not calls)
    tally.add("formula", count=dangerous)
    tally.add("cell like a formula", count=plain)
