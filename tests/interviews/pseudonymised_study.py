"""A small made-up study whose three texts were pseudonymised, of which one was erased."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from deposit_study import clear, write_deposit_study

from consilience.desk.erasing import erase_text
from consilience.desk.kept import at_work
from consilience.desk.pseudonyms import apply
from consilience.desk.registry import candidates
from consilience.desk.run import run

AT = dt.datetime(2026, 1, 2, 9, tzinfo=dt.UTC)
KEY = "four random words here"
_SAID = {
    "T1": "R: Deborah Featherstone told us nothing.",
    "T2": "R: Ask Gwendolyn Ackroyd.",
    "T6": "R: Barnaby Oldroyd wrote to us.",
}


def write_pseudonymised(folder: Path, *changes: tuple[str, str, str], erased: str = "T6") -> Path:
    """Write the study with changes, replace the names in its texts, erase one, clear the others.

    Args:
        folder: where.
        changes: `(file, old, new)`.
        erased: the interview whose text is erased; none if empty.
    """
    write_deposit_study(
        folder,
        ("study.yaml", "    pseudonymise: false\n    because: invented\n", ""),
        ("talks/consents.csv", "P3,transcript,yes,yes,yes,no,,2017-04-20,,v1\n", ""),
        ("talks/consents.csv", "2017-06-01,2017-08-01,v1", "2017-06-01,,v1"),
        *changes,
    )
    for name, said in _SAID.items():
        (folder / "talks" / "texts" / f"{name}.txt").write_text(f"I: And you?\n{said}\n", "utf-8")
    run(folder, at=AT, actor="test", key=KEY)
    with at_work(folder) as engine:
        candidates(engine, folder, KEY, at=AT, actor="ann")
        apply(engine, folder, KEY, leave_asked=True, at=AT, actor="ann")
        if erased:
            erase_text(engine, folder, erased, reason="form 2", key=KEY, at=AT, actor="ann")
    clear(folder, *(each for each in _SAID if each != erased))
    return folder
