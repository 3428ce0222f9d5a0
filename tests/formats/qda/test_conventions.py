"""How characters are counted: all conventions, told apart by the passages themselves."""

import itertools
import json
import re
from string import ascii_lowercase

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.formats.qda.boundaries import Quote, end_fit, start_fit
from consilience.formats.qda.conventions import (
    CONVENTIONS,
    NAMED,
    Convention,
    Layout,
    parse_convention,
)
from consilience.formats.qda.read import read_project
from consilience.formats.qda.rulers import ruler_of
from consilience.text.normal import normal_text

TEXT = (
    "Interviewer: How did you hear \U0001f3eb of it?\n\nRespondent: Well, the na\u00efve "
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 bit told us. We rang twice.\n\n"
    "Respondent: Nobody rang \U0001f622 back. T\u0177 \u0175edi said no, twice over.\n"
)
QUOTES = (
    "hear \U0001f3eb of it",
    "We rang twice.",
    "the na\u00efve",
    "Nobody rang",
    "T\u0177 \u0175edi",
    "said no",
    "twice.\n\nRespondent: Nobody rang \U0001f622 back",
)
SPANS = [(TEXT.index(quote), TEXT.index(quote) + len(quote)) for quote in QUOTES]
STYLES = {
    "sentences": re.compile(r"[A-Z][^.?!]{20,200}[.?!](?=\s)"),
    "phrases": re.compile(r"\b\w+(?: \w+){2,9}\b"),
}
LETTERS = st.text(alphabet="ab \n\u00e9\u0301\U0001f600\u0645", max_size=40)


def passages_or_code(path):
    """Return what is marked in a file, or the code of the fault that refuses it."""
    try:
        return passages(read_project(path))
    except Fault as fault:
        return fault.code


def passages(reading):
    """Return what is marked, in order."""
    project = reading.project
    rows = project.selections.to_pylist()
    return [project.sources[row["source"]].text[row["start"] : row["end"]] for row in rows]


@pytest.mark.parametrize("convention", CONVENTIONS, ids=str)
def test_each_convention_is_found_whatever_the_file_is_like(coded, convention):
    for crlf, bom in itertools.product((False, True), repeat=2):
        path = coded(TEXT, SPANS, convention, crlf=crlf, bom=bom)
        reading = read_project(path)
        assert passages(reading) == list(QUOTES), (crlf, bom, reading.verdict.convention)
        assert reading.verdict.score > 0.9
        assert reading.verdict.basis == "words"


@pytest.mark.shared
def test_the_files_of_ten_programs_are_read_exactly(shared):
    folder = shared / "data" / "qual" / "quirks"
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    for variant, said in truth["variants"].items():
        reading = read_project(folder / f"quirk_{variant}.qdpx")
        project = reading.project
        names = {code.guid: code.name for code in project.codes}
        found = [
            [names[code], text]
            for code, text in zip(
                project.codings.column("code").to_pylist(), passages(reading), strict=True
            )
        ]
        assert found == truth["coded"], variant
        assert project.sources[0].text == truth["text"]
        convention = reading.verdict.convention
        assert (convention.unit == "utf16") == said["utf16_units"]
        assert (convention.breaks == "filed") == said["crlf_counts_2"]
        assert (convention.first == "bom") == (said["bom"] == 2)
        assert (convention.end == "inclusive") == said["inclusive_end"]


@pytest.mark.shared
def test_codes_of_one_name_in_two_branches_stay_two(shared):
    path = shared / "data/qual/quirks/quirk_same_code_name_in_two_branches.qdpx"
    project = read_project(path).project
    below = {code.guid: (code.name, code.parent) for code in project.codes}
    first, second = (below[code] for code in project.codings.column("code").to_pylist())
    assert first[0] == second[0] == "Delay"
    assert below[first[1]][0] == "Schools"
    assert below[second[1]][0] == "Social care"
    assert passages(read_project(path)) == ["alpha", "gamma"]


