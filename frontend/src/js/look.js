// The quick look: space on a card opens its pages in a dialog. Arrows turn pages, j and k go to the next card, Esc closes.
import { cardOf, send, star } from "./cards.js";

const dialog = document.getElementById("quick-look");
const choice = document.getElementById("choice-dialog");
const cards = () => [...document.querySelectorAll("main [data-asset]")].filter((card) => card.offsetParent && card.querySelector(".row-link") && !dialog?.contains(card));
let current = null;
let timer = 0;

const tell = (sentence) => document.dispatchEvent(new CustomEvent("sameside:tell", { detail: sentence }));

async function fragment(url) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (answer?.ok) return answer.text();
  tell(answer ? "This is no longer there." : "The server cannot be reached. Please try again.");
  return null;
}

function watch() {
  clearTimeout(timer);
  const body = dialog.querySelector("[data-seconds]");
  if (!body) return;
  timer = setTimeout(() => {
    if (dialog.open && !document.hidden) send(`${body.dataset.url}look/`).catch(() => null);
  }, Number(body.dataset.seconds) * 1000);
}

async function load(url, focus) {
  const html = await fragment(url);
  if (html === null) return;
  dialog.innerHTML = html;
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector(focus) ?? dialog.querySelector("[data-open]"))?.focus();
}

async function look(card) {
  if (!dialog || !card?.dataset.url) return;
  current = card;
  const page = card.dataset.page ? `?page=${card.dataset.page}` : "";
  await load(`${card.dataset.url}look/${page}`, "[data-open]");
  watch();
}

async function turn(link) {
  if (!link) return;
  clearTimeout(timer);
  await load(link.getAttribute("href"), `[data-turn="${link.dataset.turn}"]`);
}

function step(by) {
  const all = cards();
  const next = all[all.indexOf(current) + by];
  if (next) look(next);
}

async function choose(url) {
  const html = choice && (await fragment(url));
  if (!html) return;
  choice.innerHTML = html;
  if (dialog?.open) dialog.close();
  choice.showModal();
  choice.querySelector(".choice-list button, input[type=text], input[name=name]")?.focus();
}

function choiceAddress(card) {
  const boxes = [...document.querySelectorAll(".item-choose:checked")];
  const ids = boxes.length ? [...new Set(boxes.map((box) => box.value))] : card ? [card.dataset.asset] : [];
  return ids.length ? `/library/collections/choice/?${ids.map((id) => `asset=${id}`).join("&")}` : "";
}

const inside = {
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  ArrowLeft: () => turn(dialog.querySelector("[data-turn=ArrowLeft]")),
  ArrowRight: () => turn(dialog.querySelector("[data-turn=ArrowRight]")),
  f: () => star(dialog.querySelector("[data-star]")),
  e: () => dialog.querySelector("[data-choice]")?.click(),
  " ": () => dialog.close(),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (dialog?.open) {
    const onControl = event.target.closest("select, summary, .menu-panel, .viewer-text");
    const pressesButton = event.key === " " && event.target.closest("button, input");
    if (onControl || pressesButton || !inside[event.key]) return;
    event.preventDefault();
    inside[event.key]();
    return;
  }
  if (event.target.closest("input, textarea, select, [contenteditable=true], dialog[open], [data-row]")) return;
  const onLink = document.activeElement?.matches?.(".row-link");
  const card = onLink ? cardOf(document.activeElement) : document.querySelector("[data-whole-page]");
  if (!card) return;
  if (event.key === " " && onLink) {
    event.preventDefault();
    look(card);
  } else if (event.key === "e" && choice) {
    event.preventDefault();
    choose(choiceAddress(card));
  }
});

document.addEventListener("click", (event) => {
  const eye = event.target.closest("[data-look]");
  if (eye) look(cardOf(eye));
  const page = event.target.closest("[data-turn]");
  if (page && dialog?.contains(page)) {
    event.preventDefault();
    turn(page);
  }
  const adding = event.target.closest("[data-choice]");
  if (adding && choice && !event.ctrlKey && !event.metaKey) {
    const url = adding.getAttribute("href") ?? choiceAddress(null);
    event.preventDefault();
    if (url) choose(url);
  }
  const closing = event.target.closest("[data-close]");
  if (closing) {
    const open = closing.closest("dialog");
    if (open) open.close();
    else window.history.back();
  }
});

dialog?.addEventListener("close", () => {
  clearTimeout(timer);
  const link = current?.querySelector(".row-link");
  link?.focus({ preventScroll: true });
  current?.scrollIntoView({ block: "nearest", inline: "nearest" });
});
