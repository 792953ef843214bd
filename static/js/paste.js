// Pasting from Word, a browser or another program keeps what the letter can print (paragraphs, bullets, bold, italic,
// https links) and says what it dropped. `fromHtml` is a pure function: tests/findings/test_pasting.py.

import { replace } from "./editing.js";
import { fold } from "./folding.js";
import { ADDRESS, unwrapped, unwrappedWords } from "./links.js";

const BLOCKS = new Set("address article aside blockquote body caption center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header li main nav ol p pre section table tbody td tfoot th thead tr ul".split(" "));
const SILENT = new Set("script style head meta link title template noscript xml".split(" "));
const FIELDS = new Set("button select textarea input".split(" "));
const PICTURES = new Set("img svg picture canvas video audio iframe object embed v:shape v:imagedata".split(" "));
const DEEPEST = 3;
const RAISED = "0¹²³⁴⁵⁶⁷⁸⁹";
const LOWERED = "₀₁₂₃₄₅₆₇₈₉";
const NOTE_MARK = /^[[(]?(?:\d{1,3}|[ivx]{1,5}|[a-z]|[*†‡§]{1,3})[\])]?$/i;
const NOTE_LINK = /^#_?(?:ftn|edn|sdfootnote|sdendnote|fn|footnote|endnote|note|cite_note)/i;
const NOTE_BACK = /^#_?(?:ftnref|ednref|ftnt_ref|sdfootnote\d+anc|sdendnote\d+anc|fnref|footnote-ref|endnote-ref|cite_ref)/i;
const DELETED = /msoDel|TrackChange\w*Del|Deleted(?:Text|Run)|suggest(?:ion)?-?(?:del|remov)/i;

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
    // Of what is left out, some words: enough to see what it was.
    this.samples = new Map();
    this.open(0);
  }

  note(of, what, number = 1) {
    of.set(what, (of.get(what) ?? 0) + number);
  }

  leaveOut(what, words) {
    this.note(this.dropped, what);
    const said = words.replace(/\s+/g, " ").trim();
    if (said && !this.samples.has(what)) this.samples.set(what, said.length > 40 ? `${said.slice(0, 40)}…` : said);
    return true;
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
      if (words) this.text(this.level(this.unwrap(words), look), look);
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const name = node.localName;
    if (SILENT.has(name) || this.ignored(node, name)) return;
    if (FIELDS.has(name)) return node.type === "hidden" ? undefined : this.leaveOut("form field", node.value ?? node.textContent);
    if (PICTURES.has(name)) return this.note(this.dropped, "picture");
    if (name === "br") return this.text("\n", look);
    if (name === "hr") return this.end();
    const next = this.looked(node, name, look);
    if (name === "table") return this.table(node, next);
    if (BLOCKS.has(name)) return this.asBlock(node, name, next);
    if (name === "a") return this.link(node, next);
    this.children(node, next);
  }

  unwrap(words) {
    const { text, times } = unwrappedWords(words);
    if (times) this.note(this.kept, "link, without what follows its reader", times);
    return text;
  }

  // Raised and lowered letters keep their meaning: 10³ is not 103.
  level(words, { raised }) {
    if (raised === undefined || !words.trim()) return words;
    const figures = raised ? RAISED : LOWERED;
    const inner = words.trim();
    if (/^\d+$/.test(inner) && !(raised && inner.includes("0"))) {
      this.note(this.kept, raised ? "raised figures" : "lowered figures");
      return [...inner].map((figure) => figures[figure]).join("");
    }
    if (/^(?:st|nd|rd|th)$/i.test(inner)) return words;
    if (/^[+\u2212-]?[\d.,]+$/.test(inner) && raised) {
      this.note(this.kept, "raised figures, with ^ before them");
      return `^${inner}`;
    }
    this.note(this.kept, `${raised ? "raised" : "lowered"} letters, as usual ones`);
    return words;
  }

  // Parts that are no words of the text: list marks, comments, notes, deletions, what is hidden.
  ignored(node, name) {
    const css = styleOf(node);
    if (/;mso-list:ignore/.test(css)) return true;
    if (/;mso-element:comment|;mso-comment-reference|msocomm/i.test(css + (node.className?.toString() ?? ""))) {
      if (/mso-comment-reference|mso-element:comment;|mso-element:comment$/.test(css)) this.note(this.dropped, "Word comment");
      return true;
    }
    if (/;mso-element:(?:footnote|endnote)/.test(css) || isNote(node, name)) return true;
    if (/;mso-(?:foot|end)note-id:/.test(css) || isNoteMark(node, name)) return this.leaveOut("footnote", "");
    if (name === "del" || DELETED.test(node.className?.toString() ?? "")) {
      // Word marks a deletion twice, one inside the other.
      return this.leaveOut("deleted passage of tracked changes", node.textContent);
    }
    const line = style(node, "text-decoration") + style(node, "text-decoration-line");
    if (["s", "strike"].includes(name) || line.includes("line-through")) return node.textContent.trim() ? this.leaveOut("struck-out passage", node.textContent) : true;
    if (node.getAttribute("aria-hidden") === "true") return true;
    const hidden = /;display:none|;mso-hide:all|;visibility:hidden|;font-size:0(?![.\d]*[1-9])/.test(css) || node.hidden;
    return hidden ? (node.textContent.trim() ? this.leaveOut("hidden passage", node.textContent) : true) : false;
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
    const height = style(node, "vertical-align");
    if (name === "sup" || height === "super" || /^-?\d*[1-9]/.test(style(node, "mso-text-raise"))) next.raised = !style(node, "mso-text-raise").startsWith("-");
    if (name === "sub" || height === "sub") next.raised = false;
    if (name === "mark" || style(node, "mso-highlight")) this.note(this.dropped, "highlighting");
    if (name === "pre") next.pre = true;
    return next;
  }

  asBlock(node, name, look) {
    if (name === "ul" || name === "ol") {
      this.end();
      this.note(this.kept, name === "ul" ? "list" : "numbered list, as numbers that you can edit");
      const depth = look.inItem ? look.depth + 1 : 1;
      const start = node.hasAttribute("start") ? Number(node.getAttribute("start")) || 0 : node.hasAttribute("reversed") ? items(node).length : 1;
      const counter = { at: start, step: node.hasAttribute("reversed") ? -1 : 1, kind: kindOf(node) };
      this.children(node, { ...look, depth, ordered: name === "ol", counter, inItem: false });
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
    let number = "";
    if (look.ordered) {
      if (node.hasAttribute("value")) look.counter.at = Number(node.getAttribute("value")) || 0;
      number = `${numeral(look.counter.at, kindOf(node) || look.counter.kind)}.`;
      look.counter.at += look.counter.step;
    }
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
      if (this.ignored(row, "tr")) continue;
      const cells = [...row.cells].map((cell) => this.cell(cell, look)).filter(Boolean);
      if (cells.length) this.text(cells.join(" | "), { pre: true });
      this.end();
    }
  }

  // A cell is read as everything else is: what was deleted or is hidden there is left out too.
  cell(cell, look) {
    if (this.ignored(cell, cell.localName)) return "";
    const outer = [this.blocks, this.block];
    this.blocks = [];
    this.open(0);
    this.children(cell, { ...look, bold: false, italic: false, href: "", plain: true, inItem: false });
    this.end();
    const words = this.blocks.map(({ number, text }) => (number ? `${number} ${text}` : text)).join(" ");
    [this.blocks, this.block] = outer;
    return words.replace(/\s+/g, " ").trim();
  }

  link(node, look) {
    const { address: href, wrapped } = unwrapped(node.getAttribute("href") ?? "");
    if (ADDRESS.test(href)) this.leaveOut("link that names a person (its words stay)", "");
    else if (/^https:\/\/[^\s()]+$/.test(href)) {
      this.note(this.kept, wrapped ? "link, without what follows its reader" : "link");
      this.children(node, { ...look, href });
      // Where there is no Markdown the address stands behind its words.
      if (look.plain && node.textContent.trim() !== href) this.text(` (${href})`, look);
      return undefined;
    } else if (wrapped) this.leaveOut("link that hides where it leads (its words stay)", "");
    else if (href && !href.startsWith("#")) this.note(this.dropped, "link that is not https (its words stay)");
    return this.children(node, look);
  }
}

