"""Opening the vault for one session, and locking it again."""

from __future__ import annotations

from typing import Final

from starlette.responses import RedirectResponse, Response

from consilience.base.errors import Fault
from consilience.desk.unlocking import OpenVault, is_there, note_locked, unlock
from consilience.web.audience import only
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.mishaps import status_of
from consilience.web.pages.sign_in import own_path
from consilience.web.vaults import IDLE

KEEPERS: Final = only("lead", "transcriber", "pseudonymiser")
_LONGEST: Final = 1_000


def vault(call: Call) -> Response:
    """Show whether the vault is open here, and the form that opens it."""
    return vault_page(call, to=_next(call))


def open_it(call: Call) -> Response:
    """Open the vault for this session, if the pass phrase is right."""
    # As it was typed: a blank may be part of it.
    key = next(iter(call.form.get("key", ())), "")[:_LONGEST]
    try:
        call.site.attempts.count(login=f"vault:{call.who.login}", address=call.address)
        opened = unlock(call.site.engine, call.site.folder, key, at=call.at, actor=call.who.id)
    except Fault as fault:
        told = Fault("WEB-041") if fault.code == "STO-031" else fault
        return vault_page(call, to=_next(call), fault=told)
    call.site.attempts.forget(login=f"vault:{call.who.login}", address=call.address)
    call.site.vaults.hold(call.token or "", opened, owner=call.who.id)
    return RedirectResponse(own_path(call.field("next")), 303)


def lock(call: Call) -> Response:
    """Forget the pass phrase of this session."""
    if call.site.vaults.lock(call.token or ""):
        note_locked(call.site.engine, at=call.at, actor=call.who.id)
    return call.go("vault", done="locked")


def vault_of(call: Call) -> OpenVault | None:
    """Return the vault that is open in this session, for those who may have it open."""
    if not KEEPERS.lets_in(call.who.roles):
        return None
    return call.site.vaults.get(call.token or "")


def vault_page(call: Call, *, to: str, fault: Fault | None = None) -> Response:
    """Return the page that opens the vault and leads on to an address of this site."""
    return call.page(
        "vault.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        there=is_there(call.site.folder),
        open=vault_of(call) is not None,
        minutes=int(IDLE.total_seconds() // 60),
        next=to,
    )


def _next(call: Call) -> str:
    return own_path(call.query.get("next", "") or call.field("next"))


DOORS: Final = (
    Door(method="GET", path="/vault", name="vault", to=KEEPERS, handler=vault),
    # The pass phrase is made costly to guess on purpose.
    Door(method="POST", path="/vault", name="vault", to=KEEPERS, handler=open_it, slow=True),
    Door(method="POST", path="/vault/lock", name="lock", to=KEEPERS, handler=lock),
)
