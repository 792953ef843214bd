// Says how many rows are ticked, beside the buttons that act on them, and ticks or clears all of them at once. Without
// it the words stay general and each row is ticked by itself.
function startOne(words) {
  const form = words.closest("form");
  const boxes = [...form.querySelectorAll(`input[type=checkbox][name="${words.dataset.selected}"]`)];
  const all = document.createElement("button");
  all.type = "button";
  all.className = "link-button";
  const ticked = () => boxes.filter((box) => box.checked).length;
  const say = () => {
    const number = ticked();
    words.textContent = number === 0 ? "No force ticked" : `${number} force${number === 1 ? "" : "s"} ticked`;
    all.textContent = number === 0 ? `Tick all ${boxes.length} shown` : "Clear";
  };
  all.addEventListener("click", () => {
    const on = ticked() === 0;
    for (const box of boxes) box.checked = on;
    say();
  });
  words.setAttribute("role", "status");
  words.after(" · ", all);
  form.addEventListener("change", say);
  // The browser's Back brings the ticks back after this script has run.
  addEventListener("pageshow", say);
  say();
}

export function startTicked(root = document) {
  for (const words of root.querySelectorAll("[data-selected]")) startOne(words);
}
