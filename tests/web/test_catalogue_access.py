"""What can be had of a catalogue, by whom, and by nobody: every state, and every guess."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re

import pytest
from made_catalogue import (
    AT,
    CONTENT,
    EMBARGO,
    IDENTIFIER,
    LATE,
    OPEN,
    OTHER,
    SAFE,
    SHUT,
    accept,
    ask,
    content,
    decide,
    make_package,
    make_record,
    write_package,
)
from made_site import PASSWORD, sign_in, token_of

from consilience.desk.catalogue_publish import withdraw_study
from consilience.desk.signed_links import link_key, signed
from consilience.store.blobs import blob_path
from consilience.store.database import snapshot
from consilience.store.ledger import lines, verify_kept

FILES = {"open": OPEN, "safeguarded": SAFE, "controlled": SHUT, "late": LATE}
PATHS = {
    OPEN: "documentation/guide.txt",
    SAFE: "data/surveys/education.csv",
    SHUT: "data/interviews/one.txt",
    OTHER: "data/interviews/two.txt",
    LATE: "data/surveys/late.csv",
}
ALL = {"open", "safeguarded", "controlled", "late"}


def had(client):
    """Return which files somebody can have, by the page's own address of their bytes."""
    found = set()
    for name, file in FILES.items():
        answer = client.get(content(file))
        assert answer.status_code in (200, 403), name
        if answer.status_code == 200:
            assert answer.content == CONTENT[PATHS[file]]
            found.add(name)
        else:
            assert CONTENT[PATHS[file]] not in answer.content
    return found


def reasons(client):
    return {
        name: re.search(r"WEB-\d{3}", client.get(content(file)).text)[0]
        for name, file in FILES.items()
        if client.get(content(file)).status_code == 403
    }


def logged(archive):
    with snapshot(archive.engine) as connection:
        return [line for line in lines(connection) if line.action == "download"]


def test_anybody_has_what_is_open_and_nothing_else(archive):
    visitor = archive.visitor()
    assert had(visitor) == {"open"}
    assert reasons(visitor) == {
        "safeguarded": "WEB-062", "controlled": "WEB-062", "late": "WEB-066",
    }  # fmt: skip


def test_who_registered_has_no_more_until_the_address_is_confirmed(archive):
    client = archive.registered(confirmed=False, terms=False)
    assert had(client) == {"open"}
    assert reasons(client)["safeguarded"] == "WEB-063"


def test_who_confirmed_has_no_more_until_the_terms_are_accepted(archive):
    client = archive.registered(terms=False)
    assert had(client) == {"open"}
    assert reasons(client)["safeguarded"] == "WEB-064"
    accept(client)
    assert had(client) == {"open", "safeguarded"}
    assert reasons(client) == {"controlled": "WEB-065", "late": "WEB-066"}


def test_new_terms_ask_again(archive):
    client = archive.registered()
    assert "safeguarded" in had(client)
    (archive.folder / "terms.txt").write_text("Other words.\n", "utf-8")
    assert had(client) == {"open"}
    assert "They have changed" in client.get("/terms").text
    accept(client)
    assert "safeguarded" in had(client)


def test_terms_that_changed_meanwhile_are_not_accepted(archive):
    client = archive.registered(terms=False)
    page = client.get("/terms")
    version = re.search(r'name="version" value="([^"]+)"', page.text)[1]
    (archive.folder / "terms.txt").write_text("Other words.\n", "utf-8")
    answer = client.post("/terms", data={"csrf": token_of(page), "version": version})
    assert answer.status_code == 409  # WEB-069
    assert had(client) == {"open"}


def test_what_is_controlled_needs_an_approval_and_ends_with_it(archive):
    client, curator = archive.registered(), archive.staff("cur", "curator")
    assert ask(client).status_code == 303
    assert "controlled" not in had(client), "asking is not having"
    assert decide(curator, 1, "approved").status_code == 303
    assert had(client) == {"open", "safeguarded", "controlled"}
    assert decide(curator, 1, "withdrawn").status_code == 303
    assert had(client) == {"open", "safeguarded"}, "at once"
    assert reasons(client)["controlled"] == "WEB-065"


def test_a_refused_request_gives_nothing_and_says_why(archive):
    client, curator = archive.registered(), archive.staff("cur", "curator")
    ask(client)
    decide(curator, 1, "refused", reason="Not within the consent.")
    assert "controlled" not in had(client)
    assert "Not within the consent." in client.get("/account").text


