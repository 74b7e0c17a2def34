// A table wider than its place: reachable by the keyboard, and its edge fades while there is more to the right.
const SELECTOR = ".table-wrap";

function tell(wrap) {
  const hidden = wrap.scrollWidth - wrap.clientWidth;
  wrap.classList.toggle("has-more", hidden - wrap.scrollLeft > 2);
  if (hidden > 2 && !wrap.hasAttribute("tabindex")) {
    wrap.tabIndex = 0;
    if (!wrap.hasAttribute("aria-label")) {
      wrap.setAttribute("role", "region");
      wrap.setAttribute("aria-label", `${nameOf(wrap)}, scrolls sideways`);
    }
  }
}

function nameOf(wrap) {
  const heading = wrap.querySelector("caption") ?? wrap.closest("section, figure")?.querySelector("h2, h3, figcaption");
  return heading?.textContent.trim() || "Table";
}

const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => tell(target.closest(SELECTOR))));

function watch(root) {
  for (const wrap of root.querySelectorAll(SELECTOR)) {
    if (wrap.dataset.watched) continue;
    wrap.dataset.watched = "yes";
    wrap.addEventListener("scroll", () => tell(wrap), { passive: true });
    sizes.observe(wrap);
    if (wrap.firstElementChild) sizes.observe(wrap.firstElementChild);
  }
}

watch(document);
document.addEventListener("htmx:after:swap", () => watch(document));
