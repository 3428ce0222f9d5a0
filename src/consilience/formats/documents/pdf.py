"""Words of a PDF document: what its pages show, lines joined again to paragraphs."""

from __future__ import annotations

import contextlib
import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from consilience.base.errors import Fault, Where
from consilience.formats.documents.reading import Reading

_NUMBER: Final = re.compile(r"\d{1,5}")
_PAGE: Final = re.compile(r"(?:page\s*)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d+")
# A short beginning with a colon: the label of somebody who speaks, which begins a paragraph.
_LABEL: Final = re.compile(r"[^\W\d_][\w .'’()-]{0,40}:(?:\s|$)|\[?\d{1,2}:\d{2}")
# A line shorter than this share of the widest ones ends its paragraph.
_FULL: Final = 0.75
_MOST_PAGES: Final = 5_000


def read_pdf(data: bytes, *, file: str) -> Reading:
    """Return the words of a PDF document.

    Page numbers, numbers of paragraphs in the margin, and lines that come again at the top or
    bottom of most pages are left out. A line that reaches the margin goes on in the next one.
    A PDF does not say where paragraphs end: this is a guess, and a warning says so.

    Args:
        data: the file.
        file: its name for messages.

    Raises:
        Fault: FMT-202 if it is damaged or locked, FMT-207 if its pages show no words, as pages
            that were scanned.
    """
    with without_complaints() as told:
        pages = [page.split("\n") for page in _pages(data, file)]
    cleaned, left = _without_furniture(pages)
    lines = [line for page in cleaned for line in page]
    if not any(line.strip() for line in lines):
        raise Fault("FMT-207", where=Where(file=file), name=Path(file).name)
    notes = [Fault("FMT-209", where=Where(file=file), pages=len(pages), left=left)]
    if told:
        notes.append(Fault("FMT-216", where=Where(file=file), count=len(told), example=told[0]))
    return Reading(text="\n".join(_paragraphs(lines)), notes=tuple(notes))


@contextlib.contextmanager
def without_complaints() -> Iterator[list[str]]:
    """Collect what pypdf would write to the terminal, and give it as a list."""
    told: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("pypdf")
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield told
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagated


def _pages(data: bytes, file: str) -> list[str]:
    import pypdf  # noqa: PLC0415  (slow to load)

    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise _broken(file, "it is locked with a password")
        if len(reader.pages) > _MOST_PAGES:
            raise _broken(file, f"it has {len(reader.pages)} pages")
        return [_spaced(page) for page in reader.pages]
    except Fault:
        raise
    except Exception as error:  # a damaged file surfaces as nearly anything
        raise _broken(file, str(error) or type(error).__name__) from error


def _spaced(page: Any) -> str:  # noqa: ANN401  (pypdf's page)
    # Some writers put a tab between all words; it means no more than a space.
    text: str = page.extract_text()
    return text.replace("\t", " ")


def _broken(file: str, reason: str) -> Fault:
    return Fault("FMT-202", where=Where(file=file), name=Path(file).name, reason=reason)


def _without_furniture(pages: Sequence[Sequence[str]]) -> tuple[list[list[str]], int]:
    """Return the lines of pages without those of the layout, and how many were left out."""
    ends = Counter(
        _DIGITS.sub("#", line.strip())
        for page in pages
        for line in {page[0], page[-1]}
        if line.strip()
    )
    often = {line for line, count in ends.items() if count >= 3 and count > len(pages) / 2}
    cleaned, left = [], 0
    for page in pages:
        lines = list(page)
        while lines and _is_furniture(lines[-1], often):
            lines.pop()
        while lines and _is_furniture(lines[0], often):
            lines.pop(0)
        left += _filled(page) - _filled(lines)
        cleaned.append(lines)
    return cleaned, left


def _filled(lines: Sequence[str]) -> int:
    return sum(bool(line.strip()) for line in lines)


def _is_furniture(line: str, often: set[str]) -> bool:
    bare = line.strip()
    return (
        not bare
        or bool(_NUMBER.fullmatch(bare) or _PAGE.fullmatch(bare))
        or _DIGITS.sub("#", bare) in often
    )


def _paragraphs(lines: Sequence[str]) -> list[str]:
    """Return lines joined where one reaches the margin and the next begins nothing new."""
    lengths = sorted(len(line) for line in lines if line.strip())
    full = _FULL * lengths[int(0.9 * (len(lengths) - 1))]
    joined: list[str] = []
    open_ended = False
    for line in lines:
        bare = line.strip()
        begins = not bare or line.startswith((" ", "\u3000")) or _LABEL.match(bare)
        if open_ended and not begins:
            joined[-1] = _join(joined[-1], bare)
        else:
            joined.append(bare)
        open_ended = len(line) >= full
    return joined


def _join(first: str, second: str) -> str:
    # A word parted at the end of a line; compounds keep their hyphen, which cannot be told apart.
    parted = re.search(r"[a-z]-$", first) and second[:1].islower()
    return first + second if parted else f"{first} {second}"
