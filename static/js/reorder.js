// Findings are dragged to another place of their list (`data-reorder`). Each item names its own place and the address that
// moves it; the list names the form that is sent. Without a mouse or without this script, the Move buttons do the same.

function startOne(list) {
  const button = document.getElementById(list.dataset.reorder);
  const items = [...list.querySelectorAll("[data-move]")];
  let dragged = null;
  const clear = () => items.forEach((item) => item.classList.remove("reorder--above", "reorder--below"));
  const over = (event, item) => {
    if (!dragged || dragged === item) return;
    event.preventDefault();
    clear();
    // It takes the place of what it is dropped on: going down, it comes to stand below that.
    item.classList.add(items.indexOf(item) > items.indexOf(dragged) ? "reorder--below" : "reorder--above");
  };
  const drop = (event, item) => {
    event.preventDefault();
    if (!dragged || dragged === item) return;
    const to = new URLSearchParams({ place: item.dataset.place });
    if (list.dataset.of) for (const [name, value] of [["back", "editor"], ["of", list.dataset.of]]) to.set(name, value);
    button.formAction = `${dragged.dataset.move}?${to}`;
    button.click();
  };
  for (const item of items) {
    item.draggable = true;
    for (const link of item.querySelectorAll("a")) link.draggable = false;
    item.addEventListener("dragstart", (event) => {
      dragged = item;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", item.dataset.name);
      item.classList.add("reorder--dragged");
    });
    item.addEventListener("dragend", () => {
      clear();
      item.classList.remove("reorder--dragged");
      dragged = null;
    });
    item.addEventListener("dragover", (event) => over(event, item));
    item.addEventListener("drop", (event) => drop(event, item));
  }
}

export function startReorder() {
  for (const list of document.querySelectorAll("[data-reorder]")) startOne(list);
  for (const hint of document.querySelectorAll("[data-reorder-hint]")) hint.hidden = false;
}
