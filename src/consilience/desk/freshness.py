"""What each stage would be made from now, and so whether what it made still holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from consilience.base.lineage import Lineage, code_version, hash_file, hash_json
from consilience.design.model import StageBase, Study, reads
from consilience.desk import (
    codings_stage,
    congruence,
    deposits,
    frames,
    importance,
    interviews,
    linkages,
    selections,
    surveys,
)
from consilience.desk.kept import kept_results, opened, was_run
from consilience.desk.live import LiveRecords
from consilience.desk.steps import Step
from consilience.store.results import Result

STEPS: Final[Mapping[str, Step]] = {
    step.kind: step
    for step in (
        frames.STEP,
        selections.STEP,
        surveys.STEP,
        linkages.STEP,
        congruence.STEP,
        importance.STEP,
        interviews.INTERVIEWS,
        interviews.GROUPS,
        codings_stage.STEP,
        deposits.STEP,
    )
}

Standing = Literal["up to date", "stale", "not run yet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStanding:
    """Where one stage stands, and what changed if it is stale."""

    stage: str
    kind: str
    title: str
    standing: Standing
    changed: tuple[str, ...] = ()


def kind_of(stage: StageBase) -> str:
    """Return the kind of a stage."""
    return str(stage.kind)  # type: ignore[attr-defined]  # every stage of the union has one


# What people change by hand, in words.
_LIVE: Final = {
    "document": "the texts",
    "document_state": "how far texts are",
    "codebook": "the codebook",
    "released_coding": "the released codings",
    "coded_text": "which texts are coded by whom",
    "answer_note": "the coded answers",
}


def lineage_of(
    study: Study, folder: Path, stage: StageBase, results: Mapping[str, Result], live: LiveRecords
) -> Lineage:
    """Return what a stage would be made from now."""
    step = STEPS[kind_of(stage)]
    inputs = {f"file:{name}": _hash(folder, name) for name in step.files(stage) if name}
    for upstream in reads(stage):
        for name, sha in results[upstream].tables.items():
            if name in step.reads:
                inputs[f"table:{upstream}/{name}"] = sha
    inputs |= {f"live:{name}": live.sha256(name) for name in step.live}
    shown = {"title", "note", "phase"}
    parameters = {
        "stage": stage.model_dump(mode="json", by_alias=True, exclude=shown),
        "context": step.context(study, stage),
    }
    return Lineage(
        stage=stage.id,
        inputs=inputs,
        parameters=hash_json(parameters),
        seed_stream=f"{study.study.seed}/{stage.id}",
        code=code_version(),
        simulated=study.study.simulated,
    )


def _hash(folder: Path, name: str) -> str:
    """Return the hash of a file, or of the files of a folder or pattern; `absent` without any."""
    path = folder / name
    if path.is_file():
        return hash_file(path)
    found = path.iterdir() if path.is_dir() else folder.glob(name)
    files = {each.name: hash_file(each) for each in found if each.is_file()}
    return hash_json(files) if files else "absent"


def standing(folder: Path, study: Study) -> tuple[StageStanding, ...]:
    """Return where each stage stands: up to date, stale or not run yet; nothing is run.

    A stage below a stale one is stale too, as what it reads is not yet known.
    """
    if not was_run(folder):
        return tuple(_standing(stage, None, None) for stage in study.stages)
    kept = kept_results(folder)
    found: dict[str, StageStanding] = {}
    with opened(folder) as engine:
        live = LiveRecords(engine)
        for stage in study.stages:
            below = tuple(
                f"stage {name}" for name in reads(stage) if found[name].standing != "up to date"
            )
            have = kept.get(stage.id)
            now = None if below else lineage_of(study, folder, stage, kept, live)
            found[stage.id] = _standing(stage, have, now, below)
    return tuple(found.values())


def _standing(
    stage: StageBase, have: Result | None, now: Lineage | None, below: tuple[str, ...] = ()
) -> StageStanding:
    state: Standing = "not run yet"
    changed: tuple[str, ...] = ()
    if have:
        changed = below or (_differences(have.lineage, now) if now else ())
        state = "stale" if changed else "up to date"
    return StageStanding(
        stage=stage.id, kind=kind_of(stage), title=stage.title, standing=state, changed=changed
    )


def in_words(name: str) -> str:
    """Return an input of a stage as people call it.

    Example:
        >>> in_words("live:document"), in_words("file:a.csv"), in_words("table:frame/units")
        ('the texts', 'a.csv', 'table units of stage frame')
    """
    kind, _, rest = name.partition(":")
    if kind == "live":
        return _LIVE[rest]
    if kind == "table":
        stage, _, table = rest.partition("/")
        return f"table {table} of stage {stage}"
    return rest


def _differences(then: Lineage, now: Lineage) -> tuple[str, ...]:
    names = sorted({*then.inputs, *now.inputs})
    changed = [in_words(name) for name in names if then.inputs.get(name) != now.inputs.get(name)]
    for part, label in (("parameters", "the stage in study.yaml"), ("code", "consilience itself")):
        if getattr(then, part) != getattr(now, part):
            changed.append(label)
    if (then.seed_stream, then.simulated) != (now.seed_stream, now.simulated):
        changed.append("the seed or the simulated mark of the study")
    return tuple(changed)
