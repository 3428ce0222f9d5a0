"""The commands of de-identification, from the table of names to the check before export."""

import codecs
import csv
import json
import os

import docx
import openpyxl
import pytest
from click.testing import CliRunner

from consilience.cli.main import main
from consilience.store.database import HIDDEN, open_database, snapshot
from consilience.store.ledger import lines
from consilience.store.vault import make_vault, open_vault

KEY = "four random words here"
STUDY = """\
consilience: 1
study:
  id: talks
  title: Talks
  starts: 2017-01-01
  ends: 2018-12-31
  seed: 1
stages:
  - id: areas
    kind: frame
    of: areas
    file: areas.csv
    columns: {id: code, name: name}
    date: 2017-01-02
"""
TALK = """Interviewer: Who leads here?
Respondent: Deborah Featherstone. Mrs Featherstone came on 3 March 2016 from Lark Hill School.
"""


@pytest.fixture
def study(tmp_path, monkeypatch):
    folder = tmp_path / "study"
    (folder / HIDDEN).mkdir(parents=True)
    (folder / "study.yaml").write_text(STUDY)
    (folder / "areas.csv").write_text("code,name\na1,Poole\n")
    make_vault(folder / HIDDEN, KEY, cost=2**4)
    (tmp_path / "s01.txt").write_text(TALK)
    monkeypatch.setenv("CONSILIENCE_VAULT_KEY", KEY)
    done = CliRunner().invoke(
        main, ["transcripts", "import", str(folder), str(tmp_path / "s01.txt")]
    )
    assert done.exit_code == 0, done.output
    return folder


def run(*words, code=0):
    done = CliRunner().invoke(main, ["deidentify", *map(str, words)])
    assert done.exit_code == code, done.output
    return done.output


def test_from_names_to_a_checked_export(study, tmp_path):
    table = tmp_path / "names.csv"
    told = json.loads(run("candidates", study, "--out", table, "--json"))
    rows = list(csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines()))
    assert told["entities"] == len(rows)
    lead = next(row for row in rows if "Deborah Featherstone" in row["forms"])
    lead["replacement"] = "[Designated lead]"
    with table.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert f"{len(rows)} rows" in run("decide", study, table)
    assert "s01" in run("apply", study)
    again = json.loads(run("apply", study, "--json"))
    assert again["texts"][0]["version"] is None
    quotes = tmp_path / "Featherstone quotes.csv"
    quotes.write_text("id,quote\n1,As featherstone said on 3 March 2016\n")
    output = run("check", study, quotes, code=1)
    assert "INT-035" in output
    assert "names are left" in output
    found = json.loads(run("files", study, quotes, "--out", tmp_path / "out", "--json"))
    (name,) = found["files"]
    assert name == "[Designated lead] quotes.csv"
    clean = tmp_path / "out" / name
    assert "As [Designated lead] said on [March 2016]" in clean.read_text(encoding="utf-8")
    assert "no name of the registry" in run("check", study, clean)
    back = tmp_path / "raw.txt"
    run("restore", study, "s01", "--out", back)
    assert back.read_text(encoding="utf-8") == TALK


def test_a_memo_whose_words_stand_in_a_file_is_told_with_it(study, tmp_path, monkeypatch):
    run("candidates", study, "--out", tmp_path / "names.csv")
    key = os.environ["CONSILIENCE_VAULT_KEY"]
    monkeypatch.delenv("CONSILIENCE_VAULT_KEY")  # written where the key was not at hand
    words = ["study", "all", "Featherstone again."]
    added = CliRunner().invoke(main, ["codings", "memo", "add", str(study), *words])
    assert added.exit_code == 0, added.output
    monkeypatch.setenv("CONSILIENCE_VAULT_KEY", key)
    notes, other = tmp_path / "notes.txt", tmp_path / "other.txt"
    notes.write_text("Of our memos: Featherstone again.\n")
    other.write_text("Featherstone, once.\n")
    faults = json.loads(run("check", study, notes, "--json", code=1))["faults"]
    assert [each["code"] for each in faults] == ["INT-035", "COD-113"]
    assert "on the study" in faults[1]["what"]
    faults = json.loads(run("check", study, other, "--json", code=1))["faults"]
    assert [each["code"] for each in faults] == ["INT-035"]


