"""What holds for every answer: headers, tokens, origins, sizes; mistakes told in plain words."""

from __future__ import annotations

import json
import logging
import re
from importlib.resources import files

import pytest
from made_site import HOST, PASSWORD, sign_in, token_of
from starlette.responses import PlainTextResponse

from consilience.base.errors import Fault
from consilience.desk.roles import ROLES
from consilience.web.app import make_app
from consilience.web.audience import PUBLIC, STAFF, Audience
from consilience.web.doors import Door
from consilience.web.envelope import POLICY
from consilience.web.guard import MOST_BYTES
from consilience.web.mishaps import shown, status_of
from consilience.web.pages import DOORS
from consilience.web.site import place_of

ROLES_OF_ALL = sorted(ROLES)
ALWAYS = {
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=()",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}


def stylesheet(web):
    return web.site.static("site.css")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/sign-in", 200),
        ("HEAD", "/sign-in", 200),
        ("GET", "/account", 303),
        ("GET", "/nowhere", 404),
        ("GET", "/static/x/site.css", 404),
        ("PUT", "/sign-in", 405),
        ("POST", "/sign-in", 400),
        ("OPTIONS", "/account", 405),
    ],
)
def test_headers_stand_on_every_answer(web, method, path, status):
    answer = web.visitor().request(method, path)
    assert answer.status_code == status
    for name, value in ALWAYS.items():
        assert value in answer.headers[name], name
    assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers


def test_headers_stand_on_files_which_are_kept_for_good(web):
    answer = web.visitor().get(stylesheet(web))
    assert answer.status_code == 200
    for name, value in ALWAYS.items():
        assert value in answer.headers[name], name
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"


def test_the_policy_lets_nothing_stand_in_a_line():
    policy = dict(part.strip().split(" ", 1) for part in POLICY.split(";"))
    assert policy["default-src"] == "'none'"
    assert {policy[f"{kind}-src"] for kind in ("style", "script", "img", "connect")} == {"'self'"}
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"


def test_templates_keep_the_policy_and_escape_everything():
    for template in (files("consilience.web") / "templates").iterdir():
        text = template.read_text("utf-8")
        assert not re.search(r"\|\s*safe|autoescape|Markup|<script>|\sstyle=|\son\w+=", text), (
            template
        )
        assert not re.search(r"""(src|href)=["'](https?:)?//""", text), template


def test_no_file_names_an_address_elsewhere():
    for asset in (files("consilience.web") / "static").iterdir():
        text = asset.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "://" not in text, asset
        assert "innerHTML" not in text or asset.name == "patches.js", asset


@pytest.mark.parametrize(
    "path",
    [
        "/static/{v}/../templates/base.html",
        "/static/{v}/..%2ftemplates%2fbase.html",
        "/static/{v}/%2e%2e/app.py",
        "/static/{v}//etc/passwd",
        "/static/../app.py",
        "/static/{v}/site.css%00.js",
        "/static/{v}/",
    ],
)
def test_no_path_leads_out_of_the_folder_of_files(web, path):
    answer = web.visitor().get(path.format(v=web.site.assets.version))
    assert answer.status_code == 404


def test_cookies_on_this_machine(web):
    web.add("ann", "coder")
    cookie = sign_in(web.visitor(), "ann").headers.get_list("set-cookie")[0]
    assert cookie.startswith("consilience=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert "expires" not in cookie.lower()
    assert "max-age" not in cookie.lower()


def test_cookies_behind_tls(public):
    public.add("ann", "coder")
    client = public.visitor("https://coding.example.org")
    done = sign_in(client, "ann")
    cookie = done.headers.get_list("set-cookie")[0]
    assert cookie.startswith("__Host-consilience=")
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Secure"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert done.headers["strict-transport-security"] == "max-age=31536000"
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize("path", sorted({door.path for door in DOORS if door.method == "POST"}))
def test_nothing_is_done_without_the_token_of_the_session(web, path):
    client = web.signed_in("ann", *ROLES_OF_ALL)
    path = re.sub(r"\{\w+\}", "x", path)
    for data in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
        answer = client.post(path, data={**data, "login": "ann", "password": PASSWORD})
        assert answer.status_code == 403, path
        assert "WEB-020" in answer.text
    answer = client.post(path, json={}, headers={"accept": "application/json"})
    assert answer.status_code == 403
    assert answer.json()["code"] == "WEB-020"


def test_the_token_of_another_session_is_refused(web):
    ann, ben = web.signed_in("ann", "coder"), web.signed_in("ben", "coder")
    token = token_of(ben.get("/account"))
    assert ann.post("/sign-out", data={"csrf": token}).status_code == 403
    assert ann.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": HOST}, 303),
        ({"origin": "http://localhost:8080"}, 303),
        ({"origin": "https://127.0.0.1:8080"}, 403),
        ({"origin": "http://127.0.0.1:9"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 303),
    ],
)
def test_forms_of_other_sites_are_refused(web, headers, status):
    client = web.signed_in("ann", "coder")
    data = {"csrf": token_of(client.get("/account"))}
    answer = client.post("/sign-out", data=data, headers=headers)
    assert answer.status_code == status
    assert status == 303 or "WEB-021" in answer.text


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:80", "", "127.0.0.1:8080.evil.example"]
)
def test_other_host_names_are_refused(web, host):
    answer = web.visitor().get("/sign-in", headers={"host": host})
    assert answer.status_code == 400
    assert "WEB-023" in answer.text


