// Says how many rows are ticked, beside the buttons that act on them. Without it the words stay general.
export function startTicked(root = document) {
  for (const words of root.querySelectorAll("[data-selected]")) {
    const boxes = () => [...document.querySelectorAll(`input[type=checkbox][name="${words.dataset.selected}"]`)];
    const say = () => {
      const number = boxes().filter((box) => box.checked).length;
      words.textContent = number === 0 ? "No force ticked" : `${number} force${number === 1 ? "" : "s"} ticked`;
    };
    words.setAttribute("role", "status");
    words.closest("form")?.addEventListener("change", say);
    say();
  }
}
