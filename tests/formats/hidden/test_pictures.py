"""Pictures lose what they tell, and stay the same pictures, turned as before."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.formats.hidden.scan import findings_in, stripped
from consilience.formats.hidden.tiff import GPS, ORIENTATION, first_tags


def tags(entries, *, values=b"", order="<"):
    """Return EXIF data of one list of (tag, type, count, value), values from byte 200 on."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    body = struct.pack(order + "H", len(entries))
    for tag, kind, count, value in entries:
        # A short number stands at the left of its four bytes.
        field = (
            struct.pack(order + "HH", value, 0) if kind == 3 else struct.pack(order + "I", value)
        )
        body += struct.pack(order + "HHI", tag, kind, count) + field
    return (head + body + struct.pack(order + "I", 0)).ljust(200, b"\0") + values


def segment(marker, payload):
    return bytes((0xFF, marker)) + struct.pack(">H", len(payload) + 2) + payload


def jpeg(*segments, after=b""):
    scan = b"\xff\xda\x00\x02\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + b"".join(segments) + segment(0xDB, b"table") + scan + b"\xff\xd9" + after


PLAIN = jpeg(segment(0xE0, b"JFIF\0\1\1"), segment(0xE2, b"ICC_PROFILE\0\1\1x"))
CAMERA = (271, 2, 6, 200)


def exif(*entries):
    return segment(0xE1, b"Exif\0\0" + tags(entries, values=b"SECRET"))


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        (exif(CAMERA), {"picture data": 1}),
        (exif(CAMERA, (GPS, 4, 1, 150)), {"picture data": 1, "picture place": 1}),
        (segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0SECRET"), {"picture data": 1}),
        (segment(0xED, b"Photoshop 3.0\0SECRET"), {"picture data": 1}),
        (segment(0xFE, b"SECRET"), {"picture data": 1}),
    ],
    ids=["camera", "place", "XMP", "IPTC", "comment"],
)
def test_a_jpeg_loses_what_it_tells(kinds, extra, expected):
    head = segment(0xE0, b"JFIF\0\1\1")
    data = jpeg(head, extra, segment(0xE2, b"ICC_PROFILE\0\1\1x"))
    assert kinds(findings_in("a.jpg", data)) == expected
    assert stripped("a.jpg", data) == PLAIN
    assert findings_in("a.jpg", PLAIN) == ()


def test_a_jpeg_stays_turned_as_it_was():
    data = jpeg(exif((ORIENTATION, 3, 1, 6), CAMERA))
    clean = stripped("a.jpg", data)
    assert b"SECRET" not in clean
    start = clean.index(b"Exif\0\0") + 6
    assert first_tags(clean[start : start + 26]) == {ORIENTATION: 6}
    assert findings_in("a.jpg", clean) == ()


def test_what_follows_a_jpeg_goes(kinds):
    data = jpeg(after=b"SECRET film")
    assert kinds(findings_in("a.jpg", data)) == {"appended data": 1}
    assert stripped("a.jpg", data) == jpeg()


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*chunks, after=b""):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + data + chunk(b"IEND", b"") + after


@pytest.mark.parametrize(
    ("chunks", "after", "expected"),
    [
        ([chunk(b"tEXt", b"Author\0SECRET")], b"", {"picture data": 1}),
        ([chunk(b"iTXt", b"XML:SECRET"), chunk(b"tIME", b"1234567")], b"", {"picture data": 2}),
        (
            [chunk(b"eXIf", tags([(GPS, 4, 1, 150)], values=b"SECRET"))],
            b"",
            {"picture data": 1, "picture place": 1},
        ),
        ([chunk(b"vpAg", b"SECRET")], b"", {"picture data": 1}),
        ([], b"SECRET", {"appended data": 1}),
    ],
    ids=["text", "XMP and time", "place", "private", "after"],
)
def test_a_png_loses_what_it_tells(kinds, chunks, after, expected):
    kept = chunk(b"pHYs", b"123456789")
    data = png(kept, *chunks, after=after)
    assert kinds(findings_in("a.png", data)) == expected
    assert stripped("a.png", data) == png(kept)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_tiff_loses_what_it_tells_where_it_stands(kinds, order):
    width = (256, 3, 1, 7)
    data = tags([width, (315, 2, 6, 200), (GPS, 4, 1, 150)], values=b"SECRET", order=order)
    assert kinds(findings_in("a.tif", data)) == {"picture data": 2, "picture place": 1}
    clean = stripped("a.tif", data)
    assert len(clean) == len(data)
    assert b"SECRET" not in clean
    assert first_tags(clean) == {256: 7}
    assert findings_in("a.tif", clean) == ()


def test_lists_within_a_tiff_go_with_their_values(kinds):
    below = struct.pack("<HHHII", 1, 37510, 7, 6, 230) + bytes(4)
    data = tags([(256, 3, 1, 7), (34665, 4, 1, 200)], values=below.ljust(30, b"\0") + b"SECRET")
    assert kinds(findings_in("a.tif", data)) == {"picture data": 1}
    clean = stripped("a.tif", data)
    assert b"SECRET" not in clean
    assert clean[200:] == bytes(36)


BROKEN = [
    jpeg()[:-2],
    b"\xff\xd8\xff\xe1\xff\xff",
    b"\xff\xd8\xff\xe0\x00\x04ab\x00\x00",
    png()[:-1],
    png()[:-12],
    png()[:40] + b"x" + png()[41:],
    b"II*\0\xff\xff\xff\x00",
    b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 315, 2, 99, 0xFFFFFF) + bytes(4),
]


@pytest.mark.parametrize("data", BROKEN)
def test_a_damaged_picture_is_refused(kinds, data):
    assert kinds(findings_in("a.jpg", data), "refuse") == {"unreadable": 1}
    with pytest.raises(Fault) as caught:
        stripped("a.jpg", data)
    assert caught.value.code == "FMT-381"


def test_a_list_of_tags_that_leads_back_to_itself_ends():
    data = bytearray(tags([(256, 3, 1, 7)]))
    data[22:26] = struct.pack("<I", 8)
    with pytest.raises(Fault):
        stripped("a.tif", bytes(data))


@given(st.sampled_from([PLAIN, png(), tags([CAMERA], values=b"SECRET")]), st.data())
def test_no_picture_however_damaged_surfaces_as_anything_else(data, choice):
    at = choice.draw(st.integers(4, len(data) - 1))
    broken = (
        data[:at] + choice.draw(st.binary(max_size=8)) + data[at + choice.draw(st.integers(0, 9)) :]
    )
    findings_in("a", broken)
