"""What an import that was killed left in the vault goes when it is told to, and nothing else."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from consilience.base.errors import Fault
from consilience.desk.studies import new_study
from consilience.desk.vault_check import clear_left_over, look_through
from consilience.store.database import HIDDEN, open_database, snapshot
from consilience.store.ledger import lines
from consilience.store.transcripts import documents
from consilience.store.vault import make_vault, open_vault

KEY = "four random words here"
WHO = {"at": dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC), "actor": "lea"}
MANY = 200


@pytest.fixture
def study(tmp_path):
    """Return a study of which one text lies in the vault, with many more to be imported."""
    folder = tmp_path / "study"
    new_study(folder, study_id="s", title="A study")
    (folder / "study.yaml").write_text(
        "consilience: 1\nstudy: {id: s, title: S, starts: 2017-01-01, ends: 2018-12-31, seed: 1}\n"
        "stages:\n  - {id: areas, kind: frame, of: areas, file: areas.csv, "
        "columns: {id: code, name: name}, date: 2017-01-02}\n"
    )
    (folder / "areas.csv").write_text("code,name\na1,Poole\n")
    (folder / HIDDEN).mkdir(exist_ok=True)
    make_vault(folder / HIDDEN, KEY, cost=2**4)
    (tmp_path / "s01.txt").write_text("I: Who?\nR: Deborah Featherstone.\n")
    with started(folder, tmp_path / "s01.txt") as first:
        assert first.wait(60) == 0
    for n in range(MANY):
        (tmp_path / f"s{n + 100}.txt").write_text(f"I: Who?\nR: Person number {n}, of Poole.\n")
    return folder


def started(folder, *files):
    """Start a real import."""
    words = ["transcripts", "import", str(folder), *map(str, files)]
    return subprocess.Popen(
        [sys.executable, "-m", "consilience", *words],
        env=os.environ | {"CONSILIENCE_VAULT_KEY": KEY}, stdout=subprocess.DEVNULL,
    )  # fmt: skip


@contextlib.contextmanager
def under_way(folder):
    """Start the import of all the files and yield it once some lie in the vault."""
    with started(folder, *sorted(folder.parent.glob("s[1-9]*.txt"))) as running, ended(running):
        before = time.monotonic()
        while len(entries(folder)) < 30:
            assert running.poll() is None, "it came to its end before it could be stopped"
            assert time.monotonic() - before < 60
            time.sleep(0.002)
        yield running


@contextlib.contextmanager
def ended(running):
    """See that a process ends with the block, also if something else goes wrong in it."""
    try:
        yield
    finally:
        running.kill()


def entries(folder):
    return open_vault(folder / HIDDEN, KEY).names() if folder.exists() else []


def codes(folder):
    return [fault.code for fault in look_through(folder, KEY, **WHO)]


def texts(folder):
    engine = open_database(folder / HIDDEN / "study.db")
    with snapshot(engine) as connection:
        found = {each.id for each in documents(connection)}, list(lines(connection))
    engine.dispose()
    return found


def test_what_a_killed_import_left_is_removed_and_the_import_done_again(study, tmp_path):
    whole = entries(study)
    assert whole == ["about/s01", "speakers/s01/1", "text/s01/1"]
    assert clear_left_over(study, KEY, **WHO) == ()
    with under_way(study) as running:
        running.kill()
    assert running.returncode == -signal.SIGKILL
    assert texts(study)[0] == {"s01"}
    left = [each for each in entries(study) if each not in whole]
    assert len(left) >= 27
    (study / HIDDEN / "vault" / "text" / "s999").mkdir()
    half = study / HIDDEN / "vault" / "text" / "s999" / "1.sealed.part"
    half.write_bytes(b"a moment before it was whole")
    assert codes(study) == ["STO-038"]
    with pytest.raises(Fault) as told:
        clear_left_over(study, "another pass phrase", **WHO)
    assert told.value.code == "STO-031"
    gone = clear_left_over(study, KEY, **WHO)
    assert set(left) | {"text/s999/1"} <= set(gone)
    assert entries(study) == whole
    assert codes(study) == []
    folders = {path.name for path in (study / HIDDEN / "vault").rglob("*") if path.is_dir()}
    assert folders == {"about", "speakers", "text", "s01"}
    noted = [line for line in texts(study)[1] if line.action == "vault cleared"]
    assert [(line.actor, json.loads(line.detail)) for line in noted] == [
        ("lea", {"entries": list(gone)})
    ]
    with started(study, *sorted(tmp_path.glob("s10?.txt"))) as again:
        assert again.wait(60) == 0
    assert len(texts(study)[0]) == 11
    assert codes(study) == []


def test_entries_of_an_import_under_way_are_left_alone(study):
    script = (
        "import datetime as dt, json, sys; from pathlib import Path; "
        "from consilience.desk.vault_check import clear_left_over as clear; "
        "at = dt.datetime(2026, 3, 2, tzinfo=dt.UTC); "
        f"print(json.dumps(clear(Path(sys.argv[1]), {KEY!r}, at=at, actor='lea')))"
    )
    with under_way(study) as running:
        running.send_signal(signal.SIGSTOP)  # in the middle: nothing of it is in the database
        words = [sys.executable, "-c", script, str(study)]
        with subprocess.Popen(words, stdout=subprocess.PIPE) as clearing, ended(clearing):
            with pytest.raises(subprocess.TimeoutExpired):
                clearing.wait(4)
            assert len(entries(study)) >= 30
            running.send_signal(signal.SIGCONT)
            assert running.wait(60) == 0
            assert json.loads(clearing.communicate(timeout=60)[0]) == []
    assert len(texts(study)[0]) == MANY + 1
    assert codes(study) == []
