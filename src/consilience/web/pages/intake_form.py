"""The form that brings in transcripts: what somebody has to know and to choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from consilience.base.errors import Fault, Faults
from consilience.desk.bring_transcripts import open_because, planned_talks
from consilience.desk.intake import KINDS, DocumentKind, Terms
from consilience.desk.unlocking import is_there
from consilience.web.audience import only
from consilience.web.call import Call
from consilience.web.pages.vault import vault_of
from consilience.web.uploads import MOST_BYTES, MOST_FILES

BRINGERS: Final = only("lead", "transcriber")
KIND_WORDS: Final[Mapping[DocumentKind, str]] = {
    "interview": "Interviews",
    "group": "Group discussions",
    "answer": "Written answers",
    "note": "Notes",
}
_FIELDS: Final = ("kind", "interview", "case", "words", "because")


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeForm:
    """What the form shows.

    Args:
        fault: why the form cannot be used, or was not taken.
        usable: whether it can be used at all.
        because: why all texts lie open, as the study file says; None if they are sealed.
        vault: whether the vault is open here, shut, or not made yet.
        talks: the interviews and groups that are planned.
        asked: whether somebody came for the form.
        draft: what was chosen before.
    """

    fault: Fault | None = None
    usable: bool = True
    because: str | None = None
    vault: str = "shut"
    talks: tuple[str, ...] = ()
    asked: bool = False
    draft: Mapping[str, str]

    kinds = tuple(KIND_WORDS.items())
    ends = ",".join(KINDS)
    most_files = MOST_FILES
    most_megabytes = MOST_BYTES // 1_000_000


def intake_form(call: Call, *, fault: Fault | None = None) -> IntakeForm | None:
    """Return the form as somebody may use it now; None for those who bring nothing in."""
    if not BRINGERS.lets_in(call.who.roles):
        return None
    draft = {name: call.field(name) for name in _FIELDS}
    try:
        because = open_because(call.site.folder)
    except (Fault, Faults):
        return IntakeForm(fault=Fault("WEB-053"), usable=False, draft=draft)
    there = is_there(call.site.folder)
    return IntakeForm(
        fault=fault,
        because=because,
        vault="open" if vault_of(call) else "shut" if there else "none",
        talks=planned_talks(call.site.folder),
        asked="bring" in call.query,
        draft=draft,
    )


def terms_in(call: Call) -> Terms:
    """Return the terms on which texts are to be taken in, as they were chosen.

    Raises:
        Fault: WEB-027 if the kind or the choice about words is none, or a field is too long;
            WEB-031 if the words are to lie open without a reason.
    """
    kind = next((each for each in KIND_WORDS if each == call.field("kind")), None)
    words = call.field("words")
    if kind is None or words not in ("", "sealed", "open", "invented"):
        raise Fault("WEB-027", why="kind or words are none of the choices")
    because = call.field("because", most=500)
    if words == "open" and not because:
        raise Fault("WEB-031", what="reason why the words can name nobody")
    return Terms(
        kind=kind,
        unsealed=because if words == "open" else None,
        simulated=words == "invented",
        interview=call.field("interview", most=200) or None,
        case=call.field("case", most=200) or None,
    )
