"""Read a folder of cases: expected.json and the CSV files it names."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from consilience.base.errors import Fault
from consilience.validation.model import Case

SHIPPED: Final = Path(__file__).resolve().parent / "cases"


def read_cases(folder: Path) -> list[Case]:
    """Which cases does a folder hold?

    Args:
        folder: has an `expected.json` with `datasets` (name to `file`) and `cases` (`id`,
            `data`, `statistic`, `args`, `expected`, `tolerance`, `r_call`, `r_package`,
            `note`), and the CSV files; or has folders of that form.

    Returns:
        The cases, in the order of the file, folder by folder.

    Raises:
        Fault: VAL-001 if there is no such file, VAL-002 if one cannot be read.
    """
    if (folder / "expected.json").is_file():
        return _of_file(folder / "expected.json")
    inner = sorted(path for path in folder.glob("*/expected.json")) if folder.is_dir() else []
    if not inner:
        raise Fault("VAL-001", folder=str(folder))
    return [case for path in inner for case in _of_file(path)]


def _of_file(path: Path) -> list[Case]:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        files = {name: each["file"] for name, each in held.get("datasets", {}).items()}
        read: dict[str, Mapping[str, list[str]]] = {}
        told = _told(held["cases"])
        cases = []
        for raw in held["cases"]:
            name = str(raw.get("data") or "")
            if name and name not in read:
                read[name] = _columns(path.parent / files.get(name, f"{name}.csv"))
            cases.append(_case(raw, read.get(name, {}), told.get(name, {})))
        return cases
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"{type(error).__name__} {error}"
        raise Fault("VAL-002", file=str(path), reason=reason) from None


def _told(cases: list[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return what the cases of each data set were told, the first telling of each counting.

    Under `r_call` stand all their calls.
    """
    told: dict[str, dict[str, Any]] = {}
    for raw in cases:
        of_data = told.setdefault(str(raw.get("data") or ""), {"r_call": []})
        of_data["r_call"].append(str(raw.get("r_call") or ""))
        for key, value in (raw.get("args") or {}).items():
            of_data.setdefault(key, value)
    return told


def _columns(path: Path) -> Mapping[str, list[str]]:
    with path.open(newline="", encoding="utf-8") as lines:
        heading, *rows = csv.reader(lines)
    cells = [["" if cell == "NA" else cell for cell in row] for row in rows]
    return dict(zip(heading, map(list, zip(*cells, strict=True)), strict=True)) if cells else {}


def _case(
    raw: Mapping[str, Any], columns: Mapping[str, list[str]], beside: Mapping[str, Any]
) -> Case:
    packages = raw.get("r_package") or ()
    return Case(
        id=str(raw["id"]),
        statistic=str(raw["statistic"]),
        data=str(raw.get("data") or ""),
        columns=columns,
        args=raw.get("args") or {},
        expected=raw["expected"],
        tolerance=float(raw.get("tolerance") or 1e-8),
        call=str(raw.get("r_call") or ""),
        packages=(packages,) if isinstance(packages, str) else tuple(map(str, packages)),
        note=str(raw.get("note") or ""),
        beside=beside,
    )
