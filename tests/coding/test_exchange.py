"""A study goes out as a project and comes back as it was; other programs' projects come in."""

import datetime as dt
import uuid
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consilience.coding.exchange import Outgoing, OutgoingText, Sidecar, coder_id
from consilience.coding.exchange_in import incoming
from consilience.coding.exchange_out import described, outgoing_project
from consilience.coding.model import CODING, CONSENSUS, Assignment, Code, Memo
from consilience.formats.qda.read import read_project
from consilience.formats.qda.record import (
    CODING as RECORD_CODING,
)
from consilience.formats.qda.record import (
    PROJECT,
    SELECTION,
    Case,
    CodeNode,
    Link,
    Project,
    Source,
    Stamp,
    User,
    Value,
    Variable,
)
from consilience.formats.qda.write import PROFILES, write_project
from consilience.interviews.model import Document, Version
from consilience.text.normal import text_hash

AT = dt.datetime(2018, 3, 1, tzinfo=dt.UTC)
WORDS = st.text(
    alphabet='ab \n.\u00e9\u0301\U0001f600\U0001f468\u200d<&>"', min_size=1, max_size=40
)
NAMES = st.text(alphabet="ab c", min_size=1, max_size=5).map(lambda name: name.strip() or "x")
TIMES = st.sampled_from(["", "2018-01-02T03:04:05Z"])
CODERS = ("ann-k", "ben", CONSENSUS)


def made(kind, number):
    """Return an id: half are GUIDs, half ids of the house."""
    if number % 2:
        return f"{kind}-{number}"
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind} {number}"))


@st.composite
def studies(draw):
    """Draw what a study sends out: overlapping codings, names that repeat, memos on anything."""
    codes = []
    for number in range(draw(st.integers(1, 5))):
        parent = draw(st.sampled_from([None, *(code.id for code in codes)]))
        codes.append(
            Code(
                id=made("code", number),
                name=draw(st.sampled_from(["Delay", "delay"])),
                parent=parent,
                position=sum(code.parent == parent for code in codes),
                colour=draw(st.sampled_from([None, "#00AAFF"])),
                definition=draw(st.sampled_from(["", "What it is."])),
                inclusion=draw(st.sampled_from(["", "late"])),
                exclusion=draw(st.sampled_from(["", "early"])),
                examples=draw(st.sampled_from([(), ("one", "two \U0001f600")])),
                codable=draw(st.booleans()),
                retired=draw(st.booleans()),
            )
        )
    texts = [_text(draw, number) for number in range(draw(st.integers(1, 3)))]
    rows = [row for number, text in enumerate(texts) for row in _rows(draw, number, text, codes)]
    table = pa.Table.from_pylist(rows, schema=CODING)
    things = [("study", ""), ("case", "School 1"), ("code", codes[0].id)]
    things += [("document", text.document.id) for text in texts]
    things += [("coding", row["id"]) for row in rows[:2]]
    memos = tuple(
        Memo(
            id=made("memo", number),
            on=on,
            thing=thing,
            text=draw(WORDS),
            author=draw(st.sampled_from(CODERS[:2])),
            at=draw(TIMES),
            title=draw(st.sampled_from(["", "A title"])),
        )
        for number, (on, thing) in enumerate(things)
        if draw(st.booleans())
    )
    assigned = tuple(
        Assignment(document=text.document.id, coder="ben", assigned_at="2018", released_at=None)
        for text in texts
    )
    return Outgoing(
        study="study",
        title="A study",
        origin="consilience",
        at="2018-03-01T00:00:00Z",
        texts=texts,
        codes=in_order(codes),
        codings=table,
        memos=memos,
        assignments=assigned,
        history=(("2018", "ann-k", "merge"),),
        decisions=({"item": "i", "reason": "because", "at": "2018"},),
    )


def in_order(codes):
    """Return codes as a tree is walked, brothers in their order."""
    found = []

    def branch(parent):
        for code in sorted((c for c in codes if c.parent == parent), key=lambda c: c.position):
            found.append(code)
            branch(code.id)

    branch(None)
    return tuple(found)


