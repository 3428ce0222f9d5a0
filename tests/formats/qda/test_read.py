"""Projects as programs write them, and as nobody should."""

import uuid
import zipfile

import pytest

from consilience.base.errors import Fault
from consilience.formats.qda.codebook import Codebook, read_codebook, write_codebook
from consilience.formats.qda.conventions import Convention
from consilience.formats.qda.read import read_project
from consilience.formats.qda.record import Group, canonical_guid

TEXT = "We rang the front door twice.\nNobody answered us.\n"


def refused(path, read=read_project):
    with pytest.raises(Fault) as caught:
        read(path)
    assert "<" not in caught.value.what + caught.value.remedy
    return caught.value.code


def codes_of(reading):
    return [fault.code for fault in reading.warnings]


def told(reading):
    for fault in reading.warnings:
        assert "<" not in fault.what + fault.remedy
    return {loss.what: loss.count for loss in reading.losses}


def test_entries_are_found_in_any_case(pack, builders):
    xml = builders["project"](builders["selection"](3, 7), plain="internal://Sub/A%20b.TXT")
    for names in (
        ("Project.qde", "Sources/a b.txt"),
        ("MY STUDY.QDE", "SOURCES/A B.txt"),
        ("x/p.qde", "sources/sub/a b.txt"),
        ("project.qde", "sources\\a b.txt"),
    ):
        reading = read_project(pack({names[0]: xml, names[1]: TEXT}))
        assert reading.project.sources[0].text == TEXT, names
        assert reading.project.selections.column("start").to_pylist() == [3]


@pytest.mark.parametrize(
    "namespace",
    ["urn:QDA-XML:project:1.0", "urn:QDA-XML:project:0:4", "urn:QDA-XML:project:1:5"],
)
def test_any_namespace_of_the_standard_is_read(pack, builders, namespace):
    xml = builders["project"]("").replace("urn:QDA-XML:project:1.0", namespace)
    assert len(read_project(pack({"p.qde": xml, "sources/a.txt": TEXT})).project.codes) == 1
    assert refused(pack({"p.qde": xml.replace("urn:QDA-XML", "urn:else")})) == "FMT-236"


def test_braces_capitals_and_foreign_identifiers_become_guids(pack, builders):
    guid = builders["code"]
    xml = builders["project"](builders["selection"](3, 7)).replace(
        f'<Code guid="{guid}"', f'<Code guid="{{{guid.upper()}}}"'
    )
    xml = xml.replace(builders["source"], "text 1")
    reading = read_project(pack({"p.qde": xml, "sources/a.txt": TEXT}))
    assert reading.project.codes[0].guid == guid
    assert reading.project.codings.num_rows == 1
    assert uuid.UUID(reading.project.sources[0].guid)
    assert told(reading)["identifiers that are no GUID (made into one)"] == 1
    assert canonical_guid("text 1") == canonical_guid("{TEXT 1}")


def test_texts_in_other_encodings_are_read_and_told(pack, builders):
    for data, warned in (
        (TEXT.encode("utf-16"), True),
        ("caf\u00e9 \u2013 ".encode("cp1252") + TEXT.encode(), True),
        (b"\xef\xbb\xbf" + TEXT.encode(), False),
    ):
        reading = read_project(pack({"p.qde": builders["project"](""), "sources/a.txt": data}))
        assert reading.project.sources[0].text.endswith(TEXT)
        assert codes_of(reading) == (["FMT-247"] if warned else [])
        told(reading)


def test_absent_texts_keep_their_name_and_lose_their_codings(pack, builders):
    reading = read_project(pack({"p.qde": builders["project"](builders["selection"](3, 7))}))
    assert codes_of(reading) == ["FMT-239"]
    assert [(source.name, source.text) for source in reading.project.sources] == [("t", None)]
    assert reading.project.codings.num_rows == 0
    assert told(reading)["codings without a place or a code"] == 1


def test_a_styled_text_without_a_plain_one_is_read(pack, builders, tmp_path):
    import docx

    document = docx.Document()
    for line in TEXT.splitlines():
        document.add_paragraph(line)
    document.save(tmp_path / "a.docx")
    xml = builders["project"](builders["selection"](12, 22), plain=None).replace(
        'name="t"', 'name="t" richTextPath="internal://A.docx"'
    )
    data = (tmp_path / "a.docx").read_bytes()
    project = read_project(pack({"p.qde": xml, "sources/a.docx": data})).project
    assert project.sources[0].text.startswith("We rang the front door twice.\nNobody")
    assert project.codings.num_rows == 1
    broken = read_project(pack({"p.qde": xml, "sources/a.docx": data[:500]}))
    assert codes_of(broken) == ["FMT-239"]