def test_an_approval_is_for_what_was_asked_and_one_project(archive):
    client, curator = archive.registered(), archive.staff("cur", "curator")
    ask(client, f"file:{SHUT}", "First")
    decide(curator, 1, "approved")
    assert client.get(content(SHUT)).status_code == 200
    assert client.get(content(OTHER)).status_code == 403
    ask(client, "set:interviews", "Second")
    decide(curator, 2, "approved")
    assert client.get(content(OTHER)).status_code == 200
    client.get(f"{content(SHUT)}?request=2")
    client.get(f"{content(SHUT)}?request=99")
    page = client.get(f"{AT}/files/{SHUT}").text
    assert "For First" in page
    assert "For Second" in page
    taken = [json.loads(line.detail).get("request") for line in logged(archive)]
    assert taken == [1, 2, 2, 2]


def test_an_approval_ends_after_its_last_day(archive):
    client, curator = archive.registered(), archive.staff("cur", "curator")
    ask(client)
    decide(curator, 1, "approved", until="2026-03-02")
    archive.clock.go(hours=14)
    sign_in(client, "eve@uni.example")
    assert "controlled" in had(client)
    archive.clock.go(hours=1)
    assert "controlled" not in had(client)


def test_a_reader_who_is_shut_out_has_nothing_at_once(archive):
    client, curator = archive.registered(), archive.staff("cur", "curator")
    page = client.post(f"{AT}/files/{SAFE}/link", data={"csrf": token_of(client.get("/account"))})
    link = re.search(r'href="(/links/[^"]+)"', page.text)[1]
    assert archive.visitor().get(link).status_code == 200
    reader = re.search(r'action="/readers/([^"]+)"', curator.get("/readers").text)[1]
    token = token_of(curator.get("/readers"))
    data = {"csrf": token, "active": "no", "reason": "Shared the data"}
    assert curator.post(f"/readers/{reader}", data=data).status_code == 303
    assert had(client) == {"open"}, "the session has ended"
    assert archive.visitor().get(link).status_code == 403, "and the link with it"
    assert sign_in(client, "eve@uni.example").status_code == 403
    curator.post(f"/readers/{reader}", data={**data, "active": "yes"})
    assert sign_in(client, "eve@uni.example").status_code == 303


def test_an_embargo_ends_by_the_clock_for_everybody_and_curators_need_not_wait(archive):
    visitor, curator = archive.visitor(), archive.staff("cur", "curator")
    assert had(curator) == ALL
    day = dt.datetime.combine(EMBARGO, dt.time(), dt.UTC)
    archive.clock.now = day - dt.timedelta(seconds=1)
    assert had(visitor) == {"open"}
    archive.clock.now = day
    assert had(visitor) == {"open", "late"}


@pytest.mark.parametrize("role", ["lead", "manager", "coder", "analyst"])
def test_other_roles_are_no_readers(archive, role):
    assert had(archive.staff("some", role)) == {"open"}


def test_a_reader_with_a_password_that_was_given_out_is_a_visitor(archive):
    from consilience.desk.accounts import reset_password

    archive.registered()
    with snapshot(archive.engine) as connection:
        from consilience.store.access import find_reader

        account = find_reader(connection, email="eve@uni.example").account
    once = reset_password(archive.engine, account, password=None, at=archive.clock(), actor="t")
    client = archive.visitor()
    assert sign_in(client, "eve@uni.example", once).status_code == 303
    assert had(client) == {"open"}


# --- links -------------------------------------------------------------------------------


def link_of(client, file=SAFE, **fields):
    data = {"csrf": token_of(client.get("/account")), **fields}
    page = client.post(f"{AT}/files/{file}/link", data=data)
    assert page.status_code == 200, page.text
    return re.search(r'href="(/links/[^"]+)"', page.text)[1]


def test_a_link_opens_its_file_for_an_hour_without_a_session(archive):
    link = link_of(archive.registered())
    program = archive.visitor()
    assert program.get(link).content == CONTENT[PATHS[SAFE]]
    archive.clock.go(minutes=60)
    assert program.get(link).status_code == 200
    archive.clock.go(seconds=1)
    answer = program.get(link)
    assert answer.status_code == 403
    assert "WEB-061" in answer.text


