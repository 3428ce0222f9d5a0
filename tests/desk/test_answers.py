"""Texts of open answers follow the export of their survey, and their codings with them."""

import datetime as dt
import zipfile

import pytest
from answer_study import DAY, FIRST, KEY, ledger, made, read, standing, with_code, written

from consilience.base.errors import Fault, Faults
from consilience.desk import coding
from consilience.desk.accounts import Person
from consilience.desk.coding_files import export_lines
from consilience.desk.correcting import correct
from consilience.desk.exchange import export_file
from consilience.desk.kept import opened
from consilience.desk.memos import about
from consilience.desk.pseudonyms import apply
from consilience.desk.registry import candidates, decide
from consilience.desk.search import search
from consilience.desk.studies import open_study
from consilience.desk.transcripts import bring_to_state
from consilience.desk.vault_check import look_through
from consilience.store.codings import codings_table
from consilience.store.compared import coded_texts
from consilience.store.database import snapshot
from consilience.store.readable import readable_texts
from consilience.store.transcripts import text_of, turns_of
from consilience.store.vault import open_vault

LEAD = Person(
    id="lead", login="lead", name="Lead", roles=frozenset({"lead"}), active=True, one_time=False,
    created="",
)  # fmt: skip


@pytest.fixture
def study(tmp_path):
    """Return a study whose export was read once, with `rings` coded in r2 and released."""
    folder = made(tmp_path / "study")
    assert read(folder, FIRST) == {}
    with_code(folder)
    marked(folder, "r2", "rings")
    return folder


def marked(folder, response, words, coder="ann"):
    document, known, _, text = standing(folder, response)
    start = text.index(words)
    with opened(folder) as engine:
        coding.assign(engine, document.id, coder, at=DAY, actor="lead")
        found = coding.mark(
            engine, document.id, known[-1].number, start, start + len(words), code="told",
            coder=coder, at=DAY,
        )  # fmt: skip
        coding.release(engine, document.id, coder=coder, at=DAY)
    return found


def coded(folder, response):
    """Return the words of each coding of a text in the version that coders read."""
    document, _, _, _ = standing(folder, response)
    with opened(folder) as engine:
        page = coding.page_of(engine, document.id, "ann")
    return [page.text[each.start : each.end] for each in page.codings]


def test_a_changed_answer_is_a_new_version_and_codings_follow(study):
    told = read(study, FIRST | {"r2": ("A02", "1", "Truly nobody ever rings us back.")}, day=1)
    document, (first, second), state, words = standing(study, "r2")
    assert (second.kind, second.parent, second.sealed) == ("raw", first.number, False)
    assert (words, state) == ("Truly nobody ever rings us back.", "transcribed")
    assert document.simulated
    assert coded(study, "r2") == ["rings"]
    assert "INT-016" not in told
    assert (told["INT-020"].values["count"], told["INT-020"].values["names"]) == (1, "survey r2")
    with opened(study) as engine, snapshot(engine) as connection:
        assert [(t.start, t.end) for t in turns_of(connection, document.id, 2)] == [(0, 32)]


def test_a_coding_whose_words_changed_is_told(study):
    told = read(study, FIRST | {"r2": ("A02", "1", "Nobody calls us back.")}, day=1)
    assert coded(study, "r2") == ["calls"]
    fault = told["INT-016"]
    assert fault.is_warning
    assert (fault.values["count"], fault.values["names"]) == (1, "survey r2")
    assert "survey" in fault.what
    # It is told until somebody looks: the same export again, and a report, still say so.
    assert "INT-016" in read(study, day=2)


def test_new_answers_and_what_is_ticked_beside_them_come_in(study):
    now = FIRST | {"r3": ("A03", "2", "At last."), "r1": ("A02", "5", FIRST["r1"][2])}
    assert read(study, now, day=1) == {}
    assert standing(study, "r3")[3] == "At last."
    document, known, state, _ = standing(study, "r1")
    assert (document.header["q1"], document.case) == ("5", "A02")
    assert (len(known), state) == (1, "transcribed")


def test_the_same_export_a_second_time_changes_nothing(study):
    now = {"r1": ("A01", "4", "We are told nothing."), "r3": ("A03", "2", "Now I say it.")}
    read(study, now, day=1)
    before = ledger(study)
    versions = [standing(study, name)[1:] for name in ("r1", "r2", "r3")]
    for day in (2, 3):
        assert "INT-015" in read(study, now, day=day)
    assert ledger(study) == before
    assert [standing(study, name)[1:] for name in ("r1", "r2", "r3")] == versions


