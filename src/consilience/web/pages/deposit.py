"""Where the deposit stands, for who prepares and releases it; a package is made at the terminal."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from consilience.base.errors import Fault, Faults
from consilience.desk.deposit_page import DepositNow, deposit_now
from consilience.desk.waiting import texts_waiting
from consilience.web.audience import only
from consilience.web.call import Call
from consilience.web.doors import Door

KEEPERS: Final = only("lead", "curator")


def deposit(call: Call) -> Response:
    """Show what would be deposited and what is withheld, as the last run has it."""
    found: DepositNow | None = None
    broken = False
    try:
        found = deposit_now(call.site.folder, call.site.engine)
    except (Fault, Faults):
        broken = True
    return call.page(
        "deposit.html",
        broken=broken,
        deposit=found,
        uncleared=texts_waiting(call.site.engine).uncleared,
        may_clear=call.site.readers["transcripts"].lets_in(call.who.roles),
    )


DOORS: Final = (
    # Stages are held against their files: few such pages are made at once.
    Door(method="GET", path="/deposit", name="deposit", to=KEEPERS, handler=deposit, slow=True),
)
