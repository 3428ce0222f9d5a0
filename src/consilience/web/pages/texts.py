"""The texts: which there are, one to be read and coded, and its release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.responses import Response

from consilience.base.counting import counted
from consilience.base.errors import Fault
from consilience.desk import coding
from consilience.desk.reading import Reading, no_longer, reading_of, texts_for
from consilience.desk.shown_words import may_still_be_marked
from consilience.desk.talk_plan import notes_on_texts
from consilience.web.audience import only
from consilience.web.call import Call
from consilience.web.codetree import CodeRow, code_rows, look_of
from consilience.web.doors import Door
from consilience.web.layout import Block, Ink, lane_count, lay_out
from consilience.web.mishaps import status_of
from consilience.web.palette import colours_of
from consilience.web.rendering import render

READERS: Final = only("lead", "coder", "analyst")
MARKERS: Final = only("lead", "coder")


def texts(call: Call) -> Response:
    """List the texts that whoever asks may read, with how far their coding is."""
    notes: list[Fault] = []
    if "lead" in call.who.roles:
        notes = notes_on_texts(call.site.folder, call.site.engine)
    return call.page("texts.html", texts=texts_for(call.site.engine, call.who), notes=notes)


def text(call: Call) -> Response:
    """Show a text with its codings, and the codes to mark more."""
    reading = reading_of(call.site.engine, call.path["text"], call.who)
    return text_page(call, reading)


def text_page(call: Call, reading: Reading, *, fault: Fault | None = None) -> Response:
    """Return the page of a text, with what went wrong if something did."""
    rows = _rows_in_use(reading)
    return call.page(
        "text.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        text=reading,
        facts=facts_of(reading),
        lanes=lane_count(reading.codings),
        may_mark=may_mark(call, reading),
        may_lead=call.site.readers["coders"].lets_in(call.who.roles),
        blocks=blocks_of(reading, own=call.who.id),
        codes=rows,
        codes_look=look_of(rows),
    )


def _rows_in_use(reading: Reading) -> list[CodeRow]:
    return [row for row in code_rows(reading.codes) if not row.retired]


def turns(call: Call) -> Response:
    """Return the turns that are not as the page shows them, drawn anew."""
    return patch(call, reading_of(call.site.engine, call.path["text"], call.who))


def patch(call: Call, reading: Reading, *, said: str = "") -> Response:
    """Return to a page the turns, and the list of codes, that are not as it shows them.

    The page sends the version of the text and the looks of its turns and of its list, so that the
    answer is right whatever the page has missed.
    """
    shown = call.sent.get("looks") if isinstance(call.sent, Mapping) else None
    if not isinstance(shown, Mapping) or call.sent.get("version") != reading.version:
        sent = call.sent.get("version") if isinstance(call.sent, Mapping) else None
        open_yet = may_mark(call, reading) and may_still_be_marked(call.site.engine, reading, sent)
        return call.json({"reload": True, "said": said, "open": open_yet})
    drawn = {
        f"t{block.number}": render(
            call.site, "one-turn.html", block=block, may_mark=may_mark(call, reading)
        )
        for block in blocks_of(reading, own=call.who.id, shown=shown)
    }
    return call.json(
        {
            "state": reading.state,
            "turns": drawn,
            "said": said,
            "lanes": lane_count(reading.codings),
            "facts": facts_of(reading),
            "codes": _codes(call, reading, call.sent),
        }
    )


def _codes(call: Call, reading: Reading, sent: Mapping[str, Any]) -> Mapping[str, str] | None:
    """Return the list of codes if the page shows another, and what became of the chosen code."""
    rows = _rows_in_use(reading)
    look = look_of(rows)
    if not may_mark(call, reading) or sent.get("codes") in (None, look):
        return None
    chosen, gone = sent.get("chosen"), ""
    if isinstance(chosen, str) and not any(row.id == chosen and row.codable for row in rows):
        fault = no_longer(call.site.engine, chosen)
        gone = f"{fault.what[0].upper()}{fault.what[1:]}. {fault.remedy}" if fault else ""
    return {"look": look, "html": render(call.site, "codes.html", codes=rows), "gone": gone}


def blocks_of(
    reading: Reading, *, own: str, shown: Mapping[str, str] | None = None
) -> Sequence[Block]:
    """Return a text laid out for one of its readers, without what looks as it is shown."""
    ink = Ink(
        names={code.id: code.name for code in reading.codes},
        colours=colours_of(reading.codes),
        coders={**reading.coders, own: "you"},
        own=own,
    )
    return lay_out(
        reading.text,
        turns=reading.turns,
        sentences=reading.sentences,
        codings=reading.codings,
        ink=ink,
        shown=shown,
    )


def may_mark(call: Call, reading: Reading) -> bool:
    """Return whether whoever asks may code this text."""
    return reading.assigned and not reading.released and MARKERS.lets_in(call.who.roles)


def facts_of(reading: Reading) -> str:
    """Return in one line what text it is."""
    words, turns = len(reading.text.split()), len(reading.turns)
    return (
        f"{reading.kind.capitalize()}, version {reading.version}. {counted(words, 'word')} in "
        f"{counted(turns, 'turn')}; {counted(len(reading.codings), 'coding')} that you may see."
    )


def release_form(call: Call) -> Response:
    """Ask whether the own coding is to be released, of whoever codes the text."""
    reading = reading_of(call.site.engine, call.path["text"], call.who)
    if not reading.assigned:
        raise Fault("COD-004", document=reading.name, coder=call.who.id)
    return _release_form(call)


def release(call: Call) -> Response:
    """Release the own coding of a text."""
    try:
        coding.release(call.site.engine, call.path["text"], coder=call.who.id, at=call.at)
    except Fault as fault:
        return _release_form(call, fault=fault)
    return call.go("text", text=call.path["text"], done="released")


def _release_form(call: Call, *, fault: Fault | None = None) -> Response:
    reading = reading_of(call.site.engine, call.path["text"], call.who)
    own = sum(each.coder == call.who.id for each in reading.codings)
    status = status_of(fault) if fault else 200
    return call.page("release.html", status=status, fault=fault, text=reading, count=own)


DOORS: Final = (
    Door(method="GET", path="/texts", name="texts", to=READERS, handler=texts),
    Door(method="GET", path="/texts/{text}", name="text", to=READERS, handler=text),
    Door(method="POST", path="/texts/{text}/turns", name="turns", to=READERS, handler=turns),
    Door(
        method="GET", path="/texts/{text}/release", name="release", to=MARKERS,
        handler=release_form,
    ),
    Door(
        method="POST", path="/texts/{text}/release", name="release", to=MARKERS, handler=release
    ),
)  # fmt: skip