@pytest.mark.shared
def test_an_export_of_qualcoder_is_read_by_its_quotations(shared):
    reading = read_project(shared / "data/qual/qualcoder_4.0beta_export_of_synthetic.qdpx")
    assert reading.project.codings.num_rows == 2000
    assert reading.verdict.basis == "quotes"
    assert str(reading.verdict.convention) == "points,crlf1,nobom,exclusive"
    names = reading.project.selections.column("name").to_pylist()
    squeezed = [" ".join(text.split()) for text in passages(reading)]
    assert squeezed == [" ".join(name.split()) for name in names]


def test_what_begins_and_ends_anywhere_is_refused(coded):
    spans = [(at, at + 7) for at in range(1, 120, 3)]
    path = coded(TEXT * 3, spans, Convention())
    with pytest.raises(Fault) as caught:
        read_project(path)
    assert caught.value.code == "FMT-243"
    assert "--convention" in caught.value.remedy
    # A person may say so all the same, and is warned.
    reading = read_project(path, convention=Convention())
    assert len(passages(reading)) == len(spans)
    assert [fault.code for fault in reading.warnings] == ["FMT-246"]
    assert reading.verdict.basis == "user"


def test_what_fits_two_conventions_is_refused(coded):
    # Each passage ends before a full stop: a habit, or ends that are counted otherwise.
    text = "One two. " * 4
    spans = [(at, at + 7) for at in range(0, 36, 9)]
    path = coded(text, spans, Convention())
    with pytest.raises(Fault) as caught:
        read_project(path)
    assert caught.value.code == "FMT-244"
    shown = read_project(path, check=False).verdict
    assert shown.margin < 0
    assert len(shown.standings) > 1


def test_names_that_quote_decide_where_words_cannot(coded):
    convention = Convention(unit="utf16", breaks="filed", end="inclusive")
    spans = [(at, at + 9) for at in range(30, len(TEXT) - 10, 5)]
    names = [" ".join(TEXT[start:end].split()) for start, end in spans]
    names[-1] = TEXT[slice(*spans[-1])] + " and much more, so that it is the longest of all names"
    reading = read_project(coded(TEXT, spans, convention, crlf=True, bom=True, names=names))
    assert reading.verdict.convention == convention
    assert reading.verdict.basis == "quotes"
    assert passages(reading) == [TEXT[start:end] for start, end in spans]


@pytest.mark.shared
@pytest.mark.parametrize("style", ["sentences", "phrases"])
def test_ten_codings_of_real_testimony_are_never_read_wrongly(coded, shared, style):
    files = sorted((shared / "data/transcripts/covid_inquiry_m8").glob("*"))[:6]
    rng = stream(7, f"conventions/{style}")
    refused = 0
    for path in files:
        text = normal_text(path.read_text(encoding="utf-8", errors="replace"))[:20_000]
        text = text.replace(". ", " \U0001f600. ", 40)
        found = [match.span() for match in STYLES[style].finditer(text)]
        for convention in (*NAMED.values(), Convention(end="inclusive")):
            spans = [found[row] for row in rng.integers(len(found), size=10)]
            made = coded(text, spans, convention, crlf=True, bom=True)
            found_or_code = passages_or_code(made)
            if (
                found_or_code == "FMT-244"
                and style == "sentences"
                and convention.end == "inclusive"
            ):
                continue  # the same numbers as sentences without their stop: nobody can say
            if isinstance(found_or_code, str):
                refused += 1
                continue
            assert found_or_code == [text[slice(*span)] for span in spans], convention
    assert refused <= 2


SAID = " ".join(
    f"They told number {letter} to wait at the door. So we did, all" for letter in ascii_lowercase
)
SENTENCES = [match.span() for match in re.finditer(r"[A-Z][^.]{20,}\.", SAID)]


@pytest.mark.parametrize("count", [1, 2, 8, 20, 25])
@pytest.mark.parametrize("share", [0.0, 0.05, 0.2, 0.5])
def test_sentences_without_their_stop_are_never_read_with_it(coded, count, share):
    rng = stream(count, f"stops/{share}")
    rows = rng.choice(len(SENTENCES), size=count, replace=False).tolist()
    spans = [
        (start, end - (rng.random() >= share))
        for start, end in (SENTENCES[row] for row in rows)
    ]  # fmt: skip
    found = passages_or_code(coded(SAID, spans, Convention()))
    clear = count == 1 or share == 0.5
    assert found == [SAID[slice(*span)] for span in spans] or (not clear and found == "FMT-244")