def test_only_the_public_name_is_answered_behind_tls(public):
    assert public.visitor("https://coding.example.org").get("/sign-in").status_code == 200
    assert public.visitor("https://127.0.0.1:8080").get("/sign-in").status_code == 400


@pytest.mark.parametrize(
    ("host", "url", "code"),
    [
        ("0.0.0.0", None, "WEB-001"),
        ("192.0.2.7", None, "WEB-001"),
        ("127.0.0.1", "http://coding.example.org", "WEB-002"),
        ("0.0.0.0", "https://coding.example.org/path", "WEB-002"),
        ("0.0.0.0", "https://me@coding.example.org", "WEB-002"),
        ("0.0.0.0", "coding.example.org", "WEB-002"),
    ],
)
def test_no_server_without_tls_for_the_network(host, url, code):
    with pytest.raises(Fault) as caught:
        place_of(host=host, port=8080, public_url=url)
    assert caught.value.code == code


def test_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(web):
    client = web.signed_in("ann", "coder")
    large = b"csrf=" + b"x" * MOST_BYTES
    kind = {"content-type": "application/x-www-form-urlencoded"}
    for content in (large, iter([large])):
        answer = client.post("/sign-out", content=content, headers=kind)
        assert answer.status_code == 413
        assert "WEB-024" in answer.text


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"csrf=%ff%fe", "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"&".join(b"a=1" for _ in range(3000)), "application/x-www-form-urlencoded"),
        (b"{", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"x", "text/plain"),
        (b"x", "multipart/form-data; boundary=a"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(web, content, kind):
    client = web.signed_in("ann", "coder")
    answer = client.post("/sign-out", content=content, headers={"content-type": kind})
    assert answer.status_code == 400
    assert "WEB-027" in answer.text


def broken(_call):
    raise RuntimeError("the secret words of a transcript")


def failing(_call):
    raise Fault("STO-003", path="/a/secret/path", reason="x")


def planted(web, handler):
    door = Door(method="GET", path="/planted", name="planted", to=PUBLIC, handler=handler)
    web.app = make_app(
        engine=web.engine, folder=web.folder, title="A study", place=web.site.place,
        clock=web.clock, doors=(*DOORS, door),
    )  # fmt: skip
    return web.visitor().get("/planted")


@pytest.mark.parametrize("handler", [broken, failing])
def test_our_own_mistakes_are_told_without_what_is_inside(web, caplog, handler):
    caplog.set_level(logging.INFO, "consilience.web")
    answer = planted(web, handler)
    assert answer.status_code == 500
    assert "WEB-028" in answer.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    for name in ALWAYS:
        assert name in answer.headers
    line = json.loads(caplog.records[-1].message)
    assert line["status"] == 500
    assert f"number {line['id']}" in answer.text, "the page names the line of the log"
    assert "secret" not in caplog.text
    if handler is broken:
        assert line["error"] == "RuntimeError"
        assert any(place.startswith("test_security.py:") for place in line["at"])


def test_the_log_holds_no_token_name_or_address(web, caplog):
    caplog.set_level(logging.INFO, "consilience.web")
    client = web.signed_in("ann", "coder")
    client.get("/account?q=private")
    client.get("/nowhere/private")
    sign_in(client, "ann", "a wrong private password")
    lines = [json.loads(record.message) for record in caplog.records]
    assert {line["door"] for line in lines} >= {"sign-in", "account", ""}
    assert any(line["account"] == "person-1" for line in lines)
    for secret in ("private", "Ann", '"ann"', client.cookies["consilience"]):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("WEB-010", 403), ("WEB-011", 429), ("WEB-020", 403), ("WEB-021", 403), ("WEB-022", 403),
        ("WEB-023", 400), ("WEB-024", 413), ("WEB-025", 404), ("WEB-026", 405), ("WEB-027", 400),
        ("WEB-032", 507), ("WEB-033", 503), ("STO-002", 507), ("STO-011", 503),
        ("WEB-050", 400), ("WEB-051", 413), ("WEB-052", 413), ("WEB-053", 409), ("WEB-054", 403),
        ("WEB-060", 400), ("WEB-061", 403), ("WEB-062", 403), ("WEB-063", 403), ("WEB-064", 403),
        ("WEB-065", 403), ("WEB-066", 403), ("WEB-067", 410), ("WEB-068", 409), ("WEB-069", 409),
        ("WEB-070", 409), ("WEB-028", 500), ("WEB-012", 400), ("WEB-013", 400), ("STO-003", 500),
        ("STO-050", 400),
    ],
)  # fmt: skip
def test_each_fault_has_its_status(code, status):
    assert status_of(Fault(code)) == status


