"""Positions of long texts: exact across stretches, and in little memory."""

import tracemalloc
import uuid

import numpy as np
import pytest

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.formats.documents.reading import LARGEST_FILE
from consilience.formats.qda.conventions import CONVENTIONS, Convention, Layout
from consilience.formats.qda.read import read_project
from consilience.formats.qda.rulers import ruler_of, rulers_of
from consilience.formats.qda.texts import lay

# Longer than two stretches, so that places lie on both sides of where stretches meet.
LONG = "a\U0001f600\n\u00e9b" * 30_000
EDGES = [0, 1, 65_534, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073, len(LONG) - 1, len(LONG)]


@pytest.mark.parametrize("unit", ["points", "utf16", "utf8"])
@pytest.mark.parametrize("breaks", ["crlf1", "filed", "crlf2"])
def test_places_are_exact_where_stretches_meet(unit, breaks):
    ends = LONG.count("\n")
    widths = (np.arange(ends) % 3).astype(np.uint8)  # one that counts nothing is among them
    per = {"points": "1111", "utf16": "1211", "utf8": "1421"}[unit]
    of = dict(zip("a\U0001f600\u00e9b", map(int, per), strict=True))
    lines = iter({"crlf1": [1] * ends, "filed": widths.tolist(), "crlf2": [2] * ends}[breaks])
    counts = [next(lines) if letter == "\n" else of[letter] for letter in LONG]
    marks = np.concatenate([[0], np.cumsum(counts)])
    rng = stream(3, f"rulers/{unit}/{breaks}")
    points = np.array(EDGES + rng.integers(len(LONG), size=500).tolist())
    ruler = ruler_of(LONG, Layout(widths=widths), Convention(unit, breaks))
    assert ruler.positions(points).tolist() == marks[points].tolist()
    foreign = np.concatenate([marks[points], np.maximum(marks[points] - 1, 0)])
    assert (
        ruler.starts(foreign).tolist()
        == (np.searchsorted(marks, foreign, side="right") - 1).tolist()
    )
    assert ruler.ends(foreign).tolist() == np.searchsorted(marks, foreign, side="left").tolist()
    assert ruler.total == marks[-1]


def test_a_long_text_is_measured_in_little_memory():
    text = "\u00e9 line\n" * 500_000
    asked = np.array([0, len(text)])
    tracemalloc.start()
    try:
        for ruler in rulers_of(text, Layout(), CONVENTIONS):
            ruler.starts(asked)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < len(text), "less than a byte for each of its characters"


def test_a_text_is_laid_out_without_being_decoded():
    data = ("\u00e9 line\r\n" * 400_000).encode()
    tracemalloc.start()
    try:
        laid = lay(data.decode())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert laid.layout.widths.tolist() == [2] * 400_000
    assert peak < 6 * len(data)


def test_what_no_file_can_carry_is_one_mark_each():
    laid = lay("a\x00b\ud800c\uffffd\ufffee\x7ff\x0bg\ufffdh\U0001f600\ufeff")
    assert (
        laid.content.decode() == "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf\x0bg\ufffdh\U0001f600\ufeff"
    )
    assert laid.astral
    assert not lay("\uffee\u00e9").astral


def sources(count):
    """Return the XML of sources that all name one file."""
    rows = "".join(
        f'<TextSource guid="{uuid.UUID(int=number + 1)}" name="t{number}" '
        'plainTextPath="internal://a.txt"/>'
        for number in range(count)
    )
    return f'<Project xmlns="urn:QDA-XML:project:1.0" name="x"><Sources>{rows}</Sources></Project>'


def test_a_file_that_several_sources_name_is_read_once(pack):
    path = pack({"project.qde": sources(4), "sources/a.txt": "Caf\u00e9 and words.\r\n"})
    found = read_project(path).project.sources
    assert [each.text for each in found] == ["Caf\u00e9 and words.\n"] * 4
    assert all(each.content is found[0].content for each in found)
    assert [each.length for each in found] == [16] * 4


def test_a_text_larger_than_any_that_is_read_is_refused(pack):
    words = b"words and more words of many people, said at length\n"
    large = words * (LARGEST_FILE // len(words) + 1)
    with pytest.raises(Fault) as caught:
        read_project(pack({"project.qde": sources(1), "sources/a.txt": large}))
    assert caught.value.code == "FMT-200"
