// Widths that come from data: <i data-width="41.3"> takes 41.3 % of its parent. Markup holds no styles.
function apply(root) {
  for (const element of root.querySelectorAll("[data-width]")) element.style.inlineSize = `${element.dataset.width}%`;
}

apply(document);
document.addEventListener("htmx:after:swap", () => apply(document));
