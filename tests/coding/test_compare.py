"""Coders compared on tables of codings: who counts, in which units, by what."""

import numpy as np
import pyarrow as pa
import pytest

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.coding.agreement_model import AGREEMENT, ReadText
from consilience.coding.compare import compare, domains_of, material, path_of
from consilience.coding.model import CODING, Code
from consilience.stats.unitizing.resampled import TextBootstrap

CODES = [
    Code(id="c", name="concern", codable=False),
    Code(id="c1", name="neglect", parent="c"),
    Code(id="c2", name="harm", parent="c"),
    Code(id="h", name="help"),
    Code(id="old", name="old", retired=True),
]
READ = [
    ReadText(document="d1", version=2, length=100, readers=("ann", "ben"), case="s1"),
    ReadText(document="d2", version=1, length=50, readers=("ann", "ben"), case="s1"),
    ReadText(document="d3", version=1, length=80, readers=("ann", "cat"), case="s2"),
    ReadText(document="d4", version=1, length=80, readers=("ann",)),
]


def codings(*rows):
    """Return a table of (document, start, end, code, coder)."""
    full = [
        {
            "id": f"k{n}", "document": document, "version": 1, "start": start, "end": end,
            "code": code, "coder": coder, "at": "", "origin": "person",
        }
        for n, (document, start, end, code, coder) in enumerate(rows)
    ]  # fmt: skip
    return pa.Table.from_pylist(full, schema=CODING)


TABLE = codings(
    ("d1", 0, 20, "c1", "ann"), ("d1", 5, 25, "c1", "ben"), ("d1", 40, 60, "h", "ann"),
    ("d1", 40, 60, "c2", "ben"), ("d2", 0, 10, "h", "ann"), ("d2", 0, 10, "h", "ben"),
    ("d3", 0, 30, "c1", "ann"), ("d3", 0, 30, "c2", "cat"),
)  # fmt: skip


def figures(table, measure="percent"):
    """Return the values of a coefficient of all coders by subject."""
    return {
        row["subject"]: row["value"]
        for row in table.to_pylist()
        if row["measure"] == measure and not row["coder_a"] and not row["of"]
    }


def test_each_code_has_its_figures_and_the_unit_stands_in_every_row():
    found = compare(material(TABLE, read=READ, codes=CODES))
    assert found.schema == AGREEMENT
    assert figures(found, "f1")["h"] == pytest.approx(10 * 2 / (30 + 10))
    assert set(found.column("unit").to_pylist()) == {"characters"}
    # The heading cannot be coded, and the retired code was not used.
    assert set(figures(found)) == {"c1", "c2", "h"}
    rows = [row for row in found.to_pylist() if row["subject"] == "c1"]
    assert {row["documents"] for row in rows} == {3}
    assert {row["units"] for row in rows} == {230}
    assert {row["coders"] for row in rows} == {3}
    assert rows[0]["name"] == "concern > neglect"


def test_pairs_of_coders_stand_beside_the_mean_where_there_are_several():
    found = compare(material(TABLE, read=READ, codes=CODES)).to_pylist()
    pairs = [(row["coder_a"], row["coder_b"]) for row in found if row["coder_a"]]
    assert set(pairs) == {("ann", "ben"), ("ann", "cat"), ("ben", "cat")}
    nobody = [row for row in found if row["coder_a"] == "ben" and row["coder_b"] == "cat"]
    assert all(row["value"] is None and row["reason"] for row in nobody)


def test_what_is_undefined_is_empty_and_says_why():
    found = compare(material(TABLE, read=READ[:1], codes=CODES)).to_pylist()
    unused = [row for row in found if row["subject"] == "h" and row["measure"] == "cu_alpha"]
    assert unused[0]["value"] is None
    assert unused[0]["reason"] == "one code only"
    empty = compare(material(TABLE.slice(0, 2), read=READ, codes=CODES)).to_pylist()
    assert {row["reason"] for row in empty if row["subject"] == "h"} >= {"not used"}


def test_only_readers_count_and_never_the_consensus():
    more = codings(
        ("d1", 0, 20, "c1", "ann"), ("d1", 0, 20, "c1", "ben"), ("d1", 0, 90, "c1", "consensus"),
        ("d1", 0, 90, "c1", "dan"), ("d9", 0, 90, "c1", "ann"), ("d1", 0, 90, "gone", "ann"),
    )  # fmt: skip
    assert figures(compare(material(more, read=READ, codes=CODES)))["c1"] == 1