def test_what_cannot_be_taken_leaves_a_way_back_in_the_frame_of_the_site(web):
    lea = web.signed_in("lea", "lead")
    token = token_of(lea.get("/codebook"))
    came = {"referer": "http://127.0.0.1:8080/codebook?x=1"}
    for sent in ({"csrf": token, "name": "x" * 3000}, {"csrf": "of an old session", "name": "x"}):
        answer = lea.post("/codebook", data=sent, headers=came)
        assert answer.status_code in (400, 403)
        assert '<a href="/codebook?x=1">Back to the page</a>' in answer.text
        assert '<a href="/codebook"' in answer.text, "the navigation"
        assert "Sign out" in answer.text
    away = lea.post("/codebook", data={"csrf": ""}, headers={"referer": "http://elsewhere/x"})
    assert "Back to the page" not in away.text
    assert "Sign out" not in web.visitor().get("/nowhere").text


@pytest.mark.parametrize("page", ["/codebook", "/texts"])
def test_a_full_disk_is_told_without_the_folder(web, monkeypatch, page):
    """On the page that was sent, and where a page cannot be made at all."""

    def full(*_args, **_more):
        raise Fault("STO-002", path=str(web.folder), reason="No space left on device")

    lea = web.signed_in("lea", "lead")
    monkeypatch.setattr("consilience.desk.codebook_changes.add_code", full)
    monkeypatch.setattr("consilience.web.pages.texts.texts_for", full)
    sent = {"csrf": token_of(lea.get("/account")), "name": "Trust"}
    answer = lea.post(page, data=sent) if page == "/codebook" else lea.get(page)
    assert answer.status_code == 507
    assert "disk of the server is full, so that nothing was saved" in answer.text
    assert str(web.folder) not in answer.text


def test_people_are_called_by_name_where_they_may_be_seen(web):
    lea, ann = web.add("lea", "lead", name="Lea L."), web.add("ann", "coder", name="Ann K.")
    fault = Fault("COD-005", document="T1", coder=ann.id, at="2026-03-02")
    assert "coder 'Ann K.'" in shown(web.site, fault, lea).what
    assert "coder 'Ann K.'" in shown(web.site, fault, ann).what
    ben = web.add("ben", "coder")
    for reader in (ben, None):
        assert f"coder '{ann.id}'" in shown(web.site, fault, reader).what


def test_a_text_that_was_not_given_out_says_what_to_do_by_role(web):
    lea, ann = web.add("lea", "lead", "coder"), web.add("ann", "coder")
    told = [shown(web.site, Fault("COD-004", document="T1", coder=each.id), each)
            for each in (ann, lea)]  # fmt: skip
    assert [each.code for each in told] == ["WEB-100", "WEB-101"]
    assert all("`" not in each.remedy for each in told)


@pytest.mark.parametrize("path", ["/nowhere", "/static/x/y"])
def test_pages_about_mistakes_say_what_to_do(web, path):
    answer = web.visitor().get(path)
    assert answer.status_code == 404
    assert "There is no page at this address." in answer.text
    assert "start again from the first page" in answer.text


def test_a_script_gets_its_mistakes_as_json(web):
    client = web.visitor()
    as_json = {"accept": "application/json"}
    assert client.get("/nowhere", headers=as_json).json()["code"] == "WEB-025"
    ended = client.get("/account", headers=as_json)
    assert ended.status_code == 401
    assert ended.json()["sign_in"] == "/sign-in"


def test_an_address_cannot_be_made_without_saying_who_may_use_it():
    def handler(_call):
        return PlainTextResponse("open to all by forgetting")

    with pytest.raises(TypeError):
        Door(method="GET", path="/x", name="x", handler=handler)
    with pytest.raises(TypeError):
        Door(method="GET", path="/x", name="x", handler=handler, to=None)
    with pytest.raises(ValueError, match="audience"):
        Audience(frozenset())
    with pytest.raises(ValueError, match="audience"):
        Audience(STAFF.roles, public=True)


def test_what_a_title_holds_is_escaped(web):
    page = web.visitor().get("/sign-in").text
    assert "Joint &lt;working&gt;" in page
    assert "<working>" not in page
