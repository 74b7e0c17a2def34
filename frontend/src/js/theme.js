// The button that changes between light and dark; the system decides until somebody does.
const root = document.documentElement;

function show(theme) {
  root.dataset.bsTheme = theme;
  document.dispatchEvent(new CustomEvent("themechange"));
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
  localStorage.setItem("theme", theme);
  show(theme);
});

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => {
  if (!localStorage.getItem("theme")) show(event.matches ? "dark" : "light");
});
