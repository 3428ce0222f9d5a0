"""How numbers and names are written for people."""

from __future__ import annotations

import datetime as dt
import math
import re
import textwrap
from collections.abc import Sequence
from typing import Any, Final

from markupsafe import Markup, escape

from consilience.report.model import Column

NOTHING: Final = "–"
_MOST_LINES: Final = 3
_SMALL: Final = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
)


def in_words(number: int) -> str:
    """Write a count as a word up to ten, else in figures.

    Example:
        >>> in_words(3), in_words(1829)
        ('three', '1,829')
    """
    return _SMALL[number] if 0 <= number < len(_SMALL) else f"{number:,}"


def several(number: int, one: str, many: str) -> str:
    """Write a count with its noun.

    Example:
        >>> several(1, "area", "areas"), several(39, "area", "areas")
        ('one area', '39 areas')
    """
    return f"{in_words(number)} {one if number == 1 else many}"


def listed(names: Sequence[str]) -> str:
    """Join names as a sentence does.

    Example:
        >>> listed(["Kent", "Leeds", "York"])
        'Kent, Leeds and York'
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def percent(share: float | None, decimals: int = 0) -> str:
    """Write a share between 0 and 1 as a percentage.

    Example:
        >>> percent(0.62), percent(None)
        ('62%', '–')
    """
    if share is None or math.isnan(share):
        return NOTHING
    return f"{100 * share:.{decimals}f}%"


def probability(p: float | None) -> str:
    """Write a probability of a test: never as 0.

    Example:
        >>> probability(0.0000123), probability(0.0312)
        ('< 0.0001', '0.0312')
    """
    if p is None or math.isnan(p):
        return NOTHING
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}"


def number(value: float | None, decimals: int = 2) -> str:
    """Write a number with a true minus sign and commas between thousands.

    Example:
        >>> number(-1234.5), number(None)
        ('−1,234.50', '–')
    """
    if value is None or math.isnan(value):
        return NOTHING
    text = f"{value:,.{decimals}f}"
    zero = not text.strip("-0.,")
    return text.lstrip("-") if zero else text.replace("-", "−")


def plain(text: str) -> str:
    """Turn an id into words that start a line.

    Example:
        >>> plain("case-schools"), plain("very_low")
        ('Case schools', 'Very low')
    """
    words = text.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


def titled(stage: Any) -> str:  # noqa: ANN401  (any stage, agency or construct of the design)
    """Return the title of a stage, or its id in words."""
    return str(stage.title or plain(stage.id))


def lines(text: str, limit: int = 21) -> tuple[str, ...]:
    """Break a label into at most three lines, so that it fits beside a picture on a phone.

    Example:
        >>> lines("Local safeguarding children boards")
        ('Local safeguarding', 'children boards')
    """
    broken = textwrap.wrap(text, limit, break_long_words=False) or [text]
    if len(broken) > _MOST_LINES:
        broken = [*broken[: _MOST_LINES - 1], " ".join(broken[_MOST_LINES - 1 :])]
    return tuple(shortened(line, limit) for line in broken)


def shortened(text: str, limit: int = 24) -> str:
    """Cut a label where it would run into the picture; the full name stands in the table.

    Example:
        >>> shortened("Bournemouth, Christchurch and Poole")
        'Bournemouth, Christchu…'
    """
    return text if len(text) <= limit else text[: limit - 2].rstrip(" ,") + "…"


def coded(text: str) -> Markup:
    """Return a text as markup in which what stands between backticks is code; all is escaped.

    Example:
        >>> coded("Write `a < b` here.")
        Markup('Write <code>a &lt; b</code> here.')
    """
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def day(date: dt.date) -> str:
    """Write a day as people do.

    Example:
        >>> day(dt.date(2017, 9, 1))
        '1 September 2017'
    """
    return f"{date.day} {date:%B %Y}"


def written(value: Any, column: Column) -> str:  # noqa: ANN401  (a cell of any displayed table)
    """Write one value as its column says.

    Example:
        >>> written(0.1234, Column("share", "percent", 1)), written(None, Column("n", "count"))
        ('12.3%', '–')
    """
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return NOTHING
    if column.kind == "count":
        return f"{round(value):,}"
    if column.kind == "number":
        return number(float(value), column.decimals)
    if column.kind == "percent":
        return percent(float(value), column.decimals)
    if column.kind == "probability":
        return probability(float(value))
    if column.kind == "flag":
        return "yes" if value else "no"
    return day(value) if isinstance(value, dt.date) else str(value)
