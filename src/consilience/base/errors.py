"""The errors a user can meet: what happened, where, what to do next.

A fault is raised or collected; faces only format it. Its sentences live in one catalogue
(`consilience.base.catalogue`), keyed by a code, so that they can be tested and documented.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from consilience.base.catalogue import CATALOGUE, Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The place of a fault: whatever is known of file, line, row, sheet and question."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    sheet: str | None = None
    row: int | None = None
    question: str | None = None

    def __str__(self) -> str:
        """Write `file:line:column` as editors read it, then the rest in words."""
        head = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        rest = [
            f"{name} {value}"
            for name, value in (
                ("sheet", self.sheet),
                ("row", self.row),
                ("question", self.question),
            )
            if value is not None
        ]
        return ", ".join([head, *rest] if head else rest)


class _Gapless(string.Formatter):
    """Formats a sentence even if a value is missing: an error must not hide an error."""

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:  # noqa: ANN401, ARG002  (the base class's form)
        """Return the value, or the name of the gap."""
        return kwargs.get(str(key), f"<{key}>")

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401  (the base's form)
        """Return the value as asked for, or plainly where it is of another kind."""
        try:
            return str(super().format_field(value, format_spec))
        except (TypeError, ValueError):
            return str(value)


class Fault(Exception):  # noqa: N818  (what a user meets; every error here is one)
    """One thing that went wrong, by its code in the catalogue.

    Args:
        code: a key of the catalogue, such as `DES-001`.
        where: the place, as far as known.
        values: the values that the sentences of the catalogue name.

    Example:
        >>> fault = Fault("BAS-001", where=Where(file="study.yaml", line=3), value="A b")
        >>> print(fault)
        study.yaml:3: BAS-001 'A b' is not an id
        >>> fault.remedy.startswith("Use")
        True
    """

    def __init__(self, code: str, /, *, where: Where | None = None, **values: object) -> None:
        """Keep the code, the place and the values; the sentences are made when asked for."""
        self.entry: Entry = CATALOGUE[code]
        self.code = code
        self.where = where or Where()
        self.values: Mapping[str, object] = MappingProxyType(values)
        super().__init__(code)

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a fault travel between processes whole."""
        return _rebuild, (self.code, self.where, dict(self.values))

    @property
    def what(self) -> str:
        """What happened, with the value."""
        return _Gapless().vformat(self.entry.what, (), self.values)

    @property
    def remedy(self) -> str:
        """What to do next."""
        return _Gapless().vformat(self.entry.remedy, (), self.values)

    @property
    def is_warning(self) -> bool:
        """Whether the work may go on."""
        return self.entry.warning

    def __str__(self) -> str:
        """Write place, code and what happened in one line."""
        place = str(self.where)
        return f"{place}: {self.code} {self.what}" if place else f"{self.code} {self.what}"

    def to_json(self) -> dict[str, object]:
        """Return the fault as plain values for machines."""
        place = {
            name: value
            for name in Where.__slots__
            if (value := getattr(self.where, name)) is not None
        }
        return {
            "code": self.code,
            "severity": "warning" if self.is_warning else "error",
            "where": place,
            "what": self.what,
            "remedy": self.remedy,
        }

    def pack(self) -> dict[str, object]:
        """Return the fault as plain values from which `unpack` makes it again."""
        values = {
            name: value if isinstance(value, str | int | float | None) else str(value)
            for name, value in self.values.items()
        }
        return {"code": self.code, "where": self.to_json()["where"], "values": values}


def unpack(packed: Mapping[str, Any]) -> Fault:
    """Return the fault that `Fault.pack` wrote.

    Example:
        >>> str(unpack(Fault("BAS-001", value="A b").pack()))
        "BAS-001 'A b' is not an id"
    """
    return Fault(packed["code"], where=Where(**packed["where"]), **packed["values"])


class Faults(Exception):  # noqa: N818  (the plural of Fault)
    """Several faults found in one pass; raised once, so that a user mends all at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the faults in the order in which they were found."""
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[Any, ...]:
        """Let the faults travel between processes whole."""
        return Faults, (self.faults,)


def _rebuild(code: str, where: Where, values: dict[str, object]) -> Fault:
    return Fault(code, where=where, **values)