def _text(draw, number):
    content = draw(WORDS)
    document = Document(
        id=f"text-{number}",
        name=f"Text {number}",
        kind=draw(st.sampled_from(["interview", "answer"])),
        case=draw(st.sampled_from([None, "School 1"])),
        header=draw(st.sampled_from([{}, {"date": "3 May", "by": "<A&B>"}])),
        simulated=draw(st.booleans()),
    )
    version = Version(
        document=document.id, number=2, kind="pseudonymised", parent=1,
        sha256=text_hash(content), length=len(content), sealed=False, at="", actor="",
    )  # fmt: skip
    return OutgoingText(document=document, version=version, content=content.encode())


def _rows(draw, number, text, codes):
    size = len(text.content.decode())
    rows = []
    for place in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, size - 1))
        coder = draw(st.sampled_from(CODERS))
        rows.append(
            {
                "id": made("coding", 10 * number + place),
                "document": text.document.id,
                "version": 2,
                "start": start,
                "end": draw(st.integers(start + 1, size)),
                "code": draw(st.sampled_from(codes)).id,
                "coder": coder,
                "at": draw(TIMES),
                "origin": "consensus"
                if coder == CONSENSUS
                else draw(st.sampled_from(["person", "import"])),
            }
        )
    return rows


@given(study=studies(), profile=st.sampled_from(sorted(PROFILES)))
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_study_comes_back_as_it_went(tmp_path_factory, study, profile):
    project, _ = outgoing_project(study)
    path = tmp_path_factory.getbasetemp() / "study.qdpx"
    with path.open("wb") as handle:
        write_project(project, handle, at=AT, profile=profile)
    read = read_project(path).project
    assert read == project
    back = incoming(read)
    keys = {text.key: text.document["id"] for text in back.texts}
    assert back.codes == tuple(study.codes)
    assert [text.content for text in back.texts] == [text.content for text in study.texts]
    for came, went in zip(back.texts, study.texts, strict=True):
        document = went.document
        assert (came.name, came.kind, came.case) == (document.name, document.kind, document.case)
        assert came.header == document.header
        assert came.document["simulated"] == document.simulated
    assert _comparable(back.codings, keys) == _comparable(study.codings, {})
    memos = {memo.id: _moved(memo, keys) for memo in back.memos}
    assert memos == {memo.id: memo for memo in study.memos}
    assert [(keys[a.document], a.coder) for a in back.assignments] == [
        (a.document, a.coder) for a in study.assignments
    ]
    assert back.warnings == ()


def _comparable(table, keys):
    rows = table.to_pylist()
    for row in rows:
        row["document"] = keys.get(row["document"], row["document"])
        del row["version"]
    return sorted(rows, key=lambda row: row["id"])


def _moved(memo, keys):
    return Memo(**{name: keys.get(value, value) for name, value in
                   ((n, getattr(memo, n)) for n in memo.__slots__)})  # fmt: skip


def test_exports_of_one_study_have_the_same_identifiers():
    study = Outgoing(
        study="s", title="S", origin="o", at="", texts=(), codes=(Code(id="a", name="A"),),
        codings=CODING.empty_table(),
    )  # fmt: skip
    first, second = (outgoing_project(study)[0].codes[0].guid for _ in range(2))
    assert first == second
    other = Outgoing(
        study="t", title="S", origin="o", at="", texts=(), codes=(Code(id="a", name="A"),),
        codings=CODING.empty_table(),
    )  # fmt: skip
    assert outgoing_project(other)[0].codes[0].guid != first