def test_a_link_that_was_changed_opens_nothing(archive):
    link = link_of(archive.registered())
    program = archive.visitor()
    body, signature = link.rsplit(".", 1)
    for changed in (link[:-1], link + "A", body, f"{body}.{signature[::-1]}", "/links/x",
                    f"{body[:-2]}.{signature}", link.replace("/links/", "/links/.")):  # fmt: skip
        answer = program.get(changed)
        assert answer.status_code in (403, 404), changed
        assert CONTENT[PATHS[SAFE]] not in answer.content


def test_a_link_made_for_something_else_opens_no_file(archive):
    archive.registered()
    until = archive.clock() + dt.timedelta(hours=1)
    with snapshot(archive.engine) as connection:
        from consilience.store.access import find_reader

        account = find_reader(connection, email="eve@uni.example").account
    sha256 = hashlib.sha256(CONTENT[PATHS[SAFE]]).hexdigest()
    known = {"record": IDENTIFIER, "file": SAFE, "sha256": sha256, "account": account, "request": 0}
    key = link_key(archive.folder)
    visitor = archive.visitor()
    right = signed(key, "file", known, until=until)
    assert visitor.get(f"/links/{right}").status_code == 200
    for token in (
        signed(key, "confirm", known, until=until),
        signed(b"another key", "file", known, until=until),
        signed(key, "file", {**known, "account": "anybody"}, until=until),
        signed(key, "file", {**known, "sha256": "0" * 64}, until=until),
        signed(key, "file", {**known, "file": SHUT}, until=until),
        signed(key, "file", {**known, "record": "oai:x:y"}, until=until),
    ):
        assert visitor.get(f"/links/{token}").status_code == 403


def test_a_link_ends_with_the_approval_and_with_a_new_version(archive, tmp_path):
    client, curator = archive.registered(), archive.staff("cur", "curator")
    ask(client)
    decide(curator, 1, "approved")
    shut, safe = link_of(client, SHUT, request="1"), link_of(client)
    assert archive.visitor().get(shut).status_code == 200
    decide(curator, 1, "withdrawn")
    assert archive.visitor().get(shut).status_code == 403
    changed = {**CONTENT, PATHS[SAFE]: b"id,q1\n1,5\n"}
    archive.publish(write_package(tmp_path / "next", make_package(content=changed)))
    assert archive.visitor().get(safe).status_code == 403
    assert client.get(content(SAFE)).content == b"id,q1\n1,5\n"


def test_nobody_makes_a_link_to_what_they_may_not_have(archive):
    client = archive.registered()
    data = {"csrf": token_of(client.get("/account"))}
    assert client.post(f"{AT}/files/{SHUT}/link", data=data).status_code == 403
    assert client.post(f"{AT}/files/{OPEN}/link", data=data).status_code == 400  # needs none
    assert client.post(f"{AT}/files/nothing/link", data=data).status_code == 404


def test_the_key_of_links_is_for_the_owner_of_the_folder_only(archive):
    link_key(archive.folder)
    assert (archive.folder / ".consilience" / "links.key").stat().st_mode & 0o777 == 0o600


# --- guesses -----------------------------------------------------------------------------


GUESSES = (
    f"{AT}/files/F-secret/content",
    f"{AT}/files/..%2f..%2fcatalogue.yaml/content",
    f"{AT}/files/%2e%2e/content",
    f"{AT}/files/{'0' * 64}/content",
    f"{AT}/files/{OPEN}%00/content",
    f"{AT}/files//content",
    f"{AT}/files/../../../etc/passwd",
    "/records/nothing",
    "/records/nothing.ddi25.xml",
    "/records/nothing/variables",
    f"/records/nothing/files/{OPEN}/content",
    f"/records/oai:other.org:joint-working/files/{OPEN}/content",
    f"{AT}/files/{OPEN}/content?version=2",
    f"{AT}/files/{OPEN}/content?version=0",
    "/.consilience/study.db",
    "/catalogue.yaml",
    "/files/",
    "/links/",
    "/static/../links.key",
)


def test_guessed_addresses_tell_nothing(archive):
    visitor = archive.visitor()
    for path in GUESSES:
        answer = visitor.get(path)
        assert answer.status_code == 404, path
        assert "WEB-025" in answer.text


