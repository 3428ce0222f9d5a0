"""Find passages by codes, words, coder, speaker and case; each leads on to its place."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from starlette.responses import Response

from consilience.base.errors import Fault
from consilience.desk.finding import Asked, FoundLines, coders_seen, look_for, paths_of
from consilience.desk.reading import codebook_of, reading_of, texts_for
from consilience.web.call import Call
from consilience.web.codetree import code_rows
from consilience.web.doors import Door
from consilience.web.layout import block_at
from consilience.web.mishaps import status_of
from consilience.web.pages.marks import number_of
from consilience.web.pages.texts import READERS

_MOST: Final = 100
_LONGEST: Final = 1_000
_FIELDS: Final = ("codes", "words", "document", "coder", "speaker", "case")
# A name of one plain word that is none of the language over codes needs no quotes.
_BARE: Final = re.compile(
    r"(?!(?:and|or|not|within|in|overlapping|near|before|after)$)[^\W_][\w-]*"
)


def find(call: Call) -> Response:
    """Show the form, and what it found if something was asked."""
    asked = Asked(**{name: call.query.get(name, "").strip()[:_LONGEST] for name in _FIELDS})
    found: FoundLines | None = None
    fault: Fault | None = None
    try:
        found = look_for(call.site.engine, call.site.folder, asked, person=call.who, most=_MOST)
    except Fault as caught:
        # What else there is would tell of texts that are not given to whoever asks.
        fault = Fault("WEB-046") if caught.code == "COD-026" else caught
    codes = codebook_of(call.site.engine)
    rows = code_rows(codes)
    named = Counter(row.name for row in rows)
    colours = zip(paths_of(codes).values(), (row.colour for row in rows), strict=True)
    return call.page(
        "find.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        asked=asked,
        found=found,
        colours=dict(colours),
        codes=[(row, _written(row.id, row.name, named)) for row in rows if not row.retired],
        texts=[(line.id, line.name) for line in texts_for(call.site.engine, call.who)],
        coders=coders_seen(call.site.engine, call.site.folder, call.who),
    )


def place(call: Call) -> Response:
    """Lead on to the turn in which a place of a text lies."""
    reading = reading_of(call.site.engine, call.path["text"], call.who)
    at = number_of(call.path["place"])
    number = block_at(reading.text, turns=reading.turns, place=at)
    to = call.go("text", text=reading.id)
    to.headers["location"] += f"#t{number}"
    return to


def _written(code: str, name: str, named: Counter[str]) -> str:
    """Return how a code is written in a query: by its name if only it has that."""
    word = name if named[name] == 1 else code
    return word if _BARE.fullmatch(word) else '"' + word.replace('"', '""') + '"'


DOORS: Final = (
    Door(method="GET", path="/find", name="find", to=READERS, handler=find),
    Door(method="GET", path="/texts/{text}/at/{place}", name="place", to=READERS, handler=place),
)
