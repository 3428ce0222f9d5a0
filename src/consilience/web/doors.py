"""The addresses of the web face, each with who may use it: nothing is open by forgetting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from starlette.responses import Response

from consilience.web.audience import Audience
from consilience.web.call import Call

Handler = Callable[[Call], Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One address and what answers there.

    Args:
        method: GET only reads; POST may change something, and so needs the form's token.
        path: the address, with gaps such as `{text}`.
        name: as templates call it; one a path.
        to: who may use it; there is no default.
        handler: makes the answer; runs in a thread, so that it may wait for the database.
        before_change: whether it may be used while a password that was given out still holds.
        slow: whether it costs much memory or time by design, and so only few run at once.
        by_machine: whether programs use it, with POST too: they have no session and no token of a
            form, so that it is public and its handler may only read.
        takes_files: whether its form brings files; such calls are handled one after the other.
    """

    method: Literal["GET", "POST"]
    path: str
    name: str
    to: Audience
    handler: Handler
    before_change: bool = False
    slow: bool = False
    by_machine: bool = False
    takes_files: bool = False

    def __post_init__(self) -> None:
        """Refuse an address that does not say who may use it."""
        if not isinstance(self.to, Audience):
            raise TypeError(f"{self.method} {self.path} does not say who may use it")
        if self.by_machine and not self.to.public:
            raise TypeError(f"{self.method} {self.path} knows no session, and so is public")
