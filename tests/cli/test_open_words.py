"""Words that lie open beside the texts are compared with the names where the key is set."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from consilience.cli.main import main
from consilience.coding.model import Code
from consilience.desk.kept import at_work
from consilience.interviews.model import Document
from consilience.store.codings import codes, save_codes
from consilience.store.database import snapshot, transaction
from consilience.store.ledger import lines
from consilience.store.transcripts import keep_document
from consilience.store.vault import make_vault

KEY = "a long pass phrase"
STAMP = "2026-01-01T00:00:00Z"
MARSH = {
    "number": 7, "kind": "person", "forms": ["Debbie Marsh"], "ruling": "replace",
    "replacement": "[Head 1]",
}  # fmt: skip


@pytest.fixture
def named(tmp_path):
    """Return a study with a code and a text, and a name in its vault."""
    folder = tmp_path / "study"
    CliRunner().invoke(main, ["new", str(folder)])
    with at_work(folder) as engine, transaction(engine) as connection:
        save_codes(connection, [Code(id="trust", name="Trust")])
        keep_document(
            connection, Document(id="s01", name="S01"), text="R: Yes.", turns=(), sealed=False,
            at=STAMP, actor="t",
        )  # fmt: skip
    vault = make_vault(folder / ".consilience", KEY, cost=2**4)
    vault.write("registry", json.dumps({"registry": [MARSH]}).encode())
    return folder


def asked(folder, *words, key=KEY):
    before, *rest = words
    line = [*before.split(), str(folder), *rest]
    return CliRunner().invoke(main, line, env={"CONSILIENCE_VAULT_KEY": key})


def kept(folder):
    """Return the codebook and how many lines the ledger has, but of openings of the vault."""
    with at_work(folder) as engine, snapshot(engine) as connection:
        done = [line.action for line in lines(connection) if line.action != "vault opened"]
        return codes(connection), done


@pytest.mark.parametrize(
    "words",
    [
        ("codebook add", "Marsh and trust"),
        ("codebook add", "Heads", "--definition", "Debbie Marsh"),
        ("codebook add", "Heads", "--example", "so MARSH said"),
        ("codebook edit", "trust", "--exclusion", "Marsh"),
        ("codebook rename", "trust", "Debbie  Marsh"),
        ("codebook split", "trust", "Marsh", "--document", "S01"),
        ("codebook version", "--note", "as Marsh asked"),
        ("transcripts state", "s01", "checked", "--reason", "Marsh read it"),
        ("transcripts withdraw", "s01", "--reason", "Marsh left"),
        ("transcripts withdraw", "s01", "--reason", "Marsh left", "--erase", "--yes"),
    ],
)
def test_a_name_in_words_that_lie_open_is_refused(named, words):
    before = kept(named)
    refused = asked(named, *words)
    assert (refused.exit_code, "COD-173" in refused.output) == (1, True), refused.output
    assert "marsh" not in refused.output.lower()
    assert kept(named) == before


def test_without_the_key_and_without_a_name_they_are_kept(named):
    assert asked(named, "codebook rename", "trust", "Marsh", key="").exit_code == 0
    assert asked(named, "codebook rename", "trust", "Trust in heads").exit_code == 0
    with at_work(named) as engine, snapshot(engine) as connection:
        opened = [line.subject for line in lines(connection) if line.action == "vault opened"]
    assert opened == ["what the code says"], "the ledger has when the names were read"
