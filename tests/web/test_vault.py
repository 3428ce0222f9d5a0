"""The vault on pages: open for one session and a quarter of an hour, and noted."""

from __future__ import annotations

import logging

import pytest
from made_site import send
from made_vault import KEY, seal_texts, told

from consilience.base.errors import Fault
from consilience.desk.accounts import change_roles
from consilience.desk.roles import ROLES
from consilience.web.attempts import PER_ACCOUNT
from consilience.web.pages.vault import KEEPERS


@pytest.fixture
def sealed(web):
    seal_texts(web)
    web.add("tom", "transcriber")
    return web


def unlock(client, key=KEY, **fields):
    return send(client, "/vault", "/vault", key=key, **fields)


def is_open(client):
    return "The vault is open here" in client.get("/vault").text


def test_it_opens_for_the_session_that_gave_the_pass_phrase_only(sealed):
    tom, other = sealed.signed_in("tom"), sealed.signed_in("tom")
    assert not is_open(tom)
    done = unlock(tom, next="/transcripts")
    assert (done.status_code, done.headers["location"]) == (303, "/transcripts")
    assert is_open(tom)
    assert not is_open(other)
    assert ("vault opened", "vault", "person-1") in told(sealed)


def test_another_pass_phrase_does_not_open_it_and_guessing_is_slowed(sealed):
    tom = sealed.signed_in("tom")
    for _ in range(PER_ACCOUNT):
        answer = unlock(tom, key="another phrase")
        assert answer.status_code == 403
        assert Fault("WEB-041").entry.title in answer.text
        assert str(sealed.folder) not in answer.text
    assert unlock(tom).status_code == 429
    assert not is_open(tom)
    assert all(action != "vault opened" for action, _, _ in told(sealed))


def test_it_locks_by_the_button_and_that_is_noted(sealed):
    tom = sealed.signed_in("tom")
    unlock(tom)
    assert send(tom, "/vault/lock", "/vault").headers["location"] == "/vault?done=locked"
    assert not is_open(tom)
    send(tom, "/vault/lock", "/vault")
    assert [action for action, _, _ in told(sealed)].count("vault closed") == 1


def test_it_locks_after_a_quarter_of_an_hour_without_use(sealed):
    tom = sealed.signed_in("tom")
    unlock(tom)
    sealed.clock.go(minutes=14)
    assert is_open(tom)
    sealed.clock.go(minutes=14)
    assert is_open(tom)
    sealed.clock.go(minutes=15)
    assert not is_open(tom)


def test_it_is_forgotten_by_itself_when_nobody_asks(sealed):
    tom = sealed.signed_in("tom")
    unlock(tom)
    vaults = sealed.site.vaults
    assert len(vaults._held) == 1
    assert vaults._timer.interval > 15 * 60
    sealed.clock.go(minutes=15)
    vaults._timer.function()
    assert vaults._held == {}


@pytest.mark.parametrize("way", ["/sign-out", "/sign-out/everywhere"])
def test_it_ends_with_the_session(sealed, way):
    tom, other = sealed.signed_in("tom"), sealed.signed_in("tom")
    unlock(tom)
    unlock(other)
    send(tom, way)
    assert len(sealed.site.vaults._held) == (1 if way == "/sign-out" else 0)


def test_it_is_of_no_use_to_a_role_that_may_not(sealed):
    for role in ROLES - KEEPERS.roles:
        client = sealed.signed_in(f"only-{role}", role)
        assert send(client, "/vault", "/account", key=KEY).status_code == 403
    assert sealed.site.vaults._held == {}


def test_a_role_that_is_taken_away_ends_it(sealed):
    tom = sealed.signed_in("tom")
    unlock(tom)
    change_roles(sealed.engine, "tom", roles=["interviewer"], at=sealed.clock(), actor="x")
    assert tom.get("/vault").status_code == 403
    assert "Lark Hill" not in tom.get("/transcripts/s01/speakers").text


def test_the_pass_phrase_is_nowhere_but_in_memory(sealed, caplog):
    tom = sealed.signed_in("tom")
    with caplog.at_level(logging.DEBUG):
        unlock(tom)
        unlock(tom, key="a wrong secret phrase")
        tom.get("/transcripts/s01/speakers")
    assert KEY not in caplog.text
    assert "wrong secret" not in caplog.text
    assert all(KEY not in value for value in tom.cookies.values())
    for path in sealed.folder.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes()
    assert KEY not in repr(sealed.site.vaults.get(tom.cookies["consilience"]))
    assert KEY not in tom.get("/vault").text


def test_a_study_without_a_vault_says_so(web):
    web.add("tom", "transcriber")
    assert "has no vault" in web.signed_in("tom").get("/vault").text


def test_one_is_sent_on_within_this_site_only(sealed):
    tom = sealed.signed_in("tom")
    assert unlock(tom, next="https://elsewhere.example").headers["location"] == "/"
