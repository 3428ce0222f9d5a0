"""Documents of a study for its readers: questionnaires, topic guides, what people allowed."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from consilience.deposit.model import DepositFile, Part
from consilience.design.model import Guide, Instrument, Question, Scale
from consilience.formats.documents_out.docx import docx_bytes
from consilience.formats.documents_out.model import Block, Document, Grid, Heading, Line
from consilience.formats.documents_out.plain import plain_bytes
from consilience.formats.metadata.model import Category, Variable
from consilience.interviews.model import Consent

_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SIMULATED: Final = "SIMULATED STUDY, made as an example"
# What SPSS and checks of data health allow a label to be long.
_LABEL: Final = 79
_KINDS: Final = {"choice": "One answer", "number": "A number", "open": "In your own words"}
_PURPOSES: Final = {
    "take_part": "Taking part",
    "record": "Recording",
    "quote": "Quoting",
    "deposit": "Deposit in an archive",
    "recontact": "Being asked again",
}


def document_files(
    document: Document, *, stem: str, contents: str, data_set: str = "", simulated: bool = False
) -> tuple[DepositFile, ...]:
    """Return a document as plain text and for Word, open to all.

    Args:
        document: what it holds.
        stem: path without ending, such as `documentation/questionnaire-education`.
        contents: what it holds, in a line.
        data_set: which it belongs to; empty for the whole study.
        simulated: whether the study is an example.
    """
    forms = (("txt", "text/plain", plain_bytes(document)), ("docx", _DOCX, docx_bytes(document)))
    return tuple(
        DepositFile(
            path=f"{stem}.{form}",
            content=content,
            part=Part.DOCUMENTATION,
            contents=contents,
            media_type=media_type,
            data_set=data_set,
            simulated=simulated,
        )
        for form, media_type, content in forms
    )


def _top(title: str, study: str, simulated: bool) -> Iterator[Block]:
    yield Heading(text=title)
    if simulated:
        yield Line(text=_SIMULATED)
    yield Line(label="Study:", text=study)


# --- questionnaires -----------------------------------------------------------------------


def questionnaire(
    instrument: Instrument, scales: Mapping[str, Scale], *, study: str, simulated: bool = False
) -> Document:
    """What was asked, in which words, and what could be answered?

    Args:
        instrument: the questionnaire in one version.
        scales: the scales that its questions name.
        study: title of the study.
        simulated: whether the study is an example.

    Returns:
        Every question with its number, the id by which it stands in the data, its wording, its
        answers with their codes and the codes for no answer.
    """
    blocks: list[Block] = [
        *_top(instrument.title, study, simulated),
        Line(label="Version:", text=instrument.version),
        Line(text="Everybody was asked every question, in this order.", apart=True),
    ]
    for number, question in enumerate(instrument.questions, start=1):
        blocks += _asked(number, question, scales)
    return Document(blocks=tuple(blocks), running=f"{instrument.title}, {instrument.version}")


def _asked(number: int, question: Question, scales: Mapping[str, Scale]) -> Iterator[Block]:
    yield Line(label=f"{number}.", text=question.text, apart=True)
    yield Line(label="Variable:", text=question.id)
    scale = scales.get(question.scale or "")
    if question.kind in _KINDS:
        yield Line(label="Answer:", text=_KINDS[question.kind])
    if scale is not None and not scale.points:
        low, high = scale.span
        yield Line(label="From:", text=f"{low:g} to {high:g}")
    for each in _categories(question, scale):
        label = f"{each.label} (no answer)" if each.missing else each.label
        yield Line(label=f"{each.value}", text=label, item=True)
    if question.reverse:
        yield Line(text="Turned round for scores: the lowest answer counts as the highest.")


def _categories(question: Question, scale: Scale | None) -> tuple[Category, ...]:
    answers = question.options or (scale.points if scale else None) or {}
    missing = scale.missing if scale else {}
    return (
        *(Category(value=str(code), label=label) for code, label in answers.items()),
        *(
            Category(value=str(code), label=label, missing=True)
            for code, label in missing.items()
            if code not in answers
        ),
    )


def variables_asked(
    instrument: Instrument, scales: Mapping[str, Scale], *, columns: Mapping[str, str] | None = None
) -> tuple[Variable, ...]:
    """How is each question of a questionnaire described as a variable?

    Args:
        instrument: the questionnaire.
        scales: the scales that its questions name.
        columns: name of the column by question; the id of the question where left out.

    Returns:
        A variable a question: its wording as question and, shortened to what SPSS shows, as
        label; answers and missing codes as categories; still to be counted by `variables_of`.
    """
    named = columns or {}
    return tuple(
        Variable(
            id="",
            name=named.get(question.id, question.id),
            label=textwrap.shorten(question.text, _LABEL, placeholder=" …"),
            question=question.text,
            categories=_categories(question, scales.get(question.scale or "")),
            measure={"scale": "ordinal", "choice": "nominal", "number": "ratio"}.get(
                question.kind, ""
            ),
            kind="character" if question.kind == "open" else "numeric",
            notes=("Asked the other way round: a high value means little.",)
            if question.reverse
            else (),
        )
        for question in instrument.questions
    )


# --- topic guides and consent -------------------------------------------------------------


def topic_guide(guide: Guide, *, study: str, role: str = "", simulated: bool = False) -> Document:
    """What was an interview to cover?

    Args:
        guide: in one version.
        study: title of the study.
        role: in words, of those it was for; the id of the role where empty.
        simulated: whether the study is an example.
    """
    title = guide.title or f"Topic guide: {role or guide.role}"
    topics = [
        Line(label=f"{number}.", text=topic.text, apart=True)
        for number, topic in enumerate(guide.topics, start=1)
    ]
    top = (*_top(title, study, simulated), Line(label="For:", text=role or guide.role))
    return Document(
        blocks=(*top, Line(label="Version:", text=guide.version), *topics),
        running=f"{title}, {guide.version}",
    )


def consent_summary(
    consents: Sequence[Consent], *, study: str, simulated: bool = False
) -> Document:
    """What were people asked to allow, and how many did?

    Args:
        consents: of every person; nobody is named, people and forms are counted.
        study: title of the study.
        simulated: whether the study is an example.

    Returns:
        A table by material and purpose: how many allowed it, refused it, were not asked or did
        not say, and how many took it back; then the forms that were used.
    """
    rows: list[tuple[str, ...]] = []
    for material in dict.fromkeys(each.material for each in consents):
        own = [each for each in consents if each.material == material]
        back = sum(each.withdrawn is not None for each in own)
        for purpose, words in _PURPOSES.items():
            said = Counter(getattr(each, purpose) for each in own)
            counts = (said[True], said[False], said[None], back)
            rows.append((material, words, *map(str, counts)))
    forms = Counter(each.form for each in consents if each.form)
    head = ("Material", "For", "Allowed", "Refused", "Not stated", "Taken back")
    return Document(
        blocks=(
            *_top("What people allowed", study, simulated),
            Line(text=_RULE, apart=True),
            Grid(head=head, rows=tuple(rows)),
            *(
                Line(text=f"Form {form}: {count}", item=True)
                for form, count in sorted(forms.items())
            ),
        ),
        running="What people allowed",
    )


_RULE: Final = (
    "Counted are statements of people, one for each kind of material. What was not stated allows "
    "nothing; what was taken back is not deposited."
)
