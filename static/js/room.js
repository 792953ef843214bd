// Says beside a field how much more of what is typed can be saved (`data-room="id of the field"`): as the server counts,
// in bytes. While there is plenty it says nothing. The server writes the first sentence, and all of them without this
// script.

const PAUSE = 500;
const bytes = new TextEncoder();

function startOne(place) {
  const box = document.getElementById(place.dataset.room);
  const { most, few } = place.dataset;
  let timer;
  const say = () => {
    const left = most - bytes.encode(box.value).length;
    const tone = left < 0 ? "over" : left < few ? "few" : "plenty";
    const sentence = place.dataset[{ over: "sayOver", few: "sayFew", plenty: "sayPlenty" }[tone]];
    const words = sentence.replace("{}", Math.abs(left).toLocaleString("en-GB"));
    if (place.textContent === words) return;
    place.textContent = words;
    place.className = tone === "plenty" ? "room without-script" : `room room--${tone}`;
  };
  place.setAttribute("role", "status");
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(say, PAUSE);
  });
  say();
}

export function startRoom() {
  for (const place of document.querySelectorAll("[data-room]")) startOne(place);
}