def test_apply_leaves_alone_what_nobody_searched_and_says_what_to_do(study, tmp_path):
    output = run("apply", study, code=1)
    assert "INT-044" in output
    assert "s01" in output
    assert "the vault is whole" in run("check", study)
    run("candidates", study, "--out", tmp_path / "n.csv")
    later = tmp_path / "s02.txt"
    later.write_text("Interviewer: And you?\nHead: Ask Gwendolen Ashworth.\n")
    CliRunner().invoke(main, ["transcripts", "import", str(study), str(later)])
    told = json.loads(run("apply", study, "--json"))
    assert [each["document"] for each in told["texts"]] == ["s01"]
    assert told["faults"][0]["code"] == "INT-045"
    assert "s02" in run("apply", study)


def test_people_stay_in_the_texts_only_if_that_is_said(study, tmp_path):
    table = tmp_path / "n.csv"
    run("candidates", study, "--out", table)
    rows = list(csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines()))
    lead = next(row["entity"] for row in rows if "Deborah Featherstone" in row["forms"])
    table.write_text(f"entity,decision\n{lead},ask\n")
    run("decide", study, table)
    assert "INT-046" in run("apply", study, code=1)
    assert "INT-034" in run("apply", study, "--leave-asked")


def test_corrections_by_hand_that_are_in_the_way_can_be_left_out(study, tmp_path):
    table, edited = tmp_path / "n.csv", tmp_path / "s01 edited.txt"
    run("candidates", study, "--out", table)
    run("apply", study)
    words = TALK.replace("Deborah Featherstone", "[Person 1]").replace("3 March", "[March")
    words = words.replace("2016 from", "2016] from").replace("Mrs Featherstone", "[Person 1, she]")
    edited.write_text(words.replace("Lark Hill School", "[School 1]"))
    done = CliRunner().invoke(main, ["transcripts", "correct", str(study), "s01", str(edited)])
    assert done.exit_code == 0, done.output
    table.write_text("entity,decision,replacement\n1,replace,[Lead]\n2,replace,[Here]\n")
    run("decide", study, table)
    assert "INT-047" in run("apply", study, code=1)
    assert "left out" in run("apply", study, "--discard", "s01")
    assert "INT-008" in run("apply", study, "--discard", "s99", code=1)


def test_what_may_be_meant_otherwise_is_told_with_what_was_taken(study, tmp_path):
    table = tmp_path / "n.csv"
    run("candidates", study, "--out", table)
    rows = list(csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines()))
    lead = next(row["entity"] for row in rows if "Deborah Featherstone" in row["forms"])
    school = next(row["entity"] for row in rows if "Lark Hill School" in row["forms"])
    table.write_text(f"entity,replacement\n{lead},[Here]\n{school},[Here]\n")
    assert "INT-050" in run("decide", study, table, code=1)
    table.write_text(f"entity,same_as\n{lead},{school}\n")
    told = json.loads(run("decide", study, table, "--json"))
    assert [each["code"] for each in told["faults"]] == ["INT-052"]
    table.write_text(f"entity,same_as\n{lead},{lead}\n")
    assert json.loads(run("decide", study, table, "--json"))["faults"] == []


def test_a_wrong_key_is_told_without_a_traceback(study, tmp_path, monkeypatch):
    monkeypatch.setenv("CONSILIENCE_VAULT_KEY", "another pass phrase")
    output = run("candidates", study, "--out", tmp_path / "n.csv", code=1)
    assert "STO-031" in output
    assert not (tmp_path / "n.csv").exists()


