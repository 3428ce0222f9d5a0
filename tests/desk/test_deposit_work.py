"""A package is prepared only if nothing is unsafe, and released by a second person as it lies."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shutil
from dataclasses import replace

import bagit
import pytest
from deposit_study import AT, TEXT, change, clear, docx, write_deposit_study

from consilience.base.errors import Fault, Faults
from consilience.coding.model import Memo
from consilience.deposit.bag import check_bag
from consilience.deposit.gate import NEVER_WAIVED
from consilience.desk.accounts import add_person
from consilience.desk.deposit_work import Asked, prepare, release, waive
from consilience.desk.kept import at_work
from consilience.desk.registry import candidates
from consilience.desk.run import run
from consilience.formats.hidden.scan import findings_in
from consilience.store.codings import save_memo
from consilience.store.database import snapshot, transaction
from consilience.store.ledger import lines
from consilience.store.transcript_tables import CONTENT
from consilience.store.vault import make_vault

KEY = "four random words here"
NAME = "Deborah Featherstone"
WAIVED = {"role": "lead", "reason": "the archive asked for it", "at": AT, "actor": "ann"}


@pytest.fixture(scope="module")
def uncleared(tmp_path_factory):
    """Return the study as it was run, before anybody cleared its text."""
    folder = write_deposit_study(tmp_path_factory.mktemp("uncleared") / "study")
    run(folder, at=AT, actor="test")
    return folder


@pytest.fixture(scope="module")
def made(uncleared, tmp_path_factory):
    folder = shutil.copytree(uncleared, tmp_path_factory.mktemp("cleared") / "study")
    clear(folder, "T1")
    return folder


@pytest.fixture
def study(made, tmp_path):
    """Return a copy of the study, ready to be deposited."""
    return shutil.copytree(made, tmp_path / "study")


def look(folder, **more):
    values = {"at": AT, "actor": "ann", "environ": {}}
    return prepare(folder, Asked(**values | more))


def codes(found):
    return {each.code for each in found.refused}


def noted(folder):
    """Return what the ledger says: action, subject and who."""
    with at_work(folder) as engine, snapshot(engine) as connection:
        return [(line.action, line.subject, line.actor) for line in lines(connection)]


def package_of(folder):
    return folder / "out" / "deposit" / "small-1"


def refused_with(folder, **more):
    """Return why a deposit is kept back, and see that nothing at all was written."""
    before = noted(folder)
    found = look(folder, **more)
    assert found.refused
    assert (found.folder, found.digest, found.files) == (None, "", 0)
    assert not (folder / "out" / "deposit").exists()
    assert "deposit prepared" not in {action for action, *_ in noted(folder)[len(before) :]}
    return found


def code_of(call, *given, **more):
    with pytest.raises((Fault, Faults)) as told:
        call(*given, **more)
    error = told.value
    return error.faults[0].code if isinstance(error, Faults) else error.code


# --- preparing --------------------------------------------------------------------------


def test_a_sound_study_is_written_and_noted(study):
    found = look(study, day=dt.date(2026, 1, 3))
    assert found.refused == ()
    assert found.folder == package_of(study)
    check_bag(found.folder)
    assert found.data_sets == (("talks", 6, 4, 1, 1), ("climate", None, 6, 6, 6))
    manifest = (found.folder / "manifest-sha256.txt").read_bytes()
    assert found.digest == hashlib.sha256(manifest).hexdigest()
    assert "Bagging-Date: 2026-01-03" in (found.folder / "bag-info.txt").read_text()
    assert found.files == sum(path.is_file() for path in found.folder.rglob("*"))
    assert noted(study)[-1] == ("deposit prepared", "small-1", "ann")
    assert NAME in (found.folder / "data/data/talks/txt/talks-T1.txt").read_text("utf-8")


def test_to_look_writes_nothing(study):
    before = noted(study)
    found = look(study, look=True)
    assert (found.refused, found.folder) == ((), None)
    assert not (study / "out" / "deposit").exists()
    assert noted(study) == before


def test_the_same_day_gives_the_same_bytes(study):
    day = dt.date(2026, 1, 3)
    first = look(study, day=day)
    files = {p: p.read_bytes() for p in first.folder.rglob("*") if p.is_file()}
    later = AT + dt.timedelta(days=40)
    again = look(study, day=day, at=later, actor="ben")
    assert again.digest == first.digest
    assert {p: p.read_bytes() for p in again.folder.rglob("*") if p.is_file()} == files
    assert look(study, day=dt.date(2026, 1, 4)).digest != first.digest


def test_zips_are_written_beside_the_bag(study):
    found = look(study, zips=True)
    assert found.zips
    assert all(path.is_file() and path.parent == package_of(study).parent for path in found.zips)


def test_a_text_that_nobody_cleared_keeps_all_back(uncleared):
    assert codes(refused_with(uncleared)) == {"empty-data-set", "not-cleared"}


def test_a_named_document_that_is_not_there_and_the_package_of_before(study):
    first = look(study)
    (study / "information.md").unlink()
    run(study, at=AT, actor="test")
    found = look(study)
    assert codes(found) == {"absent-document", "no-information-sheet"}
    assert found.folder is None
    check_bag(first.folder)
    # What lies outside of the study is not its document.
    outside = study.parent / "information.md"
    outside.write_text("# Elsewhere\n", "utf-8")
    file = study / "study.yaml"
    told = file.read_text("utf-8").replace("file: information.md", "file: ../information.md")
    file.write_text(told, "utf-8")
    run(study, at=AT, actor="test")
    assert codes(look(study)) == {"absent-document", "no-information-sheet"}


def test_a_study_without_a_deposit_has_none(tmp_path):
    folder = write_deposit_study(tmp_path / "study")
    path = folder / "study.yaml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("  - id: deposit")], "utf-8")
    assert code_of(look, folder) == "DEP-012"


def test_a_study_without_a_catalogue_deposits_nothing(study):
    path = study / "study.yaml"
    text = path.read_text("utf-8")
    start, end = text.index("catalogue:"), text.index("stages:")
    path.write_text(text[:start] + text[end:], "utf-8")
    assert code_of(look, study) == "DEP-010"
    assert code_of(release, study, at=AT, actor="ben") == "DEP-010"


def test_what_is_not_up_to_date_is_not_deposited(study):
    (study / "climate.csv").write_text("role,mean\nhead,1\nhead,2\nhead,3\n", "utf-8")
    with pytest.raises(Fault) as told:
        look(study)
    assert told.value.code == "DEP-013"
    assert told.value.what.endswith(": deposit")
    assert not (study / "out" / "deposit").exists()


def test_a_text_that_cannot_be_read_is_told(study):
    with at_work(study) as engine, engine.begin() as connection:
        connection.exec_driver_sql(f"DELETE FROM {CONTENT.name}")
    with pytest.raises(Fault) as told:
        look(study)
    assert told.value.code == "DEP-011"
    assert "the interview T1" in told.value.what


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("file: climate.csv, ", "", "DEP-006"),
        ("keys: [role]", "keys: [rôle]", "DEP-002"),
        ("    frame: areas\n", "    frame: areas\n    named: [{id: A99, source: radio}]\n",
         "DEP-007"),
    ],
)  # fmt: skip
def test_what_cannot_be_deposited_stops_the_run(study, old, new, code):
    assert code_of(change, study, old, new) == code


# --- names and hidden content -------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded(made, tmp_path_factory):
    """Return the study with a vault in which the name that stands in its text is registered."""
    folder = shutil.copytree(made, tmp_path_factory.mktemp("guarded") / "study")
    make_vault(folder / ".consilience", KEY, cost=2**4)
    with at_work(folder) as engine:
        table = candidates(engine, folder, KEY, at=AT, actor="ann").to_pylist()
    assert any(NAME in row["forms"] and row["decision"] == "replace" for row in table)
    run(folder, at=AT, actor="test")
    return folder


@pytest.fixture
def vaulted(guarded, tmp_path):
    return shutil.copytree(guarded, tmp_path / "study")


def unnamed(found):
    told = json.dumps([str(each) for each in found.findings])
    return not any(word.lower() in told.lower() for word in NAME.split())


def test_a_name_that_still_stands_in_a_text_is_found_and_not_told(vaulted):
    found = refused_with(vaulted, key=KEY)
    assert codes(found) == {"residual-name"}
    (each,) = found.refused
    assert each.where == "data/talks/txt/talks-T1.txt"
    assert "person of 20 letters" in each.what
    assert unnamed(found)
    with at_work(vaulted) as engine, snapshot(engine) as connection:
        assert NAME not in "".join(str(line) for line in lines(connection))


def test_without_the_key_nothing_leaves_a_study_with_a_vault(vaulted):
    assert codes(refused_with(vaulted)) == {"names-unsearched"}
    assert code_of(look, vaulted, key="another key") == "STO-031"
    assert not (vaulted / "out" / "deposit").exists()


def test_a_name_in_a_document_or_in_a_reason_is_found(vaulted):
    waive(vaulted, code="residual-name", where="data/talks/txt/talks-T1.txt", **WAIVED)
    assert look(vaulted, key=KEY, look=True).refused == ()
    said = WAIVED | {"reason": f"{NAME} does not mind"}
    waive(vaulted, code="residual-name", where="data/talks/txt/talks-T1.txt", **said)
    words = f"<w:r><w:t> Ring {NAME}.</w:t></w:r>"
    (vaulted / "consent.docx").write_bytes(docx(words))
    run(vaulted, at=AT, actor="test")
    found = refused_with(vaulted, key=KEY)
    assert codes(found) == {"residual-name"}
    assert {each.where for each in found.refused} == {
        "README.md", "README.txt", "documentation/consent-form-consent.docx",
    }  # fmt: skip
    assert unnamed(found)


def test_a_memo_whose_words_stand_in_a_file_is_told_by_what_it_is_on(vaulted):
    with at_work(vaulted) as engine, transaction(engine) as connection:
        memo = Memo(id="m9", on="study", thing="", text=f"Ring {NAME}.", author="ben", at="2026")
        save_memo(connection, memo)
        save_memo(connection, replace(memo, id="m8", text=f"Nowhere else: {NAME}."))
    (vaulted / "consent.docx").write_bytes(docx(f"<w:r><w:t> Ring {NAME}.</w:t></w:r>"))
    run(vaulted, at=AT, actor="test")
    found = refused_with(vaulted, key=KEY)
    (told,) = [each for each in found.findings if each.where.startswith("memo ")]
    assert (told.code, told.where) == ("residual-name", "memo m9")
    assert "on the study, which ben wrote" in told.what
    assert "codings memo edit" in told.remedy
    assert unnamed(found)


def test_texts_to_be_pseudonymised_need_a_vault(made, tmp_path):
    folder = shutil.copytree(made, tmp_path / "study")
    assert codes(look(folder, look=True)) == set()
    change(folder, "    pseudonymise: false\n    because: invented\n", "")
    assert "names-unsearched" in codes(refused_with(folder))


WHO = 'w:id="1" w:author="Kim Roe" w:date="2020-01-01T00:00:00Z"'
PUT_IN = f"<w:ins {WHO}><w:r><w:t> At any time.</w:t></w:r></w:ins>"
TAKEN_OUT = f"<w:del {WHO}><w:r><w:delText> Never.</w:delText></w:r></w:del>"


def test_changes_and_comments_are_taken_out_of_a_document(study):
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    comment = "<w:p><w:r><w:t>Kim Roe doubts it.</w:t></w:r></w:p>"
    hidden = docx(
        PUT_IN + TAKEN_OUT,
        **{"word/comments.xml": (
            f'<w:comments xmlns:w="{namespace}"><w:comment {WHO}>{comment}</w:comment></w:comments>'
        )},
    )  # fmt: skip
    (study / "consent.docx").write_bytes(hidden)
    assert {each.kind for each in findings_in("consent.docx", hidden)} == {
        "tracked change", "comment",
    }  # fmt: skip
    run(study, at=AT, actor="test")
    folder = look(study).folder
    out = (folder / "data" / "documentation" / "consent-form-consent.docx").read_bytes()
    assert findings_in("consent.docx", out) == ()
    assert (study / "consent.docx").read_bytes() == hidden


def test_what_only_a_person_can_judge_keeps_a_document_back(study):
    (study / "consent.docx").write_bytes(docx(**{"word/embeddings/table.xml": "<a/>"}))
    run(study, at=AT, actor="test")
    found = refused_with(study)
    assert codes(found) == {"hidden-content"}
    assert found.refused[0].where == "documentation/consent-form-consent.docx"


def test_a_damaged_document_keeps_all_back(study):
    (study / "consent.docx").write_bytes(b"PK\x03\x04 and nothing")
    run(study, at=AT, actor="test")
    with pytest.raises(Fault) as told:
        look(study)
    assert told.value.code.startswith("FMT-")
    assert not (study / "out" / "deposit").exists()


# --- waivers ----------------------------------------------------------------------------


def test_a_waiver_lets_it_pass_and_stands_in_the_package(study):
    change(study, "      - {file: information.md, title: Information sheet,"
                  " kind: information sheet}\n", "")  # fmt: skip
    assert codes(refused_with(study)) == {"no-information-sheet"}
    given = waive(study, code="no-information-sheet", where="documentation", **WAIVED)
    assert (given.by, given.role) == ("ann", "lead")
    unused = {"code": "small-group", "where": "*"} | WAIVED | {"reason": "never needed"}
    waive(study, **unused)
    found = look(study)
    assert [each.code for each in found.findings if each.waived] == ["no-information-sheet"]
    readme = (found.folder / "data" / "README.md").read_text("utf-8")
    for words in ("no-information-sheet", "lead", "the archive asked for it"):
        assert words in readme
    assert "never needed" not in readme
    assert not re.search(r"\bann\b", readme)  # its role is told, not who it was
    assert ("waiver", "no-information-sheet", "ann") in noted(study)
    waive(study, code="no-information-sheet", where="documentation", back=True, **WAIVED)
    assert codes(look(study)) == {"no-information-sheet"}
    assert noted(study)[-1] == ("waiver taken back", "no-information-sheet", "ann")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"role": "coder"}, "DEP-014"),
        ({"role": ""}, "DEP-014"),
        ({"reason": ""}, "DEP-015"),
        ({"reason": "  \n"}, "DEP-015"),
        *(({"code": name}, "DEP-016") for name in sorted(NEVER_WAIVED)),
        ({"code": "nope"}, "DEP-020"),
    ],
)
def test_waivers_that_are_none(study, more, code):
    before = noted(study)
    assert code_of(waive, study, **{"code": "risk", "where": "*"} | WAIVED | more) == code
    assert noted(study) == before


def test_in_a_study_that_knows_its_people_only_who_has_the_role_may(study):
    with at_work(study) as engine:
        for login, role in (("ann", "lead"), ("ben", "coder")):
            add_person(engine, login=login, name=login, roles=[role], at=AT, actor="test")
    waive(study, code="risk", where="*", **WAIVED)
    for more in ({"actor": "ben"}, {"actor": "eve"}, {"role": "curator"}):
        assert code_of(waive, study, code="risk", where="*", **WAIVED | more) == "DEP-017"


# --- release ----------------------------------------------------------------------------


def test_a_second_person_releases_just_these_bytes(study):
    found = look(study)
    assert code_of(release, study, at=AT, actor="ann") == "DEP-019"
    assert code_of(release, study, at=AT, actor="Ann") == "DEP-019"
    assert not (found.folder / "release.json").exists()
    later = AT + dt.timedelta(hours=1)
    told = release(study, at=later, actor="ben")
    assert (told.prepared_by, told.prepared_at) == ("ann", AT)
    assert (told.released_by, told.released_at) == ("ben", later)
    assert told.digest == found.digest
    kept = json.loads((found.folder / "release.json").read_text("utf-8"))
    assert (kept["prepared_by"], kept["released_by"]) == ("ann", "ben")
    assert kept["digest"] == found.digest
    assert noted(study)[-1] == ("deposit released", "small-1", "ben")
    check_bag(found.folder)


def test_who_prepared_the_same_bytes_first_does_not_release_them(study):
    look(study)
    look(study, actor="ben")
    assert code_of(release, study, at=AT, actor="ann") == "DEP-019"
    assert release(study, at=AT, actor="ben").prepared_by == "ann"


def test_in_a_study_that_knows_its_people_only_who_may_waive_releases(study):
    look(study)
    with at_work(study) as engine:
        for login, role in (("ben", "curator"), ("eve", "coder")):
            add_person(engine, login=login, name=login, roles=[role], at=AT, actor="test")
    for actor in ("eve", "nobody"):
        assert code_of(release, study, at=AT, actor=actor) == "DEP-017"
    assert not (package_of(study) / "release.json").exists()
    assert release(study, at=AT, actor="ben").released_by == "ben"


def test_what_nobody_prepared_is_not_released(study):
    assert code_of(release, study, at=AT, actor="ben") == "DEP-018"


@pytest.mark.parametrize("path", ["data/data/climate/climate.csv", "data/access.csv"])
def test_a_changed_byte_is_not_released(study, path):
    changed = look(study).folder / path
    content = changed.read_bytes()
    changed.write_bytes(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])
    assert code_of(release, study, at=AT, actor="ben") == "DEP-043"
    assert not (package_of(study) / "release.json").exists()


def test_a_bag_whose_manifests_were_mended_is_not_released(study):
    folder = look(study).folder
    path = folder / "data/data/climate/climate.csv"
    path.write_bytes(path.read_bytes() + b"7,head,99\n")
    bagit.Bag(str(folder)).save(manifests=True)
    check_bag(folder)  # whole, and not what anybody prepared
    assert code_of(release, study, at=AT, actor="ben") == "DEP-018"
    assert not (folder / "release.json").exists()


def test_a_text_that_was_withdrawn_leaves_with_the_next_package(study):
    assert TEXT.strip().splitlines()[1].split(": ")[1] in (
        look(study).folder / "data/data/talks/txt/talks-T1.txt"
    ).read_text("utf-8")
    consents = study / "talks" / "consents.csv"
    text = consents.read_text("utf-8")
    row = "P2,all,yes,yes,yes,yes,no,2017-04-12,,v1"
    assert row in text
    consents.write_text(text.replace(row, row.replace(",,v1", ",2018-01-01,v1")), "utf-8")
    run(study, at=AT, actor="test")
    found = look(study)
    assert codes(found) == {"empty-data-set"}
    assert found.data_sets[0] == ("talks", 6, 4, 0, 0)
