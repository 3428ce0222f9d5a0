"""Signing in: who gets in, for how long, and what keeps everybody else out."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from made_site import PASSWORD, send, sign_in, token_of

from consilience.base.errors import Fault
from consilience.desk.accounts import add_person, change_roles, reset_password, set_active
from consilience.store.accounts import find_account, save_account
from consilience.store.database import transaction
from consilience.web.attempts import (
    MINUTES,
    PER_ACCOUNT,
    PER_ACCOUNT_EVERYWHERE,
    PER_ADDRESS,
    Attempts,
)


def test_signing_in_leads_on_to_where_one_wanted_to_go(web):
    web.add("ann", "coder")
    client = web.visitor()
    first = client.get("/account")
    assert first.headers["location"] == "/sign-in?next=/account"
    done = sign_in(client, "ann", next="/account")
    assert done.headers["location"] == "/account"
    assert "Ann" in client.get("/account").text


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil", "x"])
def test_signing_in_never_leads_to_another_site(web, elsewhere):
    web.add("ann", "coder")
    assert sign_in(web.visitor(), "ann", next=elsewhere).headers["location"] == "/"


@pytest.mark.parametrize(("login", "password"), [("ann", "wrong words here"), ("bob", PASSWORD)])
def test_a_wrong_password_and_a_wrong_login_look_the_same(web, login, password):
    web.add("ann", "coder")
    answer = sign_in(web.visitor(), login, password)
    assert answer.status_code == 403
    assert "login and password do not belong together" in answer.text.lower()
    assert "consilience=" not in answer.headers.get("set-cookie", "")


def test_a_closed_account_stays_out_and_is_put_out_at_once(web):
    client = web.signed_in("ann", "coder")
    set_active(web.engine, "ann", active=False, at=web.clock(), actor="test")
    assert client.get("/account").status_code == 303
    answer = sign_in(web.visitor(), "ann")
    assert answer.status_code == 403  # WEB-010


def test_a_session_that_outlived_its_account_opens_nothing(web):
    client = web.signed_in("ann", "coder")
    with transaction(web.engine) as connection:
        save_account(connection, replace(find_account(connection, login="ann"), active=False))
    assert client.get("/account").status_code == 303


def test_brute_force_is_stopped_by_account(web):
    web.add("ann", "coder")
    client = web.visitor()
    codes = [sign_in(client, "ann", f"guess number {n}").status_code for n in range(12)]
    assert codes == [403] * PER_ACCOUNT + [429] * 2
    assert sign_in(client, "ann").status_code == 429, "the right password comes too late"
    web.add("ben", "coder")
    assert sign_in(client, "ben").status_code == 303, "another account is not held up"


def test_brute_force_is_stopped_by_address():
    attempts = Attempts()
    for n in range(PER_ADDRESS):
        attempts.count(login=f"login-{n}", address="192.0.2.1")
    with pytest.raises(Fault) as caught:
        attempts.count(login="one-more", address="192.0.2.1")
    assert caught.value.code == "WEB-011"
    assert str(MINUTES) in caught.value.remedy
    attempts.count(login="one-more", address="192.0.2.2")


def tried(attempts, times, *, address, login="ann"):
    """Return how many of some attempts are let through."""
    through = 0
    for _ in range(times):
        with contextlib.suppress(Fault):
            attempts.count(login=login, address=address)
            through += 1
    return through


def test_guesses_of_others_do_not_keep_an_owner_out():
    attempts = Attempts()
    assert tried(attempts, 50, address="192.0.2.1") == PER_ACCOUNT
    assert tried(attempts, 1, address="192.0.2.2") == 1
    assert tried(attempts, 1, address="192.0.2.1", login=" ANN ") == 0, "however it is written"


def test_guesses_from_everywhere_are_stopped_and_known_addresses_are_not():
    attempts = Attempts()
    assert tried(attempts, 1, address="192.0.2.1") == 1
    attempts.forget(login="ann", address="192.0.2.1")
    guesses = sum(tried(attempts, 20, address=f"198.51.100.{n}") for n in range(50))
    assert guesses == PER_ACCOUNT_EVERYWHERE - 1
    assert tried(attempts, 1, address="203.0.113.9") == 0
    assert tried(attempts, 50, address="192.0.2.1") == PER_ACCOUNT, "where the owner signed in"
    assert tried(attempts, 1, address="203.0.113.9", login="ben") == 1


def test_a_right_password_forgets_the_attempts_of_the_account(web):
    web.add("ann", "coder")
    client = web.visitor()
    for _ in range(2):
        for n in range(PER_ACCOUNT - 1):
            assert sign_in(client, "ann", f"guess number {n}").status_code == 403
        assert sign_in(client, "ann").status_code == 303


def test_a_session_is_new_at_each_sign_in_and_the_old_one_ends(web):
    client = web.signed_in("ann", "coder")
    first = client.cookies["consilience"]
    sign_in(client, "ann")
    second = client.cookies["consilience"]
    assert first != second
    stolen = web.visitor()
    stolen.cookies.set("consilience", first)
    assert stolen.get("/account").status_code == 303


def test_a_session_cannot_be_fixed_beforehand(web):
    web.add("ann", "coder")
    client = web.visitor()
    client.cookies.set("consilience", "known-to-the-attacker")
    sign_in(client, "ann")
    attacker = web.visitor()
    attacker.cookies.set("consilience", "known-to-the-attacker")
    assert attacker.get("/account").status_code == 303


def test_the_form_of_signing_in_cannot_be_sent_from_elsewhere(web):
    web.add("ann", "coder")
    other = token_of(web.visitor().get("/sign-in"))
    client = web.visitor()
    client.get("/sign-in")
    data = {"csrf": other, "login": "ann", "password": PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 403


def test_only_the_hash_of_a_token_is_kept(web):
    client = web.signed_in("ann", "coder")
    token = client.cookies["consilience"]
    assert len(token) >= 43, "256 bits"
    kept = (web.folder / ".consilience").glob("study.db*")  # with its log of what came last
    everything = b"".join(path.read_bytes() for path in kept)
    assert b"person-1" in everything
    assert token.encode() not in everything
    assert PASSWORD.encode() not in everything


def test_a_session_ends_after_two_hours_without_use(web):
    client = web.signed_in("ann", "coder")
    for _ in range(3):
        web.clock.go(minutes=110)
        assert client.get("/account").status_code == 200
    web.clock.go(minutes=121)
    assert client.get("/account").status_code == 303


def test_a_session_ends_after_twelve_hours_whatever_happens(web):
    client = web.signed_in("ann", "coder")
    for _ in range(7):
        web.clock.go(minutes=100)
        client.get("/account")
    web.clock.go(minutes=30)
    assert client.get("/account").status_code == 303


def test_signing_out_ends_the_session_on_the_server_too(web):
    client = web.signed_in("ann", "coder")
    token = client.cookies["consilience"]
    assert send(client, "/sign-out").headers["location"] == "/sign-in?done=signed-out"
    client.cookies.set("consilience", token)
    assert client.get("/account").status_code == 303


def test_signing_out_everywhere_ends_every_session(web):
    here, there = web.signed_in("ann", "coder"), web.signed_in("ann")
    assert "in 2 places" in here.get("/account").text
    send(here, "/sign-out/everywhere")
    assert there.get("/account").status_code == 303


def test_a_one_time_password_must_be_changed_before_anything_else(web):
    _, once = add_person(
        web.engine, login="ann", name="Ann", roles=["coder"], at=web.clock(), actor="test"
    )
    client = web.visitor()
    sign_in(client, "ann", once)
    assert client.get("/account").headers["location"] == "/account/password"
    new = "another four plain words"
    done = send(client, "/account/password", "/account/password", old=once, new=new, again=new)
    assert done.headers["location"] == "/sign-in?done=password"
    assert client.get("/account").status_code == 303, "the old session has ended"
    assert sign_in(client, "ann", once).status_code == 403
    assert sign_in(client, "ann", new).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "says"),
    [
        ("wrong words here", "another four words", "another four words", "present password"),
        (PASSWORD, "another four words", "another five words", "twice the same"),
        (PASSWORD, "short", "short", "5 characters"),
        (PASSWORD, "ann ann ann ann", "ann ann ann ann", "login stands in it"),
        (PASSWORD, "aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaa", "very few"),
        (PASSWORD, PASSWORD, PASSWORD, "is the present one"),
    ],
)
def test_a_password_is_not_changed_to_a_poor_one(web, old, new, again, says):
    client = web.signed_in("ann", "coder")
    answer = send(client, "/account/password", old=old, new=new, again=again)
    assert answer.status_code == 400  # WEB-012, WEB-013
    assert says in answer.text
    assert sign_in(web.visitor(), "ann").status_code == 303


def test_roles_hold_from_the_next_call_on(web):
    client = web.signed_in("ann", "coder")
    assert "Coder" in client.get("/account").text
    change_roles(web.engine, "ann", roles=["analyst"], at=web.clock(), actor="test")
    assert "Analyst" in client.get("/account").text


def test_a_new_password_by_the_lead_ends_the_sessions(web):
    client = web.signed_in("ann", "coder")
    once = reset_password(web.engine, "ann", password=None, at=web.clock(), actor="test")
    assert client.get("/account").status_code == 303
    assert sign_in(client, "ann", once).headers["location"] == "/"


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("STO-050", {"login": "ann", "roles": ["coder"]}),
        ("STO-050", {"login": "ben", "roles": ["coder"], "person": "ann"}),
        ("STO-052", {"login": "ben", "roles": ["boss"]}),
        ("STO-052", {"login": "ben", "roles": []}),
        ("BAS-001", {"login": "Ben K", "roles": ["coder"]}),
        ("WEB-012", {"login": "ben", "roles": ["coder"], "password": "short"}),
    ],
)
def test_a_faulty_account_is_not_made(web, code, values):
    web.add("ann", "coder")
    with pytest.raises(Fault) as caught:
        add_person(web.engine, name="", at=web.clock(), actor="test", **values)
    assert caught.value.code == code


def test_nobody_of_this_login(web):
    for change in (
        lambda: change_roles(web.engine, "zoe", roles=["lead"], at=web.clock(), actor="test"),
        lambda: set_active(web.engine, "zoe", active=False, at=web.clock(), actor="test"),
        lambda: reset_password(web.engine, "zoe", password=None, at=web.clock(), actor="test"),
    ):
        with pytest.raises(Fault) as caught:
            change()
        assert caught.value.code == "STO-051"


def test_ids_of_people_name_nobody(web):
    assert [web.add(login, "coder").id for login in ("ann", "ben")] == ["person-1", "person-2"]
