// Typed words survive a lost network, an ended session and a killed tab. A form with `data-keep="name"` keeps its text
// fields in this browser for the person signed in (body[data-person]) until the server shows the same words back.
// Signing out removes everything; what is older than a week is removed too.

const PREFIX = "hmic.";
const WEEK = 7 * 24 * 3600 * 1000;
const person = document.body.dataset.person;

const entryName = (form) => `${PREFIX}${person}.${form.dataset.keep}`;

const fieldsOf = (form) =>
  [...form.elements].filter((field) => field.name && (field.tagName === "TEXTAREA" || (field.tagName === "INPUT" && ["text", "search"].includes(field.type))));

const valuesOf = (form) => Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]));

const sameWords = (one, other) => (one ?? "").replace(/\r\n/g, "\n").trim() === (other ?? "").replace(/\r\n/g, "\n").trim();

function differing(form, kept) {
  return fieldsOf(form).filter((field) => field.name in kept.fields && kept.fields[field.name].trim() && !sameWords(field.value, kept.fields[field.name]));
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function write(form, submitted = false) {
  try {
    localStorage.setItem(entryName(form), JSON.stringify({ at: Date.now(), submitted, fields: valuesOf(form) }));
  } catch {
    // A full or forbidden storage must not stop anybody from writing.
  }
}

const forget = (form) => localStorage.removeItem(entryName(form));

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function offer(form, kept, fields) {
  const when = new Date(kept.at).toLocaleString("en-GB", { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
  const notice = element("section", "", { class: "kept", role: "region", "aria-label": "Words kept in this browser" });
  notice.append(element("p", `You typed words here on ${when} (this computer’s clock) that are not in what was saved.`));
  for (const field of fields) notice.append(element("pre", kept.fields[field.name]));
  const restore = element("button", "Put my words back", { type: "button", class: "small-button" });
  restore.addEventListener("click", () => {
    for (const field of fields) {
      field.value = kept.fields[field.name];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    notice.remove();
    fields[0].focus();
  });
  const discard = element("button", "Discard them", { type: "button", class: "link-button" });
  discard.addEventListener("click", () => {
    forget(form);
    notice.remove();
  });
  const row = element("div", "", { class: "row" });
  row.append(restore, discard);
  notice.append(row);
  form.prepend(notice);
}

function keep(form) {
  const kept = read(entryName(form));
  const fields = kept ? differing(form, kept) : [];
  if (fields.length) offer(form, kept, fields);
  else if (kept) forget(form);
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => write(form), 300);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    write(form, true);
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
  } catch {
    // No storage in this browser: nothing is kept, everything else works.
  }
}
