"""Data health on one page: what was checked in each file, what failed, and where."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import jinja2
from markupsafe import Markup

from consilience.deposit.model import Health, HealthCheck, HealthPlace, Severity

_FOLDER: Final = Path(__file__).parent
_MOST_PLACES: Final = 100
GROUPS: Final = {
    "basic_file_checks": "The file",
    "metadata": "What is said of the data",
    "data_integrity": "The data",
    "disclosure_risk": "What may disclose who it is",
}


def render_health(healths: Sequence[Health]) -> str:
    """Is every data file fit to be deposited? On one page that needs nothing else.

    Args:
        healths: what the checks of each file gave.

    Returns:
        The HTML of the page; the same bytes for the same results. It names columns and records,
        and no values.
    """
    style = (_FOLDER / "style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters |= {"verdict": verdict, "place": place}
    template = environment.from_string((_FOLDER / "health.html.j2").read_text(encoding="utf-8"))
    text = template.render(
        healths=healths, groups=GROUPS, style=Markup(style), digest=digest, most=_MOST_PLACES
    )
    return text.strip() + "\n"


def verdict(check: HealthCheck) -> str:
    """Return in a word or two what a check gave.

    Example:
        >>> verdict(HealthCheck(name="a", group="b", severity=Severity.WARN, words="", failed=2))
        'look at it'
    """
    if check.left_out:
        return "not done"
    if not check.failed:
        return "passed"
    return "failed" if check.severity == Severity.REFUSE else "look at it"


def place(where: HealthPlace) -> str:
    """Return in words where a check failed.

    Example:
        >>> place(HealthPlace(column="age", row=3))
        'age, record 3'
    """
    parts = [where.column or "the file"]
    parts += [f"record {where.row}"] if where.row is not None else []
    parts += [f"code {where.code}"] if where.code else []
    return ", ".join(parts)
