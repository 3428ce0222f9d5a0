"""The invented interviews: labelled, marked where they say, coded with the errors they state."""

from __future__ import annotations

import csv
import json
import re
import runpy
import shutil
from collections import Counter, defaultdict
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from consilience.coding.agreement_model import ReadText
from consilience.coding.codebook_file import read_codebook_file
from consilience.coding.compare import compare, material
from consilience.coding.model import CODING
from consilience.formats.qda.read import read_project
from consilience.text.turns import read_script

EXAMPLE = "examples/schools-2017"


@pytest.fixture(scope="module")
def made(root, tmp_path_factory):
    """Return the makers of the example and what they write, in a folder of its own."""
    folder = tmp_path_factory.mktemp("interviews") / "schools-2017"
    made = shutil.ignore_patterns("intake", "out", ".consilience", "__pycache__")
    shutil.copytree(root / EXAMPLE, folder, ignore=made)
    (folder / "intake").mkdir()
    # A study whose frames are not there cannot be read.
    (folder / "intake" / "schools.csv").touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(root / EXAMPLE))
        maker = SimpleNamespace(**runpy.run_path(str(root / EXAMPLE / "make_codings.py")))
    maker.main(["--folder", str(folder)])
    texts, truth = maker.read_texts(folder / "interviews" / "marked")
    codes = read_codebook_file(folder / maker.CODEBOOK, name=maker.CODEBOOK)
    return SimpleNamespace(folder=folder, maker=maker, texts=texts, truth=truth, codes=codes)


def lines(made, name):
    path = made.folder / "intake" / "codings" / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def rows(root, phase, table):
    path = root / EXAMPLE / "interviews" / phase / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- the texts --------------------------------------------------------------------------


def test_every_text_says_that_it_was_invented(made):
    assert Counter(name[0] for name in made.texts) == {"S": 17, "V": 10}
    for name, text in made.texts.items():
        assert text.startswith("SIMULATED: invented for the example")
        assert f"\nInterview: {name}\n" in text
        assert 450 <= len(text.split()) <= 900
        assert not re.search(r"[<>]", text)
        phase = "scoping" if name[0] == "S" else "schools"
        written = made.folder / "intake" / "interviews" / phase / f"{name}.txt"
        assert written.read_text(encoding="utf-8") == text


def test_speakers_are_those_of_the_header(made):
    for text in made.texts.values():
        script = read_script(text)
        present = re.findall(r"(R\d), ", re.search(r"^Present: (.*)$", text, re.MULTILINE)[1])
        assert {turn.speaker for turn in script.turns} == {"I", *present}


def test_headers_and_tables_agree(root, made):
    for phase in ("scoping", "schools"):
        people = Counter(row["interview"] for row in rows(root, phase, "people"))
        for row in rows(root, phase, "plan"):
            if row["recording"] != "yes":
                assert row["interview"] not in made.texts
                continue
            text = made.texts[row["interview"]]
            assert f"\nDate: {row['date']}\n" in text
            assert ("\nMode: telephone\n" in text) == (row["mode"] == "telephone")
            assert (
                text.split("Present: ")[1].split("\n")[0].count("; ") + 1
                == people[row["interview"]]
            )
            guide = re.search(r"\nGuide: ([\w-]+) ([\d.]+)\n", text)
            assert row["guide"] in (guide[1], f"{guide[1]}@{guide[2]}")


def test_the_published_counts_of_scoping(root):
    plan, people = rows(root, "scoping", "plan"), rows(root, "scoping", "people")
    held = [row for row in plan if row["state"] == "done"]
    assert len({row["case"] for row in held}) == 20
    assert len({row["person"] for row in people}) == len(people) == 68
    assert sum(row["recording"] == "yes" for row in held) == 17
    deposited = {
        row["person"] for row in rows(root, "scoping", "consents") if row["record"] == "yes"
    }
    recorded = {row["interview"] for row in held if row["recording"] == "yes"}
    assert deposited == {row["person"] for row in people if row["interview"] in recorded}


# --- truth and codebook -----------------------------------------------------------------


def test_marks_stand_where_the_words_are(root, made):
    found = Counter((each.document, made.texts[each.document][each.start : each.end], each.code)
                    for each in made.truth)  # fmt: skip
    expected: Counter = Counter()
    for path in sorted((root / EXAMPLE / "interviews" / "marked").glob("*.txt")):
        for code, words in re.findall(r"<([a-z-]+)>(.*?)</\1>", path.read_text(), re.DOTALL):
            expected[path.stem, re.sub(r"</?[a-z-]+>", "", words), code] += 1
    assert found == expected
    assert sum(found.values()) == 540


