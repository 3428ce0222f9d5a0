"""Who may use an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from consilience.desk.roles import ROLES, Role


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may use an address: anybody at all, or signed-in people with one of these roles.

    Attributes:
        roles: who of those who signed in.
        public: whether anybody.
        greets: whether a public page knows who is signed in, where somebody is.
    """

    roles: frozenset[Role]
    public: bool = False
    greets: bool = False

    def __post_init__(self) -> None:
        """Refuse an audience of nobody: it would be a mistake."""
        if self.public == bool(self.roles):
            raise ValueError("an audience is public, or it names roles")

    def lets_in(self, roles: frozenset[Role]) -> bool:
        """Return whether somebody with these roles may come in."""
        return self.public or bool(self.roles & roles)


PUBLIC: Final = Audience(frozenset(), public=True)
VISITORS: Final = Audience(frozenset(), public=True, greets=True)
SIGNED_IN: Final = Audience(ROLES)
# Readers register themselves at a catalogue; of a study they see nothing.
STAFF: Final = Audience(ROLES - {"reader"})


def only(*roles: Role) -> Audience:
    """Return the audience of signed-in people who have one of these roles.

    Example:
        >>> only("lead").lets_in(frozenset({"coder"}))
        False
    """
    return Audience(frozenset(roles))
