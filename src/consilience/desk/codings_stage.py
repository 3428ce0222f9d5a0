"""What was marked in the texts of earlier stages: counts, agreement, evidence of findings."""

from __future__ import annotations

import datetime as dt
import functools
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.coding.agreement_model import AGREEMENT, By, ReadText
from consilience.coding.compare import compare, material
from consilience.coding.counts import (
    case_counts,
    code_counts,
    coder_counts,
    cooccurrence,
    saturation,
)
from consilience.coding.evidence import evidence, topic_codes, trace
from consilience.coding.model import CODED_TEXT, TABLES, TOPIC_CODE, Code
from consilience.design.model import (
    CodeStage,
    GroupStage,
    InterviewStage,
    Study,
    StudyFinding,
    SurveyStage,
)
from consilience.desk.answer_notes import notes_told
from consilience.desk.bring_codings import bring_codings
from consilience.desk.live_coding import codes_of
from consilience.desk.steps import Made, Step, Task
from consilience.interviews.plan import several_fault
from consilience.stats.unitizing.resampled import TextBootstrap
from consilience.text.segments import sentences, tokens

Positions = npt.NDArray[np.int64]
_BYS: Final[tuple[By, ...]] = ("code", "domain", "document", "all")


def _run(task: Task) -> Made:
    stage: CodeStage = task.stage
    codes = codes_of(task.live("codebook"))
    texts = _own_texts(task)
    codings = _own_codings(task, texts)
    findings = findings_of(task.study, stage)
    interviews = {
        row["document"]: row["interview"]
        for row in texts.select(["document", "interview"]).to_pylist()
        if row["interview"]
    }
    cases = {
        row["document"]: row["case"]
        for row in texts.select(["document", "case"]).to_pylist()
        if row["case"]
    }
    shown = evidence(
        findings, codes=codes, codings=codings, texts=_texts_behind(task, findings, texts)
    )
    surveys = [each for each in stage.of if isinstance(task.study.stage(each), SurveyStage)]
    told = (*_missing(shown), *notes_told(task.live("answer_note"), surveys))
    return Made(
        tables={
            "code": code_counts(codes, codings),
            "coding_count": coder_counts(codings),
            "code_case": case_counts(codings, cases),
            "cooccurrence": cooccurrence(codings),
            "saturation": saturation(_in_order(task, texts), codings),
            "coded_text": _coded(texts, codings, coders=stage.coders),
            "coder_agreement": _agreement(task, codes=codes, texts=texts, codings=codings),
            "evidence": shown,
            "trace": trace(task.study, findings=[each.id for each in findings]),
            "topic_code": topic_codes(
                _coverage(task), codes=codes, codings=codings, interviews=interviews
            ),
        },
        warnings=told,
    )


def findings_of(study: Study, stage: CodeStage) -> list[StudyFinding]:
    """Return the findings that come from a stage of coding or from what it codes."""
    return [each for each in study.findings if each.from_ in (stage.id, *stage.of)]


def _own_texts(task: Task) -> pa.Table:
    """Return the texts of the stages that are coded, of schema `CODED_TEXT`."""
    texts = task.live("coded_text")
    own = [_of_stage(task, each, texts) for each in task.stage.of]
    return texts.filter(functools.reduce(pc.or_, own))


def _of_stage(task: Task, name: str, texts: pa.Table) -> pa.ChunkedArray:
    """Return of each text whether it belongs to a stage."""
    source = task.study.stage(name)
    if isinstance(source, SurveyStage):
        return pc.equal(texts["kind"], "answer")
    talks = "interview" if isinstance(source, InterviewStage) else "event"
    of = task.table(name, talks)[talks].combine_chunks().cast(pa.string())
    return pc.is_in(texts["interview"], of, skip_nulls=True)


def _texts_behind(
    task: Task, findings: Sequence[StudyFinding], texts: pa.Table
) -> dict[str, frozenset[str]]:
    """Return by finding the texts it comes from: those of its stage, before it was fed back.

    What a group says when a finding is put to it answers the finding and does not show it.
    """
    of = task.stage.of
    heard: dict[str, set[str]] = defaultdict(set)
    for each in of:
        if isinstance(task.study.stage(each), GroupStage):
            for row in task.table(each, "fed").select(["event", "finding"]).to_pylist():
                heard[row["finding"]].add(row["event"])
    behind = {}
    for finding in findings:
        own = texts.filter(_of_stage(task, finding.from_, texts)) if finding.from_ in of else texts
        rows = own.select(["document", "interview"]).to_pylist()
        behind[finding.id] = frozenset(
            row["document"] for row in rows if row["interview"] not in heard[finding.id]
        )
    return behind


def _own_codings(task: Task, texts: pa.Table) -> pa.Table:
    codings = task.live("released_coding")
    own = pc.is_in(codings["document"], texts["document"].combine_chunks())
    if task.stage.coders:
        coders = pa.array(task.stage.coders, pa.string())
        own = pc.and_(own, pc.is_in(codings["coder"], coders))
    return codings.filter(own)