def test_bytes_under_a_hash_are_no_address_and_no_path(archive):
    with pytest.raises(ValueError, match="hash"):
        blob_path(archive.folder, "../../../../etc/passwd")
    sha256 = hashlib.sha256(CONTENT[PATHS[SHUT]]).hexdigest()
    assert blob_path(archive.folder, sha256).is_file()
    for path in (f"/{sha256}", f"/files/{sha256[:2]}/{sha256}", f"{AT}/files/{sha256}/content"):
        assert archive.visitor().get(path).status_code == 404


def test_older_versions_are_for_curators(archive, tmp_path):
    changed = {**CONTENT, PATHS[OPEN]: b"Corrected.\n"}
    newer = make_package(make_record(abstract=()), content=changed)
    assert archive.publish(write_package(tmp_path / "next", newer)).version == 2
    visitor, curator = archive.visitor(), archive.staff("cur", "curator")
    assert visitor.get(content(OPEN)).content == b"Corrected.\n"
    for client, status in ((visitor, 404), (archive.registered(), 404), (curator, 200)):
        assert client.get(f"{content(OPEN)}?version=1").status_code == status
        assert client.get(f"{AT}/files/{OPEN}?version=1").status_code == status
    assert curator.get(f"{content(OPEN)}?version=1").content == CONTENT[PATHS[OPEN]]
    assert "How schools and services" in curator.get(f"{AT}/versions/1").text
    assert "How schools and services" not in curator.get(f"{AT}/versions/2").text
    assert curator.get(f"{AT}/versions/3").status_code == 404
    assert curator.get(f"{AT}/versions/x").status_code == 404
    for client in (visitor, archive.registered("kim@uni.example")):
        for number in ("1", "2", "99", "x"):
            led = client.get(f"{AT}/versions/{number}")
            assert (led.status_code, led.headers["location"]) == (303, AT)


