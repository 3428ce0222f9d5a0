"""Where we differ from which program and why, and which figures of theirs we are held to."""

from __future__ import annotations

import inspect

from consilience.validation.model import Case
from consilience.validation.read import SHIPPED, read_cases
from reference_pages.markdown import page, row, table
from reference_pages.statistics import FAMILIES, split, things


def differences() -> str:
    """Return the page: differences by function, then every case that ships."""
    intro = (
        "Two programs that both match R can disagree with each other, because R does. Each "
        "function says in its docstring from which program it differs and how; this page collects "
        "them. Below stand the figures of other programs that come with the package: the tests, "
        "and `consilience validate`, hold ours against them."
    )
    parts = [intro, "## By function"]
    for title, names in FAMILIES.values():
        rows = [
            row(f"`{name}`", body.replace("\n", " "))
            for _, name, thing in things(names)
            for head, body in split(inspect.getdoc(thing) or "")
            if head == "Differs"
        ]
        if rows:
            parts.append(f"### {title}\n\n" + table(("function", "differs"), rows))
    parts.append("## Figures of other programs")
    for folder in sorted(path.parent for path in SHIPPED.glob("*/expected.json")):
        rows = [_case(case) for case in read_cases(folder)]
        heads = ("case", "statistic", "program", "call", "tolerance")
        parts.append(f"### {folder.name.replace('_', ' ').capitalize()}\n\n" + table(heads, rows))
    return page("Where we differ, and from what", *parts)


def _case(case: Case) -> str:
    call = " ".join(case.call.split())
    programs = ", ".join(case.packages)
    return row(case.id, f"`{case.statistic}`", programs, f"`{call}`", f"{case.tolerance:g}")
