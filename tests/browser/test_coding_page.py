"""The coding page as people use it: by mouse, by keyboard, two at once, in light and dark."""

from __future__ import annotations

from importlib.resources import files

import pytest
from made_listening import come_to, listen
from made_server import serving
from made_site import Web
from made_texts import AT, assign, keep_codes, keep_codings, keep_text, make_codes, make_codings
from made_texts import make_text as made_text
from playwright.sync_api import expect

from consilience.desk.codebook_changes import merge_code, rename_code, undo_codebook
from consilience.desk.kept import at_work
from consilience.interviews.model import Turn
from consilience.interviews.transcripts import turns_of_edited
from consilience.store.database import snapshot, transaction
from consilience.store.transcripts import Draft, add_version, readable_version, text_of, turns_of
from consilience.text.offsets import Edit, apply_edits
from consilience.web.site import place_of

pytestmark = pytest.mark.browser

VIOLATIONS = """axe.run().then(found => found.violations.map(
    each => `${each.id}: ${each.nodes[0].html.slice(0, 160)}`))"""
OWN = "li[data-own]:not(.on)"
PAGES = (
    "/", "/texts", "/texts/small", "/texts/astral", "/texts/large/compare", "/texts/small/release",
    "/codebook", "/codebook/c1", "/memos", "/memos?on=study&thing=study", "/account",
    "/account/password",
)  # fmt: skip
# An emoji is one code point and two units of the browser's text.
ASTRAL = (
    "I: Well \U0001f600\U0001f601 then? Yes.\n\nR: <b>Bold</b> & plain. Second \U0001d4b3 sentence."
    "\n\nI: Last."
)


@pytest.fixture(scope="session")
def axe():
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Return a study with three coders, a small text, one with odd characters, and a large one."""
    folder = tmp_path_factory.mktemp("study")
    (folder / "study.yaml").write_text("consilience: 1\n", encoding="utf-8")
    with at_work(folder) as engine:
        web = Web(engine, folder, place_of(host="127.0.0.1", port=8080))
        web.add("ann", "coder", "lead", name="Ann B.")
        for login in ("ben", "eve"):
            web.add(login, "coder", name=f"{login.title()} C.")
        codes = make_codes(40)
        keep_codes(engine, codes)
        web.codes = [code.id for code in codes if code.codable]
        web.small = keep_text(engine, *made_text(200), document="small", name="Small")
        web.large = keep_text(engine, *made_text(3000), document="large", name="Large")
        turns = [
            Turn(speaker="I", start=0, said=3, end=ASTRAL.index("\n\nR")),
            Turn(speaker="R", start=ASTRAL.index("R:"), said=ASTRAL.index("<b>"),
                 end=ASTRAL.index("\n\nI: Last")),
            Turn(speaker="I", start=ASTRAL.index("I: Last"), said=ASTRAL.index("Last"),
                 end=len(ASTRAL)),
        ]  # fmt: skip
        keep_text(engine, ASTRAL, turns, document="astral", name="<i>Astral</i>")
        web.apart = keep_text(engine, *made_text(200), document="apart", name="Apart")
        for document in ("small", "large", "astral", "apart"):
            for person in ("person-1", "person-2", "person-3"):
                assign(engine, person, document=document)
        keep_codings(
            engine,
            make_codings(web.large, 90, codes=web.codes, coder="person-2", document="large"),
        )
        turns = [
            Turn(speaker="R", start=0, said=0, end=9),
            Turn(speaker="I", start=10, said=10, end=17),
        ]
        keep_text(engine, "שלום עולם\nGo on: ", turns, document="hebrew", name="Hebrew")
        assign(engine, "person-1", document="hebrew")
        web.sessions, web.kept = {}, engine
        with serving(engine, folder) as web.address:
            yield web


@pytest.fixture
def come(browser, study):
    """Return a function that signs somebody in and opens a page; nothing else is ever asked for."""
    contexts, elsewhere, complaints = [], [], []

    def opened(login, path, *, width=1280, scheme="light", script=True, policy=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme,
            java_script_enabled=script, bypass_csp=not policy, reduced_motion="reduce",
            storage_state=study.sessions.get(login),
        )  # fmt: skip
        contexts.append(context)

        def filtered(route):
            if route.request.url.startswith(study.address):
                route.continue_()
            else:
                elsewhere.append(route.request.url)
                route.abort()

        context.route("**/*", filtered)
        page = context.new_page()
        listen(page, complaints)
        come_to(page, study, path, login=login)
        if script and page.locator("#panel").count():
            page.wait_for_selector("#text[data-ready]")
        return page

    opened.complaints = complaints
    yield opened
    for context in contexts:
        context.close()
    assert elsewhere == []
    assert complaints == []  # among them breaches of the policy


def marks(page):
    return page.locator("mark").all_inner_texts()


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def select(page, start, end):
    """Drag over the characters from start to end of the text of the page's sentences."""
    page.evaluate(
        """([start, end]) => {
            const pieces = [...document.querySelectorAll('.s')].flatMap((s) => {
                const walker = document.createTreeWalker(s, NodeFilter.SHOW_TEXT);
                const found = [];
                while (walker.nextNode()) found.push(walker.currentNode);
                return found;
            });
            const find = (words) => {
                const node = pieces.find((each) => each.data.includes(words));
                return [node, node.data.indexOf(words)];
            };
            const [first, at] = find(start);
            const [last, to] = find(end);
            document.getSelection().setBaseAndExtent(first, at, last, to + end.length);
        }""",
        [start, end],
    )
    page.wait_for_selector("#panel.ready")


