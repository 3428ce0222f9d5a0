"""What people do in a study, and so what they may see and change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, cast, get_args

from consilience.base.errors import Fault

Role = Literal[
    "lead",
    "manager",
    "interviewer",
    "transcriber",
    "pseudonymiser",
    "coder",
    "analyst",
    "curator",
    "reader",
]
ROLES: Final[frozenset[Role]] = frozenset(get_args(Role))

# What each role is for, as it is shown where roles are given.
MEANING: Final[Mapping[Role, str]] = {
    "lead": "answers for the study: codebook, assignments, settling of disagreements",
    "manager": "runs the fieldwork: who is asked, who answered, appointments",
    "interviewer": "holds interviews: own appointments, guides and consents",
    "transcriber": "brings in recordings and transcripts and corrects them",
    "pseudonymiser": "replaces what could name a person, and may open the vault",
    "coder": "reads and codes the texts that are assigned",
    "analyst": "reads tables, released codings and the codebook",
    "curator": "prepares the deposit; decides who may have what is controlled",
    "reader": "registered at a catalogue: takes files as their level allows",
}


def check_roles(names: Iterable[str]) -> tuple[Role, ...]:
    """Return roles by name, each once and sorted.

    Args:
        names: names of roles; at least one.

    Raises:
        Fault: STO-052 if one is no role, or if none is named.

    Example:
        >>> check_roles(["lead", "coder", "lead"])
        ('coder', 'lead')
    """
    wanted = sorted(set(names))
    known = ", ".join(get_args(Role))
    for name in wanted:
        if name not in ROLES:
            raise Fault("STO-052", role=name, known=known)
    if not wanted:
        raise Fault("STO-052", role="", known=known)
    return cast("tuple[Role, ...]", tuple(wanted))
