"""Becoming a reader: nobody is told who is one, and nobody becomes one for another."""

from __future__ import annotations

import re

import pytest
from made_catalogue import content
from made_site import HOST, PASSWORD, sign_in, token_of

from consilience.desk.outbox import outbox
from consilience.desk.readers import CONFIRM, reader_lines
from consilience.store.access import find_reader
from consilience.store.database import snapshot

EMAIL = "eve@uni.example"


def register(client, **fields):
    token = token_of(client.get("/register"))
    data = {"csrf": token, "name": "Eve R.", "email": EMAIL, "password": PASSWORD, **fields}
    return client.post("/register", data=data)


def post(client, path, *, page=None, **fields):
    """Send the form of a page, or one to a path whose own page is not shown."""
    return client.post(path, data={"csrf": token_of(client.get(page or path)), **fields})


def kept(archive, email=EMAIL):
    with snapshot(archive.engine) as connection:
        return find_reader(connection, email=email)


def test_an_address_is_confirmed_by_the_link_and_the_password(archive):
    client = archive.visitor()
    assert register(client, email=" EVE@uni.example ").status_code == 200
    assert kept(archive).confirmed == ""
    path = archive.link_in_mail()
    assert path.startswith("/confirm/")
    assert client.get(path).status_code == 200
    assert kept(archive).confirmed == "", "programs that open links in mails confirm nothing"
    assert post(client, path, password="another password").status_code == 403
    assert kept(archive).confirmed == ""
    assert post(client, path, password=PASSWORD).status_code == 303
    assert kept(archive).confirmed == "2026-03-02T09:00:00Z"
    archive.clock.go(minutes=5)
    assert post(client, path, password=PASSWORD).status_code == 303
    assert kept(archive).confirmed == "2026-03-02T09:00:00Z", "the first time holds"


def test_a_link_of_confirmation_runs_out_and_cannot_be_changed(archive):
    client = archive.visitor()
    register(client)
    path = archive.link_in_mail()
    assert client.get(path[:-2]).status_code == 403
    assert post(client, path[:-2], page="/register", password=PASSWORD).status_code == 403
    archive.clock.now += CONFIRM
    archive.clock.go(seconds=1)
    answer = post(client, path, page="/register", password=PASSWORD)
    assert answer.status_code == 403  # WEB-061
    assert kept(archive).confirmed == ""


def test_another_registration_forgets_those_that_were_never_confirmed(archive):
    register(archive.visitor())
    archive.clock.now += CONFIRM
    archive.clock.go(seconds=1)
    register(archive.visitor(), email="kim@uni.example")
    assert kept(archive) is None
    assert kept(archive, "kim@uni.example") is not None


def test_whether_an_address_is_known_is_told_to_its_owner_only(archive):
    archive.registered()
    first = register(archive.visitor(), email="new@uni.example")
    again = register(archive.visitor(), password="quite another password")
    assert first.status_code == again.status_code == 200
    assert first.text.replace("new@uni.example", EMAIL) == again.text
    assert "registered already" in outbox(archive.engine)[-1].words
    assert sign_in(archive.visitor(), EMAIL, "quite another password").status_code == 403
    assert sign_in(archive.visitor(), EMAIL).status_code == 303


@pytest.mark.parametrize(
    "email",
    ["eve", "eve@", "@uni.example", "eve@uni", "eve uni@x.example",
     "eve@uni.example\nBcc: x@y.example",
     "<eve@uni.example>", "eve@[192.0.2.1]", f"{'e' * 65}@uni.example", f"e@{'u' * 250}.example",
     "eve@uni.example,kim@uni.example"],
)  # fmt: skip
def test_what_is_no_address_is_refused(archive, email):
    answer = register(archive.visitor(), email=email)
    assert answer.status_code == 400  # WEB-060
    assert outbox(archive.engine) == []


def test_name_and_password_are_needed_and_shown_again_is_only_the_name(archive):
    assert register(archive.visitor(), name=" ").status_code == 400
    short = register(archive.visitor(), password="short")
    assert short.status_code == 400  # WEB-012
    assert 'value="Eve R."' in short.text
    assert "short" not in re.findall(r'name="password"[^>]*', short.text)[0]
    assert register(archive.visitor(), password="eve eve eve eve q").status_code == 400


def test_names_are_escaped_and_stand_in_no_mail_to_a_stranger(archive):
    register(archive.visitor(), name="<b>Visit evil.example</b>")
    assert "evil.example" not in outbox(archive.engine)[-1].words
    client = archive.staff("cur", "curator")
    assert "&lt;b&gt;Visit evil.example&lt;/b&gt;" in client.get("/readers").text


def test_registering_is_limited(archive):
    client = archive.visitor()
    codes = [register(client).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]