def _in_order(task: Task, texts: pa.Table) -> list[tuple[str, str]]:
    """Return id and name of each text, by the day of its interview or event, then by name."""
    days: dict[str, dt.date] = {}
    for each in task.stage.of:
        source = task.study.stage(each)
        if isinstance(source, InterviewStage | GroupStage):
            name = "interview" if isinstance(source, InterviewStage) else "event"
            for row in task.table(each, name).select([name, "date"]).to_pylist():
                if row["date"] is not None:
                    days[row[name]] = row["date"]
    rows = texts.select(["document", "name", "interview"]).to_pylist()
    rows.sort(key=lambda row: (days.get(row["interview"] or "", dt.date.max), row["name"]))
    return [(row["document"], row["name"]) for row in rows]


def _coded(texts: pa.Table, codings: pa.Table, *, coders: tuple[str, ...]) -> pa.Table:
    """Return what was read, without the words."""
    marked = Counter(codings["document"].to_pylist())
    columns = ["document", "name", "kind", "interview", "case", "version", "length", "readers"]
    rows = [
        {
            **row,
            "coders": sum(not coders or each in coders for each in row.pop("readers")),
            "codings": marked[row["document"]],
        }
        for row in texts.select(columns).to_pylist()
    ]
    return pa.Table.from_pylist(rows, schema=CODED_TEXT)


def _read(texts: pa.Table, coders: tuple[str, ...]) -> list[ReadText]:
    columns = ["document", "version", "length", "readers", "case"]
    return [
        ReadText(
            document=row["document"],
            version=row["version"],
            length=row["length"],
            readers=tuple(each for each in row["readers"] if not coders or each in coders),
            case=row["case"],
        )
        for row in texts.select(columns).to_pylist()
    ]


def _agreement(
    task: Task, *, codes: tuple[Code, ...], texts: pa.Table, codings: pa.Table
) -> pa.Table:
    """Return how far the coders agree; no rows if no text was read by two of them."""
    stage: CodeStage = task.stage
    read = _read(texts, stage.coders)
    if not any(len(each.readers) > 1 for each in read):
        return AGREEMENT.empty_table()
    units_of = None if stage.unit == "characters" else _units(texts, stage.unit)
    given = material(codings, read=read, codes=codes, unit=stage.unit, units_of=units_of)
    seed = task.study.study.seed
    bootstrap = TextBootstrap(
        replicates=stage.resamples,
        streams=lambda block: stream(seed, f"{stage.id}/agreement", block=block),
    )
    found = [
        compare(
            given,
            by=by,
            domains=stage.domains or None,
            bootstrap=bootstrap if stage.resamples else None,
        )
        for by in _BYS
    ]
    return pa.concat_tables(found)


def _units(texts: pa.Table, unit: str) -> Callable[[str], tuple[Positions, Positions]]:
    """Return what gives the units of a text."""
    places = {name: n for n, name in enumerate(texts["document"].to_pylist())}

    def of(document: str) -> tuple[Positions, Positions]:
        row: dict[str, Any] = texts.slice(places[document], 1).to_pylist()[0]
        if unit == "turns":
            starts, ends = (np.array(row[f"turn_{name}"], np.int64) for name in ("starts", "ends"))
            return starts, ends
        return tokens(row["text"]) if unit == "tokens" else sentences(row["text"])

    return of


def _coverage(task: Task) -> pa.Table:
    """Return the topics by interview of the stages that are coded."""
    tables = [
        task.table(each, "topic_coverage")
        for each in task.stage.of
        if isinstance(task.study.stage(each), InterviewStage)
    ]
    return pa.concat_tables(tables) if tables else _NO_TOPICS.empty_table()


_NO_TOPICS: Final = pa.schema(
    [*[TOPIC_CODE.field(n) for n in range(3)], pa.field("codes", pa.list_(pa.string()))]
)


def _missing(shown: pa.Table) -> tuple[Fault, ...]:
    """Return INT-092 for evidence that is not there."""
    gone = [
        f"{row['finding']}: {row['kind']} {row['thing']}"
        for row in shown.to_pylist()
        if row["name"] is None
    ]
    return (several_fault("INT-092", gone, "study.yaml"),) if gone else ()


def _files(stage: CodeStage) -> tuple[str | None, ...]:
    return stage.codebook, *stage.codings


def _context(study: Study, stage: CodeStage) -> object:
    findings = [each.model_dump(mode="json", by_alias=True) for each in findings_of(study, stage)]
    return {
        "findings": findings,
        "trace": trace(study, findings=[f["id"] for f in findings]).to_pylist(),
    }


STEP: Final = Step(
    kind="code",
    reads=frozenset({"interview", "event", "fed", "topic_coverage"}),
    writes=frozenset(TABLES),
    run=_run,
    files=_files,
    context=_context,
    live=frozenset({"codebook", "released_coding", "coded_text", "answer_note"}),
    bring=bring_codings,
)
