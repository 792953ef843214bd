// The words as they will stand in the letter, while they are typed; who else has the finding open. Both are also there
// without this script: a button, the page's first look.

import { sayNewer, useToken } from "./autosave.js";

const PREVIEW_PAUSE = 400;
const EVERY = 15_000;
const person = document.body.dataset.person;

function preview(form, onReplaced) {
  const place = form.querySelector("[data-preview]");
  const note = form.querySelector("[data-preview-note]");
  let timer;
  let asked = 0;
  let shown = 0;
  form.querySelector("[data-preview-button]")?.setAttribute("hidden", "");
  const ask = async () => {
    const number = (asked += 1);
    try {
      const response = await fetch(form.dataset.previewFrom, {
        method: "POST",
        body: new FormData(form),
        credentials: "same-origin",
        headers: { "X-Requested-With": "fetch" },
      });
      if (!response.ok || response.redirected) return;
      const html = await response.text();
      const selection = document.getSelection();
      const reading = selection && !selection.isCollapsed && place.contains(selection.anchorNode);
      if (number < shown || reading) return;
      shown = number;
      place.innerHTML = html;
      note.textContent = "As you type, not saved yet";
      onReplaced(place);
    } catch {
      // The next key asks again.
    }
  };
  form.addEventListener("input", (event) => {
    if (!["text", "kind"].includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, PREVIEW_PAUSE);
  });
}

function presence(place) {
  const form = document.getElementById("finding-form");
  const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
  const body = (more = {}) => {
    const made = new FormData();
    made.set("csrfmiddlewaretoken", token());
    if (form?.elements.version) made.set("version", form.elements.version.value);
    for (const [name, value] of Object.entries(more)) made.set(name, value);
    return made;
  };
  let last = place.innerHTML.trim();
  const sign = async () => {
    if (document.hidden) return;
    try {
      const response = await fetch(place.dataset.here, { method: "POST", body: body(), credentials: "same-origin", headers: { Accept: "application/json", "X-Background": "yes" } });
      if (!response.ok || response.redirected) return;
      const answer = await response.json();
      if (answer.person !== person) return;
      useToken(answer.token);
      if (answer.html.trim() !== last) {
        last = answer.html.trim();
        place.innerHTML = last;
      }
      if (form) sayNewer(form, answer.newer);
    } catch {
      // Nobody's work depends on it.
    }
  };
  sign();
  setInterval(sign, EVERY);
  document.addEventListener("visibilitychange", sign);
  addEventListener("pagehide", () => navigator.sendBeacon(place.dataset.here, body({ leaving: "1" })));
}

export function startTogether(onReplaced) {
  for (const form of document.querySelectorAll("form[data-preview-from]")) preview(form, onReplaced);
  for (const place of document.querySelectorAll("[data-here]")) presence(place);
}
