// Typed words survive a lost network, an ended session and a killed tab. A form with `data-keep="name"` keeps its text
// fields in this browser for the person signed in (body[data-person]) until the server shows the same words back.
// Signing out removes everything; what is older than a week is removed too.
//
// A form that saves itself as well (`data-autosave`, autosave.js) has an entry for each tab. What the server has
// confirmed is forgotten at the next visit; what it has not is put back by itself where that overwrites nothing, and
// offered otherwise.

const PREFIX = "hmic.";
const WEEK = 7 * 24 * 3600 * 1000;
const EVERY = 250;
const person = document.body.dataset.person;
//: This page's own name: two tabs of one person never write into the same entry.
export const tab = crypto.randomUUID?.() ?? String(Math.random()).slice(2);

const baseName = (form) => `${PREFIX}${person}.${form.dataset.keep}`;
const entryName = (form) => ("autosave" in form.dataset ? `${baseName(form)}#${tab}` : baseName(form));

const fieldsOf = (form) =>
  [...form.elements].filter((field) => field.name && !field.hidden && (field.tagName === "TEXTAREA" || (field.tagName === "INPUT" && ["text", "search"].includes(field.type))));

const ticksOf = (form) => [...form.elements].filter((field) => field.name && !field.name.endsWith("_kept") && (["radio", "checkbox"].includes(field.type) || field.tagName === "SELECT"));
const tickOf = (field) => (field.tagName === "SELECT" ? field.value : field.checked);

// What was chosen next to the words, by field name and value: words typed under one theme come back under it.
const chosenIn = (form) => ticksOf(form).map((field) => [field.name, field.tagName === "SELECT" ? "" : field.value, tickOf(field)]);

function choose(form, chosen = []) {
  for (const [name, value, to] of chosen) {
    const field = ticksOf(form).find((each) => each.name === name && (each.tagName === "SELECT" || each.value === value));
    if (!field || tickOf(field) === to) continue;
    if (field.tagName === "SELECT") field.value = to;
    else field.checked = to;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

const themeIn = (chosen = []) => chosen.find(([name, , on]) => name === "theme" && on === true)?.[1];

// The page that the words were typed on: the answer to a form has an address that only takes forms.
function page(before) {
  if (!("posted" in document.body.dataset)) return { where: location.pathname + location.search, what: document.title.replace(/ – HMIC inspection findings$/, "") };
  if (before?.where) return { where: before.where, what: before.what };
  const from = document.referrer.startsWith(`${location.origin}/`) ? new URL(document.referrer) : location;
  return { where: from.pathname + from.search, what: document.title };
}

const valuesOf = (form) => Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]));

const sameWords = (one, other) => (one ?? "").replace(/\r\n/g, "\n").trim() === (other ?? "").replace(/\r\n/g, "\n").trim();