@pytest.mark.parametrize("gone", [{}, {"r2": ("A02", "1", "  ")}])
def test_an_answer_that_is_gone_takes_part_in_nothing_and_comes_back(study, gone, tmp_path):
    now = {name: row for name, row in FIRST.items() if name != "r2"} | gone
    told = read(study, now, day=1)
    assert (told["INT-015"].values["count"], told["INT-015"].values["names"]) == (1, "survey r2")
    document, known, state, words = standing(study, "r2")
    assert (state, len(known), words) == ("withdrawn", 1, "Nobody rings us back.")
    with opened(study) as engine:
        for asked in (
            lambda: coding.page_of(engine, document.id, "ann"),
            lambda: coding.mark(engine, document.id, 1, 0, 6, code="told", coder="ann", at=DAY),
            lambda: coding.assign(engine, document.id, "ben", at=DAY, actor="lead"),
            lambda: bring_to_state(
                engine, document.id, "cleared", reason="x", at=DAY, actor="lead"
            ),
        ):
            with pytest.raises(Fault, match="INT-018"):
                asked()
        assert coding.documents_for(engine, "ann") == []
        assert "survey r2" not in names(coding.documents_for(engine, "ann", all_texts=True))
        assert not search(engine, "nobody", person=LEAD).hits
        with snapshot(engine) as connection:
            assert coded_texts(connection).read == ()
            assert document.id not in {each.document for each in readable_texts(connection)}
            assert codings_table(connection, document=document.id).num_rows == 1
        coding.reopen(engine, document.id, coder="ann", at=DAY, actor="lead")
        with snapshot(engine) as connection:
            assert coded_texts(connection).blind == ()
        with pytest.raises(Fault, match="INT-018"):
            coding.release(engine, document.id, coder="ann", at=DAY)
        assert export_lines(engine, tmp_path / "out.jsonl", person=LEAD) == 0
        assert not about(engine, LEAD, on="document", thing=document.id)
    export_file(study, tmp_path / "out.qdpx", at=DAY, actor="lead")
    with zipfile.ZipFile(tmp_path / "out.qdpx") as package:
        assert not [name for name in package.namelist() if b"survey r2" in package.read(name)]
    assert open_study(study).table("coding", "coded_text").num_rows == 0

    assert "INT-015" not in read(study, FIRST, day=2)
    assert standing(study, "r2")[2] == "transcribed"
    assert coded(study, "r2") == ["rings"]
    with opened(study) as engine:
        assert [hit.name for hit in search(engine, "nobody", person=LEAD).hits] == ["survey r2"]
        assert names(coding.documents_for(engine, "ann")) == ["survey r2"]
        coding.release(engine, document.id, coder="ann", at=DAY)
    read(study, FIRST, day=3)
    assert open_study(study).table("coding", "coded_text").num_rows == 1


def names(given):
    return [each.document.name for each in given]


def test_an_answer_that_comes_back_with_other_words(study):
    read(study, {"r1": FIRST["r1"]}, day=1)
    read(study, FIRST | {"r2": ("A02", "1", "Somebody rings us.")}, day=2)
    _, known, state, words = standing(study, "r2")
    assert (len(known), state, words) == (2, "transcribed", "Somebody rings us.")
    assert coded(study, "r2") == ["rings"]


def test_what_a_person_corrected_stays_until_the_export_changes(study, tmp_path):
    (tmp_path / "r1.txt").write_text("We are told. Ring Deborah Featherstone!\n")
    with opened(study) as engine:
        correct(
            engine, "survey r1", tmp_path / "r1.txt", version=None, vault=None, at=DAY, actor="ann"
        )
    corrected = standing(study, "r1")[3]
    read(study, day=1)
    assert standing(study, "r1")[3] == corrected
    read(study, FIRST | {"r1": ("A01", "3", "We are told. Ring Deborah.")}, day=2)
    _, known, _, words = standing(study, "r1")
    assert [(each.kind, each.parent) for each in known] == [
        ("raw", None), ("corrected", 1), ("raw", 2),
    ]  # fmt: skip
    assert words == "We are told. Ring Deborah."


def test_a_question_called_otherwise_with_its_column_changes_no_text(study):
    before = [standing(study, name) for name in FIRST]
    for file in ("education.yaml", "answers.csv"):
        (study / file).write_text((study / file).read_text().replace("q2", "more"))
    told = len(ledger(study))
    assert read(study, day=1) == {}
    assert [standing(study, name) for name in FIRST] == before
    assert "brought in" not in ledger(study)[told:]


