// A collection in an order of its own: items are dragged, or moved by Alt and an arrow; the server is told the place.
import { say, send } from "./cards.js";

const list = document.querySelector("[data-arranged]");
const items = () => [...list.querySelectorAll(":scope > [data-item]")];
let dragged = null;
let before = null;

function ends() {
  const all = items();
  all.forEach((item, place) => {
    item.querySelector("[data-up]").disabled = place === 0;
    item.querySelector("[data-down]").disabled = place === all.length - 1;
  });
}

async function keep(item) {
  const all = items();
  const place = all.indexOf(item);
  ends();
  say(`${item.querySelector(".row-link").textContent}: place ${place + 1} of ${all.length}.`);
  const body = new FormData();
  body.set("to", String(place));
  const answer = await send(item.dataset.item, "POST", body).catch(() => null);
  if (!answer?.ok) {
    document.dispatchEvent(new CustomEvent("sameside:tell", { detail: "The order could not be kept. Please try again." }));
    if (before) before.after(item);
    else list.prepend(item);
    ends();
  }
}

function move(item, by) {
  const all = items();
  const other = all[all.indexOf(item) + by];
  if (!other) return;
  const held = document.activeElement;
  before = item.previousElementSibling;
  if (by < 0) other.before(item);
  else other.after(item);
  held?.focus();
  item.scrollIntoView({ block: "nearest" });
  keep(item);
}

if (list) {
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    const item = document.activeElement?.closest("[data-item]");
    if (!item) return;
    event.preventDefault();
    move(item, event.key === "ArrowUp" ? -1 : 1);
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-up], [data-down]");
    if (!button) return;
    event.preventDefault();
    move(button.closest("[data-item]"), button.matches("[data-up]") ? -1 : 1);
  });
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-item]");
    before = dragged?.previousElementSibling ?? null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    dragged.classList.add("is-dragged");
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-item]");
    if (!dragged) return;
    event.preventDefault();
    if (!over || over === dragged) return;
    const { top, height } = over.getBoundingClientRect();
    if (event.clientY < top + height / 2) over.before(dragged);
    else over.after(dragged);
  });
  list.addEventListener("drop", (event) => {
    if (dragged) event.preventDefault();
  });
  list.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("is-dragged");
    if (dragged.previousElementSibling !== before) keep(dragged);
    dragged = null;
  });
}