def test_words_that_would_be_cut_tell_that_an_end_is_included(coded):
    phrases = [match.span() for match in re.finditer(r"told number", SAID)]
    spans = [*SENTENCES[:20], *phrases[:4]]
    reading = read_project(coded(SAID, spans, Convention(end="inclusive")))
    assert passages(reading) == [SAID[slice(*span)] for span in spans]


def test_punctuation_beside_an_end_says_nothing():
    text = 'He said "so (twice)." Yes.'
    for place in (text.index(")"), text.index("."), text.index('." ') + 1, text.index(" Yes")):
        assert end_fit(text, place) == 1


def test_one_coding_at_words_is_enough_for_the_standard(coded):
    text = "Hello world, said she."
    for span in ((0, 5), (6, 11), (13, 21)):
        reading = read_project(coded(text, [span], Convention()))
        assert passages(reading) == [text[slice(*span)]]


@given(LETTERS, st.sampled_from(CONVENTIONS), st.booleans(), st.booleans(), st.data())
@settings(max_examples=200, deadline=None)
def test_a_ruler_leads_back_to_the_code_points(text, convention, crlf, bom, data):
    widths = np.full(text.count("\n"), 2, dtype=np.int64) if crlf else None
    ruler = ruler_of(text, Layout(bom=bom, widths=widths), convention)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    plain = ruler_of(text, Layout(bom=bom, widths=widths), Convention(*_but_end(convention)))
    first, last = plain.positions(np.array([start, end])).tolist()
    assert ruler.starts(np.array([first])).tolist() == [start]
    if convention.end == "inclusive" and end > start:
        last -= 1
    if convention.end == "exclusive" or end > start:
        assert ruler.ends(np.array([last])).tolist() == [end]
    beyond = np.array([plain.total + plain.shift + 1])
    assert ruler.starts(beyond)[0] > len(text)
    assert ruler.ends(beyond)[0] > len(text)


def _but_end(convention):
    return convention.unit, convention.breaks, convention.first


def test_a_convention_is_named_by_program_or_words():
    assert parse_convention("nvivo-windows") == Convention("utf16", "filed")
    assert parse_convention("inclusive, utf16") == Convention("utf16", end="inclusive")
    for convention in CONVENTIONS:
        assert parse_convention(str(convention)) == convention
    for wrong in ("utf32", "utf16,utf8", "", "nvivo"):
        with pytest.raises(Fault) as caught:
            parse_convention(wrong)
        assert caught.value.code == "FMT-245"


def test_people_begin_and_end_passages_at_words():
    text = "He said \u201cdon\u2019t\u201d (twice). \U0001f468\u200d\U0001f469 e\u0301t"
    assert start_fit(text, 0) == start_fit(text, 3) == 1
    assert start_fit(text, 9) == 0.9, "behind an opening quotation mark"
    assert start_fit(text, text.index("t\u201d")) == 0.1, "within don't"
    assert start_fit(text, text.index("\u200d")) == start_fit(text, text.index("\u0301")) == 0
    assert start_fit(text, text.index("\U0001f469")) == 0, "within a family"
    assert start_fit(text, 2) < 0.5
    assert start_fit(text, len(text)) == start_fit(text, -1) == 0
    assert end_fit(text, 2) == 1
    assert end_fit(text, 3) < 0.5
    assert end_fit(text, text.index("\u2019")) == 0.1
    assert end_fit(text, len(text)) == 1
    assert end_fit(text, text.index("\u0301")) == 0
    assert end_fit(text, 0) == end_fit(text, len(text) + 1) == 0
    assert end_fit("a\nb", 2) > end_fit("a b", 2)


def test_a_name_may_be_cut_and_may_have_other_white_space():
    quote = Quote("We rang  the front\u2026")
    text = "So. We rang\nthe front door."
    assert quote.cut
    assert quote.start_fit(text, 4, len(text)) == 1
    assert quote.start_fit(text, 5, len(text)) == 0
    assert not Quote("ab").says_something
    assert Quote("front door.").end_fit(text, 4, len(text)) == 1
    assert Quote("front door.").end_fit(text, 4, len(text) - 1) == 0
