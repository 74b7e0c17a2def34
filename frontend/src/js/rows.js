// Rows with actions: a key presses the control marked with it in the row that has the focus; one box ticks all others.
const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable=true], dialog[open]");

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const row = document.activeElement?.closest("[data-row]");
  const key = CSS.escape(event.key);
  const control = row?.querySelector(`[data-press="${key}"]`) ?? document.querySelector(`[data-press-anywhere="${key}"]`);
  if (!control) return;
  event.preventDefault();
  control.click();
});

document.addEventListener("change", (event) => {
  const name = event.target.dataset.all;
  if (!name) return;
  for (const box of document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`)) box.checked = event.target.checked;
});

// After a decision by key the page comes anew: the focus goes to the row that took the place of the decided one.
const PLACE = "sameside.row";
document.addEventListener("submit", (event) => {
  const row = event.submitter?.closest("[data-keep-row] [data-row]");
  if (row) sessionStorage.setItem(PLACE, JSON.stringify([location.pathname, [...row.parentElement.children].indexOf(row)]));
});
const [path, place] = JSON.parse(sessionStorage.getItem(PLACE) ?? "[]");
sessionStorage.removeItem(PLACE);
if (path === location.pathname) {
  const rows = [...document.querySelectorAll("[data-keep-row] > [data-row]")];
  rows[Math.min(place, rows.length - 1)]?.querySelector(".row-link")?.focus();
}

for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const place = event.target.closest?.(".drop");
    if (!place) return;
    event.preventDefault();
    place.classList.toggle("is-over", kind === "dragenter" || kind === "dragover");
    const input = place.querySelector("input[type=file]");
    if (kind === "drop" && event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
}