def test_passages_without_a_place_are_counted_and_the_rest_is_kept(pack, builders):
    make = builders["selection"]
    spans = [(3, 7), (12, 22), (40, 400), (-2, 4), (20, 10), (8, 8), (10**30, 10**31)]
    xml = "".join(make(start, end, number=n) for n, (start, end) in enumerate(spans))
    xml += make(30, 36, number=9, code=str(uuid.uuid4()))
    reading = read_project(pack({"p.qde": builders["project"](xml), "sources/a.txt": TEXT}))
    warned = {fault.code: fault.values.get("count") for fault in reading.warnings}
    assert warned == {"FMT-238": 1, "FMT-240": 2, "FMT-241": 1, "FMT-242": 1, "FMT-250": 1}
    kept = reading.project.selections.select(["start", "end"]).to_pylist()
    assert [(row["start"], row["end"]) for row in kept] == [(3, 7), (12, 22), (8, 8), (30, 36)]
    assert reading.project.codings.num_rows == 3
    assert told(reading) == {
        "codings without a place or a code": 5,
        "passages without a place": 4,
    }


def test_the_end_of_the_text_is_within_it(pack, builders):
    xml = builders["project"](builders["selection"](30, len(TEXT)))
    reading = read_project(pack({"p.qde": xml, "sources/a.txt": TEXT}))
    assert codes_of(reading) == []
    beyond = builders["project"](builders["selection"](30, len(TEXT) + 1))
    reading = read_project(pack({"p.qde": beyond, "sources/a.txt": TEXT}), convention=Convention())
    assert "FMT-240" in codes_of(reading)


def test_a_transcript_is_coded_between_marks_of_time(pack, builders):
    marks = [uuid.uuid4() for _ in range(3)]
    synced = "".join(
        f'<SyncPoint guid="{guid}" timeStamp="{1000 * n}" position="{at}"/>'
        for n, (guid, at) in enumerate(zip(marks, (0, 29, 49), strict=True))
    )
    lone = f'<SyncPoint guid="{uuid.uuid4()}" timeStamp="99"/>'
    inner = (
        f'<Transcript guid="{uuid.uuid4()}"><PlainTextContent>{TEXT}</PlainTextContent>{synced}'
        f'{lone}<TranscriptSelection guid="{uuid.uuid4()}" fromSyncPoint="{marks[0]}" '
        f'toSyncPoint="{{{str(marks[1]).upper()}}}"><Coding guid="{uuid.uuid4()}">'
        f'<CodeRef targetGUID="{builders["code"]}"/></Coding></TranscriptSelection></Transcript>'
        f'<AudioSelection guid="{uuid.uuid4()}" begin="1" end="2"/>'
    )
    audio = f'<AudioSource guid="{uuid.uuid4()}" path="absolute:///C:/Users/ann/t.mp3">{inner}'
    xml = builders["project"]("").replace("</Sources>", f"{audio}</AudioSource></Sources>")
    reading = read_project(pack({"p.qde": xml, "sources/a.txt": TEXT}))
    project = reading.project
    row = project.selections.to_pylist()[0]
    source = project.sources[row["source"]]
    assert source.kind == "transcript"
    assert source.text[row["start"] : row["end"]] == "We rang the front door twice."
    assert [(sync.time, sync.position) for sync in source.syncs] == [
        (0, 0), (1000, 29), (2000, 49), (99, None),
    ]  # fmt: skip
    assert project.media[0].path == "relative:///t.mp3"
    assert project.media[0].after.startswith("<AudioSelection ")


def test_a_coding_that_names_a_case_is_a_passage_of_the_case(pack, builders):
    case = uuid.uuid4()
    cases = f'</CodeBook><Cases><Case guid="{case}" name="School 1"/></Cases>'
    xml = builders["project"](builders["selection"](3, 7, code=str(case)))
    xml = xml.replace("</CodeBook>", cases)
    project = read_project(pack({"p.qde": xml, "sources/a.txt": TEXT})).project
    assert project.codings.num_rows == 0
    assert project.cases[0].selections == (project.selections.column("guid")[0].as_py(),)


