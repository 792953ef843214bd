// Starts everything that makes a page quicker. Every page works without it.
import { createAll, Button, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, SkipLink } from "../govuk.js";
import { startAutosave } from "./autosave.js";
import { startCountdowns } from "./countdown.js";
import { startComparing } from "./difference.js";
import { startEditing } from "./editing.js";
import { startKeeping } from "./keep.js";
import { startMerging } from "./merging.js";
import { startOffline } from "./offline.js";
import { startPasting } from "./paste.js";
import { startPolling } from "./poll.js";
import { startQuoting, startSelecting } from "./quote.js";
import { startReorder } from "./reorder.js";
import { startRoom } from "./room.js";
import { startTicked } from "./ticked.js";
import { startTogether } from "./together.js";

function startGovuk() {
  // Whatever runs modules can run these components.
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
  for (const component of [Button, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, SkipLink]) {
    createAll(component);
  }
}

// At 320 px tables are drawn as cards; some browsers then no longer call them tables.
function restoreTableRoles(root = document) {
  for (const table of root.querySelectorAll("table.cards")) {
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

startGovuk();
restoreTableRoles();
startKeeping();
startAutosave();
startCountdowns();
startPolling((fragment) => {
  restoreTableRoles(fragment);
  startCountdowns(fragment);
});
startQuoting();
startSelecting();
startReorder();
startRoom();
startTicked();
startComparing();
startEditing();
startMerging();
startOffline();
startPasting();
startTogether(startQuoting);