const items = (list) => [...list.children].filter((child) => child.localName === "li");

// A mark that leads to a note: a raised number or sign that is a link within the page, by whatever program.
function isNoteMark(node, name) {
  const words = node.textContent.trim();
  if (name !== "a" && name !== "sup" && name !== "span") return false;
  const link = name === "a" ? node : node.querySelector("a");
  const raised = name === "sup" || (name === "a" && (node.querySelector("sup") || node.closest("sup"))) || /super/.test(style(node, "vertical-align"));
  if (!link || (name === "span" && !raised)) return false;
  const role = link.getAttribute("role") === "doc-noteref" || link.hasAttribute("data-footnote-ref") || /sd(?:foot|end)noteanc/.test(link.className);
  const href = link.getAttribute("href") ?? "";
  return NOTE_MARK.test(words) && (role || (href.startsWith("#") && (raised || NOTE_LINK.test(href))) || (raised && /#_?(?:ftn|edn|fn|footnote|cite_note)/i.test(href)));
}

// The note itself: what begins with a link back to its mark.
function isNote(node, name) {
  if (!BLOCKS.has(name) || name === "table") return false;
  if (["doc-footnote", "doc-endnote", "doc-endnotes"].includes(node.getAttribute("role"))) return true;
  const link = node.querySelector("a");
  if (!link || !NOTE_BACK.test(link.getAttribute("href") ?? "") && !/sd(?:foot|end)notesym/.test(link.className)) return false;
  const lead = document.createRange();
  lead.setStart(node, 0);
  lead.setEndBefore(link);
  return !lead.toString().trim() && ["p", "div", "li", "dd"].includes(name);
}

const KINDS = { "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A", "lower-roman": "i", "upper-roman": "I", decimal: "1" };

function kindOf(node) {
  const css = style(node, "list-style-type") || style(node, "list-style").split(" ").find((word) => word in KINDS) || "";
  return KINDS[css] ?? (node.getAttribute("type")?.match(/^[aAiI1]$/)?.[0] ?? "");
}

function numeral(value, kind) {
  if (value < 1 || !"aAiI".includes(kind || "1")) return String(value);
  if (kind.toLowerCase() === "a") {
    let letters = "";
    for (let rest = value; rest > 0; rest = Math.floor((rest - 1) / 26)) letters = String.fromCharCode(97 + ((rest - 1) % 26)) + letters;
    return kind === "A" ? letters.toUpperCase() : letters;
  }
  let roman = "";
  let rest = value;
  for (const [worth, sign] of [[1000, "m"], [900, "cm"], [500, "d"], [400, "cd"], [100, "c"], [90, "xc"], [50, "l"], [40, "xl"], [10, "x"], [9, "ix"], [5, "v"], [4, "iv"], [1, "i"]]) {
    while (rest >= worth) [roman, rest] = [roman + sign, rest - worth];
  }
  return kind === "I" ? roman.toUpperCase() : roman;
}

// Pieces of a block as Markdown: neighbours of the same look joined, marks set close to the words.
function markdown(pieces) {
  const runs = [];
  for (const { words, plain = false, ...look } of pieces) {
    const { bold, italic, href } = { bold: false, italic: false, href: "", ...(plain ? {} : look) };
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

// HTML of a clipboard as the text of a finding, or, `plain`, as words without Markdown. kept and dropped: what there was
// of each, with its number; samples: some of the words that were left out.
export function fromHtml(html, plain = false) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const reader = new Reader();
  reader.children(page.body, { depth: 0, plain });
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
  return { text, blocks: reader.blocks.length, lists: reader.blocks.some((block) => block.depth), kept: reader.kept, dropped: reader.dropped, samples: reader.samples };
}

// The words without characters that nobody sees; `note` is told how many there were.
function folded(words, note) {
  const made = fold(words);
  if (made.dropped) note("invisible character", made.dropped);
  if (made.replaced) note("special space or hyphen (the usual one is put there)", made.replaced);
  return made.text;
}

const COUNTED = /^(?:picture|invisible|special|footnote|Word comment|list|link|table|heading|deleted|struck|hidden|form|level)/;

function counted([what, number], samples) {
  if (!COUNTED.test(what)) return what;
  if (samples?.has(what)) return `${counted([what, number])} (“${samples.get(what)}”${number > 1 ? " …" : ""})`;
  const several = number > 1 ? what.replace(/^(picture|invisible character|footnote|Word comment|list|link|table’s grid|level|heading’s style|deleted passage|struck-out passage|hidden passage|form field)/, (word) => ({ "table’s grid": "tables’ grids", "heading’s style": "headings’ styles" })[word] ?? `${word}s`) : what;
  return `${number} ${several}`;
}

export function sentence(source, { text = "", kept, dropped, samples }) {
  const parts = [`Pasted from ${source}.`];
  if (kept.size) parts.push(`Kept: ${[...kept].map((each) => counted(each)).join(", ")}.`);
  parts.push(dropped.size ? `Left out: ${[...dropped].map((each) => counted(each, samples)).join(", ")}.` : "Nothing was left out but fonts and sizes.");
  const person = ADDRESS.exec(text);
  if (person) parts.push(`Look at “${person[0]}”: it is the address of a person.`);
  return `${parts.join(" ")} Ctrl+Z takes it back.`;
}

function paste(event, box, plain) {
  const html = event.clipboardData?.getData("text/html");
  if (!html) return pasteWords(event, box);
  const made = fromHtml(html, plain);
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

// Words without any look: the browser puts them in, unless they hold a wrapped link or characters that nobody sees.
function pasteWords(event, box) {
  const { text: plain, times } = unwrappedWords(event.clipboardData?.getData("text/plain") ?? "");
  const dropped = new Map();
  const text = folded(plain, (what, number) => dropped.set(what, number));
  if (!times && !dropped.size) return;
  event.preventDefault();
  replace(box, box.selectionStart, box.selectionEnd, text);
  const kept = new Map(times ? [["link, without what follows its reader", times]] : []);
  say(box, sentence("plain text", { text, kept, dropped }));
}

// The account stands where the field has a place for it, else in one made behind the field.
function say(box, words) {
  const there = document.querySelector(`[data-paste-note="${CSS.escape(box.id)}"]`);
  if (there) {
    there.textContent = words;
    return;
  }
  const made = Object.assign(document.createElement("p"), { className: "govuk-hint" });
  made.dataset.pasteNote = box.id;
  made.setAttribute("role", "status");
  box.after(made);
  // Screen readers announce what changes in a place that is there, not a new place.
  setTimeout(() => (made.textContent = words));
}

// Every field of several lines; those with a toolbar hold Markdown, the others words alone.
export function startPasting() {
  const written = new Set([...document.querySelectorAll("[data-toolbar]")].map((place) => place.dataset.toolbar));
  document.addEventListener("paste", (event) => {
    const box = event.target.closest?.("textarea");
    // A table of values stays as the spreadsheet gives it: tabs between its cells.
    if (!box || event.defaultPrevented || box.classList.contains("table-paste")) return;
    paste(event, box, !written.has(box.id));
  });
}
