"""Everything is found in one pass, in the order of the file, and nothing twice."""

from __future__ import annotations

import re
from pathlib import Path

from consilience.base.catalogue import design

EDU = "instruments/education.yaml"

TEN = (
    ("  seed: 7", "  seed: seven"),
    ("type: text, phase: two", "type: words, phase: two"),
    ("{id: school, title: Schools}", "{id: school, titel: Schools}"),
    ("missing: {-9: No answer}", "missing: {3: No answer}"),
    ("{education: ed-3, social-care: sc-3}", "{education: ed-33, social-care: sc-3}"),
    ("closes: 2018-03-02", "closes: 2017-03-02"),
    ("to: areas\n    bodies", "to: area\n    bodies"),
    ("choose: 1\n", "choose: 0\n"),
    ("    opens: 2018-05-01", "    opens: 31.12.2018"),
    ("special, at_least: 1", "special, at_least: 9"),
    ("ring back., scale: agreement", "ring back., scale: agreemint", EDU),
)


def test_all_faults_come_at_once_in_the_order_of_the_file(tried):
    found = tried(*TEN)
    assert found.study is None
    assert [(fault.code, fault.where.file) for fault in found.faults] == [
        ("DES-035", "study.yaml"),
        ("DES-040", "study.yaml"),
        ("DES-030", "study.yaml"),
        ("DES-094", "study.yaml"),
        ("DES-076", "study.yaml"),
        ("DES-083", "study.yaml"),
        ("DES-067", "study.yaml"),
        ("DES-041", "study.yaml"),
        ("DES-043", "study.yaml"),
        ("DES-141", "study.yaml"),
        ("DES-075", EDU),
    ]
    lines = [fault.where.line for fault in found.faults if fault.where.file == "study.yaml"]
    assert lines == sorted(lines)
    markers = ["seven", "words", "titel", "{3: No", "ed-33", "2017-03-02", "to: area\n"]
    assert lines[:7] == [found.line(marker) for marker in markers]


def test_stage_that_does_not_fit_is_still_known_to_others(tried):
    """A broken survey is not told to be missing by the link, the constructs and so on."""
    assert tried(("opens: 2017-10-02", "opens: soon")).codes == ["DES-043"]
    assert tried(("    opens: 2017-10-02\n", "")).codes == ["DES-032"]


def test_entry_taken_out_does_not_shift_the_lines_of_others(tried):
    found = tried(("{id: one, title: First,", "{id: one, title: [First],"),
                  ("ends: 2019-03-31}", "ends: 2018-01-01}"))  # fmt: skip
    assert found.codes == ["DES-034", "DES-081"]
    assert [fault.where.line for fault in found.faults] == [10, 11]


def test_rule_about_a_part_that_does_not_fit_is_silent(tried):
    """Whether labels fit the count is not told where the count itself is wrong."""
    assert tried(("bands: {count: 3,", "bands: {count: three,")).codes == ["DES-035"]
    assert tried(("bands: {count: 3, labels", "bands: {count: 3, labls")).codes == ["DES-030"]


def test_broken_head_hides_nothing_else(tried):
    found = tried(
        ("study:\n  id: small", "study:\n  id: Small"),
        ("at_least: 3, at_most", "at_least: 5, at_most"),
    )
    assert found.codes == ["DES-042", "DES-140"]


def test_missing_head_is_told_once(tried, files):
    head = files["study.yaml"].split("phases:")[0]
    found = tried((head, "consilience: 1\n"))
    assert found.codes == ["DES-032"]
    assert "the study file has no 'study'" in found.faults[0].what


def test_no_stages(tried, files):
    stages = "stages:" + files["study.yaml"].split("stages:")[1]
    found = tried((stages, ""))
    assert found.codes == ["DES-032"]
    assert "has no 'stages'" in found.faults[0].what


def test_every_code_of_the_catalogue_is_tried():
    here = Path(__file__).parent
    text = "\n".join(path.read_text(encoding="utf-8") for path in here.glob("test_*.py"))
    tried_codes = set(re.findall(r"DES-\d{3}", text))
    assert set(design.ENTRIES) == tried_codes
    assert len(tried_codes) >= 45


def test_catalogue_says_what_happened_and_what_to_do():
    for code, entry in design.ENTRIES.items():
        assert not entry.title.endswith("."), code
        assert not entry.what.endswith("."), code
        assert len(entry.remedy) > 5, code
    titles = [entry.title for entry in design.ENTRIES.values()]
    assert len(set(titles)) == len(titles)