def test_mails_lead_to_the_address_of_the_catalogue_whatever_host_was_asked(archive):
    client = archive.visitor()
    client.base_url = "http://localhost:8080"
    register(client)
    assert f"{HOST}/confirm/" in outbox(archive.engine)[-1].words
    assert "localhost" not in outbox(archive.engine)[-1].words


def test_the_mail_can_be_sent_again(archive):
    client = archive.registered(confirmed=False, terms=False)
    token = token_of(client.get("/account"))
    assert client.post("/account/confirm-again", data={"csrf": token}).status_code == 303
    assert len(outbox(archive.engine)) == 2
    path = archive.link_in_mail()
    assert post(archive.visitor(), path, password=PASSWORD).status_code == 303
    client.post("/account/confirm-again", data={"csrf": token})
    assert len(outbox(archive.engine)) == 2, "none to who has confirmed"


def test_terms_are_for_who_confirmed(archive):
    client = archive.registered(confirmed=False, terms=False)
    version = archive.registered("kim@uni.example", terms=False).get("/terms").text
    version = re.search(r'name="version" value="([^"]+)"', version)[1]
    data = {"csrf": token_of(client.get("/account")), "version": version}
    assert client.post("/terms", data=data).status_code == 403  # WEB-063


def test_terms_lead_back_to_where_they_were_asked_for(archive):
    client = archive.registered(terms=False)
    page = client.get("/terms?next=/search")
    version = re.search(r'name="version" value="([^"]+)"', page.text)[1]
    data = {"csrf": token_of(page), "version": version, "next": "/search"}
    assert client.post("/terms", data=data).headers["location"] == "/search"
    data["next"] = "//evil.example"
    assert client.post("/terms", data=data).headers["location"] == "/terms?done=terms"


def test_terms_that_cannot_be_read_let_nothing_out_that_needs_them(archive):
    client = archive.registered()
    (archive.folder / "terms.txt").write_bytes(b"\xff\xfe\x00")
    from made_catalogue import SAFE

    assert client.get(content(SAFE)).status_code == 500  # CAT-040


# --- another password --------------------------------------------------------------------


def test_a_forgotten_password_is_set_by_a_link_that_works_once(archive):
    old = archive.registered()
    assert post(archive.visitor(), "/forgotten", email=EMAIL).status_code == 200
    path = archive.link_in_mail()
    assert path.startswith("/reset/")
    fresh = archive.visitor()
    assert post(fresh, path, password="short").status_code == 400
    assert post(fresh, path, password="another four plain words").status_code == 303
    assert old.get("/account").status_code == 303, "open sessions have ended"
    assert sign_in(archive.visitor(), EMAIL).status_code == 403
    assert sign_in(archive.visitor(), EMAIL, "another four plain words").status_code == 303
    assert post(fresh, path, password="yet another four words").status_code == 403, "used"


def test_a_link_for_a_password_runs_out_and_is_for_nothing_else(archive):
    archive.registered()
    confirmation = outbox(archive.engine)[-1].words
    post(archive.visitor(), "/forgotten", email=EMAIL)
    path = archive.link_in_mail()
    token = re.search(r"/confirm/(\S+)", confirmation)[1]
    words = {"page": "/register", "password": "another four words"}
    assert post(archive.visitor(), f"/reset/{token}", **words).status_code == 403
    archive.clock.go(hours=1, seconds=1)
    assert post(archive.visitor(), path, **words).status_code == 403


def test_unknown_and_shut_addresses_are_answered_alike_and_get_no_mail(archive):
    archive.registered()
    before = len(outbox(archive.engine))
    known = post(archive.visitor(), "/forgotten", email=EMAIL)
    unknown = post(archive.visitor(), "/forgotten", email="nobody@uni.example")
    assert known.text.replace(EMAIL, "nobody@uni.example") == unknown.text
    assert len(outbox(archive.engine)) == before + 1
    from consilience.desk.readers import set_reader_active

    account = reader_lines(archive.engine)[0].account
    set_reader_active(archive.engine, account, active=False, reason="x", at=archive.clock(),
                      actor="test")  # fmt: skip
    post(archive.visitor(), "/forgotten", email=EMAIL)
    assert len(outbox(archive.engine)) == before + 1


def test_curators_sign_in_by_login_and_change_their_password_here(archive):
    client = archive.staff("cur", "curator")
    assert "cur" in client.get("/account").text
    data = {"csrf": token_of(client.get("/account/password")), "old": PASSWORD,
            "new": "another four plain words", "again": "another four plain words"}  # fmt: skip
    assert client.post("/account/password", data=data).headers["location"].startswith("/sign-in")
    assert sign_in(client, "cur", "another four plain words").status_code == 303
