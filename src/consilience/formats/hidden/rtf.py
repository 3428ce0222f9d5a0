"""Rich Text Format: groups that are not shown, deleted and hidden runs, marks of who wrote what."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.formats.hidden.model import Tally

_TOKEN: Final = re.compile(
    rb"(?P<open>\{)|(?P<close>\})|\\(?P<word>[a-zA-Z]+)(?P<number>-?\d+)? ?"
    rb"|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z'])|(?P<text>[^\\{}]+)|(?P<odd>\\'?)",
    re.DOTALL,
)
_DEEPEST: Final = 1_000
# Groups by the word that begins them. What `xmlopen`, `datastore` and `bkmk` say is not shown.
_GROUPS: Final = {
    **dict.fromkeys(("info", "userprops", "generator", "company"), "property"),
    **dict.fromkeys(
        (
            *("annotation", "atnid", "atnauthor", "atnref", "atndate", "atnicn", "atnparent"),
            *("atntime", "atrfstart", "atrfend"),
        ),
        "comment",
    ),
    **dict.fromkeys(
        ("revtbl", "oldcprops", "oldpprops", "oldtprops", "oldsprops"), "tracked change"
    ),
    "rsidtbl": "editing mark",
    "template": "template",
    "mailmerge": "template",
    "docvar": "document variable",
    "datastore": "custom XML",
    "xmlnstbl": "custom XML",
    "passwordhash": "program data",
    "printerdata": "printer",
}
_WORDS: Final = re.compile(
    rb"(?:rev(?:auth|dttm)(?:del)?|crauth|crdate|revised|revprop|revisions|mv(?:auth|date)"
    rb"|pnrauth|pnrdate|pnrrgb|pnrxst|pnrstart|pnrstop|pnrnfc|pnrpnbr|pnrnot|trauth|trdate"
    rb"|srauth|srdate|prauth|prdate|chatn)"
)
_RSID: Final = re.compile(rb"\w*rsid\w*")
_BARE_WORD: Final = re.compile(rb"\\[a-zA-Z]+(?:-?\d+)?")
_LISTS: Final = (b"stylesheet", b"fonttbl", b"colortbl", b"listtable", b"listoverridetable")
# Words that stand for a letter or a sign.
_LETTERS: Final = frozenset(
    b"u tab line emdash endash lquote rquote ldblquote rdblquote bullet emspace enspace qmspace"
    b" zwj zwnj zwbo zwnbo ltrmark rtlmark".split()
)
# In the instruction of a field only: people say "a link to a website" too.
_LINKED: Final = re.compile(
    rb"\\fldinst\b[^}]{0,400}?\b(?:INCLUDE(?:PICTURE|TEXT)|DDE(?:AUTO)?|LINK)\b", re.IGNORECASE
)
_ON_DISK: Final = re.compile(rb'HYPERLINK\s+"(?:file:|[A-Za-z]:|\\\\\\\\)[^"]*"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _State:
    """What holds in a group: is its text hidden or deleted, does it go, is it a list of styles."""

    unseen: bool = False
    deleted: bool = False
    gone: bool = False
    listed: bool = False


def clean_rtf(name: str, data: bytes, tally: Tally) -> bytes:
    """Find what a Rich Text file hides and take out what can be.

    Args:
        name: of the file.
        data: the file; what follows the group that is the document is taken out too.
        tally: where findings are noted.

    Raises:
        Fault: FMT-202 if groups are nested too deep or do not end.
    """
    cleaner = _Cleaner(name)
    cleaned = cleaner.run(data)
    for kind, count in cleaner.counts.items():
        tally.add(kind, count=count)
    _judge(cleaned, tally)
    return cleaned


class _Cleaner:
    """Copies tokens of a document but those that are not shown."""

    def __init__(self, name: str) -> None:
        self.counts: Counter[str] = Counter()
        self._name = name
        self._out: list[bytes] = []
        self._starts: list[int] = []
        self._stack: list[_State] = []
        self._state = _State()
        self._begins = False  # whether the next word tells what kind of group this is

    def run(self, data: bytes) -> bytes:
        """Return the document without what is not shown."""
        at = 0
        while at < len(data):
            match = _TOKEN.match(data, at)
            if match is None:
                raise self._broken("it is cut short")
            at = self._take(match, data)
            if not self._starts:
                break
        if self._starts:
            raise self._broken("its groups do not end")
        if data[at:].strip(b"\0\r\n\t "):
            self.counts["appended data"] += 1
        return b"".join(self._out)

    def _take(self, match: re.Match[bytes], data: bytes) -> int:
        """Take the next token; return where reading goes on."""
        if match.group("open"):
            self._open()
        elif match.group("close"):
            self._close()
        elif match.group("word"):
            return self._word(match, data)
        else:
            self._text(match.group())
        return match.end()

    def _open(self) -> None:
        if len(self._stack) > _DEEPEST:
            raise self._broken("its groups are nested too deep")
        self._starts.append(len(self._out))
        self._stack.append(self._state)
        self._out.append(b"{")
        self._begins = True

    def _close(self) -> None:
        start = self._starts.pop()
        if self._state.gone:
            del self._out[start:]
        else:
            self._out.append(b"}")
        self._state = self._stack.pop()

    def _word(self, match: re.Match[bytes], data: bytes) -> int:
        """Keep, drop or act on a control word; return where reading goes on."""
        word, number = match.group("word"), match.group("number")
        if word == b"bin" and number is not None:
            end = match.end() + max(0, int(number))
            self._out.append(data[match.start() : end])
            return end
        if not self._state.gone and self._begins:
            self._enter(word)
        self._begins = False
        if word in (b"v", b"deleted") and not self._state.listed:
            on = number is None or int(number) != 0
            new = {"unseen": on} if word == b"v" else {"deleted": on}
            self._state = replace(self._state, **new)
            self._glue()
        elif kind := _mark(word):
            self._drop(kind)
        elif word in _LETTERS:
            self._text(match.group())
        else:
            if word == b"plain":
                self._state = replace(self._state, unseen=False, deleted=False)
            self._out.append(match.group())
        return match.end()

    def _enter(self, word: bytes) -> None:
        """Note what kind of group the first word of one tells."""
        kind = _GROUPS.get(word.decode())
        if kind:
            self.counts[kind] += 1
            self._state = replace(self._state, gone=True)
        elif word in _LISTS:
            self._state = replace(self._state, listed=True)

    def _drop(self, kind: str) -> None:
        if not self._state.gone:
            self.counts[kind] += 1
        self._glue()

    def _glue(self) -> None:
        """End the word before: the space that ended the one dropped went with it."""
        if self._out and _BARE_WORD.fullmatch(self._out[-1]):
            self._out[-1] += b" "

    def _text(self, token: bytes) -> None:
        self._begins = self._begins and token in (b"\\*", b"\n", b"\r\n")
        unseen = self._state.unseen or self._state.deleted
        if not unseen or self._state.listed or token == b"\\*":
            self._out.append(token)
        elif token.strip(b"\r\n"):
            self._glue()
            if not self._state.gone:
                self.counts["hidden text" if self._state.unseen else "tracked change"] += 1

    def _broken(self, reason: str) -> Fault:
        return Fault("FMT-202", where=Where(file=self._name), name=self._name, reason=reason)


def _mark(word: bytes) -> str:
    """Return of what kind a word is that only marks who wrote what when; nothing for others."""
    if _RSID.fullmatch(word):
        return "editing mark"
    if word == b"chatn":
        return "comment"
    return "tracked change" if _WORDS.fullmatch(word) else ""


def _judge(data: bytes, tally: Tally) -> None:
    """Note objects and links, which are left as they are."""
    tally.add("embedded object", count=data.count(b"\\objdata"))
    tally.add("outside content", count=len(_LINKED.findall(data)))
    links = data.upper().count(b"HYPERLINK")
    on_disk = len(_ON_DISK.findall(data))
    tally.add("web link", count=links - on_disk)
    tally.add("outside content", count=on_disk)
