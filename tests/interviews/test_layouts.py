"""Documents as people, meeting programs and recognisers lay them out. All samples are invented."""

import io
import zipfile

import docx
import pytest

from consilience.interviews.transcripts import read_transcript

ASKED = ("How did it begin?", "With a letter.", "And then?", "We waited.\nFor months.")
ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for name, long in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"),
        ("fo", "xsl-fo-compatible"),
    )
)  # fmt: skip


def said(read):
    return [(turn.speaker, read.text[turn.said : turn.end]) for turn in read.turns]


def talk(first, second):
    return [((first, second)[number % 2], words) for number, words in enumerate(ASKED)]


def word_table(path, rows):
    made = docx.Document()
    table = made.add_table(rows=0, cols=2)
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    made.save(path)
    return read_transcript(path)


def word_paragraphs(path, paragraphs):
    """Write paragraphs of (words, bold) runs."""
    made = docx.Document()
    for runs in paragraphs:
        paragraph = made.add_paragraph()
        for words, bold in runs:
            paragraph.add_run(words).bold = bold
    made.save(path)
    return read_transcript(path)


def open_document(path, body, styles=""):
    content = (
        f"<office:document-content {ODF}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("content.xml", content)
    path.write_bytes(sink.getvalue())
    return read_transcript(path)


@pytest.mark.parametrize(
    "names", [("Int", "Mohammed"), ("Interviewer", "Tomos"), ("Sarah", "Tom"), ("sian", "tom")]
)
def test_a_table_of_two_columns_is_who_and_what(tmp_path, names):
    rows = talk(*names)
    read = word_table(tmp_path / "a.docx", rows)
    assert said(read) == rows
    assert read.notes == ()
    cells = "".join(
        "<table:table-row>" + "".join(
            f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row
        ) + "</table:table-row>"
        for row in rows[:3]
    )  # fmt: skip
    other = open_document(tmp_path / "a.odt", f"<table:table>{cells}</table:table>")
    assert said(other) == rows[:3]


def test_a_table_with_fields_above_and_a_head(tmp_path):
    rows = [("Date", "3 May 2021"), ("Interviewer", "SJ"), ("Speaker", "Words"), *talk("SJ", "Tom")]
    read = word_table(tmp_path / "a.docx", rows)
    assert read.header == {"date": "3 May 2021", "interviewer": "SJ"}
    assert said(read) == talk("SJ", "Tom")


def test_names_in_bold_before_what_is_said_or_above_it(tmp_path):
    rows = [(name, words.replace("\n", " ")) for name, words in talk("Sarah", "Tom")]
    beside = word_paragraphs(
        tmp_path / "a.docx", [[("Sarah", True), (" Why?", None)], *(
            [(name[:2], True), (name[2:], True), (f" {words}", None)] for name, words in rows
        )],
    )  # fmt: skip
    assert said(beside) == [("Sarah", "Why?"), *rows]
    above = word_paragraphs(
        tmp_path / "b.docx", [run for row in rows for run in ([(row[0], True)], [(row[1], False)])]
    )
    assert said(above) == rows
    style = (
        '<style:style style:name="T1" style:family="text"><style:text-properties {}/></style:style>'
    )
    body = "".join(
        f'<text:p><text:span text:style-name="T1">{name}</text:span> {words}</text:p>'
        for name, words in rows
    )
    heavy = open_document(tmp_path / "a.odt", body, style.format('fo:font-weight="bold"'))
    assert said(heavy) == rows
    light = open_document(tmp_path / "b.odt", body, style.format('fo:font-style="italic"'))
    assert [note.code for note in light.notes] == ["INT-004"]


def test_questions_and_emphasis_in_bold_are_no_names(tmp_path):
    read = word_paragraphs(
        tmp_path / "a.docx",
        [
            [("Why did it begin?", True)],
            [("We had a letter.", None)],
            [("Why did it begin?", True)],
            [("Nobody", True), (" came.", None)],
        ],
    )
    assert [note.code for note in read.notes] == ["INT-004"]


def test_places_in_bold_follow_the_normal_form(tmp_path):
    rows = [("Sarah", "Why?"), ("Tom", "So.\r\nYes."), ("Sarah", "And?"), ("Tom", "Well.")]
    paragraphs = "".join(
        f'<text:p><text:span text:style-name="T1">{name}</text:span>'
        f"<text:span> {words.replace(chr(13), '')}</text:span></text:p>"
        for name, words in rows
    )
    style = (
        '<style:style style:name="T1" style:family="text">'
        '<style:text-properties fo:font-weight="bold"/></style:style>'
    )
    read = open_document(tmp_path / "a.odt", "<text:p>\ufeffTalk</text:p>" + paragraphs, style)
    assert [speaker for speaker, _ in said(read)] == ["Sarah", "Tom", "Sarah", "Tom"]


def test_a_meeting_of_teams_as_a_document(tmp_path):
    """One paragraph a turn: name in bold, time, line break, words."""
    turns = [
        ("Sarah Jones", "0:03", "Why?"),
        ("Tom", "0:09", "So."),
        ("Sarah Jones", "1:02", "Oh."),
    ]
    read = word_paragraphs(
        tmp_path / "a.docx",
        [
            [("Scoping talk-20240903_090012-Meeting Transcript", True)],
            [("September 3, 2024, 9:00AM", None)],
            [("32m 4s", None)],
            [("Sarah Jones", True), (" started transcription", None)],
            *([(name, True), (f"   {time}\n{words}", None)] for name, time, words in turns),
            [("Sarah Jones", True), (" stopped transcription", None)],
        ],
    )
    assert said(read) == [(name, words) for name, _, words in turns]
    assert [turn.t0 for turn in read.turns] == [3.0, 9.0, 62.0]


def captions(tmp_path, *cues):
    path = tmp_path / "a.vtt"
    path.write_text(
        "WEBVTT\n\n" + "\n\n".join(
            f"00:0{number}.000 --> 00:0{number}.900\n{cue}" for number, cue in enumerate(cues)
        )
    )  # fmt: skip
    return read_transcript(path)


def test_captions_of_which_each_names_who_speaks(tmp_path):
    read = captions(tmp_path, "Eleri Hughes: Why?", "Eleri Hughes:\nReally?", "Tom ap Rhys: So.")
    assert said(read) == [
        ("Eleri Hughes", "Why?"), ("Eleri Hughes", "Really?"), ("Tom ap Rhys", "So."),
    ]  # fmt: skip
    once = captions(tmp_path, "Eleri Hughes: Why?", "and so on", "for long", "indeed", "very long")
    assert [speaker for speaker, _ in said(once)] == ["Eleri Hughes"]


def test_times_without_speakers_and_labels_read_as_words_are_told(tmp_path):
    nobody = captions(tmp_path, "why", "well", "so")
    assert [(note.code, note.values["count"]) for note in nobody.notes] == [("INT-160", 3)]
    path = tmp_path / "a.txt"
    path.write_text("I: Why?\nsian: Well.\nI: And?\nsian: So.\n")
    (note,) = read_transcript(path).notes
    assert (note.code, note.where.line) == ("INT-161", 2)
    assert (note.values["count"], note.values["labels"], note.values["lines"]) == (2, 1, "2")
    assert "sian" not in note.what
