// The boxes of the merge page follow its choices at once (`data-combine="address"`). The server puts the words together;
// without this script a button of the page asks it, and saving does so in any case.

const BOXES = ["text", "basis", "kind", "made"];

function startOne(form) {
  const said = form.querySelector("[data-combined]");
  let asked = 0;
  const take = (page) => {
    const other = page.querySelector("form[data-combine]");
    // Somebody saved meanwhile, or the session is over: the page stays, and saving says so.
    if (!other || other.elements.version.value !== form.elements.version.value) return false;
    for (const name of BOXES) form.elements[name].value = other.elements[name].value;
    for (const id of ["clash", "result-shown"]) form.querySelector(`#${id}`).replaceChildren(...page.getElementById(id).childNodes);
    return true;
  };
  const follow = async () => {
    const number = (asked += 1);
    const sent = new FormData(form);
    try {
      const response = await fetch(form.dataset.combine, { method: "POST", body: sent, credentials: "same-origin", headers: { "X-Requested-With": "fetch" } });
      const html = await response.text();
      const typedOn = BOXES.some((name) => form.elements[name].value !== (sent.get(name) ?? "").replace(/\r\n/g, "\n"));
      if (number !== asked || !response.ok || response.redirected || typedOn) return;
      if (take(new DOMParser().parseFromString(html, "text/html"))) said.textContent = "The resulting text follows your choice.";
    } catch {
      // Saving follows the choices too.
    }
  };
  form.addEventListener("change", (event) => event.target.type === "radio" && follow());
}

export function startMerging() {
  for (const form of document.querySelectorAll("form[data-combine]")) startOne(form);
}
