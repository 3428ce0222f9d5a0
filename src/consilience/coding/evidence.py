"""What shows a finding, which questions did it shape, and did topics end up under their codes?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from consilience.coding.model import CONSENSUS, EVIDENCE, TOPIC_CODE, TRACE, Code
from consilience.design.model import Study, StudyFinding, SurveyStage

_COVERED = ("yes", "partly")


def find_code(codes: Sequence[Code], written: str) -> Code | None:
    """Return the code of an id, or of a name that only one code has; None if there is none.

    Example:
        >>> find_code([Code(id="c1", name="Trust")], "trust").id
        'c1'
    """
    by_id = [code for code in codes if code.id == written]
    named = [code for code in codes if code.name.casefold() == written.casefold()]
    found = by_id or named
    return found[0] if len(found) == 1 else None


def evidence(
    findings: Iterable[StudyFinding],
    *,
    codes: Sequence[Code],
    codings: pa.Table,
    texts: Mapping[str, Collection[str]] | None = None,
) -> pa.Table:
    """What was marked that shows these findings?

    Args:
        findings: with the codes and codings that are named as evidence.
        codes: the codebook.
        codings: rows of `CODING`, all in the version of the text that is read.
        texts: by finding, ids of the texts from which it comes; passages of its codes in others do
            not count. All texts for one that is not named. A coding named by itself counts.

    Returns:
        Schema `EVIDENCE`, in the order of the findings and of what they name. What is not there
        has counts of 0 and no name. Passages that overlap are one place, whoever marked them.
    """
    columns = ["id", "document", "start", "end", "code", "coder"]
    rows = codings.select(columns).to_pylist()
    found: list[dict[str, Any]] = []
    for finding in findings:
        own = texts.get(finding.id) if texts else None
        for written in finding.codes:
            code = find_code(codes, written)
            wanted = _below(code.id, codes) if code else set()
            marked = [
                row
                for row in rows
                if row["code"] in wanted and (own is None or row["document"] in own)
            ]
            thing = code.id if code else written
            found.append(_shown(finding.id, "code", thing, code.name if code else None, marked))
        for coding in finding.codings:
            marked = [row for row in rows if row["id"] == coding]
            names = {code.id: code.name for code in codes}
            name = names.get(marked[0]["code"]) if marked else None
            found.append(_shown(finding.id, "coding", coding, name, marked))
    return pa.Table.from_pylist(found, schema=EVIDENCE)


def _below(code: str, codes: Sequence[Code]) -> set[str]:
    """Return a code with all codes below it."""
    found = {code}
    for each in codes:  # parents come before children
        if each.parent in found:
            found.add(each.id)
    return found


def _shown(
    finding: str, kind: str, thing: str, name: str | None, marked: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    return {
        "finding": finding,
        "kind": kind,
        "thing": thing,
        "name": name,
        "codings": len(marked),
        "places": _places(marked),
        "documents": len({row["document"] for row in marked}),
        "coders": len({row["coder"] for row in marked} - {CONSENSUS}),
    }


def _places(marked: Iterable[Mapping[str, Any]]) -> int:
    """Count passages, those that overlap as one."""
    spans: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in marked:
        spans[row["document"]].append((row["start"], row["end"]))
    count = 0
    for own in spans.values():
        reached = -1
        for start, end in sorted(own):
            count += start >= reached
            reached = max(reached, end)
    return count


def trace(study: Study, *, findings: Iterable[str]) -> pa.Table:
    """Which questions did these findings shape?

    Args:
        study: with its instruments.
        findings: ids of the findings.

    Returns:
        Schema `TRACE`, in the order of the study file.
    """
    wanted = set(findings)
    rows = [
        {
            "finding": question.from_finding,
            "survey": stage.id,
            "agency": stage.agency,
            "instrument": stage.instrument,
            "version": study.instruments[stage.instrument].version,
            "question": question.id,
            "text": question.text,
        }
        for stage in study.stages
        if isinstance(stage, SurveyStage) and stage.instrument in study.instruments
        for question in study.instruments[stage.instrument].questions
        if question.from_finding in wanted
    ]
    return pa.Table.from_pylist(rows, schema=TRACE)


def topic_codes(
    coverage: pa.Table,
    *,
    codes: Sequence[Code],
    codings: pa.Table,
    interviews: Mapping[str, str],
) -> pa.Table:
    """Did the answers to each topic end up under the codes that its guide names?

    Args:
        coverage: topics by interview: `interview`, `guide`, `version`, `topic`, `covered`, `codes`.
        codes: the codebook.
        codings: rows of `CODING`.
        interviews: id of a text to the interview it is of.

    Returns:
        Schema `TOPIC_CODE`, in the order of guides and topics. `any` counts the interviews whose
        text carries any of the topic's codes: the same number in each of its rows.
    """
    carries: dict[str, set[str]] = {}
    for row in codings.select(["document", "code"]).to_pylist():
        interview = interviews.get(row["document"])
        if interview is not None:
            carries.setdefault(interview, set()).add(row["code"])
    found: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    shown: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in coverage.to_pylist():
        topic = (row["guide"], row["version"], row["topic"])
        for written in row["codes"] or ():
            code = find_code(codes, written)
            key = (*topic, code.id if code else written)
            names = dict(zip(("guide", "version", "topic", "code"), key, strict=True))
            name = code.name if code else None
            counted = found.setdefault(key, {**names, "name": name, "covered": 0, "coded": 0})
            if row["covered"] in _COVERED:
                counted["covered"] += 1
                if code and carries.get(row["interview"], set()) & _below(code.id, codes):
                    counted["coded"] += 1
                    shown[topic].add(row["interview"])
    rows = [{**row, "any": len(shown[key[:3]])} for key, row in found.items()]
    return pa.Table.from_pylist(rows, schema=TOPIC_CODE)
