// A form is sent only when the server can be reached: without a network the page stays, says so, and sends the form when
// the network is back, with what stands in it by then. What is kept (`data-keep`) is asked about each time; for every
// other form the browser's own knowledge is enough. A button that warns is never pressed by the page: it says that
// nothing was sent.

const AGAIN = 3000;
const LONGEST = 5000;
const waiting = new Map();
let through = null;
let bar = null;
let timer = null;

const probed = document.querySelector("link[rel~=icon]")?.href ?? location.href;

async function reached() {
  try {
    await fetch(probed, { method: "HEAD", cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(LONGEST) });
    return true;
  } catch {
    return false;
  }
}

function say(words, ...buttons) {
  if (!bar) {
    bar = document.createElement("div");
    bar.className = "offline";
    bar.setAttribute("role", "alert");
    document.body.append(bar);
  }
  const line = document.createElement("p");
  line.textContent = words;
  bar.replaceChildren(line, ...buttons);
}

function quiet() {
  bar?.remove();
  bar = null;
}

function stopButton() {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "small-button";
  made.textContent = "Do not save by itself";
  made.addEventListener("click", () => {
    clearTimeout(timer);
    waiting.clear();
    say("Nothing is sent by itself now. Your words stay on this page: save when the connection is back.");
  });
  return made;
}

function send(form, submitter) {
  waiting.delete(form);
  if (!form.isConnected) return;
  through = form;
  try {
    form.requestSubmit(submitter?.isConnected ? submitter : null);
  } finally {
    through = null;
  }
}

async function attempt(form, submitter) {
  const warns = submitter?.matches(".govuk-button--warning");
  const kept = "keep" in form.dataset;
  const byItself = kept && !warns;
  waiting.set(form, submitter);
  form.setAttribute("aria-busy", "true");
  const there = (kept || navigator.onLine !== false) && (await reached());
  form.removeAttribute("aria-busy");
  if (!waiting.has(form)) return;
  if (there) {
    quiet();
    send(form, submitter);
    return;
  }
  if (byItself) {
    say("You are offline, or the server does not answer. This page stays, and nothing is lost. What you wrote is saved by itself when the connection is back.", stopButton());
    clearTimeout(timer);
    timer = setTimeout(again, AGAIN);
  } else {
    waiting.delete(form);
    say("You are offline, or the server does not answer. Nothing was sent, and this page stays. Press the button again when the connection is back.");
  }
}

function again() {
  for (const [form, submitter] of waiting) if (form.getAttribute("aria-busy") !== "true") attempt(form, submitter);
}

function submitted(event) {
  const form = event.target;
  const here = (event.submitter?.formTarget || form.target || "_self") === "_self";
  const posts = (event.submitter?.getAttribute("formmethod") ?? form.getAttribute("method") ?? "").toLowerCase() === "post";
  if (form === through || !here || !posts || "signOut" in form.dataset) return;
  if (!("keep" in form.dataset) && navigator.onLine !== false) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.getAttribute("aria-busy") !== "true") attempt(form, event.submitter);
}

export function startOffline() {
  document.addEventListener("submit", submitted, true);
  addEventListener("online", again);
}
