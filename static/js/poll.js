// Live panels: an element with `data-poll` shows the HTML at that address, asked again every `data-every` seconds.
// An `<iframe data-follow="name">` loads again when the panel's `[data-turn="name"]` has another `data-value`.
// A `<template data-put="id" data-as="value">` in it is put into the element of that id when the value is another.
// With `[data-poll-ends]` in it, nothing more is asked.

function followTurns(panel, seen) {
  for (const mark of panel.querySelectorAll("[data-turn]")) {
    const { turn, value } = mark.dataset;
    if (seen.has(turn) && seen.get(turn) !== value) {
      for (const frame of document.querySelectorAll(`iframe[data-follow="${CSS.escape(turn)}"]`)) {
        frame.src = frame.dataset.address ?? frame.src;
      }
    }
    seen.set(turn, value);
  }
}

function putElsewhere(panel) {
  for (const part of panel.querySelectorAll("template[data-put]")) {
    const place = document.getElementById(part.dataset.put);
    if (!place || place.dataset.as === part.dataset.as || place.contains(document.activeElement)) continue;
    place.dataset.as = part.dataset.as;
    place.replaceChildren(part.content.cloneNode(true));
  }
}

async function ask(panel, seen, onReplaced) {
  const answer = await fetch(panel.dataset.poll, { credentials: "same-origin", headers: { "X-Requested-With": "fetch", "X-Background": "yes" } });
  // Signed out or gone: keep what is shown, the next ordinary page load says so properly.
  if (!answer.ok || answer.redirected) return;
  const html = await answer.text();
  if (html === panel.lastShown) return;
  panel.lastShown = html;
  // Nothing moves under a reader who is using the panel with the keyboard.
  if (panel.contains(document.activeElement) && document.activeElement !== panel) return;
  panel.replaceChildren(document.createRange().createContextualFragment(html));
  followTurns(panel, seen);
  putElsewhere(panel);
  onReplaced(panel);
  startPolling(onReplaced, panel);
}

export function startPolling(onReplaced, root = document) {
  for (const panel of root.querySelectorAll("[data-poll]")) {
    const every = Math.max(Number(panel.dataset.every) || 5, 1) * 1000;
    const seen = new Map();
    followTurns(panel, seen);
    const again = async () => {
      if (!document.hidden) {
        try {
          await ask(panel, seen, onReplaced);
          panel.removeAttribute("data-stale");
        } catch {
          panel.setAttribute("data-stale", "");
        }
      }
      if (panel.isConnected && !panel.querySelector(":scope > [data-poll-ends]")) setTimeout(again, every);
    };
    setTimeout(again, every);
  }
}
