// Deciding about names by keyboard.
import { queueKeys } from "./queue.js";

const mentions = document.getElementById("passage");
const form = document.getElementById("settling");

queueKeys(mentions, [...form.elements.decision], {
  chosen: () => {},
  more: { w: () => form.elements.replacement.focus(), Enter: () => form.requestSubmit() },
});
mentions.dataset.ready = "";
