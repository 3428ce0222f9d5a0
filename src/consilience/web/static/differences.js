// Settling by keyboard, and an own passage chosen by selecting its words.
import { queueKeys } from "./queue.js";
import { spanOf, wordsOf } from "./spans.js";

const passage = document.getElementById("passage");
const form = document.getElementById("settling");
const choices = [...form.elements.choice];
const { reason } = form.elements;

queueKeys(passage, choices, {
  chosen: (choice) => (choice.value === "own" ? form.elements.words : reason).focus(),
  more: { w: () => reason.focus() },
});

document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  if (!passage.contains(range.commonAncestorContainer)) return;
  const span = spanOf(range, passage);
  if (!span) return;
  const words = wordsOf(span, passage);
  for (const name of ["words", "chosen"]) form.elements[name].value = words;
  form.elements.start.value = span.start;
  form.elements.end.value = span.end;
  choices[choices.length - 1].checked = true;
});
passage.dataset.ready = "";
