// Coding a text by mouse and by keyboard. What is chosen is kept as places in the text, so that
// it stays when a turn is drawn anew.
import { codeList } from "./codes.js";
import { act } from "./patches.js";
import { endOf, rangeOf, spanOf, startOf, wordsOf } from "./spans.js";

const page = document.getElementById("text");
const panel = document.getElementById("panel");
const help = document.getElementById("help");
const button = document.getElementById("mark");
const said = document.getElementById("chosen");
const teller = document.getElementById("told");
const needed = document.getElementById("need");
const tell = (words) => { teller.textContent = words; };
// What is missing for marking, for all to see; it goes once something is chosen.
const need = (words) => {
  needed.textContent = words;
  needed.hidden = !words;
};

let chosen = null; // {start, end} in code points
let anchor = 0; // of sentences chosen by keyboard: the first, and the one that moves
let moving = 0;

const sentences = () => [...page.querySelectorAll(".s")];
const turns = () => [...page.querySelectorAll("article")];
const current = () => page.querySelector("article[tabindex='0']") ?? turns()[0];

const show = () => {
  const range = chosen && rangeOf(chosen, page);
  if (window.CSS?.highlights) {
    if (range) CSS.highlights.set("chosen", new Highlight(range));
    else CSS.highlights.delete("chosen");
  }
  const words = range ? wordsOf(chosen, page) : "";
  said.textContent = words.length > 90 ? `${words.slice(0, 42)} ... ${words.slice(-42)}` : words;
  panel.classList.toggle("ready", Boolean(range));
};

const choose = (span) => {
  chosen = span;
  if (span) need("");
  show();
};

// One turn is a stop of the Tab key, with the links and buttons beside it; those of the hundred
// other turns would stand between the text and the codes.
const stops = () => {
  const here = current();
  for (const each of page.querySelectorAll(".codings :is(a, button)")) {
    each.tabIndex = here?.contains(each) ? 0 : -1;
  }
};
const settle = (turn) => {
  for (const each of page.querySelectorAll("article[tabindex='0']")) each.tabIndex = -1;
  turn.tabIndex = 0;
  stops();
};

const stand = (turn) => {
  settle(turn);
  turn.focus({ preventScroll: true });
  turn.scrollIntoView({ block: "nearest" });
};

const chooseSentences = (from, to) => {
  const all = sentences();
  anchor = Math.min(Math.max(from, 0), all.length - 1);
  moving = Math.min(Math.max(to, 0), all.length - 1);
  const [first, last] = [Math.min(anchor, moving), Math.max(anchor, moving)];
  choose({ start: startOf(all[first]), end: endOf(all[last]) });
  document.getSelection().removeAllRanges();
  stand(all[moving].closest("article"));
  all[moving].scrollIntoView({ block: "nearest" });
  tell(all.slice(first, last + 1).map((each) => each.textContent).join(" "));
};

const goToTurn = (step) => {
  const all = turns();
  // The first press chooses the turn where one is, the next ones go on from it.
  const at = all.indexOf(current()) + (chosen ? step : 0);
  const turn = all[Math.min(Math.max(at, 0), all.length - 1)];
  const first = sentences().findIndex((each) => turn.contains(each));
  if (first >= 0) chooseSentences(first, first);
};

const goToSentence = (step, extend) => {
  const inTurn = sentences().findIndex((each) => current().contains(each));
  if (!chosen) chooseSentences(inTurn, inTurn);
  else chooseSentences(extend ? anchor : moving + step, moving + step);
};

const wholeTurn = () => {
  const all = sentences();
  const inside = all.map((each, n) => (current().contains(each) ? n : -1)).filter((n) => n >= 0);
  if (inside.length) chooseSentences(inside[0], inside[inside.length - 1]);
};

const mark = async () => {
  const code = codes.chosen();
  if (!chosen) return need("Choose a passage first: select words, or press j in the text.");
  if (!code) {
    need(codes.typed() ? `No code is called "${codes.typed()}".` : "Choose a code.");
    return codes.typed() ? null : codes.find();
  }
  need("");
  const answer = await act(page, page.dataset.marks, { ...chosen, code });
  if (!answer) return null;
  tell(answer.said);
  codes.rest();
  document.getSelection().removeAllRanges();
  if (panel.contains(document.activeElement)) current().focus({ preventScroll: true });
  return answer;
};

