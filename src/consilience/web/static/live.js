// Shows what others released without a reload. The server says over one open connection that
// something is new; the page then asks for the turns. A hidden page keeps no connection, because
// browsers have few of them.
import { look } from "./patches.js";

const page = document.getElementById("text");
let source = null;

const listen = () => {
  if (document.hidden) {
    source?.close();
    source = null;
  } else if (!source) {
    source = new EventSource(`${page.dataset.changes}?state=${page.dataset.state}`);
    source.addEventListener("news", (event) => {
      if (event.data !== page.dataset.state) look(page, page.dataset.turns);
    });
    source.addEventListener("gone", () => {
      source.close();
      location.reload();
    });
  }
};

document.addEventListener("visibilitychange", listen);
listen();
