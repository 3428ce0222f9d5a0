"""Transcripts: where each stands, and the review in which a person corrects its speakers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from consilience.base.errors import Fault
from consilience.desk import speakers as desk
from consilience.desk.talk_plan import notes_on_texts
from consilience.desk.transcripts import STATES, Listed, bring_to_state, listed, stage_of
from consilience.desk.unlocking import is_there
from consilience.web.audience import only
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.mishaps import status_of
from consilience.web.pages.intake_form import BRINGERS, intake_form
from consilience.web.pages.marks import number_of
from consilience.web.pages.vault import KEEPERS, vault_of
from consilience.web.pages.withdrawing import LEADS

REVIEWERS: Final = only("lead", "transcriber", "interviewer")
# A word of which a recogniser was not sure.
_DOUBTFUL: Final = re.compile(r"\(([^()?\n]{1,60})\?\)")
_CHECKED: Final = STATES.index("checked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One turn, or words of the text that belong to none.

    Args:
        number: of the turn, None for other words.
        speaker: who speaks, None where nobody is named.
        t0: seconds from the start of the recording, None if not known.
        start: first code point, that of a label.
        pieces: what is said, each with whether a recogniser was not sure of it.
        said: the same in one string.
    """

    number: int | None
    speaker: str | None
    t0: float | None
    start: int
    pieces: tuple[tuple[str, bool], ...]
    said: str

    @property
    def doubts(self) -> int:
        """How many of its words are doubtful."""
        return sum(doubtful for _, doubtful in self.pieces)


def transcripts(call: Call) -> Response:
    """List the texts with their states and versions."""
    return transcripts_page(call)


def transcripts_page(call: Call, *, fault: Fault | None = None) -> Response:
    """Return the list of texts and the form that brings in more.

    Args:
        call: of the page.
        fault: why the form was not taken.
    """
    lines = listed(call.site.engine)
    state = call.query.get("state", "")
    leads = LEADS.lets_in(call.who.roles)
    # The form reads the plan of the study, which takes its time: not for whoever only looks.
    asked = fault is not None or "bring" in call.query or not (lines or state)
    form = intake_form(call, fault=fault) if asked else None
    return call.page(
        "transcripts.html",
        status=status_of(fault) if fault else 200,
        fault=form.fault if form else fault,
        form=form,
        may_bring=BRINGERS.lets_in(call.who.roles),
        notes=notes_on_texts(call.site.folder, call.site.engine) if leads else [],
        lines=[line for line in lines if state in ("", stage_of(line))],
        states=[each for each in STATES if any(stage_of(line) == each for line in lines)],
        state=state,
        may_open=KEEPERS.lets_in(call.who.roles),
        may_withdraw=leads,
    )


def speakers(call: Call) -> Response:
    """Show a text turn by turn with who speaks."""
    return _page(call)


def correct(call: Call) -> Response:
    """Correct who speaks: one step of the form."""
    step = _STEPS.get(call.field("step"))
    try:
        if step is None:
            raise Fault("WEB-027", why="there is no such step")
        turn = step(call, _place(call))
    except Fault as fault:
        return _page(call, fault=fault)
    query = {name: value for name in ("version",) if (value := call.query.get(name, ""))}
    if not turn:
        return call.go("speakers", text=call.path["text"], done="speakers", query=query)
    to = call.go(
        "speakers", text=call.path["text"], done="speakers", query={**query, "turn": str(turn)}
    )
    to.headers["location"] += f"#t{turn}"
    return to


def check(call: Call) -> Response:
    """Say that a text was checked, and why it may count as that."""
    try:
        line = next((each for each in listed(call.site.engine) if _is(each, call)), None)
        if line is None:
            raise Fault("INT-008", named=call.path["text"])
        if not _may_check(line):
            raise Fault("WEB-043", state=stage_of(line))
        bring_to_state(
            call.site.engine,
            line.document.id,
            "checked",
            reason=call.field("reason"),
            at=call.at,
            actor=call.who.id,
        )
    except Fault as fault:
        return _page(call, fault=fault)
    return call.go("transcripts", done="checked")


def _rename(call: Call, place: desk.Place) -> int:
    """Call a speaker otherwise, or merge one into another."""
    old, new = call.field("old", most=200), _name(call, "new")
    desk.set_speakers(call.site.engine, place, {old: new})
    return 0


def _give(call: Call, place: desk.Place) -> int:
    """Give a turn another speaker."""
    number = _number(call, place)
    desk.set_speaker_of(call.site.engine, place, number, _chosen_name(call))
    return number


def _join(call: Call, place: desk.Place) -> int:
    """Join a turn with the one before."""
    number = _number(call, place)
    desk.join_turns(call.site.engine, place, number - 1)
    return number - 1


def _split(call: Call, place: desk.Place) -> int:
    """Part a turn where words of it begin that somebody else says."""
    number = _number(call, place)
    speaker = _chosen_name(call)
    words = call.field("words").split()
    if not words:
        raise Fault("WEB-031", what="place where the second turn begins")
    review = _review(call)
    turn = review.turns[number - 1]
    found = re.compile(r"\s+".join(re.escape(word) for word in words)).search(
        review.text, turn.said, turn.end
    )
    if found is None:
        raise Fault("WEB-044", number=number)
    desk.split_turn(call.site.engine, place, number, found.start(), speaker)
    return number + 1


