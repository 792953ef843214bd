// The toolbar of the editor and its keyboard shortcuts. Everything goes through the browser's own editing, so that
// Ctrl+Z takes it back. Only what the letter's renderer knows is written: "- ", "**", "*" and empty lines.

const BULLET = /^(\s*)- /;
const STEP = "  ";
const DEEPEST = 4; // spaces before the third level

export function replace(box, start, end, text) {
  box.focus();
  box.setSelectionRange(start, end);
  if (document.execCommand("insertText", false, text)) return;
  box.setRangeText(text, start, end, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

// The whole lines that the selection touches.
function lines(box) {
  const { value, selectionStart: from, selectionEnd: to } = box;
  const start = value.lastIndexOf("\n", from - 1) + 1;
  const after = value.indexOf("\n", to > from && value[to - 1] === "\n" ? to - 1 : to);
  const end = after < 0 ? value.length : after;
  return { start, end, found: value.slice(start, end).split("\n") };
}

function changeLines(box, change) {
  const { start, end, found } = lines(box);
  const text = found.map(change).join("\n");
  if (text === box.value.slice(start, end)) return;
  replace(box, start, end, text);
  box.setSelectionRange(found.length > 1 ? start : start + text.length, start + text.length);
}

function wrapped(line, mark) {
  const [, before, words, behind] = /^(\s*(?:- )?\s*)(.*?)(\s*)$/s.exec(line);
  return words ? `${before}${mark}${words}${mark}${behind}` : line;
}

function emphasise(box, mark) {
  const { value, selectionStart: from, selectionEnd: to } = box;
  if (from === to) {
    replace(box, from, to, mark + mark);
    box.setSelectionRange(from + mark.length, from + mark.length);
    return;
  }
  const chosen = value.slice(from, to);
  const inside = chosen.startsWith(mark) && chosen.endsWith(mark) && chosen.length > 2 * mark.length;
  const around = value.slice(from - mark.length, from) === mark && value.slice(to, to + mark.length) === mark;
  if (inside) {
    replace(box, from, to, chosen.slice(mark.length, -mark.length));
    box.setSelectionRange(from, to - 2 * mark.length);
  } else if (around && !(mark === "*" && value.slice(from - 2, from) === "**")) {
    replace(box, from - mark.length, to + mark.length, chosen);
    box.setSelectionRange(from - mark.length, to - mark.length);
  } else {
    const text = chosen.split("\n").map((line) => wrapped(line, mark)).join("\n");
    replace(box, from, to, text);
    box.setSelectionRange(from, from + text.length);
  }
}

function bullets(box) {
  const all = lines(box).found.filter((line) => line.trim());
  const off = all.length > 0 && all.every((line) => BULLET.test(line));
  if (!all.length) return replace(box, box.selectionStart, box.selectionEnd, "- ");
  changeLines(box, (line) => (off ? line.replace(BULLET, "") : line.trim() && !BULLET.test(line) ? `- ${line.trimStart()}` : line));
}

function nest(box) {
  changeLines(box, (line) => (BULLET.test(line) && BULLET.exec(line)[1].length < DEEPEST ? STEP + line : line));
}

function unnest(box) {
  changeLines(box, (line) => (BULLET.test(line) && line.startsWith(STEP) ? line.slice(STEP.length) : line));
}

function paragraph(box) {
  const { value, selectionEnd: at } = box;
  replace(box, at, at, value.slice(0, at).endsWith("\n\n") ? "" : value.slice(0, at).endsWith("\n") ? "\n" : "\n\n");
}

// As the letter prints them: comments are about words, not about marks.
const plain = (words) => words.replace(/\[([^\]]*)\]\(https:[^)]*\)/g, "$1").replace(/^\s*- /gm, "").replace(/\*/g, "").replace(/\s+/g, " ").trim();

