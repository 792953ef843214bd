// Saves a form (`data-autosave="address"`) two seconds after the last key. The server answers with JSON:
// 200 {"saved": "10:42:07", "version": "8"}; 409 {"sentence": "…", "url": "…"} when somebody else saved first.
// The words stay in the browser as well (keep.js) until the server shows them back.

const PAUSE = 2000;
const RETRY = 5000;

function say(form, text, failed) {
  const place = form.querySelector("[data-saved]");
  if (!place) return;
  place.textContent = text;
  place.classList.toggle("saved--not", failed);
}

function sayConflict(form, answer) {
  form.dataset.refused = "";
  say(form, answer.sentence ?? "Somebody else saved first. Your words are kept.", true);
  const place = form.querySelector("[data-saved]");
  if (!place || !answer.url) return;
  const link = document.createElement("a");
  link.href = answer.url;
  link.textContent = "Compare the two texts";
  place.append(" ", link);
}

function watch(form) {
  let timer;
  let saving = false;
  let changed = false;

  const later = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };

  async function save() {
    if (saving || "refused" in form.dataset) return;
    saving = true;
    changed = false;
    try {
      const response = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form), credentials: "same-origin", headers: { Accept: "application/json" } });
      const json = response.headers.get("content-type")?.startsWith("application/json") ? await response.json() : null;
      if (response.status === 409) sayConflict(form, json ?? {});
      else if (response.ok && json && !response.redirected) {
        if (json.version !== undefined && form.elements.version) form.elements.version.value = json.version;
        say(form, `Saved ${json.saved}`, false);
      } else say(form, "Not saved: sign in again in another tab, then press Save. Your words are kept in this browser.", true);
    } catch {
      say(form, "No connection. Your words are kept in this browser and will be saved when it is back.", true);
      changed = true;
    }
    saving = false;
    if (changed) later(RETRY);
  }

  form.addEventListener("input", () => {
    changed = true;
    later(PAUSE);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    saving = true;
  });
  form.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}

export function startAutosave() {
  for (const form of document.querySelectorAll("form[data-autosave]")) watch(form);
}
