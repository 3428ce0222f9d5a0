"""Transcripts are brought in, and what became of each file is told."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from consilience.base.errors import Fault, Faults
from consilience.desk.bring_transcripts import Brought, bring_in
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.mishaps import status_of
from consilience.web.pages.intake_form import BRINGERS, terms_in
from consilience.web.pages.transcripts import transcripts_page
from consilience.web.pages.vault import vault_of


def bring(call: Call) -> Response:
    """Take the files of the form in; the answer is a page, as the same files may be sent again."""
    try:
        brought = _brought(call)
    except Faults:
        return transcripts_page(call, fault=Fault("WEB-053"))
    except Fault as fault:
        if status_of(fault) >= 500:
            raise  # its words may name folders of the server
        shut = fault.code == "INT-007"
        return transcripts_page(call, fault=Fault("WEB-054") if shut else fault)
    counts = {
        outcome: sum(each.entry.outcome == outcome for each in brought)
        for outcome in ("entered", "there", "refused")
    }
    status = 400 if counts["refused"] == len(brought) else 200
    return call.page("brought.html", status=status, brought=brought, counts=counts)


def _brought(call: Call) -> tuple[Brought, ...]:
    if not call.files:
        raise Fault("WEB-050")
    opened = vault_of(call)
    return bring_in(
        call.site.engine,
        call.site.folder,
        call.files,
        terms=terms_in(call),
        vault=opened.vault if opened else None,
        at=call.at,
        actor=call.who.id,
    )


DOORS: Final = (
    Door(
        method="POST", path="/transcripts", name="transcripts", to=BRINGERS, handler=bring,
        takes_files=True,
    ),
)  # fmt: skip
