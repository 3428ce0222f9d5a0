"""The report: one page that needs nothing else, the same bytes for the same findings."""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup

from consilience.base.errors import Fault
from consilience.report.agreement import congruence_section
from consilience.report.choices import choice_section
from consilience.report.coding import coding_section
from consilience.report.deposit import deposit_section
from consilience.report.frames import frames_section
from consilience.report.groups import group_section
from consilience.report.importance import importance_section
from consilience.report.interviews import interview_section
from consilience.report.linking import link_section, survey_section
from consilience.report.methods import methods_section
from consilience.report.model import Drawing, Findings, Formula, Grid, Section, Sign
from consilience.report.origins import origins_section
from consilience.report.record import record_section
from consilience.report.summary import summary_section
from consilience.report.tracing import tracing_section
from consilience.report.wording import coded, written

_FOLDER: Final = Path(__file__).parent
_SECTIONS: Final[dict[str, Callable[[Findings, Any], Section]]] = {
    "select": choice_section,
    "link": link_section,
    "congruence": congruence_section,
    "importance": importance_section,
    "interview": interview_section,
    "group": group_section,
    "code": coding_section,
    "deposit": deposit_section,
}


def render_report(findings: Findings) -> str:
    """Answer the whole study on one page that needs no network and no script.

    Args:
        findings: everything; stages that have not run are named and left out.

    Returns:
        The HTML of the page, encoded as UTF-8 when written. Its policy forbids everything
        but its own stylesheet.

    Raises:
        Fault: REP-001 if a table lacks a column, REP-002 if a frame has lost its description,
            REP-003 if nothing has run.
    """
    sections = build_sections(findings)
    style = (_FOLDER / "style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    text = _template().render(
        head=findings.study.study,
        sections=sections,
        simulated=findings.simulated(),
        style=Markup(style),
        digest=digest,
        tables=_numbers(),
        figures=_numbers(),
    )
    return text.strip() + "\n"


def build_sections(findings: Findings) -> tuple[Section, ...]:
    """Return the sections of the report, driven by the stages there are.

    Raises:
        Fault: as `render_report`.
    """
    if not any(findings.ran(stage.id) for stage in findings.study.stages):
        raise Fault("REP-003", study=findings.study.study.id)
    linked = {survey for stage in findings.stages("link") for survey in stage.surveys}
    made = []
    for stage in findings.study.stages:
        if not findings.ran(stage.id):
            continue
        if stage.kind in _SECTIONS:
            made.append(_SECTIONS[stage.kind](findings, stage))
        elif stage.kind == "survey" and stage.id not in linked:
            made.append(survey_section(findings, stage))
    every = (
        summary_section(findings),
        record_section(findings),
        frames_section(findings),
        *made,
        tracing_section(findings),
        methods_section(findings),
        origins_section(findings),
    )
    return tuple(section for section in every if section is not None)


def _numbers() -> Iterator[int]:
    return itertools.count(1)


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters |= {"written": written, "drawn": _drawn, "kind": _kind, "next": next}
    environment.filters |= {"stacks": _stacks, "is_number": _is_number, "coded": coded}
    text = (_FOLDER / "page.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)


def _drawn(drawn: Drawing | Sign | Formula) -> Markup:
    """Let through the markup that this package writes itself, and nothing else."""
    if isinstance(drawn, Formula):
        return Markup(drawn.mathml)
    return Markup(drawn.body)


def _is_number(kind: str) -> bool:
    return kind not in {"text", "flag"}


def _stacks(grid: Grid) -> bool:
    """Return whether a phone should show rows as cards: few rows that hold sentences."""
    wordy = any(isinstance(v, str) and len(v) > 34 for row in grid.rows for v in row[1:])
    return wordy and len(grid.columns) > 2 and len(grid.rows) <= 60


def _kind(block: object) -> str:
    return type(block).__name__.lower()