def test_texts_and_cases_pool_the_codes():
    given = material(TABLE, read=READ, codes=CODES)
    by_text, by_case = (figures(compare(given, by=by), "f1") for by in ("document", "case"))
    assert by_text["d2"] == 1
    assert by_text["d3"] == 0
    assert by_text["d4"] is None
    # In s1 both marked 15 and 10 of what they marked: 20 + 20, 20 + 20, 10 + 10.
    assert by_case["s1"] == pytest.approx(2 * 25 / 100)
    assert set(by_case) == {"s1", "s2"}
    assert set(figures(compare(given, by="all"))) == {"all"}
    nowhere = [ReadText(document="d1", version=1, length=100, readers=("ann", "ben"))]
    without = compare(material(TABLE, read=nowhere, codes=CODES), by="case")
    assert figures(without) == {"": None}


def test_a_domain_is_a_code_with_others_below_or_what_the_study_says():
    assert domains_of(CODES) == {"c": ("c1", "c2")}
    given = material(TABLE, read=READ, codes=CODES)
    found = compare(given, by="domain")
    assert set(figures(found)) == {"c"}
    of = {row["of"] for row in found.to_pylist() if row["measure"] == "ku_alpha"}
    assert of == {"c1", "c2"}
    own = compare(given, by="domain", domains={"all": ["c1", "harm", "h"]})
    assert figures(own, "percent")["all"] == pytest.approx(1 - (10 + 20 + 30) / 230)


def test_one_code_may_be_asked_for_by_its_name():
    given = material(TABLE, read=READ, codes=CODES)
    one, every = compare(given, code="help"), compare(given)
    assert figures(one) == {"h": figures(every)["h"]}
    for wrong in ("phlogiston", ""):
        with pytest.raises(Fault) as told:
            compare(given, code=wrong)
        assert told.value.code == "COD-062"
    with pytest.raises(Fault) as told:
        compare(given, by="domain", domains={"empty": []})
    assert told.value.code == "COD-062"


def test_intervals_come_from_texts_drawn_anew():
    bootstrap = TextBootstrap(replicates=50, streams=lambda n: stream(1, "texts", block=n))
    given = material(TABLE, read=READ, codes=CODES)
    for by in ("code", "domain", "case", "all"):
        rows = compare(given, by=by, bootstrap=bootstrap).to_pylist()
        known = [row for row in rows if row["measure"] == "percent" and row["low"] is not None]
        assert known
        assert all(row["low"] <= row["high"] for row in known)
    assert all(row["low"] is None for row in compare(given).to_pylist())


def units_of(document):
    starts = np.arange(0, {"d1": 100, "d2": 50}.get(document, 80), 10)
    return starts, starts + 9


def test_units_other_than_characters():
    given = material(TABLE, read=READ, codes=CODES, unit="sentences", units_of=units_of)
    assert given.texts.lengths.tolist() == [10, 5, 8, 8]
    found = compare(given)
    # In d1 the first marks the sentences 0 and 1, the second 0, 1 and 2; in d3 nobody agrees.
    assert figures(found)["c1"] == pytest.approx(1 - (1 + 3) / 23)
    assert set(found.column("unit").to_pylist()) == {"sentences"}
    half = material(TABLE, read=READ, codes=CODES, unit="sentences", units_of=units_of, share=0.9)
    assert figures(compare(half))["c1"] == pytest.approx(1 - (1 + 3) / 23)
    with pytest.raises(Fault) as told:
        material(TABLE, read=READ, codes=CODES, unit="tokens")
    assert told.value.code == "COD-061"


def test_nobody_to_compare():
    with pytest.raises(Fault) as told:
        material(TABLE, read=READ[3:], codes=CODES)
    assert told.value.code == "COD-060"


def test_two_codes_of_one_name_are_told_apart():
    twice = [*CODES, Code(id="x", name="neglect", parent="h")]
    assert path_of(twice, 1) == "concern > neglect"
    assert path_of(twice, 5) == "help > neglect"
