// Turns by keyboard, and the place where a turn is parted chosen by selecting words.

const turns = document.getElementById("turns");
const words = document.getElementById("words");
const links = () => [...turns.querySelectorAll("a.correct")];

// Letters do something only while a link of a turn has the focus, never for somebody who types.
turns.addEventListener("keydown", (event) => {
  const step = { j: 1, k: -1 }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = links();
  const at = all.indexOf(document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  next.focus();
  next.closest("section").scrollIntoView({ block: "nearest" });
});

// What is chosen may be short and stand twice: the words after it go along.
const LENGTH = 60;
document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  const said = words?.closest("section").querySelector(".words");
  if (!said || selection.isCollapsed || !said.contains(selection.anchorNode)) return;
  const after = document.createRange();
  const chosen = selection.getRangeAt(0);
  after.selectNodeContents(said);
  after.setStart(chosen.startContainer, chosen.startOffset);
  const text = after.toString().trim();
  words.value = text.length > LENGTH ? text.slice(0, LENGTH).replace(/\S*$/, "").trim() : text;
});

document.querySelector(".talk.now select")?.focus({ preventScroll: true });
turns.dataset.ready = "";
