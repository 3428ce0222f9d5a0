// Asks the server, and puts the turns it sends back into the page. The server has escaped all of
// the text in them; this is the only place where markup is taken in.

const head = (page) => ({
  Accept: "application/json",
  "Content-Type": "application/json",
  "X-Form-Token": page.dataset.token,
});

const trouble = (words) => {
  const box = document.getElementById("trouble");
  box.textContent = words;
  box.hidden = !words;
};

// Send something, or ask for what is new; returns the answer, or null after telling what is wrong.
export const ask = async (page, address, body) => {
  let response;
  try {
    response = await fetch(address, body === undefined
      ? { headers: { Accept: "application/json" } }
      : { method: "POST", headers: head(page), body: JSON.stringify(body) });
  } catch {
    trouble("The server cannot be reached, so nothing was saved. Try again in a moment.");
    return null;
  }
  const answer = await response.json().catch(() => ({}));
  if (response.status === 401) location.assign(answer.sign_in ?? "/");
  if (!response.ok) {
    trouble(`${answer.what ?? "This did not work"}. ${answer.remedy ?? ""}`);
    return null;
  }
  trouble("");
  patch(page, answer);
  return answer;
};

const patch = (page, { number, turns }) => {
  if (number !== undefined) page.dataset.number = number;
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
  page.dispatchEvent(new CustomEvent("patched"));
};
