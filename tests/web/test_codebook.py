"""The codebook on the web: read by all who code, changed by the lead, and taken back."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from made_site import send
from made_texts import assign, keep_codes, keep_codings, keep_text, make_codes, make_text
from made_vault import KEY, seal_texts

from consilience.base.catalogue import CATALOGUE
from consilience.base.errors import Fault
from consilience.cli.main import main
from consilience.desk.codebook_changes import (
    add_code,
    merge_code,
    move_code,
    retire_code,
    split_code,
)
from consilience.desk.reading import codebook_of
from consilience.desk.registry import candidates


@pytest.fixture
def lead(web):
    """Return the client of a lead, in a study with a codebook and passages of a coder."""
    web.add("lea", "lead")
    web.add("ann", "coder", name="Ann K.")
    keep_codes(web.engine, make_codes(8))
    web.text = keep_text(web.engine, *make_text(120))
    assign(web.engine, "person-2")
    keep_codings(web.engine, [
        {"id": f"coding-{n}", "document": "text-1", "start": 10 * n, "end": 10 * n + 9,
         "code": "c1", "coder": "person-2"}
        for n in range(1, 4)
    ])  # fmt: skip
    return web.signed_in("lea")


def passages(client, code):
    page = client.get(f"/codebook/{code}").text
    return int(re.search(r"Passages you may see</dt><dd>(\d+)", page)[1])


def names(client):
    return re.findall(r'<a href="/codebook/[^"]+">([^<]+)</a>', client.get("/codebook").text)


def used(client):
    """Return what the page says of how often each code was used."""
    found = re.findall(
        r'href="/codebook/([^"]+)">.*?<span class="note">(\d[^<]*|not used)</span>',
        client.get("/codebook").text,
    )
    return dict(found)


def test_each_code_says_how_often_it_was_used_as_far_as_one_sees(lead, web):
    assert used(lead)["c1"] == "3 passages in 1 text"
    assert used(lead)["c2"] == "not used"
    web.add("ben", "coder")
    assert used(web.signed_in("ben"))["c1"] == "not used"
    assert used(web.signed_in("ann"))["c1"] == "3 passages in 1 text"


def change(client, step, code="c1", **fields):
    path = f"/codebook/{code}" + (f"/{step}" if step else "")
    return send(client, path, f"/codebook/{code}", **fields)


def edit(client, page=None, code="c1", **fields):
    """Send the form of a code as a page showed it, the newest one if none is given."""
    shown = (page or client.get(f"/codebook/{code}")).text
    said = {"name": re.search(r'name="name" type="text" value="([^"]*)"', shown)[1]}
    for name in ("definition", "inclusion", "exclusion", "examples"):
        said[name] = re.search(rf'<textarea[^>]* name="{name}"[^>]*>([^<]*)<', shown)[1]
    if re.search(r'name="codable" value="1" checked', shown):
        said["codable"] = "1"
    said["shown"] = re.search(r'name="shown" value="([^"]+)"', shown)[1]
    lines = {name: re.sub(r"\r?\n", "\r\n", words) for name, words in (said | fields).items()}
    return change(client, "", code=code, **{n: w for n, w in lines.items() if w is not None})


def undo(client):
    return send(client, "/codebook/undo", "/codebook")


def test_the_tree_and_one_code_are_shown(lead):
    page = lead.get("/codebook").text
    assert "What people say of aspect 1." in page
    assert names(lead)[:2] == ["Trust and how it grows", "Trust: aspect 1"]
    assert passages(lead, "c1") == 3
    assert lead.get("/codebook/nothing").status_code == 404


def test_a_code_is_added_and_taken_back(lead):
    done = send(lead, "/codebook", "/codebook", name="New <code>", parent="h1", definition="What.")
    assert done.status_code == 303
    assert "New &lt;code&gt;" in names(lead)
    assert undo(lead).status_code == 303
    assert "New &lt;code&gt;" not in names(lead)


def test_a_code_without_a_name_is_not_added(lead):
    answer = send(lead, "/codebook", "/codebook", name=" ", parent="", definition="Kept words.")
    assert answer.status_code == 400
    assert "Kept words." in answer.text


def test_a_code_is_changed(lead):
    edit(lead, name="Renamed", definition="Other words.", inclusion="Always.",
           exclusion="Never.", examples="One.\nTwo.", codable="1")  # fmt: skip
    page = lead.get("/codebook/c1").text
    for words in ("Renamed", "Other words.", "Always.", "Never.", "One.", "Two."):
        assert words in page
    undo(lead)
    assert "Renamed" not in lead.get("/codebook/c1").text


def test_two_who_change_a_code_at_once_lose_nothing_of_each_other(lead, web):
    edit(lead, definition="Of old.\nOn two lines. ", examples="One.\nTwo.")
    web.add("leo", "lead")
    other = web.signed_in("leo")
    page, beside = lead.get("/codebook/c1"), other.get("/codebook/c1")
    assert edit(lead, page, definition="Said by Lea.").status_code == 303
    assert edit(other, beside, inclusion="Said by Leo.", codable="1").status_code == 303
    assert edit(other, beside, examples="One.\nTwo.\nThree.").status_code == 303
    (code,) = (each for each in codebook_of(web.engine) if each.id == "c1")
    assert (code.definition, code.inclusion) == ("Said by Lea.", "Said by Leo.")
    assert code.examples == ("One.", "Two.", "Three.")
    assert edit(lead, page, definition="Said by Lea.").status_code == 303, "sent twice"


def test_what_two_change_otherwise_is_told_and_nothing_is_thrown_away(lead, web):
    web.add("leo", "lead")
    other = web.signed_in("leo")
    beside = other.get("/codebook/c1")
    edit(lead, definition="Said by Lea.", exclusion="Lea alone.")
    refused = edit(other, beside, definition="Said by Leo.", inclusion="Leo alone.")
    assert refused.status_code == 409
    assert CATALOGUE["COD-142"].title in refused.text
    assert "after the page was shown: definition." in refused.text
    (code,) = (each for each in codebook_of(web.engine) if each.id == "c1")
    assert (code.definition, code.inclusion) == ("Said by Lea.", "")
    for words in ("Said by Lea.", "Said by Leo.", "Leo alone.", "Lea alone."):
        assert words in refused.text
    assert edit(other, refused).status_code == 303, "seen, and wanted so"
    (code,) = (each for each in codebook_of(web.engine) if each.id == "c1")
    assert code.definition == "Said by Leo."
    assert (code.inclusion, code.exclusion) == ("Leo alone.", "Lea alone.")


def test_a_form_of_a_code_without_its_stamp_changes_nothing(lead, web):
    before = codebook_of(web.engine)
    answer = change(lead, "", name="Renamed", definition="Typed.", codable="1")
    assert answer.status_code == 400
    assert CATALOGUE["COD-143"].title in answer.text
    assert "Typed." in answer.text
    assert codebook_of(web.engine) == before


def test_a_code_is_moved_but_never_below_itself(lead):
    change(lead, "move", parent="h2")
    assert 'href="/codebook/h2"' in lead.get("/codebook/c1").text.split("<h1>")[0]
    change(lead, "move", code="h1", parent="h2")
    assert change(lead, "move", code="h2", parent="h1").status_code == 400


def test_a_code_is_merged_with_its_passages_and_parted_again(lead):
    answer = change(lead, "merge", into="c2")
    told = lead.get(answer.headers["location"]).text
    assert re.search(r"Merged into [^<]+: \d+ passages?\.", told)
    assert "Undo the merger" in told
    assert passages(lead, "c2") == 3
    undo(lead)
    assert passages(lead, "c1") == 3
    assert passages(lead, "c2") == 0
    assert change(lead, "merge", into="c1").status_code == 400
    assert change(lead, "merge", into="nothing").status_code == 400


def test_a_code_is_split_by_its_passages(lead):
    change(lead, "split", split_name="Half", coding=["coding-1", "coding-3"])
    assert passages(lead, "c1") == 1
    new = re.search(r'<a href="/codebook/([^"]+)">Half</a>', lead.get("/codebook").text)[1]
    assert passages(lead, new) == 2
    undo(lead)
    assert passages(lead, "c1") == 3
    assert change(lead, "split", split_name="Half").status_code == 400


def test_what_is_changed_at_the_terminal_stands_on_the_pages_at_once(lead, web):
    ann = web.signed_in("ann")
    assert 'value="c1"' in ann.get("/texts/text-1").text

    def terminal(step, *words):
        given = ["codebook", step, str(web.folder), *words]
        done = CliRunner().invoke(main, given, env={"CONSILIENCE_ACTOR": "lea"})
        assert done.exit_code == 0, done.output
        return done.output

    terminal("rename", "c1", "Renamed")
    assert "Renamed" in names(lead)
    assert "Renamed" in ann.get("/texts/text-1").text
    output = terminal("split", "c1", "Half", "--coding", "coding-2")
    assert "1 passage went from Renamed to Half" in output
    assert passages(lead, "c1") == 2
    change(lead, "merge", into="c2")
    assert "taken back: change 3, by person-1" in terminal("undo")
    assert passages(lead, "c1") == 2
    undo(lead)  # the own step, although it was made at the terminal
    assert passages(lead, "c1") == 3
    terminal("retire", "c1")
    assert 'value="c1"' not in ann.get("/texts/text-1").text


def test_a_retired_code_is_not_offered_any_more(lead, web):
    ann = web.signed_in("ann")
    assert 'value="c1"' in ann.get("/texts/text-1").text
    change(lead, "retire", retired="1")
    page = ann.get("/texts/text-1").text
    assert 'value="c1"' not in page
    assert "Thresholds: aspect 1" in page, "what was coded with it stays"
    change(lead, "retire", retired="")
    assert 'value="c1"' in ann.get("/texts/text-1").text


@pytest.mark.parametrize(
    ("code", "step"),
    [
        ("COD-017", lambda e, w: split_code(e, "c1", name="x", codings=["coding-x"], **w)),
        ("COD-015", lambda e, w: split_code(e, "c1", name=" ", codings=["coding-1"], **w)),
        ("COD-015", lambda e, w: add_code(e, name="", parent=None, **w)),
        ("COD-014", lambda e, w: move_code(e, "h1", parent="c1", **w)),
        ("COD-014", lambda e, w: merge_code(e, "c1", into="c1", **w)),
        ("COD-003", lambda e, w: merge_code(e, "c1", into="h2", **w)),
        ("COD-002", lambda e, w: merge_code(e, "c1", into="nothing", **w)),
        ("COD-002", lambda e, w: add_code(e, name="x", parent="nothing", **w)),
        ("COD-002", lambda e, w: retire_code(e, "nothing", retired=True, **w)),
    ],
)
def test_what_cannot_be_changed_is_refused_and_nothing_is_done(web, lead, code, step):
    before = codebook_of(web.engine)
    with pytest.raises(Fault) as caught:
        step(web.engine, {"at": web.clock(), "actor": "person-1"})
    assert caught.value.code == code
    assert codebook_of(web.engine) == before
    assert passages(lead, "c1") == 3


def test_a_passage_under_both_codes_is_kept_once(web, lead):
    keep_codings(web.engine, [
        {"id": "twin", "document": "text-1", "start": 10, "end": 19, "code": "c2",
         "coder": "person-2"},
    ])  # fmt: skip
    change(lead, "merge", into="c2")
    assert passages(lead, "c2") == 3
    undo(lead)
    assert (passages(lead, "c1"), passages(lead, "c2")) == (3, 1)


def test_memos_and_lower_codes_go_with_a_merged_code(lead):
    where = "/memos?on=code&thing=h1"
    send(lead, "/memos", where, on="code", thing="h1", title="", text="Of the heading.")
    change(lead, "", code="c2", name="C2", codable="1")
    change(lead, "merge", code="h1", into="c2")
    assert "Of the heading." in lead.get("/memos?on=code&thing=c2").text
    assert 'href="/codebook/c2"' in lead.get("/codebook/c1").text.split("<h1>")[0]
    undo(lead)
    assert "Of the heading." in lead.get(where).text


def test_an_own_step_is_not_taken_back_where_another_lead_took_the_name(lead, web):
    web.add("mo", "lead")
    other = web.signed_in("mo")
    edit(lead, name="Renamed")
    send(other, "/codebook", "/codebook", name="thresholds: aspect 1", parent="h1", definition="")
    answer = undo(lead)
    assert answer.status_code == 409
    assert "has that name there now" in answer.text
    assert "thresholds: aspect 1 (" in answer.text
    assert "Renamed" in names(lead)
    undo(other)
    undo(lead)
    assert "Renamed" not in names(lead)


def test_a_coder_reads_and_is_shown_no_forms(lead, web):
    ann = web.signed_in("ann")
    for path in ("/codebook", "/codebook/c1"):
        page = ann.get(path)
        assert page.status_code == 200
        assert 'action="/codebook' not in page.text
    assert passages(lead, "c1") == 3


@pytest.mark.usefixtures("lead")
@pytest.mark.parametrize(
    ("code", "path", "where", "fields"),
    [
        ("WEB-030", "/texts/text-1/marks", "/texts/text-1", {"code": "c1", "version": "1"}),
        ("WEB-031", "/memos", "/memos?on=code&thing=c1", {"on": "code", "thing": "c1", "text": ""}),
    ],
)
def test_a_form_without_what_it_asks_for_says_so(web, code, path, where, fields):
    answer = send(web.signed_in("ann"), path, where, **fields)
    assert answer.status_code == 400
    assert CATALOGUE[code].remedy in answer.text


def test_with_the_vault_open_a_name_is_refused_in_what_codes_say(lead, web):
    seal_texts(web)
    candidates(web.engine, web.folder, KEY, at=web.clock(), actor="test")
    send(lead, "/vault", "/vault", key=KEY)
    before = codebook_of(web.engine)
    added = send(lead, "/codebook", name="Heads", parent="", definition="Said by Featherstone.")
    changed = edit(lead, exclusion="Featherstone alone.")
    form = {"split_name": "Featherstone", "coding": "coding-1"}
    parted = send(lead, "/codebook/c1/split", "/codebook/c1", **form)
    for refused in (added, changed, parted):
        assert refused.status_code == 400
        assert CATALOGUE["COD-173"].title in refused.text
    assert "Featherstone alone.</textarea>" in changed.text
    assert codebook_of(web.engine) == before
    assert edit(lead, exclusion="The head alone.").status_code == 303