def test_what_has_no_place_stands_in_words_too():
    code = Code(
        id="a", name="A", definition="D.", inclusion="I", exclusion="E", examples=("X",),
        retired=True,
    )  # fmt: skip
    assert described(code).split("\n\n") == [
        "D.", "Use it for: I", "Do not use it for: E", "Examples:\n- X",
        "No longer given; kept for what was coded with it.",
    ]  # fmt: skip
    study = Outgoing(
        study="s", title="S", origin="o", at="", texts=(), codes=(code,),
        codings=CODING.empty_table(), history=(("2018", "ann", "merge"),),
        decisions=({"item": "i", "reason": "because", "coder": None},),
    )  # fmt: skip
    project, losses = outgoing_project(study)
    notes = {source.name: source.text for source in project.sources}
    assert notes["History of the codebook"] == "2018 ann: merge"
    assert notes["Decisions on disagreements"] == "item i; reason because"
    assert {loss.count for loss in losses} == {1}
    assert incoming(project).memos == (), "they are written from the sidecar and not read back"


# --- projects of other programs ----------------------------------------------------------------


def guid(number):
    return str(uuid.UUID(int=number))


@pytest.fixture
def foreign():
    """Return a project as NVivo and ATLAS.ti write them: notes, links, cases, whole sources."""
    text = "I: Why? R: The front door."
    rows = [
        {"guid": guid(20), "source": 0, "start": 11, "end": 26, "user": guid(1), "at": None,
         "description": "look here"},
        {"guid": guid(21), "source": 0, "start": 3, "end": 7, "description": "an annotation"},
        {"guid": guid(22), "source": 0, "start": 3, "end": 3},
        {"guid": guid(23), "source": 0, "start": 0, "end": 2},
    ]  # fmt: skip
    codings = [
        {"guid": guid(30), "source": 0, "selection": 0, "code": guid(3), "user": None, "at": None},
        {"guid": guid(31), "source": 0, "selection": 2, "code": guid(3), "user": None, "at": None},
        {"guid": guid(32), "source": 0, "selection": None, "code": guid(3), "user": guid(2),
         "at": "2018-01-01T00:00:00Z"},
    ]  # fmt: skip
    note = Source(guid=guid(12), name="Idea", kind="note", content=b"an idea",
                  stamp=Stamp(user=guid(2), at="2018-02-02T00:00:00Z"))  # fmt: skip
    return Project(
        name="P",
        users=(User(guid=guid(1), name="Kim Lee"), User(guid=guid(2), name="kim-lee")),
        codes=(CodeNode(guid=guid(3), name="Door", description="About doors"),),
        sources=(
            Source(guid=guid(10), name="t", content=text.encode(), description="long"),
            Source(guid=guid(11), name="t", content=b"other"),
            note,
        ),
        selections=pa.Table.from_pylist(rows, schema=SELECTION),
        codings=pa.Table.from_pylist(codings, schema=RECORD_CODING),
        variables=(Variable(guid=guid(4), name="phase"),),
        values=(Value(owner=guid(5), variable=guid(4), value="primary"),),
        cases=(Case(guid=guid(5), name="School 1", sources=(guid(10),)),),
        links=(Link(guid=guid(6), origin=guid(12), target=guid(23)),),
        mentions=((PROJECT, guid(12)), (guid(3), guid(12))),
    )