def test_a_withdrawn_study_leaves_a_page_and_no_file(archive):
    client = archive.registered()
    withdraw_study(archive.catalogue, IDENTIFIER, reason="Two people <withdrew>.",
                   clock=archive.clock, actor="test")  # fmt: skip
    for each in (archive.visitor(), client):
        page = each.get(AT)
        assert page.status_code == 410
        assert "Two people &lt;withdrew&gt;." in page.text
        assert "Joint working between schools" in page.text
        for file in PATHS:
            assert each.get(content(file)).status_code == 410
            assert each.get(f"{AT}/files/{file}").status_code == 410
        for path in ("/variables", ".ddi25.xml", ".jsonld"):
            assert each.get(f"{AT}{path}").status_code == 410
    assert "joint-working" not in client.get("/search").text
    told = (
        archive.visitor()
        .get(f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier={IDENTIFIER}")
        .text
    )
    assert 'status="deleted"' in told


# --- how bytes travel --------------------------------------------------------------------


def test_a_file_travels_with_its_hash_and_its_name_and_is_never_shown(archive):
    answer = archive.registered().get(content(SAFE))
    body = CONTENT[PATHS[SAFE]]
    assert answer.headers["etag"] == f'"{hashlib.sha256(body).hexdigest()}"'
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''education.csv"
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-length"] == str(len(body))
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["accept-ranges"] == "bytes"
    assert "no-cache" in answer.headers["cache-control"]


PARTS = (
    ("bytes=0-9", 206, slice(0, 10)),
    ("bytes=5-", 206, slice(5, None)),
    ("bytes=-7", 206, slice(-7, None)),
    ("bytes=5-100000", 206, slice(5, None)),
    ("bytes=100000-", 416, None),
    ("lines=1-2", 400, None),
)


def test_parts_of_a_file_can_be_asked_for(archive):
    client, body = archive.registered(), CONTENT[PATHS[SAFE]]
    for asked, status, part in PARTS:
        answer = client.get(content(SAFE), headers={"range": asked})
        assert answer.status_code == status, asked
        assert json.loads(logged(archive)[-1].detail)["part"] == asked
        if part is not None:
            assert answer.content == body[part]
            start = len(body) - len(body[part]) if part.stop is None else part.start
            assert answer.headers["content-range"].startswith(f"bytes {start}-")
        if status == 416:
            assert answer.headers["content-range"] == f"bytes */{len(body)}"


def test_a_part_of_another_version_is_not_given_as_one_of_this(archive):
    client = archive.registered()
    tag = client.get(content(SAFE)).headers["etag"]
    part = {"range": "bytes=0-4"}
    assert client.get(content(SAFE), headers={**part, "if-range": tag}).status_code == 206
    whole = client.get(content(SAFE), headers={**part, "if-range": '"of another"'})
    assert whole.status_code == 200
    assert whole.content == CONTENT[PATHS[SAFE]]


def test_head_tells_the_size_and_sends_and_logs_nothing(archive):
    client = archive.registered()
    answer = client.head(content(SAFE))
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["content-length"] == str(len(CONTENT[PATHS[SAFE]]))
    assert client.head(content(SHUT)).status_code == 403
    assert logged(archive) == []


def test_bytes_that_are_gone_or_cut_are_told_as_our_mistake(archive):
    sha256 = hashlib.sha256(CONTENT[PATHS[OPEN]]).hexdigest()
    blob_path(archive.folder, sha256).write_bytes(b"cut")
    answer = archive.visitor().get(content(OPEN))
    assert answer.status_code == 500  # STO-100
    assert "WEB-028" in answer.text


# --- the log -----------------------------------------------------------------------------


def test_every_download_is_in_the_ledger_without_a_name_or_an_address(archive):
    client = archive.registered()
    client.get(content(SAFE))
    client.get(content(OPEN))
    archive.visitor().get(link_of(client))
    found = [(line.actor[:7], json.loads(line.detail)) for line in logged(archive)]
    assert [(who, each["file"], each["way"]) for who, each in found] == [
        ("reader-", SAFE, "page"), ("anybody", OPEN, "page"), ("reader-", SAFE, "link"),
    ]  # fmt: skip
    assert all(each["version"] == 1 and len(each["sha256"]) == 64 for _, each in found)
    with snapshot(archive.engine) as connection:
        text = "\n".join(f"{line.actor}{line.subject}{line.detail}" for line in lines(connection))
        assert verify_kept(connection)[1] == []
    for secret in ("eve@", "Eve", "uni.example", PASSWORD, "To compare."):
        assert secret not in text


def test_curators_see_who_took_what_and_readers_their_own(archive):
    client, curator = archive.registered(), archive.staff("cur", "curator")
    client.get(content(SAFE))
    path = PATHS[SAFE]
    assert "Eve R." in curator.get("/downloads").text
    assert path in curator.get("/downloads").text
    assert path in client.get("/account").text
    assert path not in archive.registered("kim@uni.example").get("/account").text


# --- asking and deciding -----------------------------------------------------------------


def test_the_same_is_not_asked_for_twice_while_it_waits(archive):
    client = archive.registered()
    assert ask(client).status_code == 303
    assert ask(client).status_code == 409  # WEB-070
    assert ask(client, project="Another").status_code == 303


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"purpose": ""}, 400),
        ({"project": " "}, 400),
        ({"what": "file:nothing"}, 404),
        ({"what": "set:"}, 404),
        ({"what": "everything"}, 404),
    ],
)
def test_a_request_without_what_is_needed_is_not_kept(archive, fields, status):
    client = archive.registered()
    token = token_of(client.get(f"{AT}/ask"))
    data = {"csrf": token, "what": "all", "project": "P", "purpose": "Q", **fields}
    assert client.post(f"{AT}/ask", data=data).status_code == status
    assert "asked for nothing" in client.get("/account").text


def test_nobody_asks_before_address_and_terms_are_settled(archive):
    assert ask(archive.registered(confirmed=False, terms=False)).status_code == 403
    assert ask(archive.registered("kim@uni.example", terms=False)).status_code == 403


def test_a_decision_is_made_once_and_with_a_reason(archive):
    client, curator = archive.registered(), archive.staff("cur", "curator")
    ask(client)
    assert decide(curator, 1, "approved", reason=" ").status_code == 400
    assert decide(curator, 1, "withdrawn").status_code == 409  # WEB-068
    assert decide(curator, 1, "approved", until="soon").status_code == 400
    assert decide(curator, 1, "approved").status_code == 303
    assert decide(curator, 1, "refused").status_code == 409
    for number, decision in ((9, "approved"), ("x", "approved"), (1, "granted")):
        assert decide(curator, number, decision).status_code == 404


def test_no_reader_decides_the_own_request(archive):
    client = archive.registered()
    ask(client)
    data = {"csrf": token_of(client.get("/account")), "decision": "approved", "reason": "Please"}
    assert client.post("/requests/1", data=data).status_code == 403
    assert "controlled" not in had(client)