function comment(box, field) {
  const quoted = document.getElementById(field);
  if (!quoted) return;
  const words = plain(box.value.slice(box.selectionStart, box.selectionEnd));
  quoted.closest("details").open = true;
  if (words) {
    quoted.value = words;
    quoted.dispatchEvent(new Event("input", { bubbles: true }));
  }
  document.getElementById("comment_comment").focus();
}

// Enter goes on with a list; Enter on an empty bullet ends it.
function goOn(event, box) {
  if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const { value, selectionStart: at, selectionEnd } = box;
  const start = value.lastIndexOf("\n", at - 1) + 1;
  const line = value.slice(start, at);
  const found = BULLET.exec(line);
  if (!found || at !== selectionEnd) return;
  event.preventDefault();
  if (line.slice(found[0].length).trim()) replace(box, at, at, `\n${found[0]}`);
  else replace(box, start, at, "");
}

const TOOLS = [
  ["B", "Bold", "b", {}, (box) => emphasise(box, "**"), "toolbar__bold"],
  ["I", "Italic", "i", {}, (box) => emphasise(box, "*"), "toolbar__italic"],
  ["• List", "Bullets", "l", { shift: true }, bullets],
  ["→ Nest", "Nest the bullet deeper", "]", {}, nest],
  ["← Un-nest", "Nest the bullet less", "[", {}, unnest],
  ["¶ Paragraph", "New paragraph", null, {}, paragraph],
];
const COMMENT = ["Comment", "Comment on the selected words", "m", { alt: true }];

const spoken = (key, { shift, alt }) => ["Control", shift && "Shift", alt && "Alt", key.toUpperCase()].filter(Boolean).join("+");

function button(bar, [label, title, key, extra, , css], on, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `toolbar__tool ${css ?? ""}`.trim();
  made.textContent = label;
  made.title = key && on ? `${title} (${spoken(key, extra).replace("Control", "Ctrl")})` : title;
  made.setAttribute("aria-label", title);
  if (key && on) made.setAttribute("aria-keyshortcuts", spoken(key, extra));
  made.addEventListener("click", act);
  bar.append(made);
}

// One stop for the Tab key; arrows go from tool to tool.
function rove(bar) {
  const tools = [...bar.children];
  const stop = (chosen) => tools.forEach((tool) => (tool.tabIndex = tool === chosen ? 0 : -1));
  stop(tools[0]);
  bar.addEventListener("focusin", (event) => stop(event.target));
  bar.addEventListener("keydown", (event) => {
    const here = tools.indexOf(document.activeElement);
    const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: tools.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    tools[(to + tools.length) % tools.length].focus();
  });
}

function toolbar(place, box, on, tools) {
  const bar = document.createElement("div");
  bar.className = "toolbar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "Formatting");
  bar.setAttribute("aria-controls", box.id);
  for (const tool of tools) button(bar, tool, on, () => tool[4](box));
  box.before(bar);
  box.classList.add("toolbar-box");
  rove(bar);
}

function listen(form, box, tools) {
  form.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const key = event.key.toLowerCase();
    if (key === "s" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      form.requestSubmit();
      return;
    }
    const tool = event.target === box && tools.find(([, , of, extra]) => of === key && Boolean(extra.shift) === event.shiftKey && Boolean(extra.alt) === event.altKey);
    if (!tool) return;
    event.preventDefault();
    tool[4](box);
  });
}

export function startEditing() {
  for (const place of document.querySelectorAll("[data-toolbar]")) {
    const box = document.getElementById(place.dataset.toolbar);
    const form = box?.form;
    if (!form) continue;
    const on = form.dataset.shortcuts !== "off";
    const field = place.dataset.comment;
    const tools = field ? [...TOOLS, [...COMMENT, (chosen) => comment(chosen, field), "toolbar__end"]] : TOOLS;
    toolbar(place, box, on, tools);
    box.addEventListener("keydown", (event) => goOn(event, box));
    if (on) listen(form, box, tools);
  }
}
