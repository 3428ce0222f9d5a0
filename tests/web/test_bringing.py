"""Transcripts that are brought in on a page: who may, on which terms, and what is left behind."""

from __future__ import annotations

import logging
import re
from html import unescape

import pytest
from made_intake import TALK, let_in, write_transcripts
from made_site import send, token_of
from made_vault import KEY, told
from talk_study import write_study

from consilience.base.errors import Fault
from consilience.desk.run import run
from consilience.desk.transcripts import listed
from consilience.store.database import snapshot
from consilience.store.transcripts import text_of
from consilience.web.uploads import MOST_BYTES, MOST_FILES, file_name

PAGE = "/transcripts"
OPEN = {"kind": "interview", "words": "open", "because": "public hearing"}
SEALED = {"kind": "interview", "words": "sealed"}


@pytest.fixture
def tom(web):
    let_in(web, KEY)
    web.add("tom", "transcriber")
    return web.signed_in("tom")


@pytest.fixture
def files(tmp_path):
    return write_transcripts(tmp_path / "in")


def bring(client, *files, **fields):
    """Send the form as a browser does: its fields first, then the files."""
    token = token_of(client.get(PAGE))
    sent = [("files", (name, content)) for name, content in files]
    return client.post(PAGE, data={"csrf": token, **fields}, files=sent)


