// Cards of assets, wherever they stand: a star, a tick, and keys for the card that has the focus.
// Arrows walk in two dimensions, Home and End go to the ends; f stars, x ticks, e adds to a collection, c compares.
const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable=true], dialog[open]");
const links = () => [...document.querySelectorAll("main .row-link")].filter((link) => link.offsetParent);

export const cardOf = (element) => element?.closest?.("[data-asset]");
export const say = (sentence) => {
  const place = document.getElementById("said");
  if (place) place.textContent = sentence;
};

export function send(url, method = "POST", body = null) {
  const token = document.querySelector("#act [name=csrfmiddlewaretoken]")?.value ?? "";
  return fetch(url, { method, body, headers: { "X-CSRFToken": token, "HX-Request": "true" }, redirect: "manual" });
}

function show(asset, on) {
  for (const card of document.querySelectorAll(`[data-asset="${CSS.escape(asset)}"]`)) {
    for (const star of card.querySelectorAll("[data-star]")) {
      star.setAttribute("aria-pressed", String(on));
      if (on) Object.assign(star, { name: "remove", value: "1" });
      else star.removeAttribute("name");
    }
  }
}

export async function star(button) {
  const { asset, url } = cardOf(button).dataset;
  const on = button.getAttribute("aria-pressed") !== "true";
  show(asset, on);
  say(on ? "A favourite now." : "No favourite any more.");
  const answer = await send(`${url}favourite/`, on ? "POST" : "DELETE").catch(() => null);
  if (answer?.ok) return;
  show(asset, !on);
  document.dispatchEvent(new CustomEvent("sameside:tell", { detail: "The star could not be kept. Please try again." }));
}

const ticked = () => [...document.querySelectorAll(".item-choose:checked")];

function count() {
  const number = new Set(ticked().map((box) => box.value)).size;
  const place = document.querySelector("[data-chosen-count]");
  if (place) place.textContent = `${number} chosen`;
  const compare = document.querySelector("[data-compare]");
  if (compare) compare.disabled = number !== 2;
}

function tick(box, on) {
  for (const one of document.querySelectorAll(`.item-choose[value="${CSS.escape(box.value)}"]`)) one.checked = on;
  count();
}

function compare(card) {
  const box = card.querySelector(".item-choose");
  if (!box) return;
  tick(box, !box.checked);
  const values = [...new Set(ticked().map((one) => one.value))];
  if (values.length === 2) {
    const form = document.getElementById("chosen");
    form.requestSubmit(document.querySelector("[data-compare]"));
  } else if (values.length === 1) say("Chosen. Press c on another one to compare them.");
}

function nearest(from, key) {
  let best = null;
  const own = (cardOf(from) ?? from).getBoundingClientRect();
  for (const link of links()) {
    if (link === from) continue;
    const place = (cardOf(link) ?? link).getBoundingClientRect();
    const dx = place.x + place.width / 2 - (own.x + own.width / 2);
    const dy = place.y + place.height / 2 - (own.y + own.height / 2);
    const along = { ArrowRight: dx, ArrowLeft: -dx, ArrowDown: dy, ArrowUp: -dy }[key];
    const sideways = key === "ArrowRight" || key === "ArrowLeft";
    const across = Math.abs(sideways ? dy : dx);
    if (along < 8 || (sideways && across > own.height / 2)) continue;
    const far = along + across * 2;
    if (!best || far < best.far) best = { link, far };
  }
  return best?.link;
}

function go(link) {
  if (!link) return;
  link.focus({ preventScroll: true });
  (cardOf(link) ?? link).scrollIntoView({ block: "nearest", inline: "nearest" });
}

const keys = {
  f: (card) => card.querySelector("[data-star]") && star(card.querySelector("[data-star]")),
  x: (card) => {
    const box = card.querySelector(".item-choose");
    if (box) tick(box, !box.checked);
  },
  c: compare,
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || typing(event.target)) return;
  const from = document.activeElement;
  if (from?.matches?.("main .row-link")) {
    const all = links();
    const next = event.key === "Home" ? all[0] : event.key === "End" ? all.at(-1) : event.key.startsWith("Arrow") ? nearest(from, event.key) : null;
    if (next) {
      event.preventDefault();
      go(next);
      return;
    }
  }
  const card = cardOf(from) ?? document.querySelector("[data-whole-page]");
  if (!card || !keys[event.key] || from?.closest("[data-row]")) return;
  event.preventDefault();
  keys[event.key](card);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-star]");
  if (button) {
    event.preventDefault();
    star(button);
  }
  if (event.target.closest("[data-choose-none]")) {
    for (const box of ticked()) box.checked = false;
    count();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches(".item-choose")) tick(event.target, event.target.checked);
});

count();
function showCurrentTab() {
  const tab = document.querySelector(".tabs [aria-current]");
  if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - 120;
}
showCurrentTab();
document.addEventListener("htmx:after:swap", showCurrentTab);
