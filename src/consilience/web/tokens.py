"""Tokens of forms and the cookies that carry sessions."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from starlette.responses import Response

from consilience.web.site import Place

_PURPOSE: Final = b"consilience form"


def new_token() -> str:
    """Return 256 random bits that fit into a cookie."""
    return secrets.token_urlsafe(32)


def form_token(token: str) -> str:
    """Return what the forms of a session carry: only who knows the session's token can make it.

    Example:
        >>> form_token("a") == form_token("a") != form_token("b")
        True
    """
    return hmac.new(token.encode(), _PURPOSE, hashlib.sha256).hexdigest()


def is_form_token(sent: str, token: str) -> bool:
    """Return whether a form of this session was sent; takes the same time whatever was sent."""
    return hmac.compare_digest(sent.encode(), form_token(token).encode())


def cookie_name(place: Place, *, visit: bool = False) -> str:
    """Return the name of the cookie of a session, or of a visit before signing in.

    `__Host-` makes browsers refuse the cookie from any other host or path, or without https.
    """
    name = "consilience-visit" if visit else "consilience"
    return f"__Host-{name}" if place.secure else name


def give_cookie(response: Response, place: Place, token: str, *, visit: bool = False) -> None:
    """Let the browser keep a token until it is closed; scripts never see it."""
    response.set_cookie(
        cookie_name(place, visit=visit),
        token,
        path="/",
        secure=place.secure,
        httponly=True,
        samesite="lax",
    )


def take_cookie(response: Response, place: Place, *, visit: bool = False) -> None:
    """Let the browser forget a token."""
    response.delete_cookie(
        cookie_name(place, visit=visit),
        path="/",
        secure=place.secure,
        httponly=True,
        samesite="lax",
    )
