"""A codebook file: a tree in YAML, read strictly with every fault at its line, and written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from consilience.base.errors import Fault, Faults
from consilience.coding.codebook import MOST_LEVELS
from consilience.coding.model import Code
from consilience.design.positions import Route
from consilience.design.yaml_file import Document, read_yaml

KEYS: Final = (
    "id", "name", "definition", "inclusion", "exclusion", "colour", "examples", "codable",
    "retired", "codes",
)  # fmt: skip


def read_codebook_file(path: Path, *, name: str) -> tuple[Code, ...]:
    """Read a codebook: `codes:`, each with id and name, others below it under its own `codes:`.

    Args:
        path: the file.
        name: how faults call it.

    Returns:
        The codes, parents before children. A code with others below it is a heading unless it
        says `codable: true`.

    Raises:
        Faults: INT-094 to INT-096, and DES-002 to DES-028 of how the file is written.
    """
    # Two levels for each of codes, and for examples; one level of codes more is told as such.
    deepest = 2 * MOST_LEVELS + 4
    document, faults = read_yaml(path, name=name, first_key="codes:", deepest=deepest)
    if document is None:
        raise Faults(faults)
    reading = _Reading(document, faults)
    codes = tuple(reading.codes(("codes",), None))
    errors = [fault for fault in faults if not fault.is_warning]
    if errors:
        raise Faults(errors)
    return codes


# Text that would be read as a number, a truth value or nothing stands in quotes.
_NO_TEXT: Final = re.compile(r"[-+.~\d]|(true|false|null)$")


def codebook_yaml(codes: Sequence[Code]) -> bytes:
    """Return a codebook as `read_codebook_file` reads it.

    Args:
        codes: parents before children, brothers and sisters in their order.

    Returns:
        UTF-8; what is empty is left out, and `codable` where it is as usual.

    Example:
        >>> print(codebook_yaml([Code(id="c1", name="Trust")]).decode(), end="")
        codes:
        - id: c1
          name: Trust
    """
    below: dict[str | None, list[dict[str, Any]]] = {}
    for code in reversed(codes):
        entry = _entry(code, below.pop(code.id, []))
        below.setdefault(code.parent, []).insert(0, entry)
    told = {"codes": below.get(None, [])}
    written: str = yaml.dump(told, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    return written.encode()


def _entry(code: Code, below: list[dict[str, Any]]) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": code.id, "name": code.name}
    entry |= {
        key: value
        for key in ("definition", "inclusion", "exclusion", "colour")
        if (value := getattr(code, key))
    }
    entry |= {"examples": list(code.examples)} if code.examples else {}
    entry |= {"codable": code.codable} if code.codable == bool(below) else {}
    entry |= {"retired": True} if code.retired else {}
    return entry | ({"codes": below} if below else {})


class _Dumper(yaml.SafeDumper):
    """Writes text so that it is read as text."""


def _text_node(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _NO_TEXT.match(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text_node)


class _Reading:
    """Walks down the tree and notes what is wrong."""

    def __init__(self, document: Document, faults: list[Fault]) -> None:
        self._document, self._faults = document, faults
        self._seen: set[str] = set()

    def codes(self, route: Route, parent: str | None) -> Iterator[Code]:
        """Give the codes of a list, each followed by those below it."""
        for position, entry in enumerate(self._entries(route)):
            place: Route = (*route, position)
            if not isinstance(entry, Mapping):
                self._blame("INT-094", place, key="id")
                continue
            for key in entry:
                if key not in KEYS:
                    self._blame("INT-096", (*place, key), key=key, known=", ".join(KEYS))
            own = self._needed(entry, place, "id")
            name = self._needed(entry, place, "name")
            if own in self._seen:
                self._blame("INT-095", (*place, "id"), value=own)
            self._seen.add(own)
            yield Code(
                id=own,
                name=name,
                parent=parent,
                position=position,
                colour=entry.get("colour"),
                examples=tuple(str(each) for each in entry.get("examples") or ()),
                codable=bool(entry.get("codable", not entry.get("codes"))),
                retired=bool(entry.get("retired", False)),
                definition=_text(entry, "definition"),
                inclusion=_text(entry, "inclusion"),
                exclusion=_text(entry, "exclusion"),
            )
            if entry.get("codes"):
                yield from self.codes((*place, "codes"), own)

    def _entries(self, route: Route) -> list[Any]:
        found: Any = self._document.data
        for part in route:
            found = found.get(part) if isinstance(found, Mapping) else found[part]
        if not isinstance(found, list):
            self._blame("INT-094", route, key="codes")
            return []
        return found

    def _needed(self, entry: Mapping[str, Any], place: Route, key: str) -> str:
        if entry.get(key) in (None, ""):
            self._blame("INT-094", place, key=key)
            return f"#{len(self._seen)}"
        # An id such as 12 was written as text, whatever YAML makes of it.
        return self._document.written.get((*place, key), str(entry[key]))

    def _blame(self, code: str, route: Route, **values: object) -> None:
        where = self._document.positions.of(route)
        self._faults.append(Fault(code, where=where, **values))


def _text(entry: Mapping[str, Any], key: str) -> str:
    return str(entry.get(key) or "")
