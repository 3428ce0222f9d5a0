// Settling by keyboard, and an own passage chosen by selecting its words.
import { rangeOf, spanOf } from "./spans.js";

const passage = document.getElementById("passage");
const form = document.getElementById("settling");
const choices = [...form.elements.choice];
const reason = form.elements.reason;

const choose = (number) => {
  const choice = choices[number];
  if (!choice) return;
  choice.checked = true;
  (choice.value === "own" ? form.elements.words : reason).focus();
};
const go = (rel) => document.querySelector(`a[rel=${rel}]`)?.click();
const keys = { j: () => go("next"), k: () => go("prev"), w: () => reason.focus() };

// Letters do something only while the passage has the focus, never for somebody who types.
passage.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const act = keys[event.key] ?? (/^[1-9]$/.test(event.key) && (() => choose(event.key - 1)));
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  if (!passage.contains(range.commonAncestorContainer)) return;
  const span = spanOf(range, passage);
  if (!span) return;
  const words = rangeOf(span, passage)?.toString() ?? "";
  for (const name of ["words", "chosen"]) form.elements[name].value = words;
  form.elements.start.value = span.start;
  form.elements.end.value = span.end;
  choices[choices.length - 1].checked = true;
});

if (!document.querySelector("[role=alert]")) passage.focus({ preventScroll: true });
passage.dataset.ready = "";
