"""A text taken out of all work, or brought back, by a lead; its words are erased elsewhere."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from consilience.base.errors import Fault
from consilience.desk.withdrawing import bring_text_back, of_survey, standing_of, withdraw_text
from consilience.web.audience import only
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.mishaps import status_of

LEADS: Final = only("lead")
_LONGEST: Final = 500
_DEEDS: Final = {
    "withdraw": (withdraw_text, "text-withdrawn"),
    "back": (bring_text_back, "text-back"),
}


def withdrawing(call: Call) -> Response:
    """Ask whether a text is to be withdrawn, or brought back where it is."""
    return _page(call)


def withdraw(call: Call) -> Response:
    """Withdraw a text or bring it back, as the form says; the page that was shown decides."""
    try:
        found = _DEEDS.get(call.field("step"))
        if found is None:
            raise Fault("WEB-027", why="there is no such step")
        deed, done = found
        reason = call.field("reason", most=_LONGEST)
        deed(call.site.engine, call.path["text"], reason=reason, at=call.at, actor=call.who.id)
    except Fault as fault:
        return _page(call, fault=fault)
    return call.go("transcripts", done=done)


def _page(call: Call, *, fault: Fault | None = None) -> Response:
    standing = standing_of(call.site.engine, call.path["text"])
    return call.page(
        "withdrawing.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        text=standing.document,
        state=standing.state,
        stage=standing.state.state if standing.state else "transcribed",
        of_survey=of_survey(standing.document),
        longest=_LONGEST,
        reason=next(iter(call.form.get("reason", ())), "")[:_LONGEST],
    )


DOORS: Final = (
    Door(
        method="GET", path="/transcripts/{text}/withdraw", name="withdraw", to=LEADS,
        handler=withdrawing,
    ),
    Door(
        method="POST", path="/transcripts/{text}/withdraw", name="withdraw", to=LEADS,
        handler=withdraw,
    ),
)  # fmt: skip
