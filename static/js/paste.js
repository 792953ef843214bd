// Pasting from Word, a browser or another program keeps what the letter can print (paragraphs, bullets, bold, italic,
// https links) and says what it dropped. `fromHtml` is a pure function: tests/findings/test_pasting.py.

import { replace } from "./editing.js";
import { fold } from "./folding.js";

const BLOCKS = new Set("address article aside blockquote body caption center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header li main nav ol p pre section table tbody td tfoot th thead tr ul".split(" "));
const SILENT = new Set("script style head meta link title template noscript xml button select textarea input".split(" "));
const PICTURES = new Set("img svg picture canvas video audio iframe object embed v:shape v:imagedata".split(" "));
const DEEPEST = 3;

const styleOf = (node) => `;${(node.getAttribute("style") ?? "").toLowerCase().replace(/\s*:\s*/g, ":").replace(/;\s+/g, ";")}`;
const style = (node, name) => new RegExp(`;${name}:([^;]+)`).exec(styleOf(node))?.[1].trim() ?? "";

export function sourceOf(html) {
  if (/urn:schemas-microsoft-com:office:word|class=["']?Mso|mso-list:|Microsoft Word/i.test(html)) return "Word";
  if (/urn:schemas-microsoft-com:office:excel/i.test(html)) return "Excel";
  if (/docs-internal-guid/i.test(html)) return "Google Docs";
  if (/class="[^"]*(?:TextRun|OutlineElement)/.test(html)) return "Word on the web";
  return "another page";
}

class Reader {
  constructor() {
    this.blocks = [];
    this.kept = new Map();
    this.dropped = new Map();
    this.open(0);
  }

  note(of, what, number = 1) {
    of.set(what, (of.get(what) ?? 0) + number);
  }

  open(depth, number = "") {
    this.block = { depth, number, pieces: [] };
  }

  // The present block ends; what follows stands by itself.
  end(depth = 0, number = "") {
    const text = markdown(this.block.pieces);
    if (text) this.blocks.push({ ...this.block, text });
    this.open(depth, number);
  }

  text(words, look) {
    this.block.pieces.push({ words, ...look });
  }

  children(node, look) {
    for (const child of node.childNodes) this.read(child, look);
  }

  read(node, look) {
    if (node.nodeType === Node.TEXT_NODE) {
      const words = look.pre ? node.data.replace(/\u00a0/g, " ") : node.data.replace(/[ \t\r\n\f\u00a0]+/g, " ");
      if (words) this.text(words, look);
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const name = node.localName;
    if (SILENT.has(name) || this.ignored(node, name)) return;
    if (PICTURES.has(name)) return this.note(this.dropped, "picture");
    if (name === "br") return this.text("\n", look);
    if (name === "hr") return this.end();
    const next = this.looked(node, name, look);
    if (name === "table") return this.table(node, next);
    if (BLOCKS.has(name)) return this.asBlock(node, name, next);
    if (name === "a") return this.link(node, next);
    this.children(node, next);
  }

  // Parts that are no words of the text: list marks, comments, notes, deletions, what is hidden.
  ignored(node, name) {
    const css = styleOf(node);
    if (/;mso-list:ignore/.test(css)) return true;
    if (/;mso-element:comment|;mso-comment-reference|msocomm/i.test(css + (node.className?.toString() ?? ""))) {
      if (/mso-comment-reference|mso-element:comment;|mso-element:comment$/.test(css)) this.note(this.dropped, "Word comment");
      return true;
    }
    if (/;mso-element:(?:footnote|endnote)/.test(css)) return true;
    if (/;mso-(?:foot|end)note-id:/.test(css)) {
      this.note(this.dropped, "footnote");
      return true;
    }
    if (name === "del" || (name === "span" && /msoDel/.test(node.className))) {
      this.note(this.dropped, "deleted passage of tracked changes");
      return true;
    }
    return /;display:none|;mso-hide:all/.test(css) || node.getAttribute("aria-hidden") === "true" || node.hidden;
  }

  looked(node, name, look) {
    const next = { ...look };
    const weight = style(node, "font-weight");
    if (weight) next.bold = weight === "bold" || weight === "bolder" || Number(weight) >= 600;
    else if (name === "b" || name === "strong") next.bold = true;
    const slant = style(node, "font-style");
    if (slant) next.italic = slant === "italic" || slant.startsWith("oblique");
    else if (name === "i" || name === "em" || name === "cite") next.italic = true;
    const line = style(node, "text-decoration") + style(node, "text-decoration-line");
    if (name === "u" || (line.includes("underline") && name !== "a" && !look.href)) this.note(this.dropped, "underlining");
    if (["s", "strike"].includes(name) || line.includes("line-through")) this.note(this.dropped, "striking-out");
    if (name === "sup" || name === "sub") this.note(this.dropped, "raised or lowered letters");
    if (name === "mark" || style(node, "mso-highlight")) this.note(this.dropped, "highlighting");
    if (name === "pre") next.pre = true;
    return next;
  }

  asBlock(node, name, look) {
    if (name === "ul" || name === "ol") {
      this.end();
      this.note(this.kept, name === "ul" ? "list" : "numbered list, as numbers that you can edit");
      const depth = look.inItem ? look.depth + 1 : 1;
      const start = Number(node.getAttribute("start")) || 1;
      this.children(node, { ...look, depth, ordered: name === "ol", counter: { at: start }, inItem: false });
      return this.end();
    }
    if (name === "li") return this.item(node, look);
    const word = /mso-list:l\d+ level(\d)/.exec(styleOf(node));
    if (word) return this.wordItem(node, Number(word[1]), look);
    // A paragraph inside a list item goes on with it.
    if (look.inItem && this.block.depth && !this.block.pieces.some((piece) => piece.words.trim())) return this.children(node, look);
    this.end();
    if (/^h[1-6]$/.test(name) || /msoheading|msotitle/i.test(node.className)) {
      this.note(this.dropped, "heading’s style");
      look = { ...look, bold: false };
    }
    this.children(node, look);
    this.end();
  }

  item(node, look) {
    const level = Number(node.dataset.ariaLevel ?? node.getAttribute("aria-level") ?? 0) || look.depth || 1;
    const number = look.ordered ? `${look.counter.at++}.` : "";
    this.begin(level, number);
    this.children(node, { ...look, depth: level, inItem: true });
    this.end();
  }

  // Word's lists are paragraphs: the level stands in a style, the mark in a span of its own.
  wordItem(node, level, look) {
    const mark = [...node.querySelectorAll("span")].find((span) => /;mso-list:ignore/.test(styleOf(span)))?.textContent ?? "";
    const numbered = /^\s*\(?(?:\d+|[a-z]{1,4})[.)]/i.exec(mark)?.[0].trim() ?? "";
    if (!this.blocks.at(-1)?.list) this.note(this.kept, numbered ? "numbered list, as numbers that you can edit" : "list");
    this.begin(level, numbered);
    this.block.list = true;
    this.children(node, look);
    this.end();
  }

  begin(level, number) {
    if (level > DEEPEST) this.note(this.dropped, `level of nesting below the ${DEEPEST}rd`);
    this.end(Math.min(level, DEEPEST), number);
  }

  table(node, look) {
    this.end();
    this.note(this.dropped, "table’s grid (its rows are lines now)");
    for (const caption of node.querySelectorAll("caption")) this.asBlock(caption, "caption", look);
    for (const row of node.rows ?? []) {
      const cells = [...row.cells].map((cell) => cellWords(cell)).filter(Boolean);
      if (cells.length) this.text(cells.join(" | "), { pre: true });
      this.end();
    }
  }

  link(node, look) {
    const href = node.getAttribute("href") ?? "";
    if (/^https:\/\/[^\s()]+$/.test(href)) {
      this.note(this.kept, "link");
      return this.children(node, { ...look, href });
    }
    if (href && !href.startsWith("#")) this.note(this.dropped, "link that is not https (its words stay)");
    this.children(node, look);
  }
}

const cellWords = (cell) => cell.textContent.replace(/\s+/g, " ").trim();

// Pieces of a block as Markdown: neighbours of the same look joined, marks set close to the words.
function markdown(pieces) {
  const runs = [];
  for (const { words, bold = false, italic = false, href = "" } of pieces) {
    const last = runs.at(-1);
    const blank = !words.trim();
    if (last && (blank || (last.bold === bold && last.italic === italic && last.href === href))) last.words += words;
    else runs.push({ words, bold, italic, href });
  }
  const text = runs.map(marked).join("");
  return text.replace(/[ \t]*\n[ \t]*/g, "\n").replace(/ {2,}/g, " ").replace(/\n{2,}/g, "\n").trim();
}

function marked({ words, bold, italic, href }) {
  const mark = (bold ? "**" : "") + (italic ? "*" : "");
  const end = (italic ? "*" : "") + (bold ? "**" : "");
  const around = (line) => {
    const [, before, inner, behind] = /^(\s*)(.*?)(\s*)$/s.exec(line);
    if (!inner) return line;
    const linked = href && inner !== href ? `[${inner.replace(/[[\]]/g, "")}](${href})` : inner;
    return before + mark + linked + end + behind;
  };
  return words.split("\n").map(around).join("\n");
}

// A number on the first level is words of a paragraph: the letter has no numbered lists.
const isBullet = ({ depth, number }) => depth > 0 && !(number && depth <= 1);

function lineOf({ depth, number, text }) {
  const inner = text.replace(/\n/g, " ");
  if (number && depth <= 1) return `${number} ${inner}`;
  if (isBullet({ depth, number })) return `${"  ".repeat(depth - 1)}- ${number ? `${number} ` : ""}${inner}`;
  return text;
}

// HTML of a clipboard as the text of a finding. kept and dropped: what there was of each, with its number.
export function fromHtml(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const reader = new Reader();
  reader.children(page.body, { depth: 0 });
  reader.end();
  let text = "";
  let last = null;
  for (const block of reader.blocks) {
    const together = last && isBullet(last) && isBullet(block);
    text += (last === null ? "" : together ? "\n" : "\n\n") + lineOf(block);
    last = block;
  }
  text = folded(text, (what, number) => reader.note(reader.dropped, what, number));
  if (/\*\*\S/.test(text)) reader.note(reader.kept, "bold");
  if (/(?<!\*)\*(?:\*\*)?[^\s*]/.test(text)) reader.note(reader.kept, "italic");
  return { text, blocks: reader.blocks.length, lists: reader.blocks.some((block) => block.depth), kept: reader.kept, dropped: reader.dropped };
}

// The words without characters that nobody sees; `note` is told how many there were.
function folded(words, note) {
  const made = fold(words);
  if (made.dropped) note("invisible character", made.dropped);
  if (made.replaced) note("special space or hyphen (the usual one is put there)", made.replaced);
  return made.text;
}

const COUNTED = /^(?:picture|invisible|special|footnote|Word comment|list|link|table|heading|deleted|level)/;

function counted([what, number]) {
  if (!COUNTED.test(what)) return what;
  const several = number > 1 ? what.replace(/^(picture|invisible character|footnote|Word comment|list|link|table’s grid|level|heading’s style|deleted passage)/, (word) => ({ "table’s grid": "tables’ grids", "heading’s style": "headings’ styles" })[word] ?? `${word}s`) : what;
  return `${number} ${several}`;
}

export function sentence(source, { kept, dropped }) {
  const parts = [`Pasted from ${source}.`];
  if (kept.size) parts.push(`Kept: ${[...kept].map(counted).join(", ")}.`);
  parts.push(dropped.size ? `Left out: ${[...dropped].map(counted).join(", ")}.` : "Nothing was left out but fonts and sizes.");
  return `${parts.join(" ")} Ctrl+Z takes it back.`;
}

function paste(event, box) {
  const html = event.clipboardData?.getData("text/html");
  if (!html) return pasteWords(event, box);
  const made = fromHtml(html);
  if (!made.text) {
    if (!made.dropped.size) return;
    event.preventDefault();
    say(box, sentence(sourceOf(html), made));
    return;
  }
  event.preventDefault();
  const { value, selectionStart: from, selectionEnd: to } = box;
  const apart = made.blocks > 1 || made.lists;
  const before = apart && from > 0 && value[from - 1] !== "\n" ? "\n\n" : "";
  const behind = apart && to < value.length && value[to] !== "\n" ? "\n\n" : "";
  replace(box, from, to, before + made.text + behind);
  say(box, sentence(sourceOf(html), made));
}

// Words without any look: the browser puts them in, unless they hold characters that nobody sees.
function pasteWords(event, box) {
  const words = event.clipboardData?.getData("text/plain") ?? "";
  const made = fold(words);
  if (!made.dropped && !made.replaced) return;
  event.preventDefault();
  const dropped = new Map();
  replace(box, box.selectionStart, box.selectionEnd, folded(words, (what, number) => dropped.set(what, number)));
  say(box, sentence("plain text", { kept: new Map(), dropped }));
}

function say(box, words) {
  const place = document.querySelector(`[data-paste-note="${CSS.escape(box.id)}"]`);
  if (place) place.textContent = words;
}

export function startPasting() {
  for (const place of document.querySelectorAll("[data-toolbar]")) {
    const box = document.getElementById(place.dataset.toolbar);
    box?.addEventListener("paste", (event) => paste(event, box));
  }
}
