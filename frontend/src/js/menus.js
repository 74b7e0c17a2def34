// Menus (<details data-menu>), the navigation drawer of the phone, dialogs.
function drawer(open) {
  document.body.classList.toggle("has-drawer", open);
  document.querySelector("[data-drawer]")?.setAttribute("aria-expanded", String(open));
  if (open) document.querySelector("#side a")?.focus();
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  if (event.target.closest("[data-drawer]")) drawer(!document.body.classList.contains("has-drawer"));
  else if (document.body.classList.contains("has-drawer") && !event.target.closest("#side")) drawer(false);
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  if (event.target.matches("dialog")) event.target.close();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  if (document.body.classList.contains("has-drawer")) {
    drawer(false);
    document.querySelector("[data-drawer]")?.focus();
  }
});