const remove = async (id) => {
  const answer = await act(page, page.dataset.unmark, { coding: id });
  if (answer) tell(answer.said);
};

const removeChosen = () => {
  const focused = document.activeElement.closest("[data-coding]");
  const range = chosen && rangeOf(chosen, page);
  const touched = range
    ? [...page.querySelectorAll("mark")].filter((each) => range.intersectsNode(each))
    : [];
  const own = touched.flatMap((each) => each.dataset.c.split(" "))
    .filter((id) => page.querySelector(`[data-coding="${CSS.escape(id)}"][data-own]`));
  const id = focused?.dataset.coding ?? own[own.length - 1];
  if (id) remove(id);
  else tell("None of your codings is in the chosen passage");
};

const undo = async () => {
  const answer = await act(page, page.dataset.undo);
  if (answer) tell(answer.said);
};

const keys = {
  j: () => goToTurn(1),
  k: () => goToTurn(-1),
  a: wholeTurn,
  c: () => codes.find(),
  "/": () => codes.find(),
  u: undo,
  "?": () => help.showModal(),
  Enter: () => mark(),
  Delete: removeChosen,
  Backspace: removeChosen,
  Escape: () => choose(null),
  ArrowRight: (event) => goToSentence(1, event.shiftKey),
  ArrowDown: (event) => goToSentence(1, event.shiftKey),
  ArrowLeft: (event) => goToSentence(-1, event.shiftKey),
  ArrowUp: (event) => goToSentence(-1, event.shiftKey),
};

// Letters do something only while the text has the focus, never for somebody who types elsewhere.
page.addEventListener("keydown", (event) => {
  const act = keys[event.key];
  const onControl = event.target.closest("button, a, input, summary") && event.key === "Enter";
  if (!act || onControl || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act(event);
});

const takeSelection = () => {
  const selection = document.getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  if (!page.contains(range.commonAncestorContainer)) return;
  const span = spanOf(range, page);
  if (!span) return;
  choose(span);
  const all = sentences();
  anchor = all.filter((each) => startOf(each) <= span.start).length - 1;
  moving = all.filter((each) => startOf(each) < span.end).length - 1;
};
document.addEventListener("selectionchange", takeSelection);

page.addEventListener("click", (event) => {
  const turn = event.target.closest("article");
  const away = event.target.closest("button[name=coding]");
  if (away) {
    event.preventDefault();
    remove(away.value);
  } else if (turn && document.getSelection().isCollapsed) {
    if (event.target.closest(".s")) choose(null);
    settle(turn);
  }
});

const light = (event) => {
  const id = event.target.closest?.("[data-coding]")?.dataset.coding;
  for (const each of page.querySelectorAll(".lit")) each.classList.remove("lit");
  if (!id) return;
  for (const each of page.querySelectorAll(`mark[data-c~="${CSS.escape(id)}"]`)) {
    each.classList.add("lit");
  }
};
for (const kind of ["mouseover", "focusin", "mouseout", "focusout"]) page.addEventListener(kind, light);

const codes = codeList(panel, {
  take: mark,
  pick: () => chosen && mark(),
  leave: () => current().focus(),
  tell,
  need,
});
button.addEventListener("click", (event) => {
  event.preventDefault();
  mark();
});
for (const form of document.querySelectorAll("form.undo")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    undo();
  });
}
for (const opener of document.querySelectorAll("[data-open=help]")) {
  opener.addEventListener("click", () => help.showModal());
}
page.addEventListener("patched", show);
page.addEventListener("patched", stops);
// What was done on an older version of the text is told on the newer one that is shown for it.
const before = sessionStorage.getItem("said");
sessionStorage.removeItem("said");
if (before) tell(before);
page.dataset.ready = "";
// Where the address leads, or the first turn; it has the focus, so that the keys work at once, but
// where somebody is elsewhere already or a page tells what went wrong.
const named = document.getElementById(location.hash.slice(1));
const begin = page.contains(named) ? named.closest("article") : current();
if (begin) {
  settle(begin);
  const elsewhere = ![document.body, null].includes(document.activeElement);
  if (!elsewhere && !document.querySelector(".wrong:not([hidden])")) {
    begin.focus({ preventScroll: true });
  }
}
