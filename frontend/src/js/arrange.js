// A collection in an order of its own: items are dragged by their handle, with a mouse, a pen or a finger, or moved by
// Alt and an arrow; the server is told the place.
import { say, send } from "./cards.js";

const list = document.querySelector("[data-arranged]");
const items = () => [...list.querySelectorAll(":scope > [data-item]")];
const EDGE = 70;
let dragged = null;
let before = null;

function scrolled(y) {
  if (y < EDGE) window.scrollBy(0, -12);
  else if (y > window.innerHeight - EDGE) window.scrollBy(0, 12);
}

// The others walk past the one that is dragged: it must stay in the page, or its pointer is lost.
function pass(over, above) {
  const all = items();
  const [from, to] = [all.indexOf(dragged), all.indexOf(over)];
  if (to > from) for (const item of all.slice(from + 1, above ? to : to + 1)) dragged.before(item);
  else for (const item of all.slice(above ? to : to + 1, from).reverse()) dragged.after(item);
}

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
  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".grip");
    if (!grip || event.button) return;
    event.preventDefault();
    dragged = grip.closest("[data-item]");
    before = dragged.previousElementSibling;
    list.setPointerCapture(event.pointerId);
    dragged.classList.add("is-dragged");
  });
  list.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    scrolled(event.clientY);
    const over = items().find((item) => {
      const { top, bottom } = item.getBoundingClientRect();
      return item !== dragged && event.clientY >= top && event.clientY < bottom;
    });
    if (!over) return;
    const { top, height } = over.getBoundingClientRect();
    pass(over, event.clientY < top + height / 2);
  });
  const dropped = ({ type }) => {
    if (!dragged) return;
    const item = dragged;
    dragged = null;
    item.classList.remove("is-dragged");
    if (type === "pointercancel") {
      if (before) before.after(item);
      else list.prepend(item);
    } else if (item.previousElementSibling !== before) keep(item);
  };
  list.addEventListener("pointerup", dropped);
  list.addEventListener("pointercancel", dropped);
}
