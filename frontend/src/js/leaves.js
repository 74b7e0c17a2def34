// A document's pages: arrow keys turn them. On a phone the facets start closed.
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
showCurrentLeaf();
document.addEventListener("htmx:after:swap", showCurrentLeaf);
