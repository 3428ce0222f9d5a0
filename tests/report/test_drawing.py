"""Scales, colours and charts: what is drawn stands where its value says."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.report import charts, svg

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)


@settings(max_examples=60, deadline=None)
@given(NUMBERS, st.floats(1e-3, 1e6))
def test_ticks_lie_on_the_scale_and_are_few(low, reach):
    scale = svg.Scale(low, low + reach)
    ticks = scale.ticks()
    assert 2 <= len(ticks) <= 12
    slack = reach * 1e-6 + 1e-9
    assert all(low - slack <= tick <= low + reach + slack for tick in ticks)


def test_values_outside_stay_on_the_picture():
    scale = svg.Scale(0, 10)
    assert scale.at(-5) == "36%"
    assert scale.at(50) == "96%"
    assert svg.Scale(3, 3).at(3) == "66%"


def _luminance(fill):
    channels = [int(fill[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("bands", range(2, 13))
def test_letters_on_every_fill_can_be_read(bands):
    fills = [svg.band_colour(band, bands) for band in range(1, bands + 1)]
    fills += [svg.steps_colour(step, bands) for step in range(bands + 1)]
    assert len(set(fills[:bands])) == bands
    for fill in fills:
        ink, ground = _luminance(svg.ink_on(fill)), _luminance(fill)
        light, dark = max(ink, ground), min(ink, ground)
        assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.2, contrast (minimum)


def test_text_is_escaped_and_attributes_too():
    drawn = svg.element("text", text="<b>", x='"')
    assert drawn == '<text x="&quot;">&lt;b&gt;</text>'
    assert svg.element("rect", x=-0.001, y=2.5) == '<rect x="0" y="2.5"/>'


def _shapes(drawing):
    root = ET.fromstring(f"<svg>{drawing.body}</svg>")
    places = [float(v[:-1]) for node in root.iter() for k, v in node.attrib.items()
              if k in {"x", "x1", "x2", "cx"} and v.endswith("%")]  # fmt: skip
    assert all(0 <= place <= 100 for place in places)
    return root


def test_dots_draw_one_mark_a_value():
    rows = [charts.Dots("A", (1.0, 3.0), "low"), charts.Dots("B", (2.0, None), "high"),
            charts.Dots("C", (None, None), "high")]  # fmt: skip
    root = _shapes(charts.dots(rows, title="t", description="d"))
    marks = [node for node in root.iter("svg") if "mark" in node.get("class", "")]
    assert [node.get("class") for node in marks] == ["mark s0", "mark s1", "mark s0"]
    first, second = (float(node.get("x")[:-1]) for node in marks[:2])
    assert first < second


def test_many_rows_are_slim_and_grouped():
    rows = [charts.Dots(f"Area {n}", (float(n),), f"g{n // 50}") for n in range(100)]
    drawing = charts.dots(rows, title="t", description="d")
    labels = {node.text for node in _shapes(drawing).iter("text")}
    assert {"g0", "g1"} <= labels
    assert "Area 1" not in labels
    assert drawing.height < 800


def test_stacked_parts_fill_their_share():
    stack = charts.Stack("A", (charts.Part(0.25, "#d55e00", "25%"), charts.Part(0.75, "#0072b2")))
    root = _shapes(charts.stacked([stack], title="t", description="d"))
    widths = [float(node.get("width")[:-1]) for node in root.iter("rect")]
    assert widths == pytest.approx([15, 45])  # of the 60% that the scale takes
    assert "25%" in [node.text for node in root.iter("text")]


def test_ranges_tell_met_from_short():
    rows = [charts.Range("met", 1, 3, 2, True), charts.Range("short", 2, None, 1, False)]
    drawing = charts.ranges(rows, title="t", description="d")
    _shapes(drawing)
    assert re.findall(r'class="(mark s\d)"', drawing.body) == ["mark s0", "mark s1"]
    assert drawing.body.count('class="asked open"') == 1


def test_timeline_puts_bars_at_their_days():
    bars = [charts.Bar("one", dt.date(2017, 1, 1), dt.date(2017, 12, 31)),
            charts.Bar("two", dt.date(2018, 1, 1), dt.date(2018, 12, 31), "window")]  # fmt: skip
    root = _shapes(charts.timeline(bars, title="t", description="d"))
    first, second = list(root.iter("rect"))[:2]
    assert float(first.get("x")[:-1]) == 36
    assert float(second.get("x")[:-1]) == pytest.approx(66, abs=0.1)


def test_scatter_marks_the_chosen_one_only():
    points = [(0.1, 3.0), (0.2, 2.0), (0.3, 1.0)]
    drawing = charts.scatter(points, 1, title="t", description="d", names=("x", "y"))
    _shapes(drawing)
    assert re.findall(r'class="(mark s\d)"', drawing.body) == ["mark s0", "mark s1", "mark s0"]


def test_chance_shows_expected_and_observed():
    rows = [charts.Expected("all", 39, 27.1, 2.5)]
    root = _shapes(charts.against_chance(rows, title="t", description="d"))
    expected = next(n for n in root.iter("line") if n.get("class") == "expected")
    observed = next(n for n in root.iter("svg") if "mark" in n.get("class", ""))
    assert float(expected.get("x1")[:-1]) < float(observed.get("x")[:-1])
