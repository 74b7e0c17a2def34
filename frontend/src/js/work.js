// The queue of leads: what is left counts down while business hours run, the focus stays where one works, sheets close.
const shown = Date.now();

function words(left) {
  if (left < 0 && left > -60) return "Just overdue";
  const minutes = Math.max(1, Math.floor(Math.abs(left) / 60));
  const hours = Math.floor(minutes / 60);
  const rest = String(minutes % 60);
  const size = hours >= 100 ? `${hours} h` : hours ? `${hours} h ${rest.padStart(2, "0")}` : `${rest} min`;
  return `${size} ${left >= 0 ? "left" : "overdue"}`;
}

function tick() {
  for (const clock of document.querySelectorAll("[data-left]")) {
    const { left, from, to, since } = clock.dataset;
    if (!since) clock.dataset.since = String(Date.now());
    const begun = Math.max(Number(from) * 1000, Number(clock.dataset.since ?? shown));
    const ran = Math.max(0, Math.min(Date.now(), Number(to) * 1000) - begun) / 1000;
    const now = Number(left) - ran;
    const place = clock.querySelector("[data-left-text]");
    const text = words(now);
    if (place && place.textContent !== text) place.textContent = text;
    if (now < 0 && !clock.classList.contains("is-bad")) clock.className = "work-clock is-bad";
  }
}
tick();
setInterval(tick, 10_000);

// After a verb the queue is swapped: the focus goes to the same lead, else to the one that took its place.
let place = null;
document.addEventListener("submit", (event) => {
  const row = event.target.closest("[data-work] [data-row]");
  place = row ? [row.id, [...row.parentElement.children].indexOf(row)] : null;
});

function focus() {
  if (!place) return;
  const rows = [...document.querySelectorAll("[data-work] .work-queue > [data-row]")];
  const [id, at] = place;
  const row = document.getElementById(id) ?? rows[Math.min(at, rows.length - 1)];
  row?.querySelector(".row-link")?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: "nearest" });
  place = null;
}

const close = (sheet) => {
  const row = sheet.closest("[data-row]");
  sheet.remove();
  row?.querySelector(".row-link")?.focus();
};

document.addEventListener("htmx:after:swap", () => {
  for (const menu of document.querySelectorAll(".work-actions details[open]")) menu.open = false;
  const active = document.activeElement?.closest?.("[data-row], [data-work-panel]");
  for (const sheet of document.querySelectorAll(".work-slot > .sheet")) {
    if (active && !active.contains(sheet)) sheet.remove();
  }
  const mine = active?.querySelector(".sheet");
  mine?.scrollIntoView({ block: "nearest" });
  tick();
  focus();
});

document.addEventListener("click", (event) => {
  const day = event.target.closest("[data-set-day]");
  if (day) day.form.elements.day.value = day.dataset.setDay;
  const cross = event.target.closest(".work-slot [data-sheet-close]");
  if (!cross) return;
  event.preventDefault();
  close(cross.closest(".sheet"));
});

document.addEventListener("keydown", (event) => {
  const sheet = event.key === "Escape" && document.activeElement?.closest(".work-slot > .sheet");
  if (sheet) close(sheet);
});
