"""What is written is valid, always the same, and comes back whole."""

import datetime as dt
import hashlib
import io
import json
import uuid
import zipfile

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from consilience.formats.qda.read import read_project
from consilience.formats.qda.record import (
    CODING,
    PROJECT,
    SELECTION,
    Case,
    CodeNode,
    Group,
    Link,
    Media,
    Project,
    Source,
    Stamp,
    Sync,
    User,
    Value,
    Variable,
)
from consilience.formats.qda.write import PROFILES, write_project

AT = dt.datetime(2018, 3, 1, 12, 30, tzinfo=dt.UTC)
# Letters of one to four bytes, accents that join, line ends, and what XML must write otherwise.
LETTERS = "ab \n\t.\u00e9\u0301\u0645\U0001f600\U0001f468\u200d\ufeff<&>\"'"
TEXTS = st.text(alphabet=LETTERS, max_size=30)
NAMES = st.one_of(st.none(), TEXTS)
TIMES = st.sampled_from([None, "2018-03-27T17:46:39Z", "2019-01-01T00:00:00.5+01:00"])
VALUES = st.sampled_from(
    [("Text", "a\nb <"), ("Boolean", "true"), ("Integer", "-3"), ("Float", "2.5"),
     ("Date", "2018-01-31"), ("DateTime", "2018-01-31T10:00:00Z"), ("Text", None), ("Text", "")]
)  # fmt: skip


class Maker:
    """Draws the parts of a project, each with an identifier of its own."""

    def __init__(self, draw):
        self.draw = draw
        self.made = 0

    def guid(self):
        self.made += 1
        return str(uuid.uuid5(uuid.NAMESPACE_OID, str(self.made)))

    def some(self, make, most=3):
        return tuple(make() for _ in range(self.draw(st.integers(0, most))))

    def one_of(self, things):
        return self.draw(st.sampled_from([None, *(thing.guid for thing in things)]))

    def few(self, things):
        guids = [thing.guid for thing in things]
        return tuple(self.draw(st.lists(st.sampled_from(guids), unique=True))) if guids else ()

    def stamp(self, users):
        return Stamp(
            user=self.one_of(users),
            at=self.draw(TIMES),
            modified_by=self.one_of(users),
            modified_at=self.draw(TIMES),
        )

    def codes(self):
        """Draw a tree, names repeated, parents before children and branch after branch."""
        found = []

        def branch(parent, depth):
            for _ in range(self.draw(st.integers(0, 2))):
                guid = self.guid()
                found.append(
                    CodeNode(
                        guid=guid,
                        name=self.draw(st.sampled_from(["Delay", "delay", "<&>\n"])),
                        parent=parent,
                        codable=self.draw(st.booleans()),
                        colour=self.draw(st.sampled_from([None, "#00FFaa".upper()])),
                        description=self.draw(NAMES),
                    )
                )
                if depth < 3:
                    branch(guid, depth + 1)

        branch(None, 0)
        return tuple(found)

    def source(self, users, kind, media=None):
        text = self.draw(TEXTS)
        return Source(
            guid=self.guid(),
            name=self.draw(NAMES),
            kind=kind,
            content=text.encode() if self.draw(st.integers(0, 9)) else None,
            description=self.draw(NAMES),
            stamp=self.stamp(users),
            media=media,
        )


