"""Read a project of any qualitative program that writes REFI-QDA."""

from __future__ import annotations

import itertools
import json
from array import array
from collections import Counter
from collections.abc import Mapping, MutableSequence, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa

from consilience.base.errors import Fault, Where
from consilience.formats.qda.archive import Archive, opened_archive
from consilience.formats.qda.conventions import Convention, Verdict, parse_convention
from consilience.formats.qda.detect import LEAST_SCORE, check_verdict, detect
from consilience.formats.qda.parse import Parsed, parse_project
from consilience.formats.qda.place import (
    Foreign,
    Placed,
    foreign_passages,
    passages_of,
    place,
)
from consilience.formats.qda.record import (
    CODING,
    SELECTION,
    Case,
    Loss,
    Project,
    Reading,
    Source,
)
from consilience.formats.qda.texts import Laid, load_texts

FORMAT: Final = "consilience-sidecar-1"
# How the origin of what this program wrote begins.
OURS: Final = "consilience"


def read_project(
    path: Path, *, convention: Convention | None = None, check: bool = True
) -> Reading:
    """Read a .qdpx, or the bare .qde out of one.

    Args:
        path: the file.
        convention: how its program counts; None finds it out from its passages.
        check: whether to refuse a project whose convention is not clear; False is for looking.

    Returns:
        The project, the verdict on its convention, warnings and losses. Passages and codings
        without a place are left out, counted and told.

    Raises:
        Fault: FMT-230 to FMT-237 if it is no such file, is damaged, is meant to do harm or has an
            identifier twice; FMT-243, FMT-244 if its convention is not clear.
    """
    with opened_archive(path) as archive:
        with archive.project() as stream:
            parsed = parse_project(stream, where=archive.where)
        texts, warnings = load_texts(archive, parsed.sources)
        sidecar, doubt = _sidecar(archive, parsed)
        unused = archive.unused()
    foreign = foreign_passages(parsed)
    # What this program wrote ends after the last character, in every profile.
    ours = (parsed.origin or "").startswith(f"{OURS} ")
    verdict = detect(passages_of(parsed, texts, foreign), end="exclusive" if ours else None)
    if convention is not None:
        verdict = taken(verdict, convention, basis="user")
    elif sidecar is not None:
        verdict = taken(verdict, parse_convention(str(sidecar["convention"])), basis="sidecar")
    elif check:
        check_verdict(verdict, name=path.name)
    if verdict.basis == "user" and verdict.score is not None and verdict.score < LEAST_SCORE:
        doubt.append(
            Fault("FMT-246", where=archive.where, convention=str(convention), score=verdict.score)
        )
    content = None if sidecar is None else sidecar.get("content")
    reading = assembled(parsed, texts, foreign, verdict=verdict, where=archive.where)
    return replace(
        reading,
        project=replace(reading.project, sidecar=content),
        warnings=(*warnings, *doubt, *reading.warnings),
        losses=(*reading.losses, *_file_losses(parsed, unused)),
    )


def taken(
    verdict: Verdict, convention: Convention, *, basis: Literal["sidecar", "user", "program"]
) -> Verdict:
    """Return a verdict with the convention that somebody states, and how well that one fits."""
    scores = {each.convention: each.score for each in verdict.scores}
    margin = verdict.margin if convention == verdict.convention else None
    score = scores.get(convention)
    return replace(verdict, convention=convention, basis=basis, score=score, margin=margin)


def assembled(
    parsed: Parsed, texts: Sequence[Laid], foreign: Foreign, *, verdict: Verdict, where: Where
) -> Reading:
    """Return the record of what was parsed, each passage at its place.

    Args:
        parsed: all but the texts; codings that name a case are moved to it.
        texts: the text of each source.
        foreign: the passages in the numbers of their program.
        verdict: how these count.
        where: the file, for warnings.
    """
    placed = place(parsed, texts, foreign, convention=verdict.convention, where=where)
    _move_case_codings(parsed)
    count = len(parsed.codings.guid)
    project, unknown = _assemble(parsed, texts, placed)
    lost = [Fault("FMT-238", where=where, count=unknown)] if unknown else []
    return Reading(
        project=project,
        verdict=verdict,
        warnings=(*lost, *placed.warnings),
        losses=_losses(parsed, placed, count - project.codings.num_rows),
    )


def _sidecar(archive: Archive, parsed: Parsed) -> tuple[dict[str, Any] | None, list[Fault]]:
    """Return what this program wrote beside the project, if it was written for this very state."""
    content = archive.sidecar()
    if content is None:
        return None, []
    try:
        found = json.loads(content)
        whole = found["format"] == FORMAT and found["project_sha256"] == parsed.sha256
        parse_convention(str(found["convention"]))
    except (ValueError, KeyError, TypeError, RecursionError, Fault):
        whole = False
    if not whole:
        return None, [Fault("FMT-249", where=archive.where)]
    return found, []