def test_a_passage_is_marked_by_mouse_and_kept(come):
    page = come("ann", "/texts/small")
    select(page, "school", "school")
    page.locator(".codes label").nth(3).click()
    page.wait_for_selector("mark")
    assert marks(page) == ["school"]
    page.reload()
    assert marks(page) == ["school"]
    page.click("button.remove")
    page.wait_for_selector("mark", state="detached")


def test_odd_characters_are_marked_exactly(come):
    page = come("ann", "/texts/astral")
    for words in ("\U0001f601 then", "\U0001d4b3 sentence", "<b>Bold</b>", "\U0001f600"):
        select(page, words, words)
        page.locator(".codes label").first.click()
        page.wait_for_selector("mark")
        assert marks(page) == [words]
        page.locator("article").first.focus()
        press(page, "u")
        page.wait_for_selector("mark", state="detached")


def test_a_passage_may_go_over_turns_and_through_codings(come):
    page = come("ann", "/texts/astral")
    for first, last in (("Yes.", "plain."), ("then?", "<b>Bold</b>")):
        count = page.locator(OWN).count()
        select(page, first, last)
        page.locator(".codes label").nth(count).click()
        expect(page.locator(OWN)).to_have_count(count + 1)
    assert "".join(marks(page)) == "then? Yes.<b>Bold</b> & plain."
    assert page.locator("li.on").count() == 2
    press(page, "Escape")
    page.locator("article").first.focus()
    press(page, "u", "u")
    page.wait_for_selector("mark", state="detached")


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("j", "document.getElementById('chosen').textContent !== ''"),
        ("c", "document.activeElement.id === 'find'"),
        ("?", "document.getElementById('help').open"),
    ],
)
def test_keys_work_on_a_page_that_was_just_opened(come, key, shown):
    page = come("ben", "/texts/small")
    assert page.evaluate("window.scrollY") == 0
    press(page, key)
    assert page.evaluate(shown)


