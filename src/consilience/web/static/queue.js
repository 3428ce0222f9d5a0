// One thing after the other by keyboard: numbers choose, j and k go on and back.

const go = (rel) => document.querySelector(`a[rel=${rel}]`)?.click();

// `place` is what has the focus meanwhile; `chosen` is told which choice was taken.
export const queueKeys = (place, choices, { chosen, more = {} }) => {
  const keys = { j: () => go("next"), k: () => go("prev"), ...more };
  const choose = (number) => {
    const choice = choices[number];
    if (!choice) return;
    choice.checked = true;
    chosen(choice);
  };
  // Letters do something only while the place has the focus, never for somebody who types.
  place.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== place) return;
    const act = keys[event.key] ?? (/^[1-9]$/.test(event.key) && (() => choose(event.key - 1)));
    if (!act) return;
    event.preventDefault();
    act();
  });
  if (!document.querySelector("[role=alert]")) place.focus({ preventScroll: true });
};
