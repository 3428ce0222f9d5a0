"""The first page of a catalogue, and its search with facets: for anybody, without scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.responses import Response

from consilience.base.errors import Fault
from consilience.desk.catalogue import Count, RecordsFound, find_records
from consilience.desk.study_page import HitLine, hit_lines, language_called
from consilience.web.audience import VISITORS
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.mishaps import status_of
from consilience.web.pages.of_catalogue import settings_of

_PAGE: Final = 20
_NEWEST: Final = 5
_FIRST: Final = 6
_MOST: Final = 60
_LONGEST: Final = 500
# What is offered to choose from, in this order, and how it is called.
_FACETS: Final[Mapping[str, str]] = {
    "topic": "Topic",
    "kind": "Kind of data",
    "access": "Access",
    "country": "Country",
    "year": "Year",
    "publisher": "Publisher",
    "language": "Language",
}
_BROWSED: Final = ("topic", "country", "year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value of a facet as it is offered."""

    value: str
    words: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A facet: the values shown at once, and those behind a click."""

    name: str
    words: str
    first: tuple[Choice, ...]
    rest: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A value that was chosen, and the address of the same page without it."""

    words: str
    without: str


def home(call: Call) -> Response:
    """Show the search, how much there is, ways in, and the newest studies."""
    found = find_records(call.site.engine, "", limit=_NEWEST)
    levels = {each.value: each.count for each in found.facets.get("access", ())}
    return call.page(
        "catalogue-home.html",
        total=found.total,
        levels=[
            (words, levels[value])
            for value, words in (
                ("open", "open to all"),
                ("safeguarded", "for registered users"),
                ("controlled", "on approval"),
            )
            if value in levels
        ],
        browse=[
            (name, _FACETS[name], _choices(name, found.facets[name], ())[:8])
            for name in _BROWSED
            if found.facets.get(name)
        ],
        newest=_lines(call, found),
    )


def search(call: Call) -> Response:
    """Show what was found, and what it can be narrowed to."""
    pairs = parse_qsl(call.asked[:8_000], max_num_fields=None)
    asked = next((value for name, value in pairs if name == "q"), "").strip()[:_LONGEST]
    chosen = {
        name: tuple(dict.fromkeys(value for key, value in pairs if key == name))[:_MOST]
        for name in _FACETS
    }
    page = _number(next((value for name, value in pairs if name == "page"), "1"))
    found, fault = RecordsFound(hits=(), total=0), None
    try:
        found = find_records(
            call.site.engine, asked, chosen=chosen, limit=_PAGE, offset=(page - 1) * _PAGE
        )
    except Fault as caught:
        fault = caught
    to = call.site.address("search")
    kept = [(name, value) for name, values in chosen.items() for value in values]
    return call.page(
        "catalogue-search.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        asked=asked,
        total=found.total,
        hits=_lines(call, found),
        facets=_facets(found, chosen),
        chosen=[
            Chosen(words=_words(name, value), without=_address(to, asked, kept, less=(name, value)))
            for name, value in kept
        ],
        first=(page - 1) * _PAGE + 1,
        before=_address(to, asked, kept, page=page - 1) if page > 1 else "",
        after=_address(to, asked, kept, page=page + 1) if page * _PAGE < found.total else "",
    )


def _lines(call: Call, found: RecordsFound) -> tuple[HitLine, ...]:
    return hit_lines(call.site.engine, found.hits, repository=settings_of(call).repository)


def _facets(found: RecordsFound, chosen: Mapping[str, Sequence[str]]) -> list[Facet]:
    facets = []
    for name, words in _FACETS.items():
        choices = _choices(name, found.facets.get(name, ()), chosen[name])
        if choices:
            facets.append(
                Facet(name=name, words=words, first=choices[:_FIRST], rest=choices[_FIRST:_MOST])
            )
    return facets


def _choices(name: str, counts: Iterable[Count], chosen: Sequence[str]) -> tuple[Choice, ...]:
    """Return values to choose from: the chosen ones first, those found nowhere among them."""
    there = {each.value: each.count for each in counts}
    order = sorted(there, key=lambda value: (-int(value), "")) if name == "year" and all(
        value.isdigit() for value in there
    ) else list(there)  # fmt: skip
    values = [*chosen, *(value for value in order if value not in chosen)]
    return tuple(
        Choice(value=value, words=_words(name, value), count=there.get(value, 0),
               chosen=value in chosen)
        for value in values
    )  # fmt: skip


def _words(name: str, value: str) -> str:
    if name == "language":
        return language_called(value)
    return value.capitalize() if name == "access" else value


def _address(
    to: str,
    asked: str,
    kept: Sequence[tuple[str, str]],
    *,
    less: tuple[str, str] | None = None,
    page: int = 1,
) -> str:
    pairs = [("q", asked)] if asked else []
    pairs += [pair for pair in kept if pair != less]
    pairs += [("page", str(page))] if page > 1 else []
    return f"{to}?{urlencode(pairs)}" if pairs else to


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and int(text[:9]) > 0 else 1


DOORS: Final = (
    Door(method="GET", path="/", name="home", to=VISITORS, handler=home),
    Door(method="GET", path="/search", name="search", to=VISITORS, handler=search),
)