// Whose kept words the page does not show: neither in their field nor set aside in a hidden box of the form.
function differing(form, kept) {
  const aside = [...form.querySelectorAll("textarea[hidden]")].map((box) => box.value);
  const shown = (field) => [field.value, ...aside].some((words) => sameWords(words, kept.fields[field.name]));
  return fieldsOf(form).filter((field) => field.name in kept.fields && kept.fields[field.name].trim() && !shown(field));
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function write(form, submitted = false) {
  const { version, copy, seen } = form.elements;
  const about = { at: Date.now(), submitted, version: version?.value, copy: copy?.value, seen: Number(seen?.value ?? 0) };
  try {
    const entry = { ...about, ...page(read(entryName(form))), chosen: chosenIn(form), fields: valuesOf(form) };
    localStorage.setItem(entryName(form), JSON.stringify(entry));
  } catch {
    // A full or forbidden storage must not stop anybody from writing.
  }
}

// The server has these words: the entry stays while the page is open, and is not offered again.
export function confirmKept(form) {
  const kept = read(entryName(form));
  if (!kept || fieldsOf(form).some((field) => kept.fields[field.name] !== field.value)) return;
  try {
    localStorage.setItem(entryName(form), JSON.stringify({ ...kept, confirmed: true }));
  } catch {
    // As above.
  }
}

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function fill(fields, values) {
  for (const field of fields) {
    field.value = values[field.name];
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

const timeOf = (kept) => new Date(kept.at).toLocaleString("en-GB", { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });

function notice(form, words) {
  const made = element("section", "", { class: "kept", role: "region", "aria-label": "Words kept in this browser" });
  made.append(element("p", words));
  form.prepend(made);
  return made;
}

function buttons(made, ...wanted) {
  const row = element("div", "", { class: "row" });
  for (const [label, css, act] of wanted) {
    const button = element("button", label, { type: "button", class: css });
    button.addEventListener("click", act);
    row.append(button);
  }
  made.append(row);
}

function offer(form, name, kept, fields) {
  const made = notice(form, `You typed words here on ${timeOf(kept)} (this computer’s clock) that are not in what was saved.`);
  for (const field of fields) made.append(element("pre", kept.fields[field.name]));
  const putBack = () => {
    // With the version they started from, so that saving them compares instead of overwriting.
    if (kept.version && form.elements.version) form.elements.version.value = kept.version;
    choose(form, kept.chosen);
    fill(fields, kept.fields);
    made.remove();
    localStorage.removeItem(name);
    fields[0].focus();
  };
  const discard = () => {
    localStorage.removeItem(name);
    made.hidden = true;
    const undone = notice(form, "Your words are discarded.");
    const undo = () => {
      localStorage.setItem(name, JSON.stringify(kept));
      undone.remove();
      made.hidden = false;
    };
    buttons(undone, ["Undo", "link-button", undo]);
  };
  buttons(made, ["Put my words back", "small-button", putBack], ["Discard them", "link-button", discard]);
}

// Nothing is overwritten: the page shows the version, and the working copy, that the words were typed on.
function fits(form, kept) {
  const { version, copy, seen } = form.elements;
  if (form.querySelector(".govuk-form-group--error, .govuk-error-message") || (version && version.value !== kept.version)) return false;
  if (new URLSearchParams(location.search).has("words_of")) return false;
  if (themeIn(kept.chosen) && themeIn(kept.chosen) !== themeIn(chosenIn(form))) return false;
  const shown = Number(seen?.value ?? 0);
  return copy?.value === kept.copy ? shown <= kept.seen + 1 : shown === 0;
}

function putBack(form, name, kept, fields) {
  const before = valuesOf(form);
  if (form.elements.copy?.value !== kept.copy && kept.copy && kept.seen === 0) form.elements.copy.value = kept.copy;
  choose(form, kept.chosen);
  fill(fields, kept.fields);
  localStorage.removeItem(name);
  write(form);
  const made = notice(form, `The words that you typed on ${timeOf(kept)} (this computer’s clock) had not reached the server. They are back below.`);
  const undo = () => {
    fill(fields, before);
    made.remove();
  };
  buttons(made, ["Keep them", "small-button", () => made.remove()], ["Take them out again", "link-button", undo]);
}

async function liveTabs() {
  const held = (await navigator.locks?.query?.())?.held ?? [];
  return new Set(held.map((lock) => lock.name));
}

const lockName = (of) => `${PREFIX}tab.${of}`;

const AGAIN = 1500; // by then the page before this one has let go of its words

async function restore(form, first = true) {
  const start = `${baseName(form)}#`;
  const names = Object.keys(localStorage).filter((name) => name.startsWith(start));
  const live = names.length ? await liveTabs() : new Set();
  if (first && names.some((name) => live.has(lockName(name.slice(start.length))))) setTimeout(() => restore(form, false).catch(() => {}), AGAIN);
  const found = names
    .filter((name) => name !== entryName(form) && !live.has(lockName(name.slice(start.length))))
    .map((name) => [name, read(name)])
    .sort(([, one], [, other]) => (other?.at ?? 0) - (one?.at ?? 0));
  // Later on, somebody may have typed already: then words are only offered.
  let untouched = first;
  for (const [name, kept] of found) {
    const fields = kept && !kept.confirmed ? differing(form, kept) : [];
    if (!fields.length) localStorage.removeItem(name);
    else if (untouched && fits(form, kept)) {
      putBack(form, name, kept, fields);
      untouched = false;
    } else offer(form, name, kept, fields);
  }
}

function keep(form) {
  if ("autosave" in form.dataset) {
    // Held as long as the page lives: other tabs leave its words alone.
    navigator.locks?.request(lockName(tab), () => new Promise(() => {}));
    restore(form).catch(() => {});
  } else {
    const kept = read(baseName(form));
    const fields = kept ? differing(form, kept) : [];
    if (fields.length) offer(form, baseName(form), kept, fields);
    else if (kept) localStorage.removeItem(baseName(form));
  }
  let timer = null;
  const now = () => {
    timer = null;
    write(form);
  };
  form.addEventListener("input", () => {
    timer ??= setTimeout(now, EVERY);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = null;
    write(form, true);
  });
  addEventListener("pagehide", () => {
    if (timer) now();
  });
}

// After a submission that succeeded somewhere else (a redirect to another page), the words are no longer needed.
// A failure page, a page with errors and the sign-in page all keep them.
function forgetAccepted(forms) {
  const failed = document.body.hasAttribute("data-failed") || document.querySelector(".govuk-error-summary, [data-refused]");
  if (failed || !document.querySelector(".govuk-notification-banner--success")) return;
  const here = new Set(forms.map(entryName));
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(`${PREFIX}${person}.`) && !here.has(name) && read(name)?.submitted) localStorage.removeItem(name);
  }
}

// My work: what this browser keeps and the server has not, each with the way back to its page.
function list(place) {
  const rows = place.querySelector("[data-kept-list]");
  const names = Object.keys(localStorage).filter((name) => name.startsWith(`${PREFIX}${person}.`));
  const kept = names.map(read).filter((each) => each?.where && !each.confirmed && words(each));
  for (const each of kept.sort((one, other) => other.at - one.at)) {
    const link = element("a", "", { href: each.where });
    link.append(element("b", each.what), element("span", words(each)), element("span", `In this browser only · ${timeOf(each)}`, { class: "todo__about" }));
    const row = document.createElement("li");
    row.append(link);
    rows.append(row);
  }
  if (kept.length) place.hidden = false;
}

function words(kept) {
  const typed = Object.entries(kept.fields).filter(([, value]) => value.trim());
  const found = typed.map(([, value]) => value.trim().replace(/\s+/g, " ")).join(" … ");
  return found.length > 120 ? `${found.slice(0, 120)}…` : found;
}

function forgetEverything() {
  for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
  sessionStorage.clear();
}

function forgetOld() {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(PREFIX) && Date.now() - (read(name)?.at ?? 0) > WEEK) localStorage.removeItem(name);
  }
}

export function startKeeping() {
  for (const form of document.querySelectorAll("form[data-sign-out]")) form.addEventListener("submit", forgetEverything);
  try {
    forgetOld();
    if (!person) return;
    const forms = [...document.querySelectorAll("form[data-keep]")];
    forgetAccepted(forms);
    forms.forEach(keep);
    document.querySelectorAll("[data-kept-words]").forEach(list);
  } catch {
    // No storage in this browser: nothing is kept, everything else works.
  }
}