def test_evaluate_prints_the_keys_that_others_read(root):
    path = root / "validation" / "deidentification" / "dev-01.json"
    told = json.loads(run("evaluate", path, "--json"))
    assert {
        "recall_direct", "recall_quasi", "precision_token", "recall_token_dem", "words_per_second"
    } <= set(told)  # fmt: skip
    assert told["recall_direct"] == 1.0
    assert "recall quasi" in run("evaluate", path)


def test_evaluate_lists_what_was_not_found(tmp_path):
    said = "I said so, you see. My brother keeps the ferry there. We think it was it."
    mentions = [
        {"start_offset": said.index(words), "end_offset": said.index(words) + len(words),
         "entity_id": words, "entity_type": "MISC", "identifier_type": "QUASI"}
        for words in ("said so", "brother keeps")
    ]  # fmt: skip
    marked = {"annotations": {"us": {"entity_mentions": mentions}}, "doc_id": "a", "text": said}
    file = tmp_path / "gold.json"
    file.write_text(json.dumps([marked]), encoding="utf-8")
    told = json.loads(run("evaluate", file, "--missed", "--json"))
    found = {each["words"]: each["found"] for each in told["missed"]}
    assert found["said so"] == "not found"
    assert told["missed"][0]["start"] == 2
    assert "not found:  I said so" in run("evaluate", file, "--missed")


def test_evaluate_tells_what_is_no_gold_standard(tmp_path):
    (tmp_path / "g.json").write_text("{")
    assert "TXT-020" in run("evaluate", tmp_path / "g.json", code=1)


DAMAGE = {
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-3]),
    "flipped": lambda path: path.write_bytes(
        path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1])
    ),
    "empty": lambda path: path.write_bytes(b""),
    "swapped": lambda path: path.write_bytes(
        next(p for p in path.parents[2].rglob("*.sealed") if p != path).read_bytes()
    ),
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("entry", ["speakers/*/1", "about/*", "text/*/1", "log/*/2", "registry"])
def test_damage_to_the_vault_is_told_and_the_words_can_be_had(study, tmp_path, entry, damage):
    run("candidates", study, "--out", tmp_path / "n.csv")
    run("apply", study)
    (path,) = (study / HIDDEN / "vault").glob(f"{entry}.sealed")
    DAMAGE[damage](path)
    gone = damage == "gone"
    code = {"text/*/1": "INT-014"}.get(entry, "STO-036") if gone else "STO-032"
    if gone and entry == "about/*":
        return  # a text need not have said anything of itself
    assert code in run("check", study, code=1)
    back = tmp_path / "raw.txt"
    if entry == "log/*/2":
        assert code in run("restore", study, "s01", "--out", back, code=1)
        assert not back.exists()
        return
    told = run("restore", study, "s01", "--out", back, code=0 if entry == "registry" else 1)
    assert back.read_text(encoding="utf-8") == TALK
    assert (code in told) == (entry != "registry")
    again = ["deidentify", "candidates", str(study), "--out", str(tmp_path / "again.csv")]
    for words in (again, ["deidentify", "apply", str(study)]):
        done = CliRunner().invoke(main, words)
        assert (done.exit_code, code in done.output) == (1, True), done.output
    assert not (tmp_path / "again.csv").exists()
    if entry in ("speakers/*/1", "about/*"):
        done = CliRunner().invoke(main, ["transcripts", "show", str(study), "s01", "--names"])
        assert (done.exit_code, code in done.output) == (1, True), done.output


def test_a_whole_vault_is_told_and_what_an_import_left_that_was_cut_off(study):
    assert "the vault is whole" in run("check", study)
    vault = open_vault(study / HIDDEN, KEY)
    vault.write("text/t-cut-off/1", b"words")
    told = run("check", study)
    assert "STO-038" in told
    assert "t-cut-off" in told
    found = json.loads(run("check", study, "--json"))
    assert [fault["code"] for fault in found["faults"]] == ["STO-038"]