def rows(answer):
    """Return the cells of each file in words."""
    body = re.search(r"<tbody>(.*)</tbody>", answer.text, re.DOTALL)[1]
    return [
        [
            " ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]


def left_over(web):
    return list((web.folder / ".consilience").glob("incoming/*"))


def form(parts, boundary="edge", end="--edge--\r\n"):
    """Return the bytes of a form with files, and the header that says so."""
    body = "".join(f"--{boundary}\r\n{head}\r\n\r\n{value}\r\n" for head, value in parts) + end
    return body.encode(), {"content-type": f"multipart/form-data; boundary={boundary}"}


def part(name, filename=None):
    named = f'; filename="{filename}"' if filename is not None else ""
    return f'Content-Disposition: form-data; name="{name}"{named}'


def test_files_of_several_formats_come_in_and_bad_ones_keep_none_out(web, tom, files):
    sent = [(name, path.read_bytes()) for name, path in files.items()]
    answer = bring(tom, *sent, **OPEN, case="E06000001")
    assert answer.status_code == 200
    assert "3 of 5 files came in; 2 were refused." in answer.text
    first, document, captions, damaged, empty = rows(answer)
    assert first[::2] == ["S01.txt", "S01", "5"]
    assert first[1].startswith("came in No frame to look into (INT-134)")
    assert document[1] == "came in", "what is said of all stands with the first"
    assert document[2:] == ["S02", "transcribed", "4", "2 I, R1"]
    assert captions[2:] == ["S03", "transcribed", "2", "2 Interviewer, R1"]
    assert damaged[1].startswith(
        "was refused Document damaged (FMT-202): 'S04.docx' cannot be read"
    )
    assert Fault("FMT-202").remedy in damaged[1]
    assert "FMT-004" in empty[1]
    assert str(web.folder) not in answer.text
    texts = [each.document for each in listed(web.engine)]
    assert [(t.name, t.interview, t.case) for t in texts] == [
        (name, name, "E06000001") for name in ("S01", "S02", "S03")
    ]
    assert ("transcripts imported", "1 text", "person-1") in told(web)
    assert left_over(web) == []


def test_the_same_file_again_changes_nothing_and_another_of_its_name_is_refused(web, tom):
    bring(tom, ("S01.txt", TALK), **OPEN)
    before = listed(web.engine), told(web)
    again = bring(tom, ("other.txt", TALK), ("S01.txt", TALK), **OPEN)
    assert "0 of 2 files came in; 2 were there already" in again.text
    assert rows(again)[0][1:] == ["was there already", "S01", "transcribed", "5", "2 I, ANN ASH"]
    refused = bring(tom, ("S01.txt", TALK + "R: More.\n"), **OPEN)
    assert refused.status_code == 400
    assert "INT-005" in rows(refused)[0][1]
    assert (listed(web.engine), told(web)) == before


def test_an_interview_is_chosen_for_all_files(web, tom):
    bring(tom, ("a.txt", TALK), ("b.txt", TALK + "x"), **OPEN | {"kind": "group"}, interview="G1")
    assert {(t.document.kind, t.document.interview) for t in listed(web.engine)} == {
        ("group", "G1")
    }


def test_interviews_that_are_planned_can_be_chosen(web):
    (web.folder / "study.yaml").unlink()
    write_study(web.folder)
    run(web.folder, at=web.clock(), actor="test")
    tom = web.signed_in("tom", "transcriber")
    closed = tom.get(PAGE).text
    assert 'href="/transcripts?bring=more"' in closed
    assert "multipart/form-data" not in closed  # the plan is read for who brings something only
    page = tom.get(f"{PAGE}?bring=more").text
    assert re.findall(r"<option>(\w+)</option>", page)[:2] == ["T1", "T2"]
    bring(tom, ("recorder-0007.txt", TALK), kind="interview", interview="T4")
    assert "T4" in {each.document.interview for each in listed(web.engine)}


def test_an_interview_or_case_that_is_none_is_refused_with_those_like_it(web):
    (web.folder / "study.yaml").unlink()
    write_study(web.folder)
    run(web.folder, at=web.clock(), actor="test")
    tom, before = web.signed_in("tom", "transcriber"), listed(web.engine)
    for wrong, said in (({"interview": "T-2"}, "Did you mean T2"), ({"case": "A2"}, "A02 (Birch)")):
        answer = bring(tom, ("tape.txt", TALK), kind="interview", **wrong)
        assert answer.status_code == 400
        assert said in answer.text
    assert listed(web.engine) == before


def test_a_disk_that_is_full_is_told_without_the_folder(web, tom, monkeypatch):
    def full(*_args, **_more):
        raise Fault("STO-002", path=str(web.folder), reason="No space left on device")

    monkeypatch.setattr("consilience.web.pages.bringing.bring_in", full)
    answer = bring(tom, ("S01.txt", TALK), **OPEN)
    assert answer.status_code == 507
    assert str(web.folder) not in answer.text
    assert "The disk of the server is full, so that nothing was saved" in answer.text


def test_sealed_texts_need_the_open_vault_and_name_nobody_outside(web, tom, caplog):
    caplog.set_level(logging.DEBUG)
    shut = bring(tom, ("Ann Ash.txt", TALK), **SEALED)
    assert shut.status_code == 403
    assert "WEB-054" not in shut.text, "a page tells it in words"
    assert Fault("WEB-054").entry.title in shut.text
    assert 'value="sealed" required disabled' in shut.text
    assert "/vault?next=/transcripts%3Fbring%3Dmore" in shut.text
    assert listed(web.engine) == ()
    to = send(tom, "/vault", "/vault", key=KEY, next="/transcripts?bring=more").headers["location"]
    assert 'value="sealed" required checked' in tom.get(to).text
    answer = bring(tom, ("Ann Ash.txt", TALK), **SEALED)
    assert "INT-012" in rows(answer)[0][1]
    assert rows(answer)[0][3:] == ["transcribed", "5", "2 I, S1"]
    (text,) = listed(web.engine)
    assert text.versions[0].sealed
    assert text.document.source is None
    web.add("cora", "coder", "interviewer")
    cora = web.signed_in("cora")
    for path in (PAGE, "/texts", f"/transcripts/{text.document.id}/speakers"):
        assert "Ann" not in cora.get(path).text
    assert "Ann Ash" not in caplog.text
    for path in (web.folder / ".consilience").rglob("*"):
        if path.is_file():
            assert b"Ash" not in path.read_bytes(), path
            assert b"ASH" not in path.read_bytes(), path


def test_words_without_a_choice_are_sealed_if_anything(web, tom):
    assert bring(tom, ("S01.txt", TALK), kind="interview").status_code == 403
    assert listed(web.engine) == ()


def test_words_lie_open_for_a_reason_only(web, tom):
    answer = bring(tom, ("S01.txt", TALK), **OPEN | {"because": " "}, case="<C>")
    assert answer.status_code == 400
    assert Fault("WEB-031", what="x").entry.title in answer.text
    assert 'value="&lt;C&gt;"' in answer.text, "what was written stays"
    assert '<details id="bring" class="bring" open>' in answer.text
    assert listed(web.engine) == ()


def test_invented_words_are_marked_as_that(web, tom):
    bring(tom, ("S01.txt", TALK), kind="note", words="invented")
    (text,) = listed(web.engine)
    assert (text.document.simulated, text.versions[0].sealed) == (True, False)
    assert "mark-simulated" in tom.get(PAGE).text


def test_what_the_study_file_says_of_words_is_followed(web, tom):
    let_in(web, None, simulated=True)
    page = tom.get(PAGE).text
    assert "as the study file says: the study is simulated." in page
    assert 'name="words"' not in page
    bring(tom, ("S01.txt", TALK), kind="interview")
    assert listed(web.engine)[0].document.simulated


def test_a_study_without_a_vault_says_how_it_gets_one(web):
    let_in(web, None)
    page = web.signed_in("tom", "transcriber").get(PAGE).text
    assert "The study has no vault yet." in page


def test_with_errors_in_the_study_file_nothing_comes_in(web):
    lea = web.signed_in("lea", "lead")
    page = lea.get(PAGE)
    assert page.status_code == 200
    assert Fault("WEB-053").entry.title in page.text
    assert 'type="file"' not in page.text
    token = token_of(lea.get("/account"))
    sent = [("files", ("S01.txt", TALK))]
    answer = lea.post(PAGE, data={"csrf": token, **OPEN}, files=sent)
    assert answer.status_code == 409
    assert listed(web.engine) == ()


def test_who_only_reviews_sees_no_form_and_brings_nothing_in(web):
    let_in(web, KEY)
    ina = web.signed_in("ina", "interviewer")
    page = ina.get(PAGE)
    assert page.status_code == 200
    assert 'type="file"' not in page.text
    token = token_of(ina.get("/account"))
    answer = ina.post(PAGE, data={"csrf": token, **OPEN}, files=[("files", ("S01.txt", TALK))])
    assert answer.status_code == 403
    assert "WEB-022" in answer.text
    assert listed(web.engine) == ()
    assert left_over(web) == []


@pytest.mark.parametrize(
    ("files", "fields"),
    [((), OPEN), ((), {}), ((("", ""),), OPEN)],
)
def test_without_a_file_it_is_said(tom, files, fields):
    body, headers = form(
        [
            (part("csrf"), token_of(tom.get(PAGE))),
            *((part(name), value) for name, value in fields.items()),
            *((part("files", name), value) for name, value in files),
        ]
    )
    answer = tom.post(PAGE, content=body, headers=headers)
    assert answer.status_code == 400
    assert Fault("WEB-050").entry.title in answer.text


@pytest.mark.parametrize("choice", [{"kind": "novel"}, {"words": "somehow"}, {"kind": ""}])
def test_other_choices_than_those_of_the_form_are_refused(web, tom, choice):
    answer = bring(tom, ("S01.txt", TALK), **OPEN | choice)
    assert answer.status_code == 400
    assert listed(web.engine) == ()


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("../../study.yaml.txt", "study.yaml.txt"),
        ("C:\\talks\\S01.txt", "S01.txt"),
        ("/etc/passwd/..", "file"),
        ("S0\x001\u202e.txt", "S0 1 .txt"),
        ("Größe 漢字.txt", "Größe 漢字.txt"),
        ("x" * 400 + ".docx", "x" * 195 + ".docx"),
        ("x." + "y" * 400, "x." + "y" * 198),
        ("", "file"),
    ],
)
def test_names_of_files_lead_nowhere(sent, name):
    assert file_name(sent) == name