@st.composite
def projects(draw):
    """Draw a project with overlapping and repeated passages, notes, cases, sets and links."""
    make = Maker(draw)
    users = make.some(lambda: User(guid=make.guid(), name=draw(NAMES), id=draw(NAMES)))
    codes = make.codes()
    pdf = Media(guid=make.guid(), kind="PDFSource", name=draw(NAMES), stamp=make.stamp(users))
    sources = (
        *make.some(lambda: make.source(users, "text")),
        make.source(users, "representation", media=pdf.guid),
        *make.some(lambda: make.source(users, "note")),
    )
    selections, codings = _passages(make, sources, codes, users)
    variables = make.some(lambda: Variable(guid=make.guid(), name=draw(TEXTS), kind="Text"))
    cases = make.some(
        lambda: Case(
            guid=make.guid(),
            name=draw(NAMES),
            description=draw(NAMES),
            codes=make.few(codes),
            sources=make.few(sources),
            selections=tuple(row["guid"] for row in selections[:2]),
        )
    )
    owned = [*cases, *(each for each in sources if each.kind == "text")]
    values = [
        Value(owner=owner.guid, variable=variable.guid, kind=kind, value=value)
        for owner in owned
        for variable in variables
        for kind, value in [draw(VALUES)]
    ]
    links = make.some(lambda: Link(guid=make.guid(), name=draw(NAMES), direction="OneWay"))
    notes = [each.guid for each in sources if each.kind == "note"]
    owners = [PROJECT, *(code.guid for code in codes), *(row["guid"] for row in selections)]
    owners += [row["guid"] for row in codings] + [link.guid for link in links]
    mentions = {(owner, draw(st.sampled_from(notes))) for owner in owners if notes}
    return Project(
        name=draw(TEXTS),
        origin=draw(NAMES),
        users=users,
        codes=codes,
        sources=sources,
        media=(pdf,),
        selections=pa.Table.from_pylist(selections, schema=SELECTION),
        codings=pa.Table.from_pylist(codings, schema=CODING),
        variables=variables,
        values=tuple(values),
        cases=cases,
        links=links,
        groups=make.some(lambda: Group(guid=make.guid(), name=draw(TEXTS), codes=make.few(codes))),
        mentions=tuple(sorted(mentions)),
        description=draw(NAMES),
        stamp=make.stamp(users),
        sidecar=draw(st.sampled_from([None, {"a": [1, None, "\U0001f600"]}])),
    )


def _passages(make, sources, codes, users):
    selections, codings = [], []

    def coding(number, row):
        stamp = make.stamp(users)
        return {"guid": make.guid(), "source": number, "selection": row,
                "code": make.draw(st.sampled_from(codes)).guid,
                "user": stamp.user, "at": stamp.at}  # fmt: skip

    for number, source in enumerate(sources):
        if source.content is None:
            continue
        size = len(source.text)
        for _ in range(make.draw(st.integers(0, 4))):
            start = make.draw(st.integers(0, size))
            stamp = make.stamp(users)
            selections.append(
                {"guid": make.guid(), "source": number, "start": start,
                 "end": make.draw(st.integers(start, size)), "name": make.draw(NAMES),
                 "description": make.draw(NAMES), "user": stamp.user, "at": stamp.at,
                 "modified_by": stamp.modified_by, "modified_at": stamp.modified_at}
            )  # fmt: skip
            if codes:
                row = len(selections) - 1
                codings += [coding(number, row) for _ in range(make.draw(st.integers(0, 2)))]
        if codes:
            codings += [coding(number, None) for _ in range(make.draw(st.integers(0, 1)))]
    return selections, codings


def written(project, path, **options):
    with path.open("wb") as handle:
        return write_project(project, handle, at=AT, **options)


@pytest.fixture(scope="module")
def schema(shared):
    """Return the official schema."""
    return etree.XMLSchema(etree.parse(shared / "data" / "qual" / "Project.xsd"))


@pytest.mark.shared
@given(project=projects(), profile=st.sampled_from(sorted(PROFILES)))
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_project_comes_back_whole_in_every_profile(schema, tmp_path_factory, project, profile):
    path = tmp_path_factory.getbasetemp() / "any.qdpx"
    assert written(project, path, profile=profile) == ()
    reading = read_project(path)
    assert reading.project == project
    assert reading.verdict.basis == "sidecar"
    assert {fault.code for fault in reading.warnings} <= {"FMT-239", "FMT-242"}
    with zipfile.ZipFile(path) as archive:
        schema.assertValid(etree.fromstring(archive.read("project.qde")))


def small(**changes):
    text = "Interviewer: Why \U0001f600?\n\nRespondent: The na\u00efve front door, I think.\n"
    quotes = ("Why \U0001f600?", "Respondent", "front door", "I think.")
    spans = [(text.index(quote), text.index(quote) + len(quote)) for quote in quotes]
    return Project(
        name="x",
        codes=(CodeNode(guid=guid(1), name="a"),),
        sources=(Source(guid=guid(2), name="t", content=text.encode()),),
        selections=pa.Table.from_pylist(
            [
                {"guid": guid(10 + n), "source": 0, "start": start, "end": end}
                for n, (start, end) in enumerate(spans)
            ],
            schema=SELECTION,
        ),
        **changes,
    )