def test_codings_of_others_come_in_with_their_coders(foreign):
    found = incoming(foreign)
    rows = found.codings.select(["id", "start", "end", "coder", "at", "origin"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        (guid(30), 11, 26, "kim-lee", "", "import"),
        (guid(32), 0, 26, "kim-lee-2", "2018-01-01T00:00:00Z", "import"),
    ]
    assert [fault.code for fault in found.warnings] == ["COD-080"]
    told = incoming(foreign, coders={"Kim Lee": "kl"})
    assert told.codings.column("coder").to_pylist() == ["kl", "kim-lee"]


def test_notes_and_descriptions_become_memos_on_their_things(foreign):
    memos = {(memo.on, memo.thing, memo.text) for memo in incoming(foreign).memos}
    assert memos == {
        ("document", guid(10), "long"),
        ("coding", guid(30), "look here"),
        ("document", guid(10), "an annotation"),
        ("study", "", "an idea"),
        ("code", guid(3), "an idea"),
        ("document", guid(10), "an idea"),
    }
    titles = {memo.text: memo.title for memo in incoming(foreign).memos}
    assert titles["an annotation"] == "On characters 3 to 7", "where, never what: it may be sealed"


@pytest.mark.parametrize(
    ("mentions", "told", "on"),
    [
        ([(13, 12), (3, 13)], 1, {("code", guid(3))}),
        ([(12, 12), (3, 13)], 1, {("study", ""), ("code", guid(3))}),
        ([(13, 12), (12, 13)], 2, {("study", "")}),
        ([(13, 12), (10, 12)], 1, {("study", ""), ("document", guid(10))}),
    ],
)
def test_notes_on_notes_become_memos_on_what_those_are_on(foreign, mentions, told, on):
    """A note is a text source, and those may refer to notes: to another, or to itself."""
    notes = [Source(guid=guid(n), name="n", kind="note", content=b"so") for n in (12, 13)]
    project = replace(
        foreign, sources=(*foreign.sources[:2], *notes), links=(),
        mentions=tuple((guid(owner), guid(note)) for owner, note in mentions),
    )  # fmt: skip
    found = incoming(project)
    assert {(memo.on, memo.thing) for memo in found.memos if memo.text == "so"} == on
    losses = {loss.what: loss.count for loss in found.losses}
    assert losses["notes on notes (now memos on what those are on)"] == told


def test_texts_get_names_cases_and_properties(foreign):
    first, second = incoming(foreign).texts
    assert (first.name, second.name) == ("t", "t (2)")
    assert (first.case, second.case) == ("School 1", None)
    assert first.header == {"phase": "primary"}


def test_names_of_texts_that_no_list_can_show_are_made_harmless(foreign):
    first, second = foreign.sources[:2]
    named = (replace(first, name="a\n\x1b[1m"), replace(second, name=".."))
    odd = replace(foreign, sources=(*named, *foreign.sources[2:]))
    assert [text.name for text in incoming(odd).texts] == ["a [1m", "Text 2"]


def test_a_sidecar_of_the_wrong_form_is_as_if_absent():
    for content in ({}, {"codes": [1], "assignments": "x"}, {"codes": {guid(3): {"id": 7}}}):
        side = Sidecar(content)
        assert side.row("codes", guid(3)).get("definition") is None
        assert side.name("codes", guid(3)) is None
        assert side.assignments == []


def test_ids_of_coders_can_be_ids():
    assert coder_id("\u0141ukasz M\u00fcller", "") == "ukasz-muller"
    assert coder_id("2nd coder", "") == "coder-2nd-coder"
    assert coder_id("\u5f20", guid(7)) == "coder-00000000"
    assert len(coder_id("x" * 200, "")) == 64


def test_sentences_without_their_stop_come_back_without_it(tmp_path):
    text = "".join(
        f"They told {n} to wait there, all of them, until somebody rang. " for n in "abcde" * 4
    )
    ends = [at for at, letter in enumerate(text) if letter == "."]
    rows = [
        {"id": str(uuid.UUID(int=n + 1)), "document": "t", "version": 1, "start": start, "end": end,
         "code": "c", "coder": "ann", "at": "", "origin": "person"}
        for n, (start, end) in enumerate(zip([0, *(end + 2 for end in ends)], ends, strict=False))
    ]  # fmt: skip
    version = Version(
        document="t", number=1, kind="raw", parent=None, sha256=text_hash(text), length=len(text),
        sealed=False, at="", actor="",
    )  # fmt: skip
    out = Outgoing(
        study="s", title="S", origin="consilience 1", at="2018-03-01T00:00:00Z",
        texts=[OutgoingText(
            document=Document(id="t", name="T"), version=version, content=text.encode()
        )],
        codes=[Code(id="c", name="C")], codings=pa.Table.from_pylist(rows, schema=CODING),
    )  # fmt: skip
    project, _ = outgoing_project(out)
    for profile in PROFILES:
        path = tmp_path / f"{profile}.qdpx"
        with path.open("wb") as handle:
            write_project(project, handle, at=AT, profile=profile, sidecar=False)
        back = incoming(read_project(path).project).codings.to_pylist()
        assert [(row["start"], row["end"]) for row in back] == [
            (row["start"], row["end"]) for row in rows
        ]