def test_the_text_has_the_focus_and_the_way_past_the_bar_stays(come, axe):
    page = come("ben", "/texts/small")
    assert page.evaluate("document.activeElement.id") == "t1"
    skip = page.locator(".skip")
    for _ in range(40):
        press(page, "Shift+Tab")
        if skip.evaluate("each => each === document.activeElement"):
            break
    assert skip.bounding_box()["x"] >= 0, "it is reached, and seen when it is"
    press(page, "Enter", "Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.evaluate(axe)
    assert page.evaluate(VIOLATIONS) == []


def test_keys_begin_at_the_turn_that_the_address_names(come):
    page = come("ben", "/texts/small#t3")
    assert page.evaluate("document.activeElement.id") == "t3"
    press(page, "j")
    chosen = page.locator("#chosen").inner_text()
    assert page.locator("#t3 .s").first.inner_text().split()[:3] == chosen.split()[:3]


def test_a_memo_is_changed_and_deleted_on_its_page(come, axe):
    page = come("ann", "/memos?on=code&thing=c1", policy=False)
    page.get_by_label("Title").fill("Doubt")
    page.get_by_label("Memo", exact=True).fill("Is it two?")
    page.get_by_role("button", name="Keep the memo").click()
    page.get_by_role("link", name="Change or delete Doubt").click()
    for width in (1280, 400):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(axe)
        assert page.evaluate(VIOLATIONS) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("Memo", exact=True).fill("It is one.")
    page.get_by_label("Forget the words before").check()
    page.get_by_role("button", name="Keep the change").click()
    expect(page.get_by_text("It is one.")).to_be_visible()
    page.get_by_role("link", name="Change or delete Doubt").click()
    page.get_by_role("button", name="Delete the memo").click()
    expect(page.get_by_text("The memo is deleted.")).to_be_visible()
    expect(page.get_by_text("It is one.")).to_have_count(0)


def test_everything_goes_by_keyboard(come):
    page = come("ben", "/texts/small")
    page.locator("article[tabindex='0']").focus()
    press(page, "j", "j", "ArrowRight", "Shift+ArrowRight", "c")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.type("voice asp 2")
    press(page, "Enter")
    page.wait_for_selector("mark")
    sentences = page.locator("#t2 .s").all_inner_texts()
    assert "".join(marks(page)).split() == "".join(sentences[1:3]).split()
    label = page.locator("li[data-own] .name").first
    assert label.inner_text() == "Voice: aspect 2"
    assert page.evaluate("document.activeElement.id") == "t2", "the focus is back in the text"
    press(page, "j", "Enter")
    expect(page.locator(OWN)).to_have_count(2)
    press(page, "Delete")
    expect(page.locator(OWN)).to_have_count(1)
    press(page, "u")
    expect(page.locator(OWN)).to_have_count(2)
    press(page, "u", "u", "u")
    page.wait_for_selector("mark", state="detached")
    press(page, "?")
    assert page.locator("#help").is_visible()
    press(page, "Escape")
    assert not page.locator("#help").is_visible()


def test_keys_do_nothing_for_somebody_who_types_elsewhere(come):
    page = come("ben", "/texts/small")
    page.focus("#find")
    page.keyboard.type("jkua?")
    assert page.input_value("#find") == "jkua?"
    assert not page.locator("#help").is_visible()


def test_turns_are_marked_without_scripts(come):
    page = come("eve", "/texts/small", script=False)
    page.check("#t2 input[name=turn]")
    page.check("#t3 input[name=turn]")
    page.locator("input[name=code]").first.check()
    page.click("#mark")
    expect(page.locator("#t2 mark").first).to_be_visible()
    expect(page.locator("#t3 mark").first).to_be_visible()
    assert page.locator("#t1 mark").count() == 0
    for _ in range(2):
        page.locator("button.remove").first.click()
    expect(page.locator("mark")).to_have_count(0)


@pytest.fixture
def emptied(come):
    """Return a text in which nothing is marked, before and after."""
    page = come("ann", "/texts/apart")
    yield page
    page.reload()
    while page.locator("button.remove").count():
        left = page.locator(OWN).count() - 1
        page.locator("button.remove").first.click()
        expect(page.locator(OWN)).to_have_count(left)


def test_a_name_that_no_code_has_marks_nothing(emptied):
    page = emptied
    page.locator("article[tabindex='0']").focus()
    press(page, "j", "c")
    page.keyboard.type("nosuchcode")  # the n alone fits many
    press(page, "Enter")
    expect(page.locator("#need")).to_have_text('No code is called "nosuchcode".')
    assert page.evaluate("document.activeElement.id") == "find", "to be typed otherwise"
    page.fill("#find", "voice asp 2")
    expect(page.locator("#need")).to_be_hidden()
    press(page, "Enter")
    expect(page.locator(OWN)).to_have_count(1)
    assert page.locator("#told").inner_text().startswith("Marked with Voice: aspect 2: ")


def test_after_a_mark_all_codes_are_there_again_and_the_code_stays_chosen(emptied):
    page = emptied
    every = page.locator(".codes li:visible").count()
    page.locator("article[tabindex='0']").focus()
    press(page, "j", "c")
    page.keyboard.type("voice asp 2")
    press(page, "Enter")
    expect(page.locator(OWN)).to_have_count(1)
    expect(page.locator(".codes li:visible")).to_have_count(every)
    assert page.input_value("#find") == ""
    expect(page.locator(".codes li:has(:checked)")).to_be_in_viewport()
    press(page, "c")
    page.keyboard.type("trust")  # looked at, and left again
    press(page, "Escape", "j", "Enter")
    expect(page.locator(OWN)).to_have_count(2)
    assert page.locator(f"{OWN} .name").all_inner_texts() == ["Voice: aspect 2"] * 2


def test_marking_without_a_passage_says_so_for_all_to_see(emptied):
    page = emptied
    page.locator(".codes label").first.click()
    page.click("#mark")
    expect(page.locator("#need")).to_be_visible()
    assert "Choose a passage first" in page.locator("#need").inner_text()
    expect(page.locator("#need")).to_be_in_viewport()
    select(page, "school", "school")
    expect(page.locator("#need")).to_be_hidden()


def test_the_quote_of_a_passage_over_turns_holds_nothing_of_the_page(come):
    page = come("ann", "/texts/astral")
    select(page, "Yes.", "Yes.")
    page.locator(".codes label").first.click()
    expect(page.locator(OWN)).to_have_count(1)
    select(page, "Yes.", "<b>Bold</b>")
    assert page.locator("#chosen").inner_text() == "Yes. <b>Bold</b>"
    page.locator("article").first.focus()
    press(page, "u")
    page.wait_for_selector("mark", state="detached")


def test_codings_over_each_other_are_drawn_and_counted_at_once(emptied):
    page = emptied
    assert "0 codings" in page.locator("#facts").inner_text()
    page.locator("article[tabindex='0']").focus()
    press(page, "j")
    for count in (1, 2, 3):
        page.locator(".codes label").nth(count).click()
        expect(page.locator(OWN)).to_have_count(count)
    drawn = "getComputedStyle(document.querySelector('mark'))"
    places = page.evaluate(f"{drawn}.backgroundPosition")
    page.reload()
    assert page.evaluate(f"{drawn}.backgroundPosition") == places
    assert "3 codings" in page.locator("#facts").inner_text()
    page.locator("article[tabindex='0']").focus()
    press(page, "u")
    expect(page.locator("#facts")).to_contain_text("2 codings")


def test_a_refusal_stays_when_others_change_something(emptied, come, study):
    page, code = emptied, study.codes[-1]
    select(page, "school", "school")
    lead = {"at": study.clock(), "actor": "person-2"}
    page.route("**/turns", lambda route: route.fulfill(json={}))  # the news are on their way yet
    merge_code(study.kept, code, into=study.codes[0], **lead)
    try:
        before = page.get_attribute("#text", "data-state")
        page.locator(f".codes input[value={code}]").locator("xpath=..").click()
        expect(page.locator("#trouble")).to_be_visible()
        keep_codings(study.kept, [{"id": "more", "document": "apart", "start": 3, "end": 9,
                                   "code": study.codes[1], "coder": "person-1"}])  # fmt: skip
        page.unroute("**/turns")
        rename_code(study.kept, study.codes[1], name="Otherwise", **lead)
        expect(page.locator(OWN)).to_have_count(1)
        expect(page.locator("li.own .name, li[data-own] .name").first).to_have_text("Otherwise")
        assert page.get_attribute("#text", "data-state") != before
        told = page.locator("#trouble").inner_text()
        heir = "Trust and how it grows > Trust: aspect 1"
        assert f"'Leadership: aspect 5' is part of '{heir}'" in told
        page.locator(".codes label").first.click()
        expect(page.locator("#trouble")).to_be_hidden()
        expect(page.locator(OWN)).to_have_count(2)
    finally:
        undo_codebook(study.kept, **lead)
        undo_codebook(study.kept, **lead)
    assert "409" in come.complaints.pop()  # the browser tells of the refusal itself


def test_a_code_that_another_merges_leaves_the_list_and_what_was_chosen_stays(come, study):
    ben, ann = come("ben", "/texts/apart"), come("ann", f"/codebook/{study.codes[9]}")
    gone = f".codes input[value={study.codes[9]}]"
    select(ben, "school", "school")
    words = ben.locator("#chosen").inner_text()
    ben.locator("#find").focus()
    ben.keyboard.type("thresholds")
    ben.keyboard.press("ArrowDown")
    chosen = ben.locator(".codes input:checked").get_attribute("value")
    assert chosen == study.codes[9]
    ben.keyboard.press("ArrowDown")
    chosen = ben.locator(".codes input:checked").get_attribute("value")
    ann.select_option("#field-into", study.codes[0])
    ann.click("button.danger")
    expect(ben.locator(gone)).to_have_count(0)
    assert ben.locator(".codes input:checked").get_attribute("value") == chosen
    assert ben.evaluate("document.activeElement.id") == "find"
    assert ben.input_value("#find") == "thresholds"
    assert ben.locator("#chosen").inner_text() == words
    shown = ben.locator(".codes li:visible").all_inner_texts()
    assert shown
    assert all("Thresholds" in each for each in shown)
    expect(ben.locator("#need")).to_be_hidden()
    press(ben, "Enter")
    expect(ben.locator(OWN)).to_have_count(1)
    ann.goto(f"{study.address}/codebook")
    ann.get_by_role("button", name="Undo").click()
    expect(ben.locator(gone)).to_have_count(1)
    press(ben, "u")
    expect(ben.locator(OWN)).to_have_count(0)


def test_a_chosen_code_that_another_merges_is_told_and_chosen_no_longer(come, study):
    ben, ann = come("ben", "/texts/apart"), come("ann", f"/codebook/{study.codes[9]}")
    select(ben, "school", "school")
    mine = ben.locator(f".codes input[value={study.codes[9]}]")
    ben.evaluate("document.getElementById('find').focus()")
    ben.keyboard.type("thresholds aspect 2")
    assert mine.is_checked()
    ben.locator(f".codes input[value={study.codes[9]}]").focus()
    ann.select_option("#field-into", study.codes[0])
    ann.click("button.danger")
    expect(ben.locator("#need")).to_contain_text(
        "The code 'Thresholds: aspect 2' is part of 'Trust and how it grows > Trust: aspect 1' now."
    )
    assert ben.locator(".codes input:checked").count() == 0
    assert ben.evaluate("document.activeElement.className") == "codes", "not lost to the page"
    assert ben.locator("#meaning").inner_text() == ""
    ann.goto(f"{study.address}/codebook")
    ann.get_by_role("button", name="Undo").click()
    expect(mine).to_have_count(1)


def test_the_text_is_as_large_and_wide_as_is_good_to_read(come):
    page = come("ann", "/texts/small")
    size, width = page.evaluate("""() => {
        const words = document.querySelector('#t2 .words');
        return [getComputedStyle(words).fontSize, words.getBoundingClientRect().width];
    }""")
    assert size == "16px"
    assert width > 560


def test_words_of_other_scripts_run_their_own_way(come):
    page = come("ann", "/texts/hebrew")
    ways = [page.evaluate(f"getComputedStyle(document.querySelector('#t{n} .words')).direction")
            for n in (1, 2)]  # fmt: skip
    assert ways == ["rtl", "ltr"]


def release(page, address, text):
    page.goto(f"{address}/texts/{text}/release")
    page.click("main button")
    page.wait_for_selector("#text")


def test_released_work_comes_without_reload_and_only_then(come, study):
    eve, ben = come("eve", "/texts/large"), come("ben", "/texts/large")
    assert ben.locator(OWN).count() == 90
    assert eve.locator("mark").count() == 0
    release(eve, study.address, "large")
    assert eve.locator("mark").count() == 0, "one of two is not enough"
    release(ben, study.address, "large")
    expect(eve.locator("li.other:not(.on)")).to_have_count(90)
    assert "Ben C." in eve.locator("li.other").first.inner_text()
    assert ben.locator("button.remove").count() == 0, "what is released stays as it is"


@pytest.mark.parametrize(("width", "scheme"), [(400, "light"), (1280, "dark")])
def test_axe_finds_nothing(come, study, axe, width, scheme):
    page = come("ann", "/", width=width, scheme=scheme, policy=False)
    for path in PAGES:
        page.goto(study.address + path)
        page.evaluate(axe)
        assert page.evaluate(VIOLATIONS) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def correct_apart(study, *edits):
    """Correct the text that two have open, as a lead at a terminal."""
    with transaction(study.kept) as connection:
        last = readable_version(connection, "apart")
        words, way = apply_edits(text_of(connection, "apart", last.number), edits)
        turns = turns_of_edited(
            turns_of(connection, "apart", last.number), way,
            old=text_of(connection, "apart", last.number), new=words,
        )  # fmt: skip
        draft = Draft(kind="corrected", text=words, turns=turns, edits=way, sealed=False)
        add_version(connection, last, draft, at=AT, actor="person-1")
    return words


def test_a_page_learns_of_a_correction_and_keeps_what_is_chosen(come, study):
    ben, eve = come("ben", "/texts/apart"), come("eve", "/texts/apart")
    select(ben, "school", "school")
    select(eve, "children", "children")
    chosen = ben.locator("#chosen").inner_text()
    correct_apart(study, Edit(0, 0, "I: Said before all of it.\n\n"))
    for page in (ben, eve):
        expect(page.locator("#newer[role=status]")).to_contain_text("there is a newer version")
        assert page.get_attribute("#text", "data-version") == "1", "nobody's page goes by itself"
    assert ben.locator("#chosen").inner_text() == chosen
    ben.locator(".codes label").first.click()
    expect(ben.locator("#text")).to_have_attribute("data-version", "2")
    assert marks(ben) == ["school"]
    assert ben.locator("#newer").inner_text() == ""
    expect(ben.locator("#told")).not_to_be_empty()
    eve.get_by_role("button", name="Show the newer version").click()
    expect(eve.locator("#text")).to_have_attribute("data-version", "2")
    eve.wait_for_selector("#text[data-ready]")
    select(eve, "children", "children")
    eve.locator(".codes label").first.click()
    expect(eve.locator("mark")).to_have_text("children")
    for page in (ben, eve):
        page.locator("button.remove").click()
        expect(page.locator("mark")).to_have_count(0)


def test_words_that_were_corrected_meanwhile_are_not_marked(come, study):
    ben, without = come("ben", "/texts/apart"), come("eve", "/texts/apart", script=False)
    words = ben.locator("article .words").nth(2).inner_text()
    select(ben, words[:6], words[-6:])
    number = without.locator("article").nth(2).get_attribute("id")
    without.check(f"#{number} input[name=turn]")
    without.locator("input[name=code]").first.check()
    with snapshot(study.kept) as connection:
        read = readable_version(connection, "apart")
        at = text_of(connection, "apart", read.number).index(words)
    correct_apart(study, Edit(at, at + 1, "Otherwise "))
    expect(ben.locator("#newer")).to_contain_text("there is a newer version")
    ben.locator(".codes label").first.click()
    expect(ben.locator("#trouble")).to_contain_text("words of the passage were corrected")
    assert ben.locator("#chosen").inner_text() != "", "what was chosen is not thrown away"
    assert ben.locator("mark").count() == 0
    without.click("#mark")
    expect(without.locator(".wrong").first).to_contain_text("Nothing was marked")
    assert without.locator("mark").count() == 0
    assert "Otherwise" in without.locator(f"#{number} .words").inner_text()
    without.check(f"#{number} input[name=turn]")
    without.locator("input[name=code]").first.check()
    without.click("#mark")
    expect(without.locator(f"#{number} mark").first).to_be_visible()
    without.locator("button.remove").first.click()
    expect(without.locator("mark")).to_have_count(0)
    assert any("409" in each for each in come.complaints)  # the browser tells of the refusals
    come.complaints.clear()
