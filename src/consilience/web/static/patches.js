// Asks the server, and puts the turns it sends back into the page. The server has escaped all of
// the text in them; this is the only place where markup is taken in.

// Refusals because the text was corrected after the page was shown.
const NEWER = new Set(["COD-140", "COD-141"]);

const head = (page) => ({
  Accept: "application/json",
  "Content-Type": "application/json",
  "X-Form-Token": page.dataset.token,
});

const trouble = (words) => {
  const box = document.getElementById("trouble");
  box.textContent = words.replaceAll("`", "");
  box.hidden = !words;
};

// A newer version of the text is there. The page stays as it is, with what is chosen in it, until
// whoever reads it asks for the other; said once, as the news come again and again.
const offer = (open) => {
  const box = document.getElementById("newer");
  if (box.childElementCount) return;
  const note = document.createElement("p");
  note.className = "told";
  note.append("This text was corrected: there is a newer version than the one shown here. ");
  if (open) note.append("What you mark is kept where its words are still the same. ");
  else if (listed()) note.append("Nothing can be marked in the older one any more. ");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "second small";
  button.textContent = "Show the newer version";
  button.addEventListener("click", () => location.reload());
  note.append(button);
  box.append(note);
};

const listed = () => document.querySelector("#panel .codes");

// What the page shows now: the server answers with the turns, and the list of codes, that are not so.
const shown = (page) => ({
  version: Number(page.dataset.version),
  codes: listed()?.dataset.look,
  chosen: listed()?.querySelector("input:checked")?.value,
  looks: Object.fromEntries(
    [...page.querySelectorAll("article")].map((each) => [each.id, each.dataset.look]),
  ),
});

// Do what somebody asked for; gives the answer, or null after telling what is wrong. That stays to
// be read until the next thing is asked for: what others do meanwhile does not take it away.
export const act = (page, address, wanted) => {
  trouble("");
  return inTurn(async () => {
    const answer = await send(page, address, wanted, trouble);
    // What was done is not on the page, which shows an older version.
    if (answer?.reload) {
      sessionStorage.setItem("said", answer.said);
      location.reload();
    }
    return answer;
  });
};

// Ask for what is new. Nobody waits for it, so that nothing is said if it does not come.
export const look = (page, address) =>
  inTurn(async () => {
    const answer = await send(page, address, {}, () => {});
    if (answer?.reload) offer(answer.open);
  });

// One at a time: an answer that came late would draw what is no longer so.
let last = Promise.resolve();
const inTurn = (step) => {
  last = last.then(step);
  return last;
};

const send = async (page, address, wanted, wrong) => {
  const body = JSON.stringify({ ...shown(page), ...wanted });
  let response;
  try {
    response = await fetch(address, { method: "POST", headers: head(page), body });
  } catch {
    wrong("The server cannot be reached, so nothing was saved. Try again in a moment.");
    return null;
  }
  const answer = await response.json().catch(() => ({}));
  if (response.status === 401) location.assign(answer.sign_in ?? "/");
  if (!response.ok) {
    wrong(`${answer.what ?? "This did not work"}. ${answer.remedy ?? ""}`);
    if (NEWER.has(answer.code)) offer(answer.code !== "COD-140");
    return null;
  }
  patch(page, answer);
  return answer;
};

// Others changed the codebook: the list is drawn anew. What was chosen stays so, by its id, and so
// does what has the focus; of a code that is not there any more the list is told why.
const relist = (list, { look, html, gone }) => {
  const chosen = list.querySelector("input:checked")?.value;
  const focused = list.contains(document.activeElement) ? document.activeElement.value : null;
  const top = list.scrollTop;
  const holder = document.createElement("template");
  holder.innerHTML = html;
  for (const each of holder.content.querySelectorAll("input")) each.checked = each.value === chosen;
  list.replaceChildren(...holder.content.children);
  list.dataset.look = look;
  list.scrollTop = top;
  if (focused !== null) {
    const again = list.querySelector(`input[value="${CSS.escape(focused ?? "")}"]`);
    (again ?? list).focus({ preventScroll: true });
  }
  list.dispatchEvent(new CustomEvent("relisted", { detail: gone }));
};

const patch = (page, { state, turns, lanes, facts, codes }) => {
  if (state) page.dataset.state = state;
  if (lanes) page.parentElement.className = `desk lanes-${lanes}`;
  if (facts) document.getElementById("facts").textContent = facts;
  for (const [id, html] of Object.entries(turns ?? {})) {
    const old = document.getElementById(id);
    if (!old) continue;
    const focused = old.contains(document.activeElement);
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const fresh = holder.content.firstElementChild;
    fresh.tabIndex = old.tabIndex;
    old.replaceWith(fresh);
    if (focused) fresh.focus({ preventScroll: true });
  }
  if (codes && listed()) relist(listed(), codes);
  page.dispatchEvent(new CustomEvent("patched"));
};
