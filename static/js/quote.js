// Words selected in a paragraph (`data-quote-into="id of a field"`) are put into the field for quoted words.

function selectedWithin(words) {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return "";
  const range = selection.getRangeAt(0);
  return words.contains(range.startContainer) && words.contains(range.endContainer) ? selection.toString().trim() : "";
}

function watch(words) {
  const take = () => {
    const field = document.getElementById(words.dataset.quoteInto);
    const text = selectedWithin(words).replace(/\s+/g, " ");
    if (!field || !text || field.value === text) return;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  words.addEventListener("mouseup", () => setTimeout(take));
  words.addEventListener("touchend", () => setTimeout(take, 300));
  words.addEventListener("keyup", (event) => event.shiftKey && take());
}

export function startQuoting() {
  for (const words of document.querySelectorAll("[data-quote-into]")) watch(words);
}
