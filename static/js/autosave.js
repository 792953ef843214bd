// Keeps what is typed on the server, within five seconds, in the person's working copy (`data-autosave="address"`).
// It makes no revision: Save does. keep.js keeps the same words in this browser until the server has confirmed them.
//
// The answer is JSON: saved (time), copy and counter (the row that holds them), closed (the row was saved already),
// forked (another tab had written there: these words have a row of their own), newer (who saved a revision meanwhile),
// person and token. Anything else means: not kept, try again.

import { confirmKept, tab } from "./keep.js";

const PAUSE = 1200; // after the last key
const LONGEST = 3000; // after the first key that is not kept, however fast somebody types on
const RETRY = 2500;
const ALOUD_EVERY = 60_000;
const person = document.body.dataset.person;

function say(form, text, { failed = false, html = null } = {}) {
  const place = form.querySelector("[data-saved]");
  if (!place) return;
  place.textContent = text;
  if (html) place.append(" ", html);
  place.classList.toggle("saved--not", failed);
  place.classList.add("saved--kept");
  place.classList.remove("saved--none");
  sayAloud(form, text, failed);
}

// Read aloud when it changes for better or worse, and otherwise once a minute: not with every pause.
function sayAloud(form, text, failed) {
  const place = form.querySelector("[data-saved-aloud]");
  if (!place) return;
  const same = place.dataset.failed === String(failed);
  if (same && Date.now() - Number(place.dataset.at ?? 0) < ALOUD_EVERY) return;
  place.dataset.failed = String(failed);
  place.dataset.at = String(Date.now());
  place.textContent = text;
}

export function sayNewer(form, sentence) {
  const place = form.querySelector("[data-newer]");
  if (!place || place.dataset.said === sentence) return;
  place.dataset.said = sentence;
  place.hidden = !sentence;
  place.querySelector("[data-newer-words]").textContent = sentence;
}

export function useToken(token) {
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
}

async function json(response) {
  return response.headers.get("content-type")?.startsWith("application/json") ? response.json() : null;
}

// Who is signed in now? A page that stood open while they signed in again goes on with a fresh token.
async function signedInAgain(form) {
  try {
    const response = await fetch(form.dataset.token, { credentials: "same-origin", signal: AbortSignal.timeout(5000) });
    const answer = response.ok && !response.redirected ? await json(response) : null;
    if (!answer) return false;
    if (answer.person !== person) return null;
    useToken(answer.token);
    return true;
  } catch {
    return false;
  }
}

function signInLink() {
  const link = document.createElement("a");
  link.href = `/accounts/login/?next=${encodeURIComponent(location.pathname)}`;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = "Sign in (opens in a new tab)";
  return link;
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.stroke = 0;
    this.typed = 0; // how many changes there were
    this.kept = 0; // up to which of them the server has everything
    this.firstAt = 0;
    this.timer = null;
    this.asking = null;
    this.stopped = false;
    form.addEventListener("input", (event) => {
      if (event.target.name) this.changed();
    });
    form.addEventListener("submit", () => this.submitted());
    // With whatever is sent from this form: which page wrote it, and after what.
    form.addEventListener("formdata", ({ formData }) => {
      formData.set("tab", tab);
      formData.set("stroke", String((this.stroke += 1)));
    });
    // Another form of the page is sent: the page that it leads to must find these words.
    document.addEventListener("submit", (event) => event.target !== form && this.flush());
    addEventListener("pageshow", (event) => {
      if (event.persisted) this.stopped = false;
    });
    addEventListener("pagehide", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden && this.flush());
    addEventListener("online", () => this.dirty && this.later(0));
  }

  get dirty() {
    return this.typed > this.kept;
  }

  changed() {
    if (!this.dirty) this.firstAt = Date.now();
    this.typed += 1;
    if (!this.asking) this.later(Math.max(Math.min(PAUSE, this.firstAt + LONGEST - Date.now()), 0));
  }

  later(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  submitted() {
    clearTimeout(this.timer);
    this.stopped = true;
    this.asking?.abort();
  }

  // The page goes away: one last message that outlives it.
  flush() {
    if (!this.dirty || this.stopped) return;
    fetch(this.form.dataset.autosave, { method: "POST", body: new FormData(this.form), credentials: "same-origin", keepalive: true }).catch(() => {});
  }

  async save() {
    if (this.asking || this.stopped || !this.dirty) return;
    const upTo = this.typed;
    this.asking = new AbortController();
    const giveUp = setTimeout(() => this.asking?.abort(), 8000);
    let retry = RETRY;
    try {
      const response = await fetch(this.form.dataset.autosave, {
        method: "POST",
        body: new FormData(this.form),
        credentials: "same-origin",
        headers: { Accept: "application/json" },
        signal: this.asking.signal,
      });
      retry = await this.answered(response, await json(response), upTo);
    } catch {
      if (!this.stopped) say(this.form, "No connection. Your words are kept in this browser and will go to the server when it is back.", { failed: true });
    }
    clearTimeout(giveUp);
    this.asking = null;
    if (this.dirty && retry !== null && !this.stopped) this.later(retry);
  }

  // Returns after how many milliseconds to go on if there is more to keep; null for not at all.
  async answered(response, answer, upTo) {
    if (response.ok && answer && !response.redirected) return this.confirmed(answer, upTo);
    if (answer?.sentence) {
      say(this.form, `Not kept on the server. ${answer.sentence}`, { failed: true });
      return RETRY * 4;
    }
    if (response.status >= 500) {
      say(this.form, "The server does not answer just now. Your words are kept in this browser and will be sent again.", { failed: true });
      return RETRY;
    }
    if (response.status === 404 && !response.redirected) {
      say(this.form, "You can’t write this finding any more. Your words are kept in this browser: copy them, and ask the lead inspector.", { failed: true });
      return RETRY * 12;
    }
    const again = await signedInAgain(this.form);
    if (again) return 0;
    if (again === null) {
      say(this.form, "Somebody else is signed in now in this browser. Your words are kept for you: sign in as yourself again.", { failed: true });
      return RETRY * 2;
    }
    say(this.form, "You are signed out. Your words are kept in this browser.", { failed: true, html: signInLink() });
    return RETRY;
  }

  confirmed(answer, upTo) {
    if (answer.person !== person) return null;
    const { copy, seen } = this.form.elements;
    useToken(answer.token);
    if (answer.closed) {
      // These words were saved, and somebody went back to the page and typed on: they get a row of their own.
      copy.value = crypto.randomUUID();
      seen.value = 0;
      return 0;
    }
    copy.value = answer.copy;
    seen.value = answer.counter;
    this.kept = upTo;
    if (this.dirty) this.firstAt = Date.now();
    const apart = answer.forked ? " You have this open in another tab as well: what you type there is kept separately." : "";
    say(this.form, `Kept ${answer.saved} on the server.${apart}`);
    sayNewer(this.form, answer.newer ?? "");
    if (!this.dirty) confirmKept(this.form);
    return LONGEST / 2;
  }
}

export function startAutosave() {
  for (const form of document.querySelectorAll("form[data-autosave]")) new Autosave(form);
}
