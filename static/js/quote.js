// Words selected in a paragraph (`data-quote-into="id of a field"`) are put into the field for quoted words, and the
// `<details>` around it (`data-quote-opens`) is opened. The small numbers of marks are no words.

function selectedWithin(words) {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return "";
  const range = selection.getRangeAt(0);
  if (!words.contains(range.startContainer) || !words.contains(range.endContainer)) return "";
  if (!range.cloneContents().querySelector("sup")) return selection.toString().trim();
  const copy = range.cloneContents();
  for (const number of copy.querySelectorAll("sup")) number.remove();
  return copy.textContent.trim();
}

function watch(words) {
  const take = () => {
    const field = document.getElementById(words.dataset.quoteInto);
    const text = selectedWithin(words).replace(/\s+/g, " ");
    if (!field || !text || field.value === text) return;
    field.value = text;
    document.getElementById(words.dataset.quoteOpens)?.setAttribute("open", "");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  words.addEventListener("mouseup", () => setTimeout(take));
  words.addEventListener("touchend", () => setTimeout(take, 300));
  words.addEventListener("keyup", (event) => event.shiftKey && take());
}

export function startQuoting(root = document) {
  for (const words of root.querySelectorAll("[data-quote-into]")) watch(words);
}
