"""Passwords: which may be taken, how they are kept, whether one is right."""

from __future__ import annotations

import functools
import secrets
import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from consilience.base.counting import counted
from consilience.base.errors import Fault

SHORTEST: Final = 12
LONGEST: Final = 200
# No letters that are taken for others on paper; almost 5 bits each.
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_HASHER: Final = PasswordHasher()  # Argon2id, 64 MiB, 3 passes: the second choice of RFC 9106


def check_password(password: str, *, login: str) -> str:
    """Return a password if it may be taken.

    Length is what counts; no rules of letters and figures, which make passwords worse.

    Args:
        password: as typed.
        login: the account's login; what else stands in the password must be long enough.

    Raises:
        Fault: WEB-012 if it is shorter than 12 or longer than 200 characters, too short
            without the login, or repeats fewer than five different characters.

    Example:
        >>> check_password("four plain words here", login="ann")
        'four plain words here'
        >>> check_password("four plain words here", login="a")
        'four plain words here'
    """
    text = _normal(password)
    if not SHORTEST <= len(text) <= LONGEST:
        raise Fault("WEB-012", why=f"it has {counted(len(text), 'character')}", shortest=SHORTEST)
    # Of a short login, such as that of a@example.org, a letter or two say nothing.
    if login and login in text.lower() and len(text.lower().replace(login, "")) < SHORTEST:
        raise Fault("WEB-012", why="the login stands in it", shortest=SHORTEST)
    if len(set(text)) < 5:
        raise Fault("WEB-012", why="it repeats very few characters", shortest=SHORTEST)
    return password


def hash_password(password: str) -> str:
    """Return the Argon2id hash under which a password is kept; takes about a tenth of a second."""
    return _HASHER.hash(_normal(password))


def is_right(password: str, kept: str | None) -> bool:
    """Return whether a password is the one that is kept.

    Args:
        password: as typed.
        kept: its hash; None for an account that is not there, which takes the same time.
    """
    try:
        _HASHER.verify(kept or _nobody(), _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_old(kept: str) -> bool:
    """Return whether a hash was made with weaker parameters than are used now."""
    return _HASHER.check_needs_rehash(kept)


def one_time_password() -> str:
    """Return a random password to be given out: 79 bits in four groups of letters."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def _normal(password: str) -> str:
    # The same keys give different code points on different systems; NFKC makes them one.
    return unicodedata.normalize("NFKC", password)


@functools.cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_urlsafe(24))
