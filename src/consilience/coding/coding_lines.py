"""Which codings does a file list, one JSON object a line?"""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from consilience.base.errors import Fault, Faults, Where
from consilience.coding.evidence import find_code
from consilience.coding.model import CODING, CONSENSUS, Code

_NEEDED: Final = ("document", "start", "end", "code", "coder")
_SPACE: Final = uuid.UUID("5d5a7a9e-2a0f-5b0a-8f0c-7a6c3d1e9b42")
_ORIGINS: Final = ("import", "person")
# Longer than any GUID or name; what is beyond fills pages and tables.
_LONGEST: Final = 200
# Controls and halves of characters, which no table or export can hold.
_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# A day may be known without its hour, a year without its day.
_YEAR: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A text that may be coded.

    Args:
        document: its id.
        version: the version that codings are of where they do not say one.
        lengths: code points of each version.
    """

    document: str
    version: int
    lengths: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingLines:
    """What a file lists.

    Args:
        codings: rows of `CODING`, each once.
        twice: how many lines say the same as a line before them.
    """

    codings: pa.Table
    twice: int


def read_coding_lines(
    path: Path,
    *,
    name: str,
    texts: Mapping[str, Marked],
    codes: Sequence[Code],
    settled: Collection[str] = (),
) -> CodingLines:
    """Read codings: `document` (id or name), `start`, `end`, `code` (id or name), `coder`.

    Args:
        path: a file in UTF-8 with one JSON object a line; `id`, `version`, `at` and `origin` may
            stand there too.
        name: how faults call it.
        texts: every id and name of a text to the text.
        codes: the codebook.
        settled: ids of consensus codings that are here; no others can come from a file, as
            consensus is what adjudication settles.

    Returns:
        The codings; one without an id gets one made from what it is. A line that says the same as
        one before it is counted once.

    Raises:
        Faults: INT-097 to INT-099, all that there are.
    """
    taking = _Taking(texts, codes, settled)
    faults = []
    for number, line in enumerate(_lines(path, name), start=1):
        if not line.strip():
            continue
        try:
            taking.take(line, number)
        except Fault as fault:
            where = Where(file=name, line=number)
            faults.append(Fault(fault.code, where=where, **fault.values))
    if faults:
        raise Faults(faults)
    rows = [row for _, row in taking.rows.values()]
    return CodingLines(codings=pa.Table.from_pylist(rows, schema=CODING), twice=taking.twice)


def coding_lines(codings: pa.Table) -> bytes:
    """Return codings one JSON object a line, as `read_coding_lines` reads them.

    Args:
        codings: rows of `CODING`, with ids of texts and codes.
    """
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in codings.to_pylist())
    return "".join(lines).encode()


def _lines(path: Path, name: str) -> list[str]:
    """Return the lines of a file; other signs than a line feed end none, they stand in names."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        where = Where(file=name, line=error.object[: error.start].count(b"\n") + 1)
        reason = f"byte 0x{error.object[error.start]:02x} is not of UTF-8"
        raise Faults([Fault("INT-097", where=where, reason=reason)]) from None


class _Taking:
    """Takes codings line by line, each id once."""

    def __init__(
        self, texts: Mapping[str, Marked], codes: Sequence[Code], settled: Collection[str]
    ) -> None:
        self._texts, self._codes, self._settled = texts, codes, settled
        self.rows: dict[str, tuple[int, dict[str, Any]]] = {}
        self.twice = 0

    def take(self, line: str, number: int) -> None:
        """Keep what a line says."""
        row = self._row(_object(line))
        first, there = self.rows.setdefault(row["id"], (number, row))
        if there is row:
            return
        if there != row:
            raise Fault("INT-099", id=row["id"], first=first)
        self.twice += 1

    def _row(self, given: Mapping[str, Any]) -> dict[str, Any]:
        absent = [key for key in _NEEDED if given.get(key) is None]
        if absent:
            raise _no_coding(f"it has no {', '.join(absent)}")
        named, called, coder = _text(given, "document"), _text(given, "code"), _sign(given, "coder")
        text, code = self._texts.get(named), find_code(self._codes, called)
        if text is None or code is None:
            what, value = ("text", named) if text is None else ("code", called)
            raise Fault("INT-098", what=what, value=value)
        version = text.version if given.get("version") is None else _whole(given, "version")
        start, end = _whole(given, "start"), _whole(given, "end")
        length = text.lengths.get(version, 0)
        if not 0 <= start < end <= length:
            raise _no_coding(
                f"{start} to {end} is no passage of {length} characters in version {version}"
            )
        key = "/".join((text.document, str(start), str(end), code.id, coder))
        own = _sign(given, "id") if given.get("id") else str(uuid.uuid5(_SPACE, key))
        return {
            "id": own,
            "document": text.document,
            "version": version,
            "start": start,
            "end": end,
            "code": code.id,
            "coder": coder,
            "at": _time(given.get("at")),
            "origin": self._origin(given.get("origin"), coder=coder, own=own),
        }

    def _origin(self, told: object, *, coder: str, own: str) -> str:
        """Return where a coding comes from, of consensus only if it is here already."""
        if coder.casefold() == CONSENSUS or told == CONSENSUS:
            if own in self._settled:
                return CONSENSUS
            raise _no_coding("consensus comes of adjudication in this study, never of a file")
        if told is not None and told not in _ORIGINS:
            raise _no_coding(f"its origin {_short(told)} is none of {', '.join(_ORIGINS)}")
        return str(told or "import")


def _object(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line, object_pairs_hook=_once)
    except RecursionError:
        raise _no_coding("brackets in brackets, deeper than can be read") from None
    except ValueError as error:
        raise _no_coding(str(error)) from None
    if not isinstance(found, dict):
        raise _no_coding("not an object")
    return found


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object, of which no key may stand twice: which one was meant is not known."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _text(given: Mapping[str, Any], key: str) -> str:
    value = given[key]
    if not isinstance(value, str):
        raise _no_coding(f"its {key} {_short(value)} is not text")
    return value


def _sign(given: Mapping[str, Any], key: str) -> str:
    """Return what becomes an id in the study."""
    value = _text(given, key)
    if not value.strip() or len(value) > _LONGEST or _UNFIT.search(value):
        raise _no_coding(
            f"its {key} {_short(value)} is empty, longer than {_LONGEST} characters or has signs "
            "that cannot be shown"
        )
    return value


def _whole(given: Mapping[str, Any], key: str) -> int:
    value = given[key]
    if not isinstance(value, int) or isinstance(value, bool):
        raise _no_coding(f"its {key} {_short(value)} is not a whole number")
    return value


def _time(told: object) -> str:
    """Return a time as records keep it, in UTC; a day or a year as it stands."""
    if told is None:
        return ""
    if isinstance(told, str):
        if not told or _YEAR.fullmatch(told):
            return told
        try:
            moment = dt.datetime.fromisoformat(told)
            if len(told) <= len("2017-10-03"):
                return moment.date().isoformat()
            moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
            return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        except (ValueError, OverflowError):
            pass
    raise _no_coding(f"its at {_short(told)} is no time such as 2017-10-03T09:30:00Z")


def _short(value: object) -> str:
    # ASCII, so that a half of a character can be told on any terminal.
    told = ascii(value)
    return told if len(told) <= 40 else f"{told[:37]}..."


def _no_coding(reason: str) -> Fault:
    return Fault("INT-097", reason=reason)
