// While a point is written, its whole paragraph stands beside it with the proposed words put in, word by word.
// `data-difference` holds the paragraph's words; the fields are those of the form around it. The page says the same
// after "Save point" or "Show the difference", for readers without this.

import { patternOf } from "./folding.js";

const MOST = 1200;

const wordsOf = (text) => text.split(/\s+/).filter(Boolean);

function compared(before, after) {
  const rows = before.length + 1;
  const columns = after.length + 1;
  const longest = Array.from({ length: rows }, () => new Uint16Array(columns));
  for (let i = rows - 2; i >= 0; i--) {
    for (let j = columns - 2; j >= 0; j--) {
      longest[i][j] = before[i] === after[j] ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  const spans = [];
  const add = (kind, word) => (spans.at(-1)?.kind === kind ? spans.at(-1).words.push(word) : spans.push({ kind, words: [word] }));
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      add("same", before[i++]);
      j++;
    } else if (i < before.length && (j >= after.length || longest[i + 1][j] >= longest[i][j + 1])) add("del", before[i++]);
    else add("ins", after[j++]);
  }
  return spans;
}

function show(place, spans) {
  place.replaceChildren();
  for (const { kind, words } of spans) {
    if (place.hasChildNodes()) place.append(" ");
    if (kind === "same") {
      place.append(words.join(" "));
    } else {
      const mark = document.createElement(kind);
      mark.textContent = words.join(" ");
      place.append(mark);
    }
  }
}

function watch(box) {
  const { quoted, proposed } = box.closest("form").elements;
  const paragraph = box.dataset.difference;
  const about = box.dataset.about;
  const place = box.querySelector("[data-difference-words]");
  const say = box.querySelector("[data-difference-say]");
  const told = (text) => {
    if (say.textContent !== text) say.textContent = text;
  };
  const draw = () => {
    const found = quoted.value.trim() ? [...paragraph.matchAll(patternOf(quoted.value))] : [];
    const once = found.length === 1;
    place.parentElement.hidden = !once;
    if (!once) {
      if (!quoted.value.trim()) told("Quote words of the paragraph, and propose others.");
      else told(found.length ? `These words stand ${found.length} times in ${about}: quote a word more.` : `These words do not stand in ${about}.`);
      return;
    }
    const start = found[0].index;
    const end = start + found[0][0].length;
    const words = proposed.value.trim() || found[0][0];
    const after = `${paragraph.slice(0, start)}${words}${paragraph.slice(end)}`;
    const [old, next] = [wordsOf(paragraph), wordsOf(after)];
    if (old.length > MOST || next.length > MOST) return;
    show(place, compared(old, next));
    told(proposed.value.trim() ? `Found once in ${about}. Added words are underlined, removed words struck through.` : `Found once in ${about}.`);
  };
  let timer;
  for (const field of [quoted, proposed]) {
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(draw, 150);
    });
  }
  if (quoted.value.trim()) draw();
}

export function startComparing() {
  for (const box of document.querySelectorAll("[data-difference]")) watch(box);
}
