"""Are the files there that the study names, and can another machine find them too?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from consilience.design.model import (
    CodeStage,
    FrameStage,
    InterviewStage,
    LinkStage,
    Study,
    SurveyStage,
    TalkStage,
)
from consilience.design.model.deposit import DepositStage
from consilience.design.positions import Finding, Route
from consilience.design.wording import guess

# What a name of a file ends with, by format of the intake.
_ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "csv": (".csv", ".tsv", ".tab", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz"),
    "xlsx": (".xlsx", ".xlsm"),
    "sav": (".sav", ".zsav"),
    "qualtrics": (".csv", ".tsv", ".csv.gz", ".tsv.gz"),
}
# Keys of interviews and groups that name a table.
_TALK_FILES: Final = ("plan", "approaches", "topics", "events", "fed", "changes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A file that the study names.

    Args:
        route: where it is named.
        what: who names it, in words.
        name: the name as it stands there.
        awaited: whether it may come later, with fieldwork.
    """

    route: Route
    what: str
    name: str
    awaited: bool


def check_files(study: Study, folder: Path) -> list[Finding]:
    """Return files that are not there or are no files, and names that hold here only.

    Args:
        study: the study.
        folder: the study folder; names count from there.

    Returns:
        DES-170 and DES-172 to DES-178. Instruments have been looked for by whoever read them.
    """
    named = list(files_named(study))
    return [
        *(finding for each in named for finding in _file(each, folder)),
        *_invented(study, named),
        *_intakes(study),
    ]


def files_named(study: Study) -> Iterator[Named]:
    """Yield every file that stages name, instruments apart."""
    for number, stage in enumerate(study.stages):
        route: Route = ("stages", number)
        if isinstance(stage, FrameStage):
            yield from _of(route, f"frame {stage.id!r}", file=stage.file, links=stage.links)
        elif isinstance(stage, SurveyStage):
            what = f"survey {stage.id!r}"
            intake = (*route, "intake")
            yield from _of(intake, f"the intake of {what}", awaited=True, file=stage.intake.file)
            yield from _of(route, what, awaited=True, contacts=stage.contacts)
        elif isinstance(stage, LinkStage):
            what = f"link {stage.id!r}"
            yield from _of(route, what, bodies=stage.bodies)
            yield from _of(route, what, awaited=True, decisions=stage.decisions)
        else:
            yield from _of_others(stage, route)


def _of_others(stage: object, route: Route) -> Iterator[Named]:
    """Yield the files of the other kinds of stages; those of fieldwork may come later."""
    if isinstance(stage, TalkStage):
        what = f"{'interview' if isinstance(stage, InterviewStage) else 'group'} {stage.id!r}"
        yield from _of(route, what, awaited=True, people=stage.people, consents=stage.consents)
        for number, approval in enumerate(stage.approvals):
            place = (*route, "approvals", number)
            yield from _of(place, what, awaited=True, document=approval.document)
        for key in _TALK_FILES:
            yield from _of(route, what, awaited=True, **{key: getattr(stage, key, None)})
    elif isinstance(stage, CodeStage):
        what = f"code {stage.id!r}"
        yield from _of(route, what, codebook=stage.codebook)
        for number, name in enumerate(stage.codings):
            yield Named(route=(*route, "codings", number), what=what, name=name, awaited=True)
    elif isinstance(stage, DepositStage):
        yield from _of_deposit(stage, route)


def _of_deposit(stage: DepositStage, route: Route) -> Iterator[Named]:
    what = f"deposit {stage.id!r}"
    for number, document in enumerate(stage.documents):
        yield from _of((*route, "documents", number), what, awaited=True, file=document.file)
    for number, rules in enumerate(stage.sets):
        for at, table in enumerate(rules.tables):
            place = (*route, "sets", number, "tables", at)
            yield from _of(place, what, awaited=True, file=table.file)


def _of(route: Route, what: str, *, awaited: bool = False, **keys: str | None) -> Iterator[Named]:
    for key, name in keys.items():
        if name is not None:
            yield Named(route=(*route, key), what=what, name=name, awaited=awaited)


def misplaced(name: str, *, route: Route, what: str) -> Finding | None:
    """Return what is wrong with the name of a file as a name, on whatever machine."""
    values = {"what": what, "value": name}
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", name):
        return Finding(code="DES-175", route=route, values=values)
    if name.startswith(("/", "~")) or "\\" in name or re.match(r"[A-Za-z]:", name):
        return Finding(code="DES-174", route=route, values=values)
    return None


def is_there(folder: Path, name: str) -> bool:
    """Return whether a name leads to a file; False for names no system takes."""
    try:
        return (folder / name).is_file()
    except (OSError, ValueError):
        return False


def is_folder(folder: Path, name: str) -> bool:
    """Return whether a name leads to a folder."""
    try:
        return (folder / name).is_dir()
    except (OSError, ValueError):
        return False


def nearby(folder: Path, name: str) -> str:
    """Return `Did you mean ...? ` with the file of the same folder that is named most alike."""
    try:
        around = (folder / name).parent
        names = sorted(each.name for each in around.iterdir() if each.is_file())
    except (OSError, ValueError):
        return ""
    return guess(Path(name).name, names)


def _file(each: Named, folder: Path) -> Iterator[Finding]:
    values = {"what": each.what, "value": each.name}
    wrong = misplaced(each.name, route=each.route, what=each.what)
    if wrong is not None:
        yield wrong
        if wrong.code == "DES-175":
            return
    if is_folder(folder, each.name):
        yield Finding(code="DES-173", route=each.route, values=values)
    elif not is_there(folder, each.name):
        code = "DES-172" if each.awaited else "DES-170"
        more = {**values, "guess": nearby(folder, each.name)}
        yield Finding(code=code, route=each.route, values=more)


def _invented(study: Study, named: list[Named]) -> Iterator[Finding]:
    """Yield files called simulated in a study that is not."""
    for each in named:
        if not study.study.simulated and re.search(r"simulated|invented", each.name.lower()):
            values = {"what": each.what, "value": each.name}
            yield Finding(code="DES-178", route=each.route, values=values)


def _intakes(study: Study) -> Iterator[Finding]:
    taken: dict[tuple[str, str], str] = {}
    for number, stage in enumerate(study.stages):
        if not isinstance(stage, SurveyStage):
            continue
        name = stage.intake.file
        route: Route = ("stages", number, "intake", "file")
        columns = _columns(study, stage)
        others = [taken[name, column] for column in columns if (name, column) in taken]
        taken |= {(name, column): stage.id for column in columns}
        if others:
            values = {"stage": stage.id, "other": others[0], "value": name}
            yield Finding(code="DES-177", route=route, values=values)
        better = _better(stage)
        if better is not None:
            values = {
                "stage": stage.id,
                "format": stage.intake.format,
                "value": name,
                "better": better,
            }
            yield Finding(code="DES-176", route=route, values=values)


def _columns(study: Study, stage: SurveyStage) -> list[str]:
    """Return the columns that answers are taken from; several surveys may share a wide file."""
    instrument = study.instruments.get(stage.instrument)
    questions = instrument.questions if instrument else ()
    return [stage.intake.items.get(question.id, question.id) for question in questions]


def _better(stage: SurveyStage) -> str | None:
    """Return the format that a file's name speaks for, if the study says another."""
    name = stage.intake.file.lower()
    if name.endswith(_ENDINGS[stage.intake.format]):
        return None
    fitting = (kind for kind, endings in _ENDINGS.items() if name.endswith(endings))
    return next(fitting, None)
