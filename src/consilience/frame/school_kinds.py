"""What kind of school it is: the register's types and flags in the words of a study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Type of establishment -> phase, where the register's own phase says "Not applicable".
_PHASE_BY_TYPE: Final[Mapping[str, str]] = {
    "Pupil referral unit": "pupil referral unit",
    "Academy alternative provision converter": "pupil referral unit",
    "Academy alternative provision sponsor led": "pupil referral unit",
    "Free schools alternative provision": "pupil referral unit",
    "Local authority nursery school": "nursery",
    "Other independent school": "independent",
    "Further education": "16 plus",
    "Sixth form centres": "16 plus",
    "Special post 16 institution": "16 plus",
}
_PHASES: Final[Mapping[str, str]] = {
    "Middle deemed primary": "primary",
    "Middle deemed secondary": "secondary",
    "Not applicable": "other",
}
# Group of types -> who answers for the school.
_STATUS_BY_GROUP: Final[Mapping[str, str]] = {
    "Local authority maintained schools": "maintained",
    "Academies": "academy",
    "Free Schools": "free school",
    "Independent schools": "independent",
    "Colleges": "college",
    "Universities": "university",
}
_STATUS_BY_TYPE: Final[Mapping[str, str]] = {
    "Community special school": "maintained",
    "Foundation special school": "maintained",
    "Non-maintained special school": "non-maintained",
    "Other independent special school": "independent",
    "City technology college": "independent",
}
# The trust flag says who runs the school; the relation to the authority follows from it.
_AUTONOMY: Final[Mapping[str, str]] = {
    "Supported by a multi-academy trust": "multi-academy trust",
    "Supported by a single-academy trust": "single-academy trust",
}
_NO_FAITH: Final = frozenset({"Does not apply", "None", "Not applicable"})


def phase_of(type_: str | None, phase: str | None) -> str | None:
    """Return the phase of a school: by its type where the register's phase does not apply.

    Example:
        >>> phase_of("Academy special converter", "Not applicable")
        'special'
    """
    name = type_ or ""
    if "special" in name.lower() and name != "Special post 16 institution":
        return "special"
    if name in _PHASE_BY_TYPE:
        return _PHASE_BY_TYPE[name]
    return None if phase is None else _PHASES.get(phase, phase.lower())


def status_of(type_: str | None, group: str | None) -> str | None:
    """Return the status of a school: maintained, academy, free school, independent, and so on.

    Example:
        >>> status_of("Community special school", "Special schools")
        'maintained'
    """
    if type_ is not None and type_ in _STATUS_BY_TYPE:
        return _STATUS_BY_TYPE[type_]
    return None if group is None else _STATUS_BY_GROUP.get(group, "other")


def autonomy_of(status: str | None, flag: str | None) -> str | None:
    """Return who runs a school: the authority, a trust of one or many schools, or others.

    Args:
        status: as `status_of` gives it.
        flag: the register's trust flag; None where the extract does not have it.

    Returns:
        Null for an academy whose trust is not told.

    Example:
        >>> autonomy_of("academy", "Supported by a multi-academy trust")
        'multi-academy trust'
    """
    if flag is not None and flag in _AUTONOMY:
        return _AUTONOMY[flag]
    if status == "maintained":
        return "foundation trust" if flag == "Supported by a trust" else "local authority"
    return None if status in {"academy", "free school"} else status


def faith_of(character: str | None) -> str:
    """Return the religious character of a school, `none` where it has none.

    Example:
        >>> faith_of("Does not apply"), faith_of("Roman Catholic")
        ('none', 'Roman Catholic')
    """
    return "none" if character is None or character in _NO_FAITH else character