# --- an export that cannot be relied upon ------------------------------------------------


def cut_short(folder):
    (folder / "answers.csv").write_text('id,area,q1,q2\nr1,A01,3,"Otherwise."\nr2,A02\n')


def emptied(folder):
    (folder / "answers.csv").write_text("id,area,q1,q2\n")


@pytest.mark.parametrize("spoil", [cut_short, emptied])
def test_an_export_not_read_whole_changes_nothing(study, spoil):
    before = [standing(study, name) for name in FIRST]
    spoil(study)
    told = read(study, day=1)
    assert [standing(study, name) for name in FIRST] == before
    assert told["INT-017"].values["count"] == 2
    assert "cut short" in told["INT-017"].what
    assert ledger(study).count("answers held back") == 1
    assert "INT-017" in read(study, day=2)
    assert ledger(study).count("answers held back") == 1
    assert "INT-017" not in read(study, FIRST, day=3)


def test_a_fault_in_the_export_changes_nothing(study):
    before = [standing(study, name) for name in FIRST], ledger(study)
    written(study, {"r1": ("A01", "three", "Other words."), "r2": FIRST["r2"]})
    with pytest.raises(Faults, match="SUR-003"):
        read(study, day=1)
    assert ([standing(study, name) for name in FIRST], ledger(study)) == before


def rows(folder, *answers):
    text = "area,q1,q2\n" + "".join(f'{area},1,"{words}"\n' for area, words in answers)
    (folder / "answers.csv").write_text(text)


def test_rows_that_moved_are_not_taken_for_changes(tmp_path):
    folder = made(tmp_path / "study", ids=False)
    rows(folder, ("A01", "One thing."), ("A02", "Two things."))
    read(folder)
    before = [standing(folder, f"row-{n}") for n in (2, 3)]
    rows(folder, ("A03", "Put first."), ("A01", "One thing."), ("A02", "Two things."))
    told = read(folder, day=1)
    assert "no ids of responses" in told["INT-017"].what
    assert [standing(folder, f"row-{n}") for n in (2, 3)] == before
    assert standing(folder, "row-4") is None
    # Words that changed in their place are no move.
    rows(folder, ("A01", "One thing more."), ("A02", "Two things."), ("A03", "Put last."))
    assert "INT-017" not in read(folder, day=2)
    assert standing(folder, "row-2")[3] == "One thing more."
    assert standing(folder, "row-4")[3] == "Put last."


# --- words that lie in the vault ---------------------------------------------------------


@pytest.fixture
def real(tmp_path):
    """Return a study that is not simulated, its answers sealed, names replaced, `told` coded."""
    folder = made(tmp_path / "study", simulated=False)
    told = read(folder, FIRST)
    assert "key was not given" in told["INT-017"].what
    assert standing(folder, "r1") is None
    assert "INT-017" not in read(folder, FIRST, key=KEY)
    replace_names(folder)
    with_code(folder)
    marked(folder, "r1", "told")
    return folder


def replace_names(folder, day=0):
    now = {"at": DAY + dt.timedelta(day), "actor": "ann"}
    with opened(folder) as engine:
        table = candidates(engine, folder, KEY, **now)
        decide(
            engine, folder, KEY,
            [
                {"entity": str(row["entity"]), "decision": "replace", "replacement": "[Head]"}
                for row in table.to_pylist()
                if "Featherstone" in row["forms"]
            ],
            file="x.csv", **now,
        )  # fmt: skip
        return apply(engine, folder, KEY, **now)