_STEPS: Final[Mapping[str, Callable[[Call, desk.Place], int]]] = {
    "rename": _rename,
    "give": _give,
    "join": _join,
    "split": _split,
}


def _name(call: Call, field: str) -> str:
    name = call.field(field, most=200)
    if not name:
        raise Fault("WEB-031", what="name of the speaker")
    return name


def _chosen_name(call: Call) -> str:
    """Return who speaks: chosen from the list, or a new one that was written beside it."""
    return call.field("other", most=200) or _name(call, "speaker")


def _number(call: Call, place: desk.Place) -> int:
    """Return the number of the turn of a form.

    Raises:
        Fault: WEB-042 if it begins elsewhere now, as somebody corrected turns since.
    """
    number, start = number_of(call.field("turn")), number_of(call.field("start"))
    turns = _review(call, version=place.version).turns
    if not 1 <= number <= len(turns) or turns[number - 1].start != start:
        raise Fault("WEB-042", number=number)
    return number


def _place(call: Call) -> desk.Place:
    opened = vault_of(call)
    return desk.Place(
        document=call.path["text"],
        version=_version(call),
        vault=opened.vault if opened else None,
        at=call.at,
        actor=call.who.id,
    )


def _version(call: Call) -> int | None:
    asked = call.query.get("version", "")
    return number_of(asked) if asked else None


def _review(call: Call, *, version: int | None = None) -> desk.Review:
    opened = vault_of(call)
    return desk.review_of(
        call.site.engine,
        call.path["text"],
        version=version or _version(call),
        vault=opened.vault if opened else None,
        at=call.at,
        actor=call.who.id,
    )


def _page(call: Call, *, fault: Fault | None = None) -> Response:
    try:
        review = _review(call)
    except Fault as shut:
        if shut.code != "INT-007":
            raise
        return _shut(call)
    line = next(each for each in listed(call.site.engine) if _is(each, call))
    rows = _rows(review)
    asked = call.query.get("turn", "") or call.field("turn", most=15)
    return call.page(
        "speakers.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        text=review.document,
        version=review.version,
        versions=line.versions,
        state=stage_of(line),
        rows=rows,
        speakers=review.speakers,
        doubts=sum(row.doubts for row in rows),
        first_doubt=next((row.number for row in rows if row.doubts), None),
        turn=int(asked) if asked.isascii() and asked.isdigit() else 0,
        may_check=_may_check(line),
        open=vault_of(call) is not None,
        unchecked=not review.version.sealed and not vault_of(call) and is_there(call.site.folder),
        may_open=KEEPERS.lets_in(call.who.roles),
        may_withdraw=LEADS.lets_in(call.who.roles),
        keeps={"version": asked_version} if (asked_version := call.query.get("version")) else {},
        draft={name: call.field(name) for name in ("old", "new", "words", "other", "reason")},
    )


def _shut(call: Call) -> Response:
    """Say that every version lies in the vault, and how to open it."""
    line = next(each for each in listed(call.site.engine) if _is(each, call))
    to = call.site.address("speakers", text=line.document.id)
    may = KEEPERS.lets_in(call.who.roles)
    return call.page("sealed.html", status=403, text=line.document, may_open=may, next=to)


def _rows(review: desk.Review) -> list[Row]:
    """Return the text in order: turns, and what stands between them."""
    rows: list[Row] = []
    at = 0
    for number, turn in enumerate(review.turns, start=1):
        rows += _between(review.text, at, turn.start)
        said = review.text[turn.said : turn.end].strip()
        rows.append(
            Row(
                number=number,
                speaker=turn.speaker,
                t0=turn.t0,
                start=turn.start,
                pieces=_pieces(said),
                said=said,
            )
        )
        at = turn.end
    return rows + _between(review.text, at, len(review.text))


def _between(text: str, start: int, end: int) -> list[Row]:
    said = text[start:end].strip()
    if not said:
        return []
    row = Row(number=None, speaker=None, t0=None, start=start, pieces=_pieces(said), said=said)
    return [row]


def _pieces(said: str) -> tuple[tuple[str, bool], ...]:
    pieces: list[tuple[str, bool]] = []
    at = 0
    for found in _DOUBTFUL.finditer(said):
        pieces += [(said[at : found.start()], False), (found[0], True)]
        at = found.end()
    return tuple(piece for piece in (*pieces, (said[at:], False)) if piece[0])


def _is(line: Listed, call: Call) -> bool:
    return call.path["text"] in (line.document.id, line.document.name)


def _may_check(line: Listed) -> bool:
    """Return whether a text is not further than checked, so that checking it is no step back."""
    return STATES.index(line.state.state) <= _CHECKED if line.state else True


DOORS: Final = (
    Door(
        method="GET", path="/transcripts", name="transcripts", to=REVIEWERS, handler=transcripts
    ),
    Door(
        method="GET", path="/transcripts/{text}/speakers", name="speakers", to=REVIEWERS,
        handler=speakers,
    ),
    Door(
        method="POST", path="/transcripts/{text}/speakers", name="speakers", to=REVIEWERS,
        handler=correct,
    ),
    Door(
        method="POST", path="/transcripts/{text}/checked", name="checked", to=REVIEWERS,
        handler=check,
    ),
)  # fmt: skip
