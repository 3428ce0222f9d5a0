// Between what is chosen in the page and places in the text. Places are code points; the page
// counts UTF-16 units, in which an emoji is two. A sentence (.s) holds exactly the text from its
// data-at on, so every count begins there.

const points = (text) => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};

export const startOf = (sentence) => Number(sentence.dataset.at);
export const endOf = (sentence) => startOf(sentence) + points(sentence.textContent);

const placeIn = (sentence, node, offset) => {
  const before = document.createRange();
  before.setStart(sentence, 0);
  before.setEnd(node, offset);
  return startOf(sentence) + points(before.toString());
};

// The places of a range of the page, or null where it touches no sentence. What lies between
// sentences, such as the name of a speaker, is left out at the ends.
export const spanOf = (range, root) => {
  const touched = [...root.querySelectorAll(".s")].filter((each) => range.intersectsNode(each));
  if (!touched.length) return null;
  const first = touched[0];
  const last = touched[touched.length - 1];
  const start = first.contains(range.startContainer)
    ? placeIn(first, range.startContainer, range.startOffset)
    : startOf(first);
  const end = last.contains(range.endContainer)
    ? placeIn(last, range.endContainer, range.endOffset)
    : endOf(last);
  return start < end ? { start, end } : null;
};

// The range of the page that shows the places from start to end, or null if they are not shown.
export const rangeOf = ({ start, end }, root) => {
  const sentences = [...root.querySelectorAll(".s")];
  const first = sentences.filter((each) => startOf(each) <= start).pop();
  const last = sentences.filter((each) => startOf(each) < end).pop();
  if (!first || !last) return null;
  const range = document.createRange();
  range.setStart(...unitOf(first, start));
  range.setEnd(...unitOf(last, end));
  return range;
};

// The words between two places of the text, without what the page puts between sentences.
export const wordsOf = ({ start, end }, root) => {
  const sentences = [...root.querySelectorAll(".s")];
  const begun = sentences.findLastIndex((each) => startOf(each) <= start);
  return sentences
    .slice(Math.max(begun, 0))
    .filter((each) => startOf(each) < end)
    .map((each) => {
      const at = startOf(each);
      return [...each.textContent].slice(Math.max(start - at, 0), end - at).join("");
    })
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
};

const unitOf = (sentence, place) => {
  let left = place - startOf(sentence);
  const walker = document.createTreeWalker(sentence, NodeFilter.SHOW_TEXT);
  let node = walker.nextNode();
  let last = node;
  while (node) {
    let unit = 0;
    for (const character of node.data) {
      if (left === 0) return [node, unit];
      left -= 1;
      unit += character.length;
    }
    last = node;
    node = walker.nextNode();
  }
  return last ? [last, last.data.length] : [sentence, 0];
};