def _move_case_codings(parsed: Parsed) -> None:
    """Make codings that name a case instead of a code (NVivo) passages of that case."""
    cases = {case.guid: number for number, case in enumerate(parsed.cases)}
    codings = parsed.codings
    moved = [row for row, code in enumerate(codings.code) if code in cases]
    if not moved:
        return
    for row in moved:
        number, selection = cases[codings.code[row]], codings.selection[row]
        case = parsed.cases[number]
        parsed.cases[number] = _with(case, parsed, codings.source[row], selection)
    gone = set(moved)
    for name in ("guid", "source", "selection", "code", "user", "at"):
        column = getattr(codings, name)
        column[:] = [value for row, value in enumerate(column) if row not in gone]
    parsed.lost["codings with a case instead of a code (now passages of the case)"] += len(moved)


def _with(case: Case, parsed: Parsed, source: int, selection: int | None) -> Case:
    if selection is None:
        guid = parsed.sources[source].guid
        return replace(case, sources=tuple(dict.fromkeys((*case.sources, guid))))
    guid = parsed.passages.guid[selection]
    return replace(case, selections=tuple(dict.fromkeys((*case.selections, guid))))


def _assemble(parsed: Parsed, texts: Sequence[Laid], placed: Placed) -> tuple[Project, int]:
    """Return the record, and the number of codings whose code is not in the codebook."""
    known = {code.guid for code in parsed.codes}
    codings = parsed.codings
    there = [code in known for code in codings.code]
    keep = [
        coded and (row is None or bool(placed.kept[row]))
        for coded, row in zip(there, codings.selection, strict=True)
    ]
    new_rows = (np.cumsum(placed.kept) - 1).tolist()
    codings.selection[:] = [None if row is None else new_rows[row] for row in codings.selection]
    selections = _selections(parsed, placed)
    table = _table(CODING, {name: getattr(codings, name) for name in CODING.names}, keep)
    sources = tuple(
        Source(
            guid=raw.guid,
            name=raw.name,
            kind=raw.kind,
            content=laid.content,
            description=raw.description,
            stamp=raw.stamp,
            media=raw.media,
            syncs=placed.syncs.get(number, ()),
        )
        for number, (raw, laid) in enumerate(zip(parsed.sources, texts, strict=True))
    )
    project = Project(
        name=parsed.name,
        origin=parsed.origin,
        users=tuple(parsed.users),
        codes=tuple(parsed.codes),
        sources=sources,
        media=tuple(parsed.media),
        selections=selections,
        codings=table,
        variables=tuple(parsed.variables),
        values=tuple(parsed.values),
        cases=tuple(parsed.cases),
        links=tuple(parsed.links),
        groups=tuple(parsed.groups),
        mentions=tuple(sorted(set(parsed.mentions))),
        graphs=tuple(parsed.graphs),
        description=parsed.description,
        stamp=parsed.stamp,
    )
    return project, len(there) - sum(there)


def _selections(parsed: Parsed, placed: Placed) -> pa.Table:
    passages = parsed.passages
    columns: dict[str, MutableSequence[Any]] = {
        name: getattr(passages, name)
        for name in ("guid", "source", "name", "description", "from_sync", "to_sync")
    }
    for name in ("user", "at", "modified_by", "modified_at"):
        columns[name] = [getattr(stamp, name) for stamp in passages.stamp]
    columns |= {
        "start": array("q", placed.start.tobytes()),
        "end": array("q", placed.end.tobytes()),
    }
    return _table(SELECTION, columns, placed.kept.tolist())


def _table(
    schema: pa.Schema, columns: Mapping[str, MutableSequence[Any]], keep: Sequence[bool]
) -> pa.Table:
    """Return the rows to keep as a table, emptying each list as soon as it is one column."""
    # Arrow's own pool would keep what growing columns leave behind.
    pool, size, arrays = pa.system_memory_pool(), sum(keep), []
    for field in schema:
        values = columns[field.name]
        kept = itertools.compress(values, keep)
        arrays.append(pa.array(kept, field.type, size=size, memory_pool=pool))
        del values[:]
    return pa.Table.from_arrays(arrays, schema=schema)


def _losses(parsed: Parsed, placed: Placed, codings: int) -> tuple[Loss, ...]:
    """Return what was in the project and is not in the record."""
    found = Counter(parsed.lost)
    found["passages without a place"] += int((~placed.kept).sum())
    found["codings without a place or a code"] += codings
    return tuple(Loss(what=what, count=count) for what, count in sorted(found.items()) if count)


def _file_losses(parsed: Parsed, unused: Sequence[str]) -> tuple[Loss, ...]:
    """Return what was in the archive and is not in the record."""
    losses = []
    rich = sum(source.rich is not None for source in parsed.sources)
    if rich:
        losses.append(Loss(what="styled versions of texts (the plain text is kept)", count=rich))
    if unused:
        what = "files in the archive that no text refers to (pictures, sound, styled text)"
        losses.append(Loss(what=what, count=len(unused), example=unused[0]))
    return tuple(losses)
