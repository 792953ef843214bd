// The little that makes public pages quicker. Every page works without it.

// At 320 px tables are drawn as cards; some browsers then no longer call them tables.
function restoreTableRoles() {
  for (const table of document.querySelectorAll("table.cards")) {
    table.setAttribute("role", "table");
    for (const group of table.querySelectorAll("thead, tbody, tfoot")) group.setAttribute("role", "rowgroup");
    for (const row of table.rows) {
      row.setAttribute("role", "row");
      for (const cell of row.cells) {
        const heading = { col: "columnheader", row: "rowheader" }[cell.scope];
        cell.setAttribute("role", heading ?? "cell");
      }
    }
  }
}

// Each finding gets a button that copies its words, where they stand and their address, to quote it by.
function offerQuoting() {
  const letter = document.querySelector("[data-quote-from]");
  if (!letter || !navigator.clipboard) return;
  for (const finding of letter.querySelectorAll("li[id]")) {
    const words = finding.querySelector(".letter__finding");
    if (!words) continue;
    const text = words.innerText.trim();
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quote-button";
    button.textContent = `Quote ${finding.id}`;
    button.addEventListener("click", async () => {
      const source = `${letter.dataset.quoteFrom}, ${finding.id}, ${letter.dataset.quotePage}#${finding.id}`;
      await navigator.clipboard.writeText(`“${text}” (${source})`);
      said.textContent = " Copied with its address";
    });
    words.append(button, said);
  }
}

// What is folded is printed too.
function openFoldsForPrint() {
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const each of opened) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of opened) each.open = false;
  });
}

restoreTableRoles();
offerQuoting();
openFoldsForPrint();
