"""The page: what must be on it, and what must never be."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
import xml.etree.ElementTree as ET
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

import pyarrow as pa
import pytest

from consilience.base.errors import Fault
from consilience.report.model import Figure, Grid
from consilience.report.pages import build_sections, render_report

SHAPES = {
    "two agencies, no places": {"agencies": 2, "places": False},
    "four agencies, not simulated": {"agencies": 4, "areas": 60, "simulated": False},
    "no congruence": {"with_congruence": False},
    "no schools": {"with_schools": False},
    "297 areas": {"areas": 297, "places": False, "agencies": 2},
}
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Reader(HTMLParser):
    """Elements with their attributes, and whether every one is closed in order."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.faults = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append((tag, self.getpos()))

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def blocks_in(sections):
    for section in sections:
        yield from _flat(section.blocks)
        yield from blocks_in(section.sections)


def _flat(blocks):
    for block in blocks:
        yield block
        yield from _flat(getattr(block, "blocks", ()))


@pytest.fixture(scope="module", params=SHAPES.values(), ids=SHAPES.keys())
def shaped(request, make):
    return make(**request.param)


def check_structure(text):
    reader = Reader(text)
    assert not reader.faults
    assert not reader.open
    ids = Counter(attributes["id"] for _, attributes in reader.elements if "id" in attributes)
    assert [name for name, count in ids.items() if count > 1] == []
    for attributes in reader.all("a"):
        assert attributes["href"].removeprefix("#") in ids
    named = [value for _, attributes in reader.elements for key, value in attributes.items()
             if key in {"aria-labelledby", "aria-describedby"}]  # fmt: skip
    assert set(named) <= set(ids)
    levels = [int(tag[1]) for tag, _ in reader.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_structure_is_sound(page):
    check_structure(page)


def test_structure_is_sound_in_every_shape(shaped):
    text = render_report(shaped)
    check_structure(text)
    assert "<gap>" not in text
    assert "None<" not in text
    assert ">nan" not in text


def test_same_findings_give_the_same_bytes(make, page):
    assert render_report(make()) == page


def test_nothing_is_fetched_and_nothing_runs(page):
    reader = Reader(page)
    assert not {"script", "link", "iframe", "object", "img"} & {tag for tag, _ in reader.elements}
    assert not re.findall(r"https?://|url\(|@import", page)
    assert not any(key.startswith("on") or key == "style"
                   for _, attributes in reader.elements for key in attributes)  # fmt: skip


def test_policy_admits_only_this_stylesheet(page):
    policy = next(a["content"] for a in Reader(page).all("meta") if "http-equiv" in a)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL).group(1)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'")
    assert f"style-src 'sha256-{digest}'" in policy


def test_text_of_the_study_is_escaped(make):
    findings = make(areas=30)
    bad = '<script>alert("x")</script>'
    head = findings.study.study.model_copy(update={"title": bad})
    agencies = tuple(a.model_copy(update={"title": bad}) for a in findings.study.agencies)
    study = findings.study.model_copy(update={"study": head, "agencies": agencies})
    text = render_report(dataclasses.replace(findings, study=study))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    check_structure(text)


def test_every_picture_has_words_and_numbers(page):
    pictures = re.findall(r'<svg role="img".*?\n</svg>', page, re.DOTALL)
    assert len(pictures) > 15
    for picture in pictures:
        root = ET.fromstring(picture)
        assert len(root.find("title").text) > 3
        assert len(root.find("desc").text) > 20
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert all(re.search(r"<details>.*<table", figure, re.DOTALL) for figure in figures)


def test_every_part_of_a_simulated_study_says_so(findings, page):
    parts = [b for b in blocks_in(build_sections(findings)) if isinstance(b, Figure | Grid)]
    results = [p for p in parts if "Phase" not in p.caption and "phase" not in p.caption]
    own = {"Data sets that the study plans to deposit", "Groups of informants",
           "Deviations from the protocol", "Stages and the hashes they stand on", "Inputs",
           "Tables that this report was drawn from"}  # fmt: skip
    assert {p.caption for p in results if not p.simulated} == own
    assert all(p.grid.simulated for p in results if isinstance(p, Figure))
    assert "<strong>Simulated data.</strong>" in page
    assert "<title>Simulated: " in page


def test_real_data_are_not_called_simulated(make):
    findings = make(with_schools=False, simulated=False)
    assert not findings.simulated()
    text = re.sub(r"<style>.*?</style>", "", render_report(findings), flags=re.DOTALL).lower()
    assert "simulated" not in text.replace('<th scope="col">simulated</th>', "")


def test_simulated_runs_down_stream_from_a_frame(make):
    findings = make(simulated=False)
    assert findings.simulated("schools")
    assert findings.simulated("case-schools")
    assert not findings.simulated("cases")
    assert findings.simulated()


def test_no_map_without_places(make):
    def captions(**options):
        sections = build_sections(make(**options))
        return {b.caption for b in blocks_in(sections) if isinstance(b, Figure)}

    maps = {"Where the categories lie", "How many surveys each area answered in full"}
    assert maps <= captions()
    assert not maps & captions(places=False)


def test_sections_follow_the_stages(make):
    def ids(**options):
        return [section.id for section in build_sections(make(**options))]

    assert ids(with_congruence=False) == [
        "summary", "record", "frames", "stage-scoping-areas", "stage-linked", "methods", "lineage",
    ]  # fmt: skip
    assert ids()[3:8] == [
        "stage-scoping-areas", "stage-linked", "stage-congruence", "stage-drivers", "stage-cases",
    ]  # fmt: skip


def test_stages_that_have_not_run_are_named(findings):
    some = {name: findings.tables[name] for name in ("areas", "survey-education")}
    partial = dataclasses.replace(findings, tables=some)
    text = render_report(partial)
    check_structure(text)
    assert "Not run yet: Scoping areas, " in text
    assert "Survey: Education safeguarding leads" in text


def test_empty_tables_give_a_page(findings):
    tables = {
        stage: {name: t if name == "frame" else t.slice(0, 0) for name, t in each.items()}
        for stage, each in findings.tables.items()
    }
    check_structure(render_report(dataclasses.replace(findings, tables=tables)))


def test_long_tables_are_cut_and_say_so(findings):
    decisions = pa.concat_tables([findings.tables["cases"]["decision"]] * 500)
    tables = {**findings.tables, "cases": {**findings.tables["cases"], "decision": decisions}}
    text = render_report(dataclasses.replace(findings, tables=tables))
    assert "The first 400 of 500 rows" in text
    assert text.count("The pilot took place there.") == 402  # two other choices have one each


# --- faults -----------------------------------------------------------------------------


def check_fault(fault, code):
    assert fault.value.code == code
    assert "<" not in fault.value.what + fault.value.remedy


def test_a_table_without_a_column_is_told(findings):
    tables = {
        **findings.tables,
        "cases": {"choice": findings.tables["cases"]["choice"].drop(["unit"])},
    }
    with pytest.raises(Fault) as fault:
        render_report(dataclasses.replace(findings, tables=tables))
    check_fault(fault, "REP-001")
    assert "unit" in fault.value.what


def test_a_frame_without_its_note_is_told(findings):
    bare = findings.tables["areas"]["frame"].replace_schema_metadata(None)
    broken = dataclasses.replace(findings, tables={**findings.tables, "areas": {"frame": bare}})
    with pytest.raises(Fault) as fault:
        render_report(broken)
    check_fault(fault, "REP-002")


def test_nothing_to_report_is_told(findings):
    with pytest.raises(Fault) as fault:
        render_report(dataclasses.replace(findings, tables={}))
    check_fault(fault, "REP-003")