@pytest.mark.shared
def test_the_example_of_the_standard_is_read_whole(shared):
    folder = shared / "data" / "qual"
    for name in ("sky-loom__TestProject.qdpx", "sky-loom__Project.qde"):
        reading = read_project(folder / name)
        project = reading.project
        kinds = [each.kind for each in project.media]
        counts = (len(project.codes), len(project.users), len(project.groups), len(project.links))
        assert counts == (14, 3, 16, 1)
        assert kinds == ["PictureSource", *2 * ["PDFSource"], "AudioSource", *2 * ["VideoSource"]]
        assert [each.kind for each in project.sources].count("note") == 2
        assert codes_of(reading) == ["FMT-239"], "the sources of the example were never published"
        assert sum(len(source.syncs) for source in project.sources) == 13
        assert "/Users/" not in repr(project)
        assert "Graph" in project.graphs[0]


# --- files that are damaged or meant to do harm ------------------------------------------------


def test_a_document_type_is_refused_before_anything_of_it_is_read(pack, builders, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET", encoding="utf-8")
    xml = builders["project"]("", plain=None, inside="<PlainTextContent>&x;</PlainTextContent>")
    for doctype in (
        f'<!DOCTYPE Project [<!ENTITY x SYSTEM "{secret.as_uri()}">]>',
        '<!DOCTYPE Project [<!ENTITY a "aaaa"><!ENTITY x "&a;&a;&a;">]>',
        '<!DOCTYPE Project SYSTEM "http://127.0.0.1:9/none.dtd">',
    ):
        assert refused(pack({"p.qde": doctype + xml})) == "FMT-235"
        bare = tmp_path / "bare.qde"
        bare.write_text(doctype + xml, encoding="utf-8")
        assert refused(bare) == "FMT-235"


def test_an_archive_that_unpacks_to_too_much_is_refused(pack, builders):
    xml = builders["project"]("")
    zeros = bytes(8 * 1024**2)
    assert refused(pack({"p.qde": xml, "sources/a.txt": zeros})) == "FMT-232"
    assert refused(pack({"p.qde": zeros})) == "FMT-232"
    # Texts that are very much alike, but only that, are read.
    alike = b"".join(b"%d We rang the front door.\n" % n for n in range(300_000))
    assert read_project(pack({"p.qde": xml, "sources/a.txt": alike})).warnings == ()


def test_broken_files_are_refused_by_name(pack, builders, tmp_path):
    xml = builders["project"](builders["selection"](3, 7))
    assert refused(pack({"p.qde": xml[:-30], "sources/a.txt": TEXT})) == "FMT-234"
    assert refused(pack({"p.qde": "<x/>"})) == "FMT-236"
    assert refused(pack({"p.qde": xml, "q.qde": xml})) == "FMT-233"
    assert refused(pack({"readme.txt": TEXT})) == "FMT-233"
    path = pack({"p.qde": xml, "sources/a.txt": TEXT * 500})
    data = path.read_bytes()
    for cut in (30, len(data) // 2, len(data) - 10):
        path.write_bytes(data[:cut])
        assert refused(path) == "FMT-231"
    spoilt = bytearray(data)
    spoilt[data.index(b"sources/a.txt") + 40] ^= 0xFF
    path.write_bytes(bytes(spoilt))
    assert refused(path) == "FMT-231"
    path.write_bytes(b"neither this nor that")
    assert refused(path) == "FMT-230"
    assert refused(tmp_path / "none.qdpx") == "FMT-001"


def test_an_archive_with_something_before_it_is_read(pack, builders):
    path = pack({"p.qde": builders["project"](""), "sources/a.txt": TEXT})
    plain = read_project(path)
    path.write_bytes(b"#!/bin/sh <unpacks itself>\n" + path.read_bytes())
    assert read_project(path) == plain


def test_an_archive_under_a_password_is_refused(pack, builders):
    path = pack({"p.qde": builders["project"](""), "sources/a.txt": TEXT})
    data = bytearray(path.read_bytes())
    # The flag "encrypted" of every entry, in its own head and in the directory.
    for head, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(head)
        while start >= 0:
            data[start + at] |= 1
            start = data.find(head, start + 4)
    path.write_bytes(bytes(data))
    assert refused(path) == "FMT-231"


@pytest.mark.parametrize("kind", ["code", "source", "passage", "coding", "user"])
def test_an_identifier_that_stands_twice_is_refused(pack, builders, kind):
    make = builders["selection"]
    xml = builders["project"](make(3, 7, number=1) + make(12, 17, number=2))
    source = f'<TextSource guid="{builders["source"].upper()}" name="u"/>'
    codes = f'<Code guid="{{{builders["code"]}}}" name="b" isCodable="true"/>'
    user = f'<User guid="{uuid.uuid4()}"/>'
    first, second = (
        [part.split('"')[1] for part in each.split("guid=")[1:3]]
        for each in (make(0, 1, number=1), make(0, 1, number=2))
    )
    changed = {
        "code": xml.replace("</Codes>", f"{codes}</Codes>"),
        "source": xml.replace("</Sources>", f"{source}</Sources>"),
        "passage": xml.replace(second[0], first[0]),
        "coding": xml.replace(second[1], first[1]),
        "user": xml.replace("<CodeBook>", f"<Users>{user}{user}</Users><CodeBook>"),
    }
    assert refused(pack({"p.qde": changed[kind], "sources/a.txt": TEXT})) == "FMT-237"


def test_the_sidecar_of_another_state_is_left_aside(pack, builders):
    xml = builders["project"](builders["selection"](3, 7))
    for sidecar in ("{}", "[", '{"format": "consilience-sidecar-1", "project_sha256": "00"}'):
        entries = {"p.qde": xml, "sources/a.txt": TEXT, "consilience/sidecar.json": sidecar}
        reading = read_project(pack(entries))
        assert codes_of(reading) == ["FMT-249"]
        assert reading.project.sidecar is None
        assert reading.project.codings.num_rows == 1


# --- codebooks ---------------------------------------------------------------------------------


@pytest.mark.shared
def test_a_codebook_goes_out_and_comes_back(shared, tmp_path):
    from lxml import etree

    project = read_project(shared / "data/qual/sky-loom__Project.qde").project
    groups = tuple(
        Group(guid=each.guid, name=each.name, codes=each.codes)
        for each in project.groups
        if each.codes
    )
    codebook = Codebook(origin="here", codes=project.codes, groups=groups)
    path = tmp_path / "codes.qdc"
    path.write_bytes(write_codebook(codebook))
    assert read_codebook(path) == codebook
    schema = etree.XMLSchema(etree.parse(shared / "data/qual/Codebook.xsd"))
    schema.assertValid(etree.parse(path))
    old = path.read_text(encoding="utf-8").replace(
        "urn:QDA-XML:codebook:1.0", "urn:QDA-XML:codebook:1:0"
    )
    path.write_text(old, encoding="utf-8")
    assert read_codebook(path) == codebook


def test_what_is_no_codebook_is_refused(pack, builders, tmp_path):
    assert refused(pack({"p.qde": builders["project"]("")}), read_codebook) == "FMT-230"
    path = tmp_path / "a.qdc"
    path.write_text(builders["project"](""), encoding="utf-8")
    assert refused(path, read_codebook) == "FMT-236"
    with pytest.raises(Fault) as caught:
        write_codebook(Codebook())
    assert caught.value.code == "FMT-251"


def test_a_damaged_entry_leaves_no_open_file(pack, builders):
    path = pack({"p.qde": builders["project"]("")[:-9]})
    assert refused(path) == "FMT-234"
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None


def test_characters_that_no_text_can_hold_are_told(pack, builders):
    xml = builders["project"](builders["selection"](0, 5))
    path = pack({"project.qde": xml, "sources/a.txt": b"Why \0\0?\n"})
    reading = read_project(path, check=False)
    (note,) = [each for each in reading.warnings if each.code == "INT-003"]
    assert note.values["count"] == 2


def test_a_damaged_entry_is_told_however_it_was_packed(builders, tmp_path):
    path = tmp_path / "made.qdpx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("project.qde", builders["project"](builders["selection"](0, 5)))
        archive.writestr("sources/a.txt", "Why not?")
    data = bytearray(path.read_bytes())
    begins = data.index(b"project.qde") + len("project.qde")
    for place in (begins + 4, *range(begins + 12, begins + 40)):
        damaged = data.copy()
        damaged[place] ^= 0xFF
        path.write_bytes(damaged)
        with pytest.raises(Fault) as caught:
            read_project(path, check=False)
        assert caught.value.code in ("FMT-231", "FMT-234")


def test_a_namespace_that_is_none_is_told(pack, builders):
    graph = '<Graphs><Graph guid="{}" xmlns:xsi="a-b-c" xsi:x="1"/></Graphs>'
    xml = builders["project"]("", after=graph.format(builders["code"]))
    path = pack({"project.qde": xml, "sources/a.txt": "words"})
    with pytest.raises(Fault) as caught:
        read_project(path)
    assert caught.value.code == "FMT-234"
    assert "at line 1: a namespace is no address" in caught.value.what
