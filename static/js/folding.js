// What is left out of pasted words, what is replaced, and what makes no difference where words are compared:
// the table of folding-table.js, by the rules of hmic_core/folding.py.

import TABLE from "./folding-table.js";

const escaped = (each) => each.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");

// Character classes of ranges such as "200B-200F".
function inClass(ranges) {
  return ranges
    .map((range) => range.split("-").map((each) => `\\u{${each}}`).join("-"))
    .join("");
}

const DROPPED = `[${inClass(TABLE.dropped)}]`;
const dropped = new RegExp(DROPPED, "gu");
const replaced = Object.entries(TABLE.replaced).map(([by, ranges]) => [by, new RegExp(`[${inClass(ranges)}]`, "gu")]);
const shapes = Object.entries(TABLE.alike).map(([by, ranges]) => [by, inClass([...ranges, ...(TABLE.replaced[by] ?? [])])]);

// The words that are kept, and how many characters were left out and replaced.
export function fold(text) {
  let [left, changed] = [0, 0];
  let kept = text.replace(dropped, () => (left++, ""));
  for (const [by, found] of replaced) kept = kept.replace(found, () => (changed++, by));
  return { text: kept.normalize("NFC"), dropped: left, replaced: changed };
}

// Finds words however their white space, quotation marks and dashes were typed.
export function patternOf(words) {
  const letter = (each) => {
    const group = shapes.find(([by, ranges]) => each === by || new RegExp(`[${ranges}]`, "u").test(each));
    return group ? `[${escaped(group[0])}${group[1]}]` : escaped(each);
  };
  const word = (each) => [...each].map(letter).join(`${DROPPED}*`);
  return new RegExp(fold(words).text.split(/\s+/).filter(Boolean).map(word).join(`(?:\\s|${DROPPED})+`), "gu");
}