def test_changed_words_are_sealed_and_the_older_pseudonyms_are_no_cover_for_them(real):
    with opened(real) as engine:
        bring_to_state(engine, "survey r1", "cleared", reason="read", at=DAY, actor="lead")
    now = FIRST | {"r1": ("A01", "3", "Yes, we are told by Deborah Featherstone.")}
    told = read(real, now, day=1, key=KEY)
    document, known, state, words = standing(real, "r1")
    assert [(each.kind, each.parent, each.sealed) for each in known] == [
        ("raw", None, True), ("pseudonymised", 1, False), ("raw", 1, True),
    ]  # fmt: skip
    assert (state, words) == ("transcribed", "We are told. Ring [Head].")
    assert told["INT-019"].values["names"] == "survey r1"
    with opened(real) as engine, snapshot(engine) as connection:
        assert text_of(connection, document.id, 3) is None
    assert look_through(real, KEY, named=None, at=DAY, actor="lead") == []

    replace_names(real, day=2)
    assert standing(real, "r1")[2:] == ("pseudonymised", "Yes, we are told by [Head].")
    assert coded(real, "r1") == ["told"]
    assert "INT-019" not in read(real, day=3, key=KEY)


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        ("Well. We are told. Ring Deborah Featherstone.", "Well. We are told. Ring [Her]."),
        ("We are told. Ring Debbie, Deborah Featherstone!", "We are told. Ring [Person 1], [Her]!"),
        (
            "We are told. Deborah or Jane Featherstone rang.",
            "We are told. [Head] or [Person 1] rang.",
        ),
    ],
)
def test_a_ruling_on_a_passage_follows_its_words_or_holds_no_more(real, now, shown):
    document = standing(real, "r1")[0].id
    start = FIRST["r1"][2].index("Deborah")
    ruling = {
        "document": document, "start": str(start), "end": str(start + len("Deborah Featherstone")),
        "decision": "replace", "replacement": "[Her]",
    }  # fmt: skip
    with opened(real) as engine:
        decide(engine, real, KEY, [ruling], file="x.csv", at=DAY, actor="ann")
        apply(engine, real, KEY, at=DAY, actor="ann")
    assert standing(real, "r1")[3] == "We are told. Ring [Her]."
    read(real, FIRST | {"r1": ("A01", "3", now)}, day=1, key=KEY)
    with opened(real) as engine:
        candidates(engine, real, KEY, at=DAY, actor="ann")
        apply(engine, real, KEY, at=DAY, actor="ann")
    assert standing(real, "r1")[3] == shown


def test_changed_words_wait_for_the_key(real):
    before = standing(real, "r1"), standing(real, "r2")
    told = read(real, FIRST | {"r1": ("A01", "3", "Otherwise.")}, day=1)
    assert (standing(real, "r1"), standing(real, "r2")) == before
    assert (told["INT-017"].values["count"], told["INT-017"].values["survey"]) == (1, "survey")
    assert "INT-017" not in read(real, day=2, key=KEY)
    assert len(standing(real, "r1")[1]) == 3


def test_nothing_is_half_done_if_older_words_are_gone(real):
    vault = open_vault(real / ".consilience", KEY)
    r1, r2 = (standing(real, name)[0].id for name in ("r1", "r2"))
    vault.remove(f"text/{r2}/1")
    before = [standing(real, name) for name in FIRST], ledger(real), vault.names()
    changed = {name: (area, q1, f"{q2} More.") for name, (area, q1, q2) in FIRST.items()}
    with pytest.raises(Fault, match="INT-014"):
        read(real, changed, day=1, key=KEY)
    assert ([standing(real, name) for name in FIRST], vault.names()) == (before[0], before[2])
    assert "brought in" not in ledger(real)[len(before[1]) :]
    assert f"text/{r1}/3" not in vault.names()


def test_a_withdrawn_answer_stays_so_when_names_are_replaced(real):
    read(real, {"r2": FIRST["r2"]}, day=1, key=KEY)
    now = {"at": DAY + dt.timedelta(2), "actor": "ann"}
    with opened(real) as engine:
        table = candidates(engine, real, KEY, **now)
        rows = [
            {"entity": str(row["entity"]), "decision": "replace", "replacement": "[Lead]"}
            for row in table.to_pylist()
            if "Featherstone" in row["forms"]
        ]
        decide(engine, real, KEY, rows, file="x.csv", **now)
        apply(engine, real, KEY, **now)
        assert not search(engine, "ring", person=LEAD).hits
    assert standing(real, "r1")[2:] == ("withdrawn", "We are told. Ring [Lead].")
    read(real, FIRST, day=3, key=KEY)
    assert standing(real, "r1")[2] == "pseudonymised"
    with opened(real) as engine:
        assert len(search(engine, "ring", person=LEAD).hits) == 1


def test_words_are_invented_only_while_the_study_says_so(study):
    text = (study / "study.yaml").read_text()
    (study / "study.yaml").write_text(text.replace("  simulated: true\n", ""))
    read(study, FIRST | {"r2": ("A02", "1", "A real answer.")}, day=1, key=KEY)
    document, known, _, words = standing(study, "r2")
    assert (document.simulated, known[-1].sealed) == (False, True)
    assert words == "Nobody rings us back."
    assert standing(study, "r1")[0].simulated
