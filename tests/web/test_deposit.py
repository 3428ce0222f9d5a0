"""The page of the deposit: what waits, what is withheld, who prepared and who released."""

from __future__ import annotations

import re
import shutil

import pytest
from deposit_study import AT, clear, write_deposit_study
from made_site import opened

from consilience.desk.deposit_work import Asked, prepare, release, waive
from consilience.desk.run import run
from consilience.desk.transcripts import bring_to_state
from consilience.web.site import place_of


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = write_deposit_study(tmp_path_factory.mktemp("deposit") / "study")
    run(folder, at=AT, actor="test")
    return folder


@pytest.fixture
def study(ran, tmp_path):
    """Return a study that deposits, on the web after a run, and a curator."""
    folder = shutil.copytree(ran, tmp_path / "study")
    for web in opened(folder, place_of(host="127.0.0.1", port=8080)):
        shutil.copy(ran / "study.yaml", folder / "study.yaml")
        web.add("cur", "curator")
        yield web


def words(page):
    text = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    return text.partition("Sign out")[2]


def shown(study, path="/deposit"):
    return words(study.signed_in("cur").get(path))


def look(study, **more):
    return prepare(study.folder, Asked(at=AT, actor="ann", environ={}, **more))


def test_what_the_last_run_would_deposit_and_what_it_withholds(study):
    page = shown(study)
    assert "Talks 6 4 1 0 safeguarded" in page
    assert "Climate – 6 6 6 safeguarded" in page
    assert "Talks: 1 (it was withdrawn)" in page
    assert "No package is prepared." in page
    assert "not up to date" not in page
    assert "T6" not in page


def test_what_is_not_up_to_date_comes_first(study):
    (study.folder / "climate.csv").write_text("role,mean\nhead,1\nhead,2\nhead,3\n", "utf-8")
    assert "1 stage is not up to date: deposit." in shown(study)


def test_a_package_waits_until_another_person_released_it(study):
    clear(study.folder, "T1")
    study.add("ann", "lead")
    waive(study.folder, code="data-list", where="*", role="lead", reason="known to nobody", at=AT,
          actor="ann")  # fmt: skip
    assert look(study).refused == ()
    page = shown(study)
    assert "A package waits for release. ann prepared it" in page
    assert "data-list at all places, by ann as lead: known to nobody" in page
    assert "Have the package of the deposit released" in shown(study, "/")
    study.add("ben", "curator")
    release(study.folder, at=AT, actor="ben")
    assert "released: prepared by ann, released by ben" in shown(study)
    assert "Nothing at the moment." in shown(study, "/")
    manifest = study.folder / "out" / "deposit" / "small-1" / "manifest-sha256.txt"
    manifest.write_text(manifest.read_text("utf-8") + "x", "utf-8")
    assert "nobody noted preparing it" in shown(study)


def test_texts_to_be_cleared_wait_for_the_curator(study):
    for state in ("checked", "pseudonymised"):
        bring_to_state(study.engine, "T1", state, reason="read", at=AT, actor="test")
    assert "Clear 1 text for deposit" in shown(study, "/")
    assert "1 text to be read through once more and cleared" in shown(study)


def test_a_study_that_deposits_nothing_and_one_with_errors(web):
    page = words(web.signed_in("cur", "curator").get("/deposit"))
    assert "The study file has errors" in page or "The study deposits nothing." in page
    (web.folder / "study.yaml").write_text("consilience: [\n", "utf-8")
    assert "The study file has errors" in words(web.signed_in("cur").get("/deposit"))
    assert "Nothing at the moment." in words(web.signed_in("cur").get("/"))
