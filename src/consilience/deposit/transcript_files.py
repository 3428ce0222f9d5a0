"""Transcripts as files of the package: one layout, as text, RTF and for Word."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Final

from consilience.deposit.model import DataSet, DepositFile, Interview, Part, Transcript
from consilience.formats.documents_out.docx import docx_bytes
from consilience.formats.documents_out.model import Block, Document, Heading, Line
from consilience.formats.documents_out.plain import plain_bytes
from consilience.formats.documents_out.rtf import rtf_bytes

MEDIA_TYPES: Final = MappingProxyType(
    {
        "txt": "text/plain",
        "rtf": "application/rtf",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
)
FORMS: Final = tuple(MEDIA_TYPES)
SIMULATED: Final = "SIMULATED TRANSCRIPT. It was written for an example; nobody said this"
_NOT_STATED: Final = "not stated"
# Lines of a page of plain text, and letters of a line, by which its pages are marked.
_PAGE_LINES: Final = 45
_LINE_LETTERS: Final = 80
# What a reader could take for the label of somebody else, or for something that nobody says.
_LOOKS_A_LABEL: Final = re.compile(r"[^\n]{0,60}[:：]|[\[(#<]")


def transcript_path(interview: Interview, form: str) -> str:
    """Return where the transcript of an interview lies in the package.

    Example:
        >>> transcript_path(Interview(id="s01", data_set="scoping", role="head"), "rtf")
        'data/scoping/rtf/scoping-s01.rtf'
    """
    return f"data/{interview.data_set}/{form}/{interview.data_set}-{interview.id}.{form}"


def transcript_files(
    transcript: Transcript, data_set: DataSet, *, forms: Sequence[str] = FORMS
) -> tuple[DepositFile, ...]:
    """Return a transcript as files, a form each.

    Args:
        transcript: labels and words, pseudonymised.
        data_set: which it belongs to; its level, licence and embargo are those of the files.
        forms: some of `FORMS`.
    """
    return tuple(
        DepositFile(
            path=transcript_path(transcript.interview, form),
            content=transcript_bytes(transcript, form),
            part=Part.TRANSCRIPT,
            contents=f"Transcript of interview {transcript.interview.id}",
            media_type=MEDIA_TYPES[form],
            data_set=data_set.id,
            level=data_set.level,
            licence=data_set.licence,
            embargo=data_set.embargo,
            simulated=transcript.simulated,
        )
        for form in forms
    )


def transcript_bytes(transcript: Transcript, form: str) -> bytes:
    """Return a transcript in the layout that archives ask for.

    A block of fields at the top: study, identifier, month, place by its pseudonym, interviewer by
    an id, role. Then the turns, each after its label, a blank line between them, and pages with
    numbers: by fields in RTF and for Word, by lines such as `[page 2]` between turns in plain
    text, which has no pages.

    Line breaks within what somebody said stay, but for those after which a line would look like
    the label of somebody else.

    Args:
        transcript: labels and words, pseudonymised.
        form: one of `FORMS`.

    Source:
        UK Data Service, model transcript (study title, interview number and date, information
        about the interviewee, speaker tags, line breaks between turns, page numbers).
    """
    turns = [
        Line(label=f"{label}:", text=_joined(words), apart=True)
        for label, words in transcript.turns
    ]
    head = tuple(_head(transcript))
    if form == "txt":
        body = list(_paged(turns, used=len(head) + 2))
        return plain_bytes(Document(blocks=_whole(head, body)))
    document = Document(blocks=_whole(head, turns), running=_running(transcript))
    return rtf_bytes(document) if form == "rtf" else docx_bytes(document)


def _whole(head: Sequence[Block], body: Sequence[Block]) -> tuple[Block, ...]:
    begins = Line(text="[Start of interview]", apart=True)
    return (*head, begins, *body, Line(text="[End of interview]", apart=True))


def _running(transcript: Transcript) -> str:
    simulated = "SIMULATED" if transcript.simulated else ""
    parts = (transcript.interview.data_set, transcript.interview.id, transcript.notice, simulated)
    return " | ".join(filter(None, parts))


def _head(transcript: Transcript) -> Iterator[Block]:
    """Yield the fields at the top; those that are not known are said to be not stated."""
    talk = transcript.interview
    yield Heading(text=f"Interview {talk.id}")
    if transcript.simulated:
        yield Line(text=SIMULATED)
    information = "; ".join(f"{name} {value}" for name, value in talk.attributes if value)
    for name, value in (
        ("Study title", transcript.title),
        ("Interview ID", f"{talk.data_set}-{talk.id}"),
        ("Date of interview", month_in_words(talk.month)),
        ("Area", talk.area),
        ("Setting", talk.setting),
        ("Mode", talk.mode),
        ("Interviewer", talk.interviewer),
        ("Interviewee role", talk.role),
        ("Number of people", str(talk.people)),
        ("Information about interviewee", information),
        ("Access", transcript.notice),
    ):
        yield Line(label=f"{name}:", text=" ".join(value.split()) or _NOT_STATED)


def month_in_words(month: str) -> str:
    """Return a month in words.

    Example:
        >>> month_in_words("2018-03"), month_in_words("")
        ('March 2018', '')
    """
    return f"{dt.date.fromisoformat(f'{month}-01'):%B %Y}" if month else ""


def _joined(words: str) -> str:
    kept: list[str] = []
    for line in filter(None, (line.strip() for line in words.splitlines())):
        if kept and _LOOKS_A_LABEL.match(line):
            kept[-1] += f" {line}"
        else:
            kept.append(line)
    return "\n".join(kept)


def _paged(turns: Sequence[Line], *, used: int) -> Iterator[Line]:
    """Yield turns with the numbers of pages between them."""
    page = 1
    for turn in turns:
        lines = 1 + sum(1 + len(line) // _LINE_LETTERS for line in turn.text.split("\n"))
        if used + lines > _PAGE_LINES and used:
            page, used = page + 1, 0
            yield Line(text=f"[page {page}]", apart=True)
        used += lines
        yield turn
