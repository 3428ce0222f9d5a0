"""How often somebody may try to sign in: by account, and by address."""

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


class Attempts:
    """Counts attempts in the memory of the one process that serves a study."""

    def __init__(self) -> None:
        """Begin with no attempts."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._account = RateLimitItemPerMinute(PER_ACCOUNT, MINUTES)
        self._address = RateLimitItemPerMinute(PER_ADDRESS, MINUTES)

    def count(self, *, login: str, address: str) -> None:
        """Count an attempt before its password is looked at, so that none runs beside the count.

        Raises:
            Fault: WEB-011 if there were too many of this account or from this address.
        """
        by_address = self._limiter.hit(self._address, "address", address)
        by_account = self._limiter.hit(self._account, "account", _key(login))
        if not (by_address and by_account):
            raise Fault("WEB-011", minutes=MINUTES)

    def forget(self, *, login: str) -> None:
        """Forget the attempts of an account: the password was right."""
        self._limiter.clear(self._account, "account", _key(login))


def _key(login: str) -> str:
    # What was typed may be long, or a password in the wrong field: only its hash is kept.
    return hashlib.sha256(login.strip().lower().encode()).hexdigest()