def test_what_belongs_to_no_text_goes_only_when_told_to(study, tmp_path):
    vault = open_vault(study / HIDDEN, KEY)
    before = vault.names()
    vault.write("text/t-cut-off/1", b"words")
    run("check", study)
    assert len(vault.names()) == len(before) + 1
    (tmp_path / "quotes.txt").write_text("none")
    run("check", study, tmp_path / "quotes.txt", "--clear", code=2)
    assert len(vault.names()) == len(before) + 1
    output = run("check", study, "--clear")
    assert output.splitlines() == ["1 entry of no text removed", "the vault is whole"]
    assert vault.names() == before
    assert json.loads(run("check", study, "--clear", "--json")) == {
        "files": 0, "faults": [], "removed": [],
    }  # fmt: skip


def test_a_lost_header_is_told_and_no_new_one_made(study, tmp_path):
    (study / HIDDEN / "vault" / "vault.json").unlink()
    assert "STO-037" in run("candidates", study, "--out", tmp_path / "n.csv", code=1)
    assert "STO-037" in run("check", study, code=1)


def test_the_pass_phrase_can_be_changed(study, monkeypatch):
    new = "five quite other words now"
    words = ["deidentify", "passphrase", str(study)]
    done = CliRunner().invoke(main, words, input=f"{new}\n{new}\n")
    assert done.exit_code == 0, done.output
    assert new not in done.output
    assert "STO-031" in run("check", study, code=1)
    monkeypatch.setenv("CONSILIENCE_VAULT_KEY", new)
    run("check", study)
    done = CliRunner().invoke(main, words, input="short\nshort\n")
    assert (done.exit_code, "STO-033" in done.output) == (1, True), done.output
    run("check", study)
    engine = open_database(study / HIDDEN / "study.db")
    with snapshot(engine) as connection:
        actions = [line.action for line in lines(connection)]
    engine.dispose()
    assert actions.count("pass phrase changed") == 1


def test_packed_files_are_checked_as_open_ones(study, tmp_path):
    run("candidates", study, "--out", tmp_path / "n.csv")
    document = docx.Document()
    document.add_paragraph("As Deborah Feather").add_run("stone").bold = True
    document.add_paragraph("said")
    path = tmp_path / "quotes.docx"
    document.save(path)
    output = run("check", study, path, code=1)
    assert "INT-035" in output
    assert "eather" not in output
    path.write_bytes(path.read_bytes()[:-30])
    assert "FMT-259" in run("check", study, path, code=1)


@pytest.mark.parametrize("form", ["csv", "csv without its mark", "xlsx"])
def test_the_table_of_names_is_read_by_a_spreadsheet_and_read_back(study, tmp_path, form):
    (tmp_path / "s02.txt").write_text(TALK.replace("Deborah", "Siân"), encoding="utf-8")
    taken = ["transcripts", "import", str(study), str(tmp_path / "s02.txt")]
    assert CliRunner().invoke(main, taken).exit_code == 0
    table = tmp_path / f"names.{form[:4].strip()}"
    run("candidates", study, "--out", table)
    data = table.read_bytes()
    if form == "xlsx":
        assert data.startswith(b"PK")
        sheet = openpyxl.load_workbook(table).active
        head = [cell.value for cell in sheet[1]]
        for row in sheet.iter_rows(min_row=2):
            if "Siân" in str(row[head.index("forms")].value):
                row[head.index("replacement")].value = "[Lead of Pôle]"
        sheet.parent.save(table)
    else:
        assert data.startswith(codecs.BOM_UTF8)
        rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
        (named,) = [row for row in rows if "Siân" in row["forms"]]
        named["replacement"] = "[Lead of Pôle]"
        encoding = "utf-8" if form != "csv" else "utf-8-sig"
        with table.open("w", encoding=encoding, newline="") as handle:
            writer = csv.DictWriter(handle, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    run("decide", study, table)
    again = tmp_path / "again.csv"
    run("candidates", study, "--out", again)
    assert "[Lead of Pôle]" in again.read_text(encoding="utf-8-sig")


def test_other_forms_of_the_table_of_names_are_refused(study, tmp_path):
    told = run("candidates", study, "--out", tmp_path / "names.sav", code=1)
    assert "FMT-290" in told
    assert not (tmp_path / "names.sav").exists()