def guid(number):
    return str(uuid.UUID(int=number))


def test_the_same_project_is_the_same_bytes(tmp_path):
    first, second = tmp_path / "a.qdpx", tmp_path / "b.qdpx"
    written(small(), first)
    written(small(), second)
    assert first.read_bytes() == second.read_bytes()
    pinned = hashlib.sha256(_unpacked(first)).hexdigest()[:16]
    assert pinned == "e2ff18410aece7b2"


def _unpacked(path):
    with zipfile.ZipFile(path) as archive:
        return b"".join(archive.read(name) for name in archive.namelist() if "side" not in name)


@pytest.mark.parametrize("profile", PROFILES)
def test_each_profile_is_told_by_its_passages_alone(tmp_path, profile):
    path = tmp_path / "a.qdpx"
    written(small(), path, profile=profile, sidecar=False)
    reading = read_project(path)
    assert reading.verdict.basis == "words"
    assert reading.project == small()
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        text = archive.read(next(name for name in names if name.endswith(".txt")))
    assert (b"\r\n" in text) == (profile != "standard")
    assert text.startswith(b"\xef\xbb\xbf") == (profile == "nvivo-windows")
    assert "consilience/sidecar.json" not in names


def test_texts_are_lf_without_mark_and_nothing_says_where_files_lay(tmp_path):
    path = tmp_path / "a.qdpx"
    written(small(), path)
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("project.qde").decode()
        assert archive.read(f"sources/{guid(2)}.txt").decode() == small().sources[0].text
        side = json.loads(archive.read("consilience/sidecar.json"))
    assert "basePath" not in xml
    assert 'startPosition="21"' in xml
    assert side["convention"] == "points,crlf1,nobom,exclusive"


def test_what_xml_cannot_carry_is_told(tmp_path, schema):
    project = small(
        description="a\x00b\x0bc",
        variables=(Variable(guid=guid(5), name="n", kind="Integer"),),
        values=(Value(owner=guid(2), variable=guid(5), kind="Integer", value="many"),),
    )
    path = tmp_path / "a.qdpx"
    losses = {loss.what: loss.count for loss in written(project, path)}
    assert sorted(losses.values()) == [1, 1]
    back = read_project(path).project
    assert back.description == "a\ufffdb\ufffdc"
    assert back.values == (Value(owner=guid(2), variable=guid(5), value="many"),)
    with zipfile.ZipFile(path) as archive:
        schema.assertValid(etree.fromstring(archive.read("project.qde")))


def test_passages_of_a_transcript_get_marks_of_time(tmp_path):
    audio = Media(guid=guid(6), kind="AudioSource", path="relative:///t.mp3")
    text = "One two three."
    source = Source(
        guid=guid(7),
        kind="transcript",
        content=text.encode(),
        media=audio.guid,
        syncs=(Sync(guid=guid(8), time=0, position=0),),
    )
    rows = [{"guid": guid(9), "source": 0, "start": 4, "end": 7}]
    project = Project(
        name="x",
        media=(audio,),
        sources=(source,),
        selections=pa.Table.from_pylist(rows, schema=SELECTION),
    )
    path = tmp_path / "a.qdpx"
    written(project, path)
    back = read_project(path).project
    row = back.selections.to_pylist()[0]
    assert (row["start"], row["end"]) == (4, 7)
    assert {sync.position for sync in back.sources[0].syncs} == {0, 4, 7}
    again = io.BytesIO()
    write_project(back, again, at=AT)
    path.write_bytes(again.getvalue())
    assert read_project(path).project == back


@pytest.mark.shared
def test_the_example_of_the_standard_comes_back_whole(shared, schema, tmp_path):
    project = read_project(shared / "data/qual/sky-loom__Project.qde").project
    path = tmp_path / "a.qdpx"
    assert written(project, path) == ()
    assert read_project(path).project == project
    with zipfile.ZipFile(path) as archive:
        schema.assertValid(etree.fromstring(archive.read("project.qde")))
