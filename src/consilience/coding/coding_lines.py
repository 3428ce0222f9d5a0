"""Which codings does a file list, one JSON object a line?"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from consilience.base.errors import Fault, Faults, Where
from consilience.coding.evidence import find_code
from consilience.coding.model import CODING, Code

_NEEDED: Final = ("document", "start", "end", "code", "coder")
_SPACE: Final = uuid.UUID("5d5a7a9e-2a0f-5b0a-8f0c-7a6c3d1e9b42")


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


def read_coding_lines(
    path: Path, *, name: str, texts: Mapping[str, Marked], codes: Sequence[Code]
) -> pa.Table:
    """Read codings: `document` (id or name), `start`, `end`, `code` (id or name), `coder`.

    Args:
        path: a file with one JSON object a line; `id`, `version`, `at` and `origin` may stand
            there too.
        name: how faults call it.
        texts: every id and name of a text to the text.
        codes: the codebook.

    Returns:
        Rows of `CODING`; a coding without an id gets one made from what it is.

    Raises:
        Faults: INT-097 and INT-098, all that there are.
    """
    rows, faults = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            rows.append(_row(json.loads(line), texts, codes))
        except Fault as fault:
            where = Where(file=name, line=number)
            faults.append(Fault(fault.code, where=where, **fault.values))
        except (ValueError, TypeError, KeyError) as error:
            where = Where(file=name, line=number)
            faults.append(Fault("INT-097", where=where, reason=str(error) or "not an object"))
    if faults:
        raise Faults(faults)
    return pa.Table.from_pylist(rows, schema=CODING)


def coding_lines(codings: pa.Table) -> bytes:
    """Return codings one JSON object a line, as `read_coding_lines` reads them.

    Args:
        codings: rows of `CODING`, with ids of texts and codes.
    """
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in codings.to_pylist())
    return "".join(lines).encode()


def _row(
    given: Mapping[str, Any], texts: Mapping[str, Marked], codes: Sequence[Code]
) -> dict[str, Any]:
    absent = [key for key in _NEEDED if key not in given]
    if absent:
        raise Fault("INT-097", reason=f"it has no {', '.join(absent)}")
    text = texts.get(str(given["document"]))
    code = find_code(codes, str(given["code"]))
    for what, value, found in (("text", given["document"], text), ("code", given["code"], code)):
        if found is None:
            raise Fault("INT-098", what=what, value=value)
    start, end = int(given["start"]), int(given["end"])
    version = int(given.get("version") or (text.version if text else 0))
    length = text.lengths.get(version, 0) if text else 0
    if text is None or code is None or not 0 <= start < end <= length:
        raise Fault(
            "INT-097",
            reason=f"{start} to {end} is no passage of {length} characters in version {version}",
        )
    coder = str(given["coder"])
    key = "/".join((text.document, str(start), str(end), code.id, coder))
    return {
        "id": str(given.get("id") or uuid.uuid5(_SPACE, key)),
        "document": text.document,
        "version": version,
        "start": start,
        "end": end,
        "code": code.id,
        "coder": coder,
        "at": str(given.get("at") or ""),
        "origin": str(given.get("origin") or "import"),
    }