def test_a_file_whose_name_is_a_path_writes_nothing_outside(web, tom):
    study = (web.folder / "study.yaml").read_bytes()
    body, headers = form(
        [
            (part("csrf"), token_of(tom.get(PAGE))),
            *((part(name), value) for name, value in OPEN.items()),
            (part("files", "../../../study.yaml"), TALK),
            (part("files", "..\\..\\S02\x07.txt"), TALK),
        ]
    )
    answer = tom.post(PAGE, content=body, headers=headers)
    assert [row[:2] for row in rows(answer)][1] == ["S02 .txt", "came in"]
    assert "FMT-210" in rows(answer)[0][1]
    assert (web.folder / "study.yaml").read_bytes() == study
    assert left_over(web) == []


# --- bounds, tokens, and forms that are none ---------------------------------------------


def test_no_file_is_kept_before_the_token_was_seen(web, tom, monkeypatch):
    kept = []
    monkeypatch.setattr("consilience.web.uploads.file_name", kept.append)
    token = token_of(tom.get(PAGE))
    fields = [(part(name), value) for name, value in OPEN.items()]
    file = (part("files", "S01.txt"), TALK)
    for parts in (
        [*fields, file],
        [(part("csrf"), "0" * 64), *fields, file],
        [*fields, file, (part("csrf"), token)],
        fields,
    ):
        body, headers = form(parts)
        answer = tom.post(PAGE, content=body, headers=headers)
        assert answer.status_code == 403
        assert "WEB-020" in answer.text
    body, headers = form([(part("csrf"), token), *fields, file])
    other = tom.post(PAGE, content=body, headers={**headers, "origin": "https://evil.example"})
    assert "WEB-021" in other.text
    assert kept == []
    assert listed(web.engine) == ()


