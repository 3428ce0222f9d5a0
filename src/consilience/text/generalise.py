"""What may stand instead of a detail: a month for a day, a district for a postcode, a band."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import Final, Literal

from consilience.text.identifiers.find import BRACKETS
from consilience.text.identifiers.tables import plain, table

DateUnit = Literal["month", "year"]

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_NAMED: Final = re.compile(
    r"\b(" + "|".join(month[:3] for month in _MONTHS) + r")[a-z]*", re.IGNORECASE
)
_YEAR: Final = re.compile(r"(?<!\d)(?:1[6-9]|20)\d\d(?!\d)")
_NUMERIC: Final = re.compile(r"(?<!\d)(\d{1,2}) ?([/.-]) ?(\d{1,2}) ?\2 ?(\d{4}|\d\d)(?!\d)")
_ISO: Final = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
_DAY: Final = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)?\b|\b\w+(?:st|nd|rd|th) of\b", re.IGNORECASE)
_POSTCODE: Final = re.compile(r"\b([A-Z]{1,2}\d[\dA-Z]?) ?\d[A-Z]{2}\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d{1,3}")
_UNITS: Final = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
# What is left of a detail: it holds a month, a district or a region and is none any more.
_GENERAL: Final = re.compile(
    r"\[(?:aged [\w ]+|place in [\w ]+|date|removed|"
    rf"(?:(?:{'|'.join(_MONTHS)})(?: \d{{4}})?|\d{{4}})|[A-Z]{{1,2}}\d[\dA-Z]?)\]"
)
# Below 20 the bands of five years in which population estimates are given; then ten.
_NARROW, _WIDE, _CHILD_ENDS, _OPEN = 5, 10, 20, 90


def closed_places(text: str, replacements: Collection[str]) -> bytearray:
    """Return where in a text something stands instead of a name or a detail already.

    Args:
        text: any text.
        replacements: what stands instead of names, with its [brackets].

    Returns:
        One for each code point of a replacement, brackets too; zero elsewhere.

    Example:
        >>> list(closed_places("[2017] b", ()))
        [1, 1, 1, 1, 1, 1, 0, 0]
    """
    closed = bytearray(len(text))
    for match in BRACKETS.finditer(text):
        if match.group() in replacements or _GENERAL.fullmatch(match.group()):
            closed[match.start() : match.end()] = b"\x01" * len(match.group())
    return closed


def date_to(text: str, unit: DateUnit = "month") -> str | None:
    """Return a date as its month and year, or its year, in [brackets].

    Args:
        text: a date as it stands in a text, numbers in the order day, month, year.
        unit: how much is kept.

    Returns:
        What stands instead; None for what says no more than that already, and for what is no
        date: half past two, three weeks.

    Example:
        >>> date_to("3 March 2017"), date_to("03/03/17", "year"), date_to("March 2017")
        ('[March 2017]', '[2017]', None)
    """
    month, year, day = _parts(text)
    if month is None:
        return None
    if unit == "month":
        return f"[{' '.join(filter(None, (month, year)))}]" if day else None
    return f"[{year}]" if year else "[date]"


def _parts(text: str) -> tuple[str | None, str | None, bool]:
    """Return month, year and whether a day is told."""
    if iso := _ISO.search(text):
        return _month(iso.group(2)), iso.group(1), True
    if numeric := _NUMERIC.search(text):
        year = numeric.group(4)
        if len(year) == 2:
            year = f"20{year}" if int(year) < 50 else f"19{year}"
        return _month(numeric.group(3)), year, True
    named, years = _NAMED.search(text), _YEAR.search(text)
    if named is None:
        return None, years.group() if years else None, False
    month = next(each for each in _MONTHS if each[:3].lower() == named.group(1).lower())
    rest = _YEAR.sub("", text)
    return month, years.group() if years else None, bool(_DAY.search(rest))


def _month(number: str) -> str | None:
    return _MONTHS[int(number) - 1] if 1 <= int(number) <= 12 else None


def postcode_to_district(text: str) -> str | None:
    """Return the district of a postcode in [brackets], None if there is no postcode.

    Example:
        >>> postcode_to_district("LS6 3QN")
        '[LS6]'
    """
    found = _POSTCODE.search(text)
    return f"[{found.group(1).upper()}]" if found else None


@cache
def _words() -> Mapping[str, int]:
    known = {word: number for number, word in enumerate(_UNITS.split(), start=1)}
    return known | {word: 10 * number for number, word in enumerate(_TENS.split(), start=2)}


def age_to_band(text: str) -> str | None:
    """Return an age as a band of five years below 20 and of ten above, None without a number.

    Example:
        >>> age_to_band("fourteen years old"), age_to_band("aged 43"), age_to_band("Year 9")
        ('[aged 10 to 14]', '[aged 40 to 49]', None)
    """
    if re.match(r"(?:year|yr|[psy])[ -]?\w+$", text, re.IGNORECASE):
        return None
    digits = _NUMBER.search(text)
    words = [_words()[word] for word in re.findall(r"[a-z]+", text.lower()) if word in _words()]
    if digits is None and not words:
        return None
    age = int(digits.group()) if digits else sum(words[:2]) if words[0] >= 20 else words[0]
    if age >= _OPEN:
        return f"[aged {_OPEN} or over]"
    width = _NARROW if age < _CHILD_ENDS else _WIDE
    low = age - age % width
    return f"[aged {low} to {low + width - 1}]"


@cache
def _groups() -> Mapping[str, str]:
    known: dict[str, str] = {}
    for heading, titles in table("occupations").items():
        if heading[0].isdigit():
            known |= {plain(title): heading[2:] for title in titles}
    return known


def occupation_to_group(text: str) -> str | None:
    """Return the major group of an occupation (SOC 2020) in [brackets], None if not known.

    Example:
        >>> occupation_to_group("reindeer herders")
        '[skilled trades occupation]'
    """
    title = plain(text)
    group = _groups().get(title) or _groups().get(title.removesuffix("s"))
    if group is None:
        return None
    one = group.removesuffix("s").lower()
    return f"[{one}]"


def place_to_region(text: str, regions: Mapping[str, str]) -> str | None:
    """Return the region of a place in [brackets], None if the study knows none for it.

    Args:
        text: a place.
        regions: the region of each place in lower case.

    Example:
        >>> place_to_region("Leeds", {"leeds": "Yorkshire and The Humber"})
        '[place in Yorkshire and The Humber]'
    """
    region = regions.get(plain(text))
    return f"[place in {region}]" if region else None
