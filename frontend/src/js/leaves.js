// A document's pages: arrow keys turn them. On a phone the facets start closed, and a row of tabs shows where one is.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable=true], dialog[open]")) return;
  const link = document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});

const narrow = document.querySelector("details[data-narrow]");
if (narrow && window.matchMedia("(max-width: 900px)").matches) narrow.open = false;

function showCurrentLeaf() {
  const leaf = document.querySelector(".leaves [aria-current]");
  if (leaf) leaf.parentElement.parentElement.scrollLeft = leaf.offsetLeft - 120;
}

function showCurrentTab() {
  for (const tab of document.querySelectorAll(".tabs [aria-current], .work-states [aria-current]")) {
    const row = tab.closest(".tabs, .work-states");
    if (tab.offsetLeft + tab.offsetWidth > row.clientWidth) row.scrollLeft = tab.offsetLeft - 40;
  }
}

function showCurrent() {
  showCurrentLeaf();
  showCurrentTab();
}
showCurrent();
document.addEventListener("htmx:after:swap", showCurrent);