def test_too_many_files_are_refused_and_none_comes_in(web, tom):
    sent = [(f"S{n:03}.txt", TALK + str(n)) for n in range(MOST_FILES + 1)]
    answer = bring(tom, *sent, **OPEN)
    assert answer.status_code == 413
    assert "WEB-051" in answer.text
    assert listed(web.engine) == ()
    assert left_over(web) == []


@pytest.mark.parametrize("says", [True, False])
def test_too_much_is_refused_whether_it_says_so_or_not(web, tom, says):
    token = token_of(tom.get(PAGE))
    head, headers = form([(part("csrf"), token)], end=f"--edge\r\n{part('files', 'a.txt')}\r\n\r\n")
    most_on_disk = []

    def pieces():
        yield head
        for _ in range(MOST_BYTES // 1_000_000 + 1):
            yield b"x" * 1_000_000
            most_on_disk.append(left_over(web) != [])
        yield b"\r\n--edge--\r\n"

    if says:
        headers["content-length"] = str(MOST_BYTES + 1)
    answer = tom.post(PAGE, content=pieces(), headers=headers)
    assert answer.status_code == 413
    assert "WEB-052" in answer.text
    assert left_over(web) == []


@pytest.mark.parametrize(
    ("parts", "end"),
    [
        ([(part("files", "a.txt"), "words")], ""),
        ([(part("more"), "x" * 9_000)], "--edge--\r\n"),
        ([(part("more") + "; x=" + "y" * 9_000, "z")], "--edge--\r\n"),
        ([(part(f"n{n}"), "z") for n in range(120)], "--edge--\r\n"),
        ([("Content-Disposition", "z")], "--edge--\r\n"),
    ],
)
def test_forms_that_cannot_be_read_are_refused_and_leave_nothing(web, tom, parts, end):
    token = token_of(tom.get(PAGE))
    body, headers = form([(part("csrf"), token), *parts], end=end)
    answer = tom.post(PAGE, content=body, headers=headers)
    assert answer.status_code == 400
    assert "WEB-027" in answer.text
    assert left_over(web) == []


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_form_that_does_not_say_where_its_parts_end_is_refused(tom, kind):
    answer = tom.post(PAGE, content=b"x", headers={"content-type": kind})
    assert answer.status_code == 400
    assert "WEB-027" in answer.text


def test_files_are_gone_when_the_page_breaks(web, tom, monkeypatch):
    seen = []

    def broken(*_args, **_more):
        seen.extend(left_over(web))
        raise RuntimeError("secret words")

    monkeypatch.setattr("consilience.web.pages.bringing.bring_in", broken)
    token = token_of(tom.get(PAGE))
    client = web.visitor()
    client.cookies = tom.cookies
    answer = client.post(
        PAGE, data={"csrf": token, **OPEN}, files=[("files", ("Ann Ash.txt", TALK))]
    )
    assert answer.status_code == 500
    assert seen != []
    assert left_over(web) == []


def test_what_comes_in_is_what_was_sent(web, tom):
    words = TALK + "\r\n--edge\r\nI: An odd line – and more.\r\n" * 3
    bring(tom, ("S01.txt", words.encode()), **OPEN)
    with snapshot(web.engine) as connection:
        assert text_of(connection, "s01", 1) == words.replace("\r\n", "\n")


def test_a_study_that_stops_being_simulated_tells_leads_what_lies_open(web, tom):
    let_in(web, None, simulated=True)
    bring(tom, ("S01.txt", TALK), kind="interview")
    lea = web.signed_in("lea", "lead")
    told = "came in while the study was simulated"
    assert told not in lea.get(PAGE).text
    design = web.folder / "study.yaml"
    design.write_text(design.read_text().replace("simulated: true", "simulated: false"))
    for page in (PAGE, "/texts"):
        assert lea.get(page).text.count(told) == 1, page
    assert told not in tom.get(PAGE).text
