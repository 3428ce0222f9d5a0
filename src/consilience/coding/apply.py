"""May this passage be marked with this code?"""

from __future__ import annotations

from collections.abc import Sequence

from consilience.base.errors import Fault
from consilience.coding.model import Assignment, Code


def check_span(start: int, end: int, *, length: int, document: str) -> None:
    """Refuse a passage that is empty or lies outside its text.

    Args:
        start: first code point.
        end: code point after the last.
        length: code points of the text.
        document: its name, for the message.

    Raises:
        Fault: COD-001.
    """
    if not 0 <= start < end <= length:
        raise Fault("COD-001", start=start, end=end, length=length, document=document)


def usable_code(codes: Sequence[Code], code: str) -> Code:
    """Return a code that passages may be marked with now.

    Raises:
        Fault: COD-002 if there is none of this id, COD-003 if it is a heading or retired.
    """
    found = next((each for each in codes if each.id == code), None)
    if found is None:
        raise Fault("COD-002", code=code)
    if found.retired or not found.codable:
        raise Fault("COD-003", code=found.name, why="retired" if found.retired else "a heading")
    return found


def check_open(assignment: Assignment | None, *, document: str, coder: str) -> None:
    """Refuse unless the text was given to the coder, who has not released it.

    What is marked after looking at the work of others would spoil every measure of agreement.

    Raises:
        Fault: COD-004 if it was not given, COD-005 if it was released.
    """
    if assignment is None:
        raise Fault("COD-004", document=document, coder=coder)
    if assignment.released_at is not None:
        raise Fault("COD-005", document=document, coder=coder, at=assignment.released_at)
