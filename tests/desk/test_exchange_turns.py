"""Who says what where goes out with a study and comes into an empty one as it was."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consilience.coding.exchange_turns import turns_row, turns_told
from consilience.desk import exchange as desk
from consilience.desk.kept import at_work
from consilience.desk.sealed import named_turns
from consilience.desk.studies import new_study
from consilience.formats.qda.write import PROFILES
from consilience.interviews.model import Document, Turn
from consilience.interviews.transcripts import turns_in
from consilience.store.codings import save_codes
from consilience.store.database import snapshot, transaction
from consilience.store.transcripts import documents, keep_document, turns_of, versions
from consilience.store.vault import open_vault
from consilience.text.normal import text_hash

AT = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
WHO = {"at": AT, "actor": "lead"}
KEY = "a long pass phrase"
# As detection reads it: fewer turns, others, and labels without their brackets.
TEXT = "[Person 9]: I come often.\nInt: Why?\nMo\U0001f600: So.\nHe said: no.\nInt: Ah.\n"
LABELS = ("[Person 9]", "Int", "Mo\U0001f600", 'a,b;c"d', None)


@st.composite
def spoken(draw):
    """Draw turns of that text: in order, with gaps, empty ones, times or none."""
    bounds = draw(st.lists(st.integers(0, len(TEXT)), min_size=0, max_size=12).map(sorted))
    time = st.none() | st.floats(0, 1e6, allow_nan=False)
    turns = []
    for start, end in zip(bounds[::2], bounds[1::2], strict=False):
        said = draw(st.integers(start, end))
        speaker = draw(st.sampled_from(LABELS))
        turns.append(Turn(speaker, start, said, end, draw(time), draw(time)))
    return turns


def study(folder, turns):
    """Make a study with two texts of the same words, the second without turns."""
    new_study(folder, study_id="s", title="S")
    with at_work(folder) as engine, transaction(engine) as connection:
        for name, said in (("S01", turns), ("S02", [])):
            keep_document(
                connection, Document(id=name.lower(), name=name, simulated=True), text=TEXT,
                turns=said, sealed=False, at="2026", actor="t",
            )  # fmt: skip
        save_codes(connection, [])


def turns_here(folder):
    with at_work(folder) as engine, snapshot(engine) as connection:
        return {each.name: turns_of(connection, each.id, 1) for each in documents(connection)}


@given(turns=spoken(), profile=st.sampled_from(sorted(PROFILES)))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_turns_come_into_an_empty_study_as_they_went(turns, profile):
    place = Path(tempfile.mkdtemp())
    try:
        study(place / "here", turns)
        desk.export_file(place / "here", place / "o.qdpx", profile=profile, **WHO)
        new_study(place / "there", study_id="t", title="T")
        desk.import_file(place / "there", place / "o.qdpx", **WHO)
        assert turns_here(place / "there") == {"S01": turns, "S02": []}
    finally:
        shutil.rmtree(place)


@given(turns=spoken())
def test_a_row_says_exactly_what_turns_are(turns):
    known = {"sha256": text_hash(TEXT), "turns": json.loads(json.dumps(turns_row(turns)))}
    assert turns_told(known, TEXT.encode()) == tuple(turns)


@pytest.fixture
def went(tmp_path):
    """Return an exported study whose turns a person has corrected, and its losses."""
    study(tmp_path / "here", [Turn("[Person 9]", 0, 12, 25, 0.5, None), Turn("Int", 26, 31, 35)])
    done = desk.export_file(tmp_path / "here", tmp_path / "o.qdpx", **WHO)
    return tmp_path / "o.qdpx", done


def test_a_sealed_import_keeps_the_labels_in_the_vault(went, tmp_path):
    path, _ = went
    there = tmp_path / "there"
    new_study(there, study_id="t", title="T")
    yaml = there / "study.yaml"
    yaml.write_text(yaml.read_text().replace("simulated: true", "simulated: false"))
    desk.import_file(there, path, key=lambda: KEY, **WHO)
    with at_work(there) as engine, snapshot(engine) as connection:
        document = next(each for each in documents(connection) if each.name == "S01")
        (version,) = versions(connection, document.id)
        vault = open_vault(there / ".consilience", KEY)
        turns = named_turns(connection, vault, version)
    assert [(each.speaker, each.start, each.t0) for each in turns] == [
        ("[Person 9]", 0, 0.5), ("Int", 26, None),
    ]  # fmt: skip


def test_without_the_sidecar_turns_are_found_and_their_loss_is_told(went, tmp_path):
    _, done = went
    assert ("turns with their speakers (exactly in the sidecar)", 2) in {
        (each.what, each.count) for each in done.losses
    }
    bare, there = tmp_path / "bare.qdpx", tmp_path / "there"
    desk.export_file(tmp_path / "here", bare, sidecar=False, **WHO)
    new_study(there, study_id="t", title="T")
    desk.import_file(there, bare, **WHO)
    assert turns_here(there)["S01"] == list(turns_in(TEXT))


def test_turns_of_other_words_are_not_believed(went, tmp_path):
    path, _ = went
    changed = tmp_path / "changed.qdpx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename.endswith(".txt"):
                content = content.replace(b"Why?", b"And?")
            new.writestr(entry, content)
    there = tmp_path / "there"
    new_study(there, study_id="t", title="T")
    desk.import_file(there, changed, **WHO)
    assert turns_here(there)["S01"] == list(turns_in(TEXT.replace("Why?", "And?")))


@pytest.mark.parametrize(
    "row",
    [
        None, [], {}, {"speakers": ["I"]}, {"speakers": [1], "rows": "0,0,0,1"},
        {"speakers": ["I"], "rows": 4}, {"speakers": ["I"], "rows": "1,0,0,1"},
        {"speakers": ["I"], "rows": "0,0,0"}, {"speakers": ["I"], "rows": "0,0,x,1"},
        {"speakers": ["I"], "rows": "0,3,2,4"}, {"speakers": ["I"], "rows": "0,0,0,9"},
        {"speakers": ["I"], "rows": "0,0,0,2;0,1,1,3"}, {"speakers": ["I"], "rows": "0,-1,0,2"},
        {"speakers": ["I"], "rows": "0,0,0,2,nan,-"}, {"speakers": ["I"], "rows": "0,0,0,2,-1,-"},
        {"speakers": ["I"], "rows": "0,0,0,\u0662"}, {"speakers": ["I"], "rows": "-1,0,0,2"},
    ],
)  # fmt: skip
def test_a_row_of_the_wrong_form_is_as_if_absent(row):
    assert turns_told({"sha256": text_hash("I: Yes."), "turns": row}, b"I: Yes.") is None
