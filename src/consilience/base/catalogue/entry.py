"""One entry of the catalogue of errors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """What one code says.

    Args:
        title: a few words for lists.
        what: what happened; a template that shows the value.
        remedy: what to do next; a template.
        warning: whether the work may go on.
    """

    title: str
    what: str
    remedy: str
    warning: bool = False