def test_marks_may_overlap(made):
    text, passages = made.maker.without_marks("X", "a <b>c <d>e</b> f</d> g")
    assert text == "a c e f g"
    assert [(text[p.start : p.end], p.code) for p in passages] == [("c e", "b"), ("e f", "d")]
    with pytest.raises(ValueError, match="never closed: b"):
        made.maker.without_marks("X", "a <b>c")


def test_the_codebook_covers_the_truth_and_quotes_it(made):
    codable = {code.id for code in made.codes if code.codable}
    assert {each.code for each in made.truth} == codable
    assert 25 <= len(codable) <= 30
    names = Counter(code.name for code in made.codes)
    same = [code for code in made.codes if names[code.name] > 1]
    assert [code.name for code in same] == ["Capacity", "Capacity"]
    assert len({code.parent for code in same}) == 2
    spoken = "\n".join(made.texts.values())
    for code in made.codes:
        if code.codable:
            assert code.definition
            assert code.inclusion
            assert code.exclusion
            assert code.examples
            assert all(example in spoken for example in code.examples)


# --- the two coders ---------------------------------------------------------------------


def meets(one, other):
    return one["start"] < other["end"] and other["start"] < one["end"]


def test_each_coder_errs_as_stated(made):
    truth = lines(made, "truth")
    stated = json.loads((made.folder / "intake/codings/truth.json").read_text())
    near = set(stated["neighbours"])
    neighbours = sum(each["code"] in near for each in truth)
    for coder in stated["coders"]:
        marked = lines(made, coder["id"])
        missed = 1 - len(marked) / len(truth)
        assert missed == pytest.approx(coder["miss"], abs=3 * (0.2 * 0.8 / 540) ** 0.5)
        exact = {(e["document"], e["start"], e["end"]): e["code"] for e in truth}
        swapped = 0
        for each in marked:
            code = exact.get((each["document"], each["start"], each["end"]), each["code"])
            assert code == each["code"] or {code, each["code"]} == near
            swapped += code != each["code"]
        # Swaps are seen only where no edge moved as well.
        expected = neighbours * (1 - coder["miss"]) * coder["confuse"] * (1 - coder["move"]) ** 2
        assert abs(swapped - expected) <= 3 * max(expected, 1) ** 0.5
        for edge in ("start", "end"):
            edges = {(e["document"], e[edge]) for e in truth}
            moved = sum((e["document"], e[edge]) not in edges for e in marked) / len(marked)
            # Some have nowhere to go, or go to where another passage begins or ends.
            assert 0.2 * coder["move"] < moved < coder["move"]


def test_rates_come_out_where_there_is_much_to_mark(made):
    many = made.truth * 60
    for coder in made.maker.CODERS:
        found = made.maker.simulate(
            made.texts,
            many,
            replace(coder, move=0.0),
            lambda _: np.random.Generator(np.random.PCG64(7)),
        )
        assert 1 - len(found) / len(many) == pytest.approx(coder.miss, abs=0.01)
        exact = {(e.document, e.start, e.end): e.code for e in made.truth}
        near = [e for e in found if e.code in made.maker.NEIGHBOURS]
        swapped = sum(exact[e.document, e.start, e.end] != e.code for e in near) / len(near)
        assert swapped == pytest.approx(coder.confuse, abs=0.03)


def test_no_coder_marks_across_turns(made):
    for coder in ("coder-a", "coder-b"):
        for each in lines(made, coder):
            text = made.texts[each["document"]]
            assert "\n" not in text[each["start"] : each["end"]]
            assert text[each["start"] : each["end"]].strip()


def test_agreement_is_what_the_design_implies(made):
    stated = json.loads((made.folder / "intake/codings/truth.json").read_text())
    one, other = (lines(made, coder["id"]) for coder in stated["coders"])
    for code, implied in stated["f1_of_passages"].items():
        ours = [e for e in one if code in ("all", e["code"])]
        theirs = [e for e in other if code in ("all", e["code"])]
        met = sum(
            any(
                e["document"] == f["document"] and e["code"] == f["code"] and meets(e, f)
                for f in theirs
            )
            for e in ours
        )
        f1 = 2 * met / (len(ours) + len(theirs))
        error = (implied * (1 - implied) / ((len(ours) + len(theirs)) / 2)) ** 0.5
        assert abs(f1 - implied) < 3.5 * error, code
    assert stated["f1_of_passages"]["high"] < stated["f1_of_passages"]["silence"] - 0.1


