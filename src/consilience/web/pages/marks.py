"""Marking passages of a text: asked by a script with places, or by a form with whole turns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from consilience.base.errors import Fault
from consilience.desk import coding
from consilience.desk.reading import Reading, reading_of
from consilience.desk.shown_words import brought_over, words_shown
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.layout import block_at, shortened
from consilience.web.pages.texts import MARKERS, patch, text_page


def mark(call: Call) -> Response:
    """Mark a passage, or whole turns, with a code."""
    reading = reading_of(call.site.engine, call.path["text"], call.who)
    if call.sent is None:
        return _mark_turns(call, reading)
    start, end = (_number(call.sent, name) for name in ("start", "end"))
    version, code = _number(call.sent, "version"), _word(call.sent, "code")
    # Places count in the version that the page shows, which may be older than the one read now.
    shown = words_shown(call.site.engine, reading, version)
    span = trimmed(shown, start, end)
    ((start, end),) = brought_over(call.site.engine, reading, version, [span])
    marked = _mark(call, reading, start=start, end=end, code=code)
    name = next((each.name for each in reading.codes if each.id == code), code)
    said = f"Marked with {name}: {shortened(reading.text[start:end])}"
    return patch(call, marked, said=said)


def unmark(call: Call) -> Response:
    """Take an own coding away."""
    by_script = call.sent is not None
    wanted = _word(call.sent, "coding") if by_script else call.field("coding")
    coding.unmark(call.site.engine, wanted, coder=call.who.id, at=call.at)
    if by_script:
        return _drawn(call, said="Removed")
    return call.go("text", text=call.path["text"], done="removed")


def undo(call: Call) -> Response:
    """Take the own last step back."""
    change = coding.undo(call.site.engine, coder=call.who.id, at=call.at)
    if call.sent is None:
        return call.go("text", text=call.path["text"], done="undone" if change else "nothing")
    if change is None:
        return _drawn(call, said="There is nothing to take back")
    elsewhere = change.deed.document not in (None, call.path["text"])
    said = "Your last step is taken back"
    return _drawn(call, said=f"{said}; it was in another text" if elsewhere else said)


def _mark_turns(call: Call, reading: Reading) -> Response:
    """Mark each turn that was chosen in a form, without any script."""
    chosen = [_place(each) for each in call.form.get("turn", ())]
    try:
        if not chosen:
            raise Fault("WEB-030", what="turn")
        if not call.field("code"):
            raise Fault("WEB-030", what="code")
        version = number_of(call.field("version"))
        spans = brought_over(call.site.engine, reading, version, chosen)
        coding.mark_all(
            call.site.engine,
            reading.id,
            reading.version,
            spans,
            code=call.field("code"),
            coder=call.who.id,
            at=call.at,
        )
    except Fault as fault:
        return text_page(call, reading, fault=fault)
    to = call.go("text", text=reading.id, done="marked")
    first = block_at(reading.text, turns=reading.turns, place=spans[0][0])
    to.headers["location"] += f"#t{first}"
    return to


def _mark(call: Call, reading: Reading, *, start: int, end: int, code: str) -> Reading:
    """Mark a passage; return the text with it."""
    made = coding.mark(
        call.site.engine,
        reading.id,
        reading.version,
        start,
        end,
        code=code,
        coder=call.who.id,
        at=call.at,
    )
    return reading.with_coding(made)


def _drawn(call: Call, *, said: str) -> Response:
    reading = reading_of(call.site.engine, call.path["text"], call.who)
    return patch(call, reading, said=said)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a passage without white space at its ends, if anything else is in it."""
    words = text[start:end]
    if end > len(text) or not words.strip():
        return start, end  # refused where it is marked
    return start + len(words) - len(words.lstrip()), start + len(words.rstrip())


def _place(text: str) -> tuple[int, int]:
    """Return where a turn that was chosen begins and ends, as the page shows it."""
    start, _, end = text.partition("-")
    return number_of(start), number_of(end)


def number_of(text: str) -> int:
    """Return a number of a form.

    Raises:
        Fault: WEB-027 if it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Fault("WEB-027", why="a number is none")
    return int(text)


def _number(sent: Any, name: str) -> int:  # noqa: ANN401  (whatever a script sent)
    value = sent.get(name) if isinstance(sent, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise Fault("WEB-027", why=f"{name} is no number")
    return value


def _word(sent: Any, name: str) -> str:  # noqa: ANN401  (whatever a script sent)
    value = sent.get(name) if isinstance(sent, Mapping) else None
    if not isinstance(value, str) or not value or len(value) > 64:
        raise Fault("WEB-027", why=f"{name} is no id")
    return value


DOORS: Final = (
    Door(method="POST", path="/texts/{text}/marks", name="marks", to=MARKERS, handler=mark),
    Door(
        method="POST", path="/texts/{text}/marks/remove", name="unmark", to=MARKERS,
        handler=unmark,
    ),
    Door(method="POST", path="/texts/{text}/undo", name="undo", to=MARKERS, handler=undo),
)  # fmt: skip
