// Keyboard: / searches, g and a letter goes, j k Enter walk rows, n p turn pages, ? helps.
let pending = 0;

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable=true], dialog[open]");
const rowLinks = () => [...document.querySelectorAll("main .row-link")].filter((link) => link.offsetParent);

function step(by) {
  const links = rowLinks();
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by));
  links[next].focus();
  links[next].scrollIntoView({ block: "nearest" });
}

function help() {
  document.getElementById("keys")?.showModal();
}

const actions = {
  "/": () => document.getElementById("search")?.focus(),
  "?": help,
  j: () => step(1),
  k: () => step(-1),
  n: () => document.querySelector("a[rel=next]")?.click(),
  p: () => document.querySelector("a[rel=prev]")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (pending && Date.now() - pending < 1200) {
    pending = 0;
    const place = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
    if (place) {
      event.preventDefault();
      place.click();
    }
    return;
  }
  pending = event.key === "g" ? Date.now() : 0;
  const action = actions[event.key];
  const row = document.activeElement?.closest("[data-row]");
  if (row?.querySelector(`[data-press="${CSS.escape(event.key)}"]`)) return; // rows.js presses it
  if (action) {
    event.preventDefault();
    action();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-help-open]")) help();
});
