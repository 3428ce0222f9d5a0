"""How numbers are written in words, for the rules that look for them."""

from __future__ import annotations

from typing import Final

_UNITS: Final = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TEENS: Final = (
    r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
)
_TENS: Final = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
# From one to ninety-nine.
SMALL: Final = rf"(?:{_TENS}(?:[- ]{_UNITS})?|{_TEENS}|{_UNITS})"
# From two to the thousands: one is an article far too often.
LARGE: Final = (
    rf"(?:(?:(?:[Aa]|{SMALL}) (?:hundred|thousand|million)s?"
    rf"(?:,? (?:and )?{SMALL} (?:hundred|thousand))?(?:,? (?:and )?{SMALL})?)|"
    rf"{_TENS}(?:[- ]{_UNITS})?|{_TEENS}|(?!one\b){_UNITS}|dozens|hundreds)"
)
ORDINAL: Final = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|"
    r"thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|"
    r"twenty[- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|thirtieth|"
    r"thirty[- ]first)"
)
# Years as they are said: nineteen ninety-four, two thousand and eight, twenty seventeen.
SPOKEN_YEAR: Final = (
    rf"(?:two thousand(?: and {SMALL})?|(?:nineteen|twenty)[- ](?:oh[- ])?"
    rf"(?:{_TENS}(?:[- ]{_UNITS})?|{_TEENS}|(?<=oh[- ]){_UNITS}))"
)
