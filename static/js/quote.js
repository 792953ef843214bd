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

// Words that are selected before a point is begun: the button of their paragraph (`data-selected-for="its id"`) leads to
// a point that quotes them. Its address holds their places, counted without white space; the server has the words.
function lengthOf(range) {
  const copy = range.cloneContents();
  for (const number of copy.querySelectorAll("sup")) number.remove();
  return copy.textContent.replace(/\s+/g, "").length;
}

function begin() {
  const selection = document.getSelection();
  const at = selection?.anchorNode;
  const words = (at?.nodeType === Node.ELEMENT_NODE ? at : at?.parentElement)?.closest("[data-selected-for]");
  const link = words && document.getElementById(words.dataset.selectedFor);
  if (!link) return;
  const address = new URL(link.href);
  address.search = "";
  const whole = document.createRange();
  whole.selectNodeContents(words);
  const range = selection.rangeCount ? selection.getRangeAt(0).cloneRange() : null;
  if (range && range.compareBoundaryPoints(Range.END_TO_END, whole) > 0) range.setEnd(whole.endContainer, whole.endOffset);
  if (range && range.compareBoundaryPoints(Range.START_TO_START, whole) < 0) range.setStart(whole.startContainer, whole.startOffset);
  const length = range && !range.collapsed ? lengthOf(range) : 0;
  if (length) {
    whole.setEnd(range.startContainer, range.startOffset);
    const from = lengthOf(whole);
    address.search = new URLSearchParams({ from, to: from + length });
  }
  link.href = address.href;
  link.classList.toggle("small-button--selected", length > 0);
}

export function startSelecting() {
  document.addEventListener("selectionchange", begin);
}

export function startQuoting(root = document) {
  for (const words of root.querySelectorAll("[data-quote-into]")) watch(words);
}
