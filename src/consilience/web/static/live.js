// Shows what others released without a reload. The server says over one open connection that
// something is new; the page then asks for the turns. A hidden page keeps no connection, because
// browsers have few of them.
import { ask } from "./patches.js";

const page = document.getElementById("text");
let source = null;

const news = () => ask(page, `${page.dataset.turns}?since=${page.dataset.number}`);

const listen = () => {
  if (document.hidden) {
    source?.close();
    source = null;
  } else if (!source) {
    source = new EventSource(`${page.dataset.changes}?since=${page.dataset.number}`);
    source.addEventListener("news", (event) => {
      if (Number(event.data) > Number(page.dataset.number)) news();
    });
    source.addEventListener("gone", () => {
      source.close();
      location.reload();
    });
  }
};

document.addEventListener("visibilitychange", listen);
listen();
