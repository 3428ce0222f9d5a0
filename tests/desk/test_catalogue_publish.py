"""Publishing a package: only what two people released, whole, and once."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil

import bagit
import pytest
from made_catalogue import (
    CONTENT,
    IDENTIFIER,
    OPEN,
    SAFE,
    make_package,
    make_record,
    settings,
    write_package,
)

from consilience.base.errors import Fault, Faults
from consilience.desk.catalogue import (
    change_records,
    make_catalogue,
    opened_catalogue,
    record_of,
)
from consilience.desk.catalogue_entries import entry_of
from consilience.desk.catalogue_publish import publish_bag, withdraw_study
from consilience.formats.metadata.ddi_write import write_ddi
from consilience.formats.metadata.model import Access, Identifier, Level, StudyFile
from consilience.store.access import files_of, publications
from consilience.store.blobs import blob_path, keep_blob
from consilience.store.database import snapshot
from consilience.store.ledger import lines, verify_kept

AT = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def archive(tmp_path):
    make_catalogue(tmp_path / "archive", settings())
    with opened_catalogue(tmp_path / "archive") as catalogue:
        yield catalogue


@pytest.fixture(scope="module")
def made_bag(tmp_path_factory):
    return write_package(tmp_path_factory.mktemp("bags") / "bag")


@pytest.fixture
def bag(made_bag, tmp_path):
    return shutil.copytree(made_bag, tmp_path / "bag")


def publish(archive, bag, **options):
    return publish_bag(archive, bag, clock=lambda: AT, actor="test", **options)


def kept(archive, record=IDENTIFIER):
    with snapshot(archive.engine) as connection:
        return publications(connection, record)


def files(archive, version=1):
    with snapshot(archive.engine) as connection:
        return {each.file: each for each in files_of(connection, IDENTIFIER, version)}


def refused(archive, bag):
    """Return the code with which a package is refused, and see that nothing of it was kept."""
    with pytest.raises((Fault, Faults)) as caught:
        publish(archive, bag)
    assert kept(archive) == []
    with pytest.raises(Fault):
        record_of(archive.engine, IDENTIFIER)
    error = caught.value
    return error.faults[0].code if isinstance(error, Faults) else error.code


def test_a_package_is_published_with_its_files_record_and_data_sets(archive, bag):
    done = publish(archive, bag)
    assert (done.record, done.version, done.new) == (IDENTIFIER, 1, True)
    assert done.files["safeguarded"] == 1
    assert done.files["controlled"] == 2
    assert done.address.endswith("/records/joint-working")
    publication = kept(archive)[0]
    assert (publication.prepared_by, publication.released_by) == ("ann", "ben")
    assert [each.title for each in publication.data_sets] == [
        "School interviews", "National surveys",
    ]  # fmt: skip
    assert publication.data_sets[0].withheld[0].reason == "no consent"
    assert publication.simulated
    found = files(archive)
    assert found[SAFE].sha256 == hashlib.sha256(CONTENT["data/surveys/education.csv"]).hexdigest()
    assert found[SAFE].level is Level.SAFEGUARDED
    for file in found.values():
        there = blob_path(archive.folder, file.sha256).read_bytes()
        assert hashlib.sha256(there).hexdigest() == file.sha256
        assert len(there) == file.size
    assert record_of(archive.engine, IDENTIFIER).record.titles[0].value.startswith("Joint working")
    with snapshot(archive.engine) as connection:
        noted = [(line.action, line.subject) for line in lines(connection)]
        assert verify_kept(connection)[1] == []
    assert ("publish", IDENTIFIER) in noted


def test_the_access_list_itself_is_no_published_file(archive, bag):
    publish(archive, bag)
    assert "access.csv" not in {each.path for each in files(archive).values()}


def test_the_same_package_again_changes_nothing_and_another_is_a_version(archive, bag, tmp_path):
    publish(archive, bag)
    again = publish(archive, bag)
    assert (again.version, again.new) == (1, False)
    assert len(kept(archive)) == 1
    other = make_package(content={**CONTENT, "documentation/guide.txt": b"Other words.\n"})
    newer = publish(archive, write_package(tmp_path / "other", other))
    assert (newer.version, newer.new) == (2, True)
    assert files(archive, 1)[OPEN].sha256 != files(archive, 2)[OPEN].sha256
    assert blob_path(archive.folder, files(archive, 1)[OPEN].sha256).is_file()


def test_a_package_that_nobody_released_is_refused(archive, bag):
    (bag / "release.json").unlink()
    assert refused(archive, bag) == "CAT-043"


@pytest.mark.parametrize(
    "change",
    [
        {"released_by": "ann"},
        {"released_by": "ANN"},
        {"released_by": ""},
        {"prepared_by": ""},
        {"digest": "0" * 64},
        {"digest": None},
    ],
)
def test_a_release_by_one_person_or_of_other_bytes_is_none(archive, bag, change):
    path = bag / "release.json"
    said = {**json.loads(path.read_text("utf-8")), **change}
    path.write_text(json.dumps(said), "utf-8")
    assert refused(archive, bag) == "CAT-043"


@pytest.mark.parametrize("text", ["", "[]", "{}", "no json", '"x"'])
def test_a_release_that_cannot_be_read_is_none(archive, bag, text):
    (bag / "release.json").write_text(text, "utf-8")
    assert refused(archive, bag) == "CAT-043"


def test_a_package_that_was_changed_is_refused(archive, bag):
    path = bag / "data" / "data" / "surveys" / "education.csv"
    path.write_bytes(path.read_bytes() + b"1,1\n")
    assert refused(archive, bag) == "DEP-043"


def test_a_bag_made_again_after_a_change_was_not_released(archive, bag):
    (bag / "data" / "data" / "surveys" / "education.csv").write_bytes(b"id,q1\n")
    for path in bag.glob("*.txt"):
        path.unlink()
    release = bag / "release.json"
    said = release.read_bytes()
    release.unlink()
    shutil.move(bag / "data", bag.parent / "payload")
    shutil.rmtree(bag)
    bagit.make_bag(str(bag.parent / "payload"), checksums=["sha256"])
    (bag.parent / "payload" / "release.json").write_bytes(said)
    assert refused(archive, bag.parent / "payload") == "CAT-043"


def test_a_bag_without_a_record_is_refused(archive, tmp_path):
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "x.txt").write_text("x", "utf-8")
    bagit.make_bag(str(folder), checksums=["sha256"])
    assert refused(archive, folder) == "CAT-042"


def foreign(folder, record, **extra):
    """Write a bag as another program would: a record, a file, and no access list."""
    (folder / "metadata").mkdir(parents=True)
    (folder / "metadata" / "ddi25.xml").write_bytes(write_ddi(record))
    (folder / "rows.csv").write_text("a\n1\n", "utf-8")
    for name, content in extra.items():
        (folder / name.replace("__", ".")).write_bytes(content)
    bagit.make_bag(str(folder), checksums=["sha256"])
    return folder


def test_of_a_bag_of_another_program_nobody_has_anything_unasked(archive, tmp_path):
    record = make_record(access=Access(), files=(), variables=())
    done = publish(archive, foreign(tmp_path / "foreign", record))
    assert set(done.files) == {"controlled"}
    assert kept(archive)[0].released_by == ""
    assert kept(archive)[0].data_sets == ()


def test_a_bag_of_another_program_keeps_the_level_that_its_record_says(archive, tmp_path):
    record = make_record(access=Access(level=Level.OPEN), files=(), variables=())
    assert set(publish(archive, foreign(tmp_path / "foreign", record)).files) == {"open"}


def test_a_bag_of_another_program_may_have_another_checksum(archive, tmp_path):
    folder = foreign(tmp_path / "foreign", make_record(files=(), variables=()))
    shutil.move(folder / "data", tmp_path / "again")
    bagit.make_bag(str(tmp_path / "again"), checksums=["md5"])
    assert publish(archive, tmp_path / "again").new
    assert not publish(archive, tmp_path / "again").new


def test_files_whose_names_nearly_agree_are_all_published(archive, tmp_path):
    twice = (StudyFile(id="F1", name="rows.csv"), StudyFile(id="F1", name="c.txt"))
    record = make_record(access=Access(), files=twice, variables=())
    odd = {"a b__txt": b"1", "a_b__txt": b"2", "a:b__txt": b"3", "c__txt": b"4"}
    publish(archive, foreign(tmp_path / "foreign", record, **odd))
    assert sorted(each.path for each in files(archive).values()) == [
        "a b.txt", "a:b.txt", "a_b.txt", "c.txt", "metadata/ddi25.xml", "rows.csv",
    ]  # fmt: skip


def test_an_access_list_asks_for_a_release_whoever_made_the_bag(archive, tmp_path):
    record = make_record(files=(), variables=())
    bag = foreign(tmp_path / "foreign", record, access__csv=b"path\n")
    assert refused(archive, bag) == "CAT-043"


def with_access(tmp_path, change):
    """Return a released package whose access list was changed before it was bagged."""
    bag = write_package(tmp_path / "liar", release=False)
    path = bag / "data" / "access.csv"
    path.write_text(change(path.read_text("utf-8")), "utf-8")
    for each in bag.glob("*.txt"):
        each.unlink()
    payload = bag / "data"
    bagit.make_bag(str(payload), checksums=["sha256"])
    digest = hashlib.sha256((payload / "manifest-sha256.txt").read_bytes()).hexdigest()
    note = {"prepared_by": "ann", "released_by": "ben", "digest": digest}
    (payload / "release.json").write_text(json.dumps(note), "utf-8")
    return payload


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text.replace("data/surveys/late.csv", "data/surveys/gone.csv"), "CAT-044"),
        (lambda text: text.replace("data/surveys/late.csv", "../bagit.txt"), "CAT-044"),
        (lambda text: text.replace("data/surveys/late.csv", "/etc/hostname"), "CAT-044"),
        (lambda text: text.replace("controlled", "secret"), "DEP-046"),
        (lambda text: text.replace(",level,", ",who,"), "DEP-046"),
        (lambda text: text + text.splitlines()[-1].replace("controlled", "open") + "\n", "DEP-046"),
        (
            lambda text: text.replace(
                hashlib.sha256(CONTENT["data/surveys/late.csv"]).hexdigest(), "0" * 64
            ),
            "CAT-044",
        ),
    ],
)
def test_an_access_list_that_is_not_so_is_refused(archive, tmp_path, change, code):
    assert refused(archive, with_access(tmp_path, change)) == code


def test_no_file_outside_of_the_bag_is_published_even_with_the_right_hash(archive, tmp_path):
    secret = b"id,q9\n2,2\n"
    known = CONTENT["data/surveys/late.csv"]
    assert len(secret) == len(known)

    def change(text):
        text = text.replace("data/surveys/late.csv", "../../secret.csv")
        return text.replace(hashlib.sha256(known).hexdigest(), hashlib.sha256(secret).hexdigest())

    payload = with_access(tmp_path, change)
    (payload.parent / "secret.csv").write_bytes(secret)
    assert (payload / "data" / "../../secret.csv").is_file()
    assert refused(archive, payload) == "CAT-044"


def test_data_sets_that_cannot_be_read_are_refused(archive, tmp_path):
    bag = write_package(tmp_path / "liar", release=False)
    payload = bag / "data"
    path = payload / "metadata" / "data-sets.json"
    old = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(b'[{"id": 1}]'.ljust(path.stat().st_size))
    access = payload / "access.csv"
    new = hashlib.sha256(path.read_bytes()).hexdigest()
    access.write_text(access.read_text("utf-8").replace(old, new), "utf-8")
    bagit.make_bag(str(payload), checksums=["sha256"])
    digest = hashlib.sha256((payload / "manifest-sha256.txt").read_bytes()).hexdigest()
    note = {"prepared_by": "ann", "released_by": "ben", "digest": digest}
    (payload / "release.json").write_text(json.dumps(note), "utf-8")
    assert refused(archive, payload) == "CAT-045"


def test_bytes_that_are_not_those_of_their_hash_are_not_kept(archive, tmp_path):
    source = tmp_path / "x"
    source.write_bytes(b"one")
    with pytest.raises(Fault) as caught:
        keep_blob(archive.folder, source, sha256="0" * 64)
    assert caught.value.code == "STO-100"
    assert not list((archive.folder / ".consilience" / "files").rglob("*.part"))


def test_a_record_without_an_identifier_needs_one_to_be_named(archive, tmp_path):
    record = make_record(identifiers=(Identifier(value="10.5072/x", agency="DOI"),))
    bag = write_package(tmp_path / "nameless", make_package(record))
    assert refused(archive, bag) == "CAT-042"
    assert publish(archive, bag, identifier=IDENTIFIER).version == 1


def test_a_machine_that_stops_after_the_record_leaves_nothing_that_can_be_had(
    archive, bag, monkeypatch
):
    import consilience.desk.catalogue_publish as desk

    def stops(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(desk, "add_publication", stops)
        with pytest.raises(KeyboardInterrupt):
            publish(archive, bag)
    assert kept(archive) == []
    assert publish(archive, bag).version == 1


def test_a_study_is_withdrawn_once_and_may_come_back(archive, bag):
    publish(archive, bag)
    with pytest.raises(Fault) as caught:
        withdraw_study(archive, IDENTIFIER, reason=" ", clock=lambda: AT, actor="test")
    assert caught.value.code == "WEB-031"
    withdraw_study(archive, IDENTIFIER, reason="Asked to.", clock=lambda: AT, actor="test")
    assert kept(archive)[0].reason == "Asked to."
    assert record_of(archive.engine, IDENTIFIER).deleted
    for identifier in (IDENTIFIER, "oai:data.example.org:nothing"):
        with pytest.raises(Fault) as caught:
            withdraw_study(archive, identifier, reason="x", clock=lambda: AT, actor="test")
        assert caught.value.code == "STO-080"
    assert publish(archive, bag).version == 2
    assert not record_of(archive.engine, IDENTIFIER).deleted


def test_a_record_that_was_only_loaded_leaves_a_page_too(archive):
    entry = entry_of(make_record(), "oai:other.org:1", archive.settings)
    change_records(archive.engine, [entry], clock=lambda: AT, actor="test")
    withdraw_study(archive, "oai:other.org:1", reason="Gone.", clock=lambda: AT, actor="test")
    stone = kept(archive, "oai:other.org:1")[0]
    assert (stone.title, stone.reason, stone.withdrawn) == (
        "Joint working between schools and services", "Gone.", "2026-03-02T09:00:00Z",
    )  # fmt: skip
