"""The status board: how far interviews and groups came, what was allowed, what was covered."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from consilience.base.errors import Fault, Faults
from consilience.desk.talk_board import Board, TalkLine, boards_of
from consilience.web.audience import only
from consilience.web.call import Call
from consilience.web.doors import Door

RUNNERS: Final = only("lead", "manager", "interviewer")


def interviews(call: Call) -> Response:
    """Show the boards of all stages, or what keeps them from being made."""
    wrong: tuple[Fault, ...] = ()
    boards: tuple[Board, ...] = ()
    try:
        boards = boards_of(call.site.folder)
    except Faults as faults:
        wrong = faults.faults
    except Fault as fault:
        wrong = (fault,)
    state = call.query.get("state", "")
    return call.page(
        "interviews.html",
        boards=[(board, [line for line in board.lines if _shown(line, state)]) for board in boards],
        states=list(dict.fromkeys(each for board in boards for each in board.states)),
        state=state,
        may_deposit=call.site.readers["deposit"].lets_in(call.who.roles),
        # Where something stands is told without the folders of this machine.
        wrong_in=[
            (fault, fault.where.file.rpartition("/")[2] if fault.where.file else "")
            for fault in wrong
            if not fault.is_warning
        ],
    )


def _shown(line: TalkLine, state: str) -> bool:
    return state in ("", line.state)


DOORS: Final = (
    Door(method="GET", path="/interviews", name="interviews", to=RUNNERS, handler=interviews),
)
