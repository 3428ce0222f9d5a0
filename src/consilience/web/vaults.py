"""Vaults that people opened: in the memory of this process only, each for one session."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from consilience.desk.unlocking import OpenVault

# Long enough to think about a name, short enough for a screen that is left alone.
IDLE: Final = dt.timedelta(minutes=15)


@dataclass(slots=True, kw_only=True)
class _Held:
    vault: OpenVault = field(repr=False)
    owner: str
    used: dt.datetime
    found: dict[str, Any] = field(default_factory=dict, repr=False)


class OpenVaults:
    """Who has the vault open; after fifteen minutes without use it is forgotten.

    Nothing of it is written anywhere: it ends with the process, with the session, by the button
    that locks it, and by itself.
    """

    def __init__(self, clock: Callable[[], dt.datetime]) -> None:
        """Begin with none open.

        Args:
            clock: gives the time now.
        """
        self._clock = clock
        self._held: dict[str, _Held] = {}
        self._guard = threading.Lock()
        self._timer: threading.Timer | None = None

    def hold(self, session: str, vault: OpenVault, *, owner: str) -> None:
        """Hold a vault open for a session of somebody."""
        with self._guard:
            self._held[_key(session)] = _Held(vault=vault, owner=owner, used=self._clock())
        self._wait()

    def get(self, session: str) -> OpenVault | None:
        """Return the vault that a session has open, None if none; this counts as use."""
        held = self._use(session)
        return held.vault if held else None

    def found(self, session: str) -> dict[str, Any] | None:
        """Return what was read from the vault for a session, to be kept as long as it is open."""
        held = self._use(session)
        return held.found if held else None

    def lock(self, session: str) -> bool:
        """Forget the vault of a session; return whether it was open."""
        with self._guard:
            return self._held.pop(_key(session), None) is not None

    def lock_all(self, owner: str) -> None:
        """Forget the vaults of all sessions of somebody."""
        with self._guard:
            for key in [key for key, held in self._held.items() if held.owner == owner]:
                del self._held[key]

    def sweep(self) -> None:
        """Forget every vault that was not used for too long."""
        limit = self._clock() - IDLE
        with self._guard:
            for key in [key for key, held in self._held.items() if held.used <= limit]:
                del self._held[key]

    def _use(self, session: str) -> _Held | None:
        self.sweep()
        with self._guard:
            held = self._held.get(_key(session))
            if held is not None:
                held.used = self._clock()
            return held

    def _wait(self) -> None:
        """Sweep a little after the time is over, even if nobody asks for a page any more."""
        timer = threading.Timer(IDLE.total_seconds() + 1, self._swept)
        timer.daemon = True
        with self._guard:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = timer
        timer.start()

    def _swept(self) -> None:
        self.sweep()
        if self._held:
            self._wait()


def _key(session: str) -> str:
    return hashlib.sha256(session.encode()).hexdigest()
