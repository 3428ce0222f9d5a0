"""Workbooks: what is hidden in sheets, and what was copied from other files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from consilience.formats.hidden.model import Tally
from consilience.formats.hidden.parts import remove

# [1]Sheet!A1 and '[1]My sheet'!A1, but not Table[2017] or Table[[#Headers],[1]].
_ELSEWHERE: Final = re.compile(r"(?<![\w\]\[,:])\[\d+\]")
_FORMULAS: Final = ("{*}f", "{*}formula", "{*}formula1", "{*}formula2")
_CELL: Final = re.compile(r"([A-Za-z]{1,3})\d+")


def clean_workbook(root: etree._Element, tally: Tally, part: str) -> None:
    """Find hidden sheets; take out paths, users and names that lead to other files."""
    states = [sheet.get("state") for sheet in root.iter("{*}sheet")]
    tally.add("hidden sheet", part, count=sum(s in ("hidden", "veryHidden") for s in states))
    paths = list(root.iter("{*}absPath"))
    tally.add("file path", part, count=len(paths))
    for path in paths:
        remove(path)
    sharing = root.find("{*}fileSharing")
    if sharing is not None and sharing.attrib.pop("userName", ""):
        tally.add("property", part)
    names = [name for name in root.iter("{*}definedName") if _ELSEWHERE.search(name.text or "")]
    tally.add("outside data", part, count=len(names))
    for name in names:
        holder = name.getparent()
        remove(name)
        if holder is not None and not len(holder):
            remove(holder)


def clean_sheet(root: etree._Element, tally: Tally, part: str) -> None:
    """Find hidden cells; leave the results of formulas that look into other files, not these."""
    tally.add("hidden cells", part, count=_hidden_rows(root) + _hidden_columns(root))
    found = [each for each in root.iter(*_FORMULAS) if _ELSEWHERE.search(each.text or "")]
    tally.add("outside data", part, count=len(found))
    shared = {each.get("si") for each in found if each.get("t") == "shared"}
    found += [each for each in root.iter("{*}f") if each.get("si") in shared and not each.text]
    for formula in found:
        holder = formula.getparent()
        in_cell = formula.tag == f"{{{etree.QName(root).namespace}}}f"
        if in_cell or holder is None:
            remove(formula)
        else:
            remove(holder)  # a rule for input or format, which is nothing without it


def _hidden_rows(root: etree._Element) -> int:
    rows = root.iterfind("{*}sheetData/{*}row")
    return sum(_is_hidden(row, "ht") and any(_filled(cell) for cell in row) for row in rows)


def _hidden_columns(root: etree._Element) -> int:
    hidden = set(_columns(root))
    if not hidden:
        return 0
    used = set()
    for row in root.iterfind("{*}sheetData/{*}row"):
        for place, cell in enumerate(row, start=1):
            at = _column(cell.get("r", "")) or place
            if at in hidden and _filled(cell):
                used.add(at)
    return len(used)


def _columns(root: etree._Element) -> Iterator[int]:
    for column in root.iterfind("{*}cols/{*}col"):
        if _is_hidden(column, "width"):
            first, last = int(column.get("min", "1")), int(column.get("max", "1"))
            yield from range(first, min(last, 16_384) + 1)


def _is_hidden(element: etree._Element, size: str) -> bool:
    if element.get("hidden") in ("1", "true"):
        return True
    try:
        return float(element.get(size, "1")) == 0
    except ValueError:
        return False


def _filled(cell: etree._Element) -> bool:
    return any(str(child.tag).endswith(("}v", "}is", "}f")) for child in cell)


def _column(reference: str) -> int:
    match = _CELL.fullmatch(reference)
    number = 0
    for letter in match.group(1).upper() if match else "":
        number = number * 26 + ord(letter) - 64
    return number
