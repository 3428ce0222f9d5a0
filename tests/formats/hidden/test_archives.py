"""Archives are looked into file by file, and packed again in the same bytes each time."""

import gzip
import io
import stat
import time
import zipfile

import pytest

from consilience.base.errors import Fault
from consilience.formats.hidden import parts as limits
from consilience.formats.hidden.model import KINDS
from consilience.formats.hidden.scan import findings_in, stripped


def test_files_in_archives_in_archives_lose_what_they_hide(make, kinds):
    inner = make.archive({"a.txt": "Mon\u200bday"})
    data = make.archive({"docs/b.docx": make.word(), "inner.zip": inner})
    found = findings_in("all.zip", data)
    assert {each.part for each in found if each.kind == "invisible character"} == {
        "inner.zip!a.txt"
    }
    assert any(each.part.startswith("docs/b.docx!") for each in found)
    assert {each.file for each in found} == {"all.zip"}
    clean = stripped("all.zip", data)
    assert kinds(findings_in("all.zip", clean), "strip") == {}
    assert make.parts_of(make.parts_of(clean)["inner.zip"]) == {"a.txt": b"Monday"}


def test_comments_and_what_systems_leave_behind_go(make, kinds):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.comment = b"SECRET"
        entry = zipfile.ZipInfo("a.txt")
        entry.comment = b"SECRET"
        archive.writestr(entry, "a")
        archive.writestr("__MACOSX/._a.txt", "SECRET")
        archive.writestr("docs/~$report.docx", "SECRET")
    assert kinds(findings_in("a.zip", target.getvalue())) == {
        "archive comment": 2,
        "system file": 2,
    }
    clean = stripped("a.zip", target.getvalue())
    assert b"SECRET" not in clean
    assert make.parts_of(clean) == {"a.txt": b"a"}


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "C:\\a.txt", "a/../../b.txt"])
def test_paths_that_lead_out_are_refused(make, kinds, name):
    data = make.archive({name: "x"})
    assert kinds(findings_in("a.zip", data)) == {"path outside": 1}
    assert stripped("a.zip", data) == data


def test_links_and_names_twice_are_refused(kinds):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
        archive.writestr("a.txt", "x")
        archive.writestr("A.txt", "y")
    assert kinds(findings_in("a.zip", target.getvalue())) == {
        "symbolic link": 1,
        "same name twice": 1,
    }


def test_an_archive_packed_at_another_time_is_the_same_bytes_after(monkeypatch, make):
    first = make.archive({"b.txt": "b", "a.txt": "a"})
    monkeypatch.setattr(
        time, "localtime", lambda *_: time.struct_time((2031, 1, 2, 3, 4, 5, 0, 1, 0))
    )
    second = make.archive({"a.txt": "a", "b.txt": "b"})
    assert first != second
    assert stripped("a.zip", first) == stripped("a.zip", second)


def test_a_bomb_is_refused_before_it_fills_the_memory(monkeypatch, make, kinds):
    monkeypatch.setattr("consilience.formats.hidden.archives.MOST_BYTES", 50_000)
    data = make.archive({"a.txt": "a" * 30_000, "b.txt": "b" * 30_000})
    assert kinds(findings_in("a.zip", data)) == {"unreadable": 1}
    with pytest.raises(Fault) as caught:
        stripped("a.zip", data)
    assert caught.value.code == "FMT-380"
    with pytest.raises(Fault) as caught:
        stripped("a.txt.gz", gzip.compress(b"a" * 60_000))
    assert caught.value.code == "FMT-380"
    monkeypatch.setattr(limits, "MOST_BYTES", 1_000)
    with pytest.raises(Fault) as caught:
        stripped("a.docx", make.word())
    assert caught.value.code == "FMT-380"


def test_archives_nested_without_end_are_refused(make, kinds):
    data = b"text"
    for _ in range(7):
        data = make.archive({"a.zip": data})
    assert kinds(findings_in("a.zip", data)) == {"unreadable": 1}


def test_a_packed_text_loses_its_name_and_date(kinds):
    target = io.BytesIO()
    with gzip.GzipFile("SECRET.txt", "wb", fileobj=target, mtime=1_500_000_000) as stream:
        stream.write("one\u200b".encode())
    clean = stripped("a.txt.gz", target.getvalue())
    assert b"SECRET" not in clean
    assert gzip.decompress(clean) == b"one"
    assert kinds(findings_in("a.txt.gz", target.getvalue())) == {"invisible character": 1}


def test_a_damaged_archive_is_refused(kinds):
    assert kinds(findings_in("a.zip", b"PK\x03\x04 and nothing")) == {"unreadable": 1}
    assert kinds(findings_in("a.gz", b"\x1f\x8b and nothing")) == {"unreadable": 1}


def test_every_finding_has_words_and_a_severity():
    for kind, (severity, words) in KINDS.items():
        assert severity in ("refuse", "strip", "note")
        assert words
        assert kind == kind.strip()


@pytest.mark.shared
def test_real_files_have_nothing_left_after_cleaning(shared, kinds):
    folders = [shared / "data" / "qual", shared / "data" / "survey"]
    wanted = (".docx", ".odt", ".xlsx", ".qdpx", ".sav", ".txt", ".csv", ".rtf")
    paths = [p for folder in folders for p in sorted(folder.rglob("*")) if p.suffix in wanted]
    small = [path for path in paths if path.stat().st_size < 100_000]
    assert len(small) > 20
    for path in small:
        data = path.read_bytes()
        clean = stripped(path.name, data)
        assert kinds(findings_in(path.name, clean), "strip") == {}, path.name
        assert stripped(path.name, clean) == clean, path.name
