"""Texts, tables and data files: what nobody sees goes, what is data stays."""

import struct

import pyarrow as pa
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.formats.hidden.scan import findings_in, stripped
from consilience.formats.sav import read_sav, write_sav


@pytest.mark.parametrize(
    ("text", "shown", "expected"),
    [
        ("Mon\u200bday \u2060x", "Monday x", {"invisible character": 2}),
        ("pay \u202eevil\u202c now", "pay evil now", {"invisible character": 2}),
        ("tag\U000e0041\U000e0042", "tag", {"invisible character": 2}),
        ("a\u200db", "ab", {"invisible character": 1}),
        ("می\u200cخواهم", "می\u200cخواهم", {}),
        ("\U0001f469\u200d\U0001f52c", "\U0001f469\u200d\U0001f52c", {}),
        ("שלום\u200e x", "שלום\u200e x", {"direction mark": 1}),
        ("plain", "plain", {}),
    ],
)
def test_a_text_loses_what_nobody_sees(kinds, text, shown, expected):
    assert kinds(findings_in("a.txt", text.encode())) == expected
    assert stripped("a.txt", text.encode()).decode() == shown


@given(st.text(st.sampled_from("ab é\u200b\u200c\u200d\u200e\u202e\u2066\ufeffش<!->"), max_size=30))
def test_after_one_cleaning_nothing_is_left_to_clean(text):
    clean = stripped("a.html", text.encode())
    assert [each for each in findings_in("a.html", clean) if each.severity == "strip"] == []
    assert stripped("a.html", clean) == clean


def test_comments_in_markup_go_and_in_plain_text_stay(kinds):
    text = b"<p>one<!-- SECRET\n --></p>"
    assert kinds(findings_in("a.html", text)) == {"markup comment": 1}
    assert stripped("a.html", text) == b"<p>one</p>"
    assert stripped("a.txt", text) == text


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ('=HYPERLINK("http://x","y")', {"formula": 1}),
        ("=1+1", {"formula": 1}),
        ("+cmd|' /C calc'!A0", {"formula": 1}),
        ("@SUM(A1)", {"formula": 1}),
        ("- well yes", {"cell like a formula": 1}),
        ("@somebody", {"cell like a formula": 1}),
        ("-5", {}),
        ("+44 20 7946 0000", {}),
        ("-", {}),
        ('"said, =no"', {}),
        (f'"{"long " * 40_000}"', {}),
    ],
)
def test_cells_that_a_spreadsheet_would_carry_out_are_told_and_never_changed(kinds, row, expected):
    quoted = row if row.startswith('"') else '"' + row.replace('"', '""') + '"'
    data = f"id,answer\n1,{quoted}\n".encode()
    assert kinds(findings_in("a.csv", data)) == expected
    assert stripped("a.csv", data) == data


def test_a_mark_of_the_encoding_is_told_and_stays(kinds):
    data = b"\xef\xbb\xbfid;a\n1;=2\n"
    assert kinds(findings_in("a.csv", data)) == {"byte order mark": 1, "formula": 1}
    assert stripped("a.csv", data) == data
    wide = "\ufeffone\u200b".encode("utf-16-le")
    assert stripped("a.txt", wide) == "\ufeffone".encode("utf-16-le")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (bytes(range(256)), {"unknown content": 1}),
        ("naïve".encode("latin-1"), {}),
        (b"\xd0\xcf\x11\xe0" + b"x" * 99, {"old format": 1}),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), {"password": 1}),
        (b"ID3\x03\0\0SECRET", {"recording": 1, "recording tag": 1}),
        (b"\0\0\0\x18ftypM4A \0\0udta\xa9xyz", {"recording": 1, "recording tag": 2}),
        (b"RIFF\0\0\0\0WAVEfmt ", {"recording": 1}),
        (b"RIFF\0\0\0\0WEBPVP8 ", {"unknown content": 1}),
        (b"\0\0\0\x18ftypheic", {"unknown content": 1}),
        (b"PAR1 and so on", {}),
    ],
)
def test_what_a_file_is_shows_in_its_first_bytes(kinds, data, expected):
    assert kinds(findings_in("a", data)) == expected


@pytest.fixture
def sav(tmp_path):
    path = tmp_path / "a.sav"
    table = pa.table({"area": ["E06000001", "E06000002"], "score": [1.0, 2.0]})
    labels = {"score": "How it was"}
    write_sav(path, table, labels=labels, value_labels={"score": {1.0: "bad"}}, note="Simulated.")
    return path


def with_attributes(data):
    """Put an attribute of variables and the licence of a program into an SPSS file."""
    text = b"score:$@Role('0'\nSECRET('1'\n)"
    extra = struct.pack("<4i", 7, 18, 1, len(text)) + text
    extra += struct.pack("<4i", 7, 10, 1, 6) + b"SECRET"
    at = data.rindex(struct.pack("<2i", 999, 0))
    return data[:at] + extra + data[at:]


def test_an_spss_file_loses_attributes_and_keeps_data_and_notes(kinds, sav):
    data = with_attributes(sav.read_bytes())
    assert kinds(findings_in("a.sav", data)) == {
        "file label": 1,
        "file note": 1,
        "custom attribute": 1,
        "program data": 1,
    }
    clean = stripped("a.sav", data)
    assert clean == sav.read_bytes()
    sav.write_bytes(clean)
    assert read_sav(sav).note == "Simulated."


def test_attributes_in_a_packed_spss_file_are_refused(kinds, sav):
    data = b"$FL3" + with_attributes(sav.read_bytes())[4:]
    assert kinds(findings_in("a.zsav", data), "refuse") == {"packed attribute": 2}
    assert stripped("a.zsav", data) == data


def test_a_damaged_spss_file_is_refused(sav):
    data = sav.read_bytes()
    for broken in (data[:200], data[:64] + bytes(4) + data[68:], data[:176] + b"\x63" * 99):
        with pytest.raises(Fault) as caught:
            stripped("a.sav", broken)
        assert caught.value.code == "FMT-381"


@pytest.mark.shared
def test_real_spss_files_are_read_the_same_before_and_after(shared, tmp_path):
    for path in sorted((shared / "data" / "survey").glob("*.sav")):
        clean = tmp_path / path.name
        clean.write_bytes(stripped(path.name, path.read_bytes()))
        old, before = pyreadstat.read_sav(str(path), output_format="dict", user_missing=True)
        new, after = pyreadstat.read_sav(str(clean), output_format="dict", user_missing=True)
        assert repr(old) == repr(new)
        assert before.column_names_to_labels == after.column_names_to_labels
        assert before.variable_value_labels == after.variable_value_labels
        assert before.missing_ranges == after.missing_ranges
