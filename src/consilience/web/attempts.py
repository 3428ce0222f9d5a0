"""How often somebody may try to sign in: at an account from an address, and each alone."""

from __future__ import annotations

import hashlib
from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from consilience.base.errors import Fault

MINUTES: Final = 15
PER_ACCOUNT: Final = 10
# An office may share one address; a hundred tries in it are no office any more.
PER_ADDRESS: Final = 100
# Guesses from everywhere at one account. Ten wrong passwords of anybody must not keep out whoever
# it belongs to; a hundred in a quarter of an hour are still no way to a password of 12 characters.
PER_ACCOUNT_EVERYWHERE: Final = 100
# How many accounts and addresses are remembered that signed in.
_REMEMBERED: Final = 10_000


class Attempts:
    """Counts attempts in the memory of the one process that serves a study."""

    def __init__(self) -> None:
        """Begin with no attempts."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._account = RateLimitItemPerMinute(PER_ACCOUNT, MINUTES)
        self._address = RateLimitItemPerMinute(PER_ADDRESS, MINUTES)
        self._everywhere = RateLimitItemPerMinute(PER_ACCOUNT_EVERYWHERE, MINUTES)
        self._known: dict[tuple[str, str], None] = {}

    def count(self, *, login: str, address: str) -> None:
        """Count an attempt before its password is looked at, so that none runs beside the count.

        An address from which somebody signed in to the account before is not kept out by what
        others try elsewhere.

        Raises:
            Fault: WEB-011 if there were too many from this address, or at this account, from here
                or from everywhere together.
        """
        key = _key(login)
        by_address = self._limiter.hit(self._address, "address", address)
        by_account = self._limiter.hit(self._account, "account", key, address)
        allowed = by_address and by_account
        if allowed and (key, address) not in self._known:
            allowed = self._limiter.hit(self._everywhere, "everywhere", key)
        if not allowed:
            raise Fault("WEB-011", minutes=MINUTES)

    def forget(self, *, login: str, address: str) -> None:
        """Forget the attempts at an account from an address: the password was right."""
        key = _key(login)
        self._limiter.clear(self._account, "account", key, address)
        self._known.pop((key, address), None)
        self._known[key, address] = None
        if len(self._known) > _REMEMBERED:
            self._known.pop(next(iter(self._known)), None)


def _key(login: str) -> str:
    # What was typed may be long, or a password in the wrong field: only its hash is kept.
    return hashlib.sha256(login.strip().lower().encode()).hexdigest()