def test_the_engine_measures_what_other_draws_of_the_design_give(made):
    def measured(coded):
        table = pa.Table.from_pylist(coded, schema=CODING)
        read = [
            ReadText(
                document=name,
                version=1,
                length=len(text),
                readers=("coder-a", "coder-b"),
                case=None,
            )
            for name, text in made.texts.items()
        ]
        found = compare(material(table, read=read, codes=made.codes), by="all").to_pylist()
        return {row["measure"]: row["value"] for row in found if not row["coder_a"]}

    def drawn(seed):
        found = []
        for coder in made.maker.CODERS:
            passages = made.maker.simulate(
                made.texts,
                made.truth,
                coder,
                lambda name: np.random.Generator(np.random.PCG64([seed, len(name), ord(name[-1])])),
            )
            found += made.maker.rows_of(passages, coder.id)
        return measured(found)

    here = measured(lines(made, "coder-a") + lines(made, "coder-b"))
    others = [drawn(seed) for seed in range(8)]
    measures = [name for name in here if here[name] is not None]
    assert len(measures) >= 3
    for name in measures:
        values = np.array([each[name] for each in others])
        assert abs(here[name] - values.mean()) < 5 * values.std(ddof=1), name


def test_the_exchange_files_say_the_same(made):
    for coder in ("coder-a", "coder-b"):
        reading = read_project(made.folder / "intake" / "codings" / f"{coder}.qdpx")
        project = reading.project
        passages = project.selections.to_pylist()
        side = project.sidecar
        found = []
        for each in project.codings.to_pylist():
            place = passages[each["selection"]]
            source = project.sources[place["source"]]
            found.append(
                (source.name, place["start"], place["end"], side["codes"][each["code"]]["id"])
            )
        expected = [(e["document"], e["start"], e["end"], e["code"]) for e in lines(made, coder)]
        assert sorted(found) == sorted(expected)
        texts = {source.text for source in project.sources if source.kind == "text"}
        assert texts == set(made.texts.values())


# --- the corpus of planted identifiers --------------------------------------------------


@pytest.fixture(scope="module")
def planted(root):
    """Return the script that makes the corpus, and its records as they are kept."""
    folder = root / "validation" / "deidentification"
    script = SimpleNamespace(**runpy.run_path(str(folder / "make.py")))
    records = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.json"))
    }
    return SimpleNamespace(folder=folder, script=script, records=records)


def test_planted_identifiers_stand_where_they_say(planted):
    assert Counter(name.partition("-")[0] for name in planted.records) == {
        "dev": 21,
        "test": 15,
        "fresh": 14,
    }
    for name, (record,) in planted.records.items():
        text = record["text"]
        assert text.startswith("SIMULATED")
        short = name.startswith("dev-") and name > "dev-15"
        assert (200 if short else 600) <= len(text.split()) <= (400 if short else 1100)
        mentions = record["annotations"]["writer"]["entity_mentions"]
        assert len(mentions) >= (35 if short else 50)
        last = 0
        for mention in mentions:
            assert text[mention["start_offset"] : mention["end_offset"]] == mention["span_text"]
            assert mention["start_offset"] >= last
            last = mention["end_offset"]
        kinds = {mention["entity_type"] for mention in mentions}
        assert {"PERSON", "CODE", "LOC", "ORG", "DEM", "DATETIME", "MISC"} <= kinds, name


def test_the_corpus_is_what_its_script_makes(planted):
    for name, kept in planted.records.items():
        marked = (planted.folder / "texts" / f"{name}.txt").read_text(encoding="utf-8")
        assert kept == [planted.script.record_of(name, marked)]
    table = "\n".join(planted.script.counts([kept for (kept,) in planted.records.values()]))
    assert table in (planted.folder / "README.md").read_text(encoding="utf-8")


def test_no_full_name_or_school_is_in_both_halves(planted):
    halves = defaultdict(set)
    for (record,) in planted.records.values():
        for mention in record["annotations"]["writer"]["entity_mentions"]:
            if mention["entity_type"] in ("PERSON", "ORG") and " " in mention["span_text"]:
                halves[record["dataset_type"]].add(mention["span_text"])
    assert not halves["dev"] & halves["test"]


@pytest.mark.parametrize("marked", ["SIMULATED {Ann|Pd", "SIMULATED {Ann|Xd}", "SIMULATED }"])
def test_a_broken_mark_is_refused(planted, marked):
    with pytest.raises(ValueError, match="not well formed"):
        planted.script.record_of("dev-99", marked)


def test_a_text_without_the_label_is_refused(planted):
    with pytest.raises(ValueError, match="does not begin"):
        planted.script.record_of("dev-99", "An interview with {Ann|Pd}")
