// Counts down to `data-until` from `data-now`, the database's clock when the page was made, by elapsed time only:
// the reader's own clock is never asked, so a wrong one shows the right countdown.

function words(seconds) {
  const pad = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${pad(Math.floor((seconds % 3600) / 60))}:${pad(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

function start(element) {
  const shown = element.querySelector(".countdown__left");
  const left = Date.parse(element.dataset.until) - Date.parse(element.dataset.now);
  // The page was made while it loaded; a fragment that a poll brought was made just now.
  const began = document.readyState === "complete" ? performance.now() : performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
  const tick = () => {
    if (!element.isConnected) return;
    const remaining = left - (performance.now() - began);
    const seconds = Math.max(Math.ceil(remaining / 1000), 0);
    shown.textContent = seconds ? words(seconds) : element.dataset.after ?? "Now";
    element.classList.toggle("countdown--done", seconds === 0);
    element.dispatchEvent(new CustomEvent("countdown", { bubbles: true, detail: { seconds } }));
    if (seconds) setTimeout(tick, remaining % 1000 || 1000);
  };
  tick();
}

export function startCountdowns(root = document) {
  for (const element of root.querySelectorAll("[data-until][data-now]")) start(element);
}
