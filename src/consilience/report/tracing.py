"""From findings to questions and back: what shows a finding, and what it shaped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from consilience.design.model import SurveyStage
from consilience.report.consents import Rows
from consilience.report.lookup import make_grid, survey_title
from consilience.report.model import Block, Column, Findings, Fold, Section, Words
from consilience.report.wording import in_words, listed, several, titled


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question that a finding shaped: the survey, the instrument's version, the words."""

    finding: str
    survey: str
    version: str
    question: str
    text: str


def questions_of(findings: Findings) -> Iterator[Asked]:
    """Give every question that names a finding, in the order of the study file."""
    for stage in findings.study.stages:
        if not isinstance(stage, SurveyStage):
            continue
        instrument = findings.study.instruments.get(stage.instrument)
        for question in instrument.questions if instrument else ():
            if question.from_finding and instrument:
                yield Asked(
                    finding=question.from_finding,
                    survey=survey_title(findings, stage.id),
                    version=instrument.version,
                    question=question.id,
                    text=question.text,
                )


def tracing_section(findings: Findings) -> Section | None:
    """Answer which findings shaped which questions, and where each question comes from."""
    study = findings.study
    if not study.findings:
        return None
    asked = list(questions_of(findings))
    shaping = {each.finding for each in asked}
    shaped = sum(each.id in shaping for each in study.findings)
    blocks: tuple[Block, ...] = (
        Words(_shaped(shaped, len(study.findings), len(asked)), "lead"),
        make_grid(
            "Findings, what shows them and what they shaped",
            {
                "id": Column("Finding"),
                "text": Column("What was found"),
                "stage": Column("Comes from"),
                "evidence": Column("Shown by"),
                "questions": Column("Shaped"),
            },
            _finding_rows(findings, asked),
            simulated=findings.simulated(),
        ),
        Fold(
            "Each question with its finding",
            (
                make_grid(
                    "Questions and the finding each comes from",
                    {
                        "question": Column("Question"),
                        "text": Column("Words"),
                        "survey": Column("Survey"),
                        "version": Column("Version"),
                        "finding": Column("Finding"),
                    },
                    _question_rows(findings, asked),
                ),
            ),
        ),
    )
    return Section(id="findings", title="From findings to questions", blocks=blocks)


def _shaped(shaped: int, known: int, asked: int) -> str:
    """Say how many findings shaped questions.

    Example:
        >>> _shaped(0, 1, 0), _shaped(0, 3, 0)
        ('The one finding shaped no question.', 'None of the three findings shaped a question.')
        >>> _shaped(1, 1, 2), _shaped(2, 3, 2)
        ('The one finding shaped two questions.', 'Two of the three findings shaped two questions.')
    """
    of = several(known, "finding", "findings")
    if not shaped:
        return (
            "The one finding shaped no question."
            if known == 1
            else f"None of the {of} shaped a question."
        )
    questions = several(asked, "question", "questions")
    if known == 1:
        return f"The one finding shaped {questions}."
    if shaped == known:
        return f"All {of} shaped {questions}."
    return f"{in_words(shaped).capitalize()} of the {of} shaped {questions}."


def _evidence(findings: Findings) -> dict[str, list[str]]:
    """Return what was counted for each finding where coding has run."""
    found: dict[str, list[str]] = {}
    for stage in findings.stages("code"):
        for row in findings.rows(stage.id, "evidence"):
            times = several(row["places"], "passage", "passages")
            texts = several(row["documents"], "text", "texts")
            said = f"{row['kind']} {row['name'] or row['thing']}: {times} in {texts}"
            if row["codings"]:
                said += f", marked by {several(row['coders'], 'coder', 'coders')}"
            found.setdefault(row["finding"], []).append(said)
    return found


def _finding_rows(findings: Findings, asked: list[Asked]) -> Rows:
    rows = []
    counted = _evidence(findings)
    for each in findings.study.findings:
        own = [question for question in asked if question.finding == each.id]
        surveys: dict[str, list[str]] = {}
        for question in own:
            surveys.setdefault(question.survey, []).append(question.question)
        rows.append(
            {
                "id": each.id,
                "text": each.text,
                "stage": titled(findings.study.stage(each.from_)),
                "evidence": "; ".join(counted.get(each.id, []))
                or listed([f"code {code}" for code in each.codes])
                or None,
                "questions": "; ".join(
                    f"{survey}: {', '.join(names)}" for survey, names in surveys.items()
                )
                or None,
            }
        )
    return rows


def _question_rows(findings: Findings, asked: list[Asked]) -> Rows:
    texts = {each.id: each.text for each in findings.study.findings}
    return [
        {
            "question": each.question,
            "text": each.text,
            "survey": each.survey,
            "version": each.version,
            "finding": f"{each.finding}: {texts.get(each.finding, '')}",
        }
        for each in asked
    ]
