// The list of codes: typing narrows it, arrows move in it, Enter takes the one that is chosen.

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export const codeList = (panel, { take, pick, leave, tell, need }) => {
  const field = panel.querySelector("#find");
  const meaning = panel.querySelector("#meaning");
  const list = panel.querySelector(".codes");
  const rows = () => [...list.querySelectorAll("li")];
  const radio = (row) => row.querySelector("input");
  const shown = () => rows().filter((row) => !row.hidden && radio(row));
  const checked = () => panel.querySelector("input[name=code]:checked");
  const rowOf = (id) => rows().find((row) => radio(row)?.value === id);
  let before = null; // the code that was chosen before somebody began to type

  const choose = (row) => {
    radio(row).checked = true;
    row.scrollIntoView({ block: "nearest" });
    meaning.textContent = row.dataset.meaning || "No definition yet.";
  };
  // What was typed and found nothing must choose nothing, and what is no longer typed chooses what
  // was chosen before: else a code is marked that nobody means.
  const restore = () => {
    const row = before && rowOf(before);
    if (row) return choose(row);
    if (checked()) checked().checked = false;
    meaning.textContent = "";
  };
  const filter = () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    for (const row of rows()) {
      const path = plain(row.dataset.path);
      row.hidden = !words.every((word) => path.includes(word));
    }
    return words.length > 0;
  };
  const narrow = () => {
    const typed = filter();
    const [first] = shown();
    const found = shown().length === 1 ? "1 code" : `${shown().length} codes`;
    need("");
    if (!typed) return restore();
    if (first) choose(first);
    else if (checked()) checked().checked = false;
    if (!first) meaning.textContent = "";
    tell(first ? `${found}, first: ${first.dataset.path}` : "No code of this name");
  };
  const rest = () => {
    field.value = "";
    filter();
    before = checked()?.value ?? null;
    checked()?.closest("li").scrollIntoView({ block: "nearest" });
  };
  const move = (step) => {
    const there = shown();
    const at = there.findIndex((row) => radio(row).checked);
    const next = there[Math.min(Math.max(at + step, 0), there.length - 1)];
    if (next) choose(next);
    if (next) tell(next.dataset.path);
  };
  field.addEventListener("input", narrow);
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) move(step);
    else if (event.key === "Enter") take();
    else if (event.key === "Escape") {
      restore();
      rest();
      leave();
    }
    else return;
    event.preventDefault();
  });
  panel.addEventListener("change", (event) => {
    const row = event.target.closest("li");
    if (!row) return;
    choose(row);
    need("");
  });
  // The list was drawn anew: what is typed goes on narrowing it, and a code that is not there any
  // more is chosen no longer.
  list.addEventListener("relisted", (event) => {
    filter();
    if (before && !rowOf(before)) before = null;
    const row = checked()?.closest("li");
    meaning.textContent = row ? row.dataset.meaning || "No definition yet." : "";
    if (event.detail) need(event.detail);
  });
  // A code that is pressed with the mouse or a finger is taken at once; moving between codes by
  // keyboard clicks them too, and takes nothing.
  let pressed = false;
  panel.addEventListener("pointerdown", (event) => {
    pressed = Boolean(event.target.closest("li label"));
  });
  panel.addEventListener("click", (event) => {
    if (!pressed || !event.target.matches("input[name=code]")) return;
    pressed = false;
    pick();
  });
  return {
    chosen: () => checked()?.value ?? null,
    typed: () => field.value.trim(),
    // After something was marked: all codes again, with the one that was taken.
    rest,
    find: () => {
      rest();
      field.focus();
    },
  };
};
