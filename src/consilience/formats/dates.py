"""On which day was it? Dates as the exports of survey tools write them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

_TIME: Final = (
    r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST: Final = re.compile(
    r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})" + _TIME
)
_DAY_FIRST: Final = re.compile(
    r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})" + _TIME
)


def read_day(text: str) -> dt.date | None:
    """Return the day that `text` names, or None if it names none.

    Args:
        text: a date with the year first (2018-03-31) or the day first (31/03/2018, 31.3.2018),
            with or without a time after it. The month never comes first, and a year has four
            digits: a day that could be another one would be worse than none.

    Example:
        >>> read_day("31/03/2018 16:05").isoformat()
        '2018-03-31'
        >>> read_day("03/31/2018") is None
        True
    """
    found = _YEAR_FIRST.fullmatch(text.strip()) or _DAY_FIRST.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return dt.date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None
