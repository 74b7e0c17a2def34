// Filter bars send themselves; what was left empty stays out of the address. Questions before what cannot be undone.
function send(form) {
  for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
  form.requestSubmit();
}

document.addEventListener("change", (event) => {
  const form = event.target.form; // a control may belong to another form than the one it stands in
  if (form?.matches("[data-autosubmit]")) send(form);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  const question = button?.dataset.confirm ?? form.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
  if (form.matches("form[data-autosubmit]")) {
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  navigator.clipboard.writeText(button.dataset.copy).then(() => {
    button.dataset.copied = "true";
    setTimeout(() => delete button.dataset.copied, 1600);
  });
});

window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form[data-autosubmit] :disabled")) field.disabled = false;
});

document.documentElement.classList.add("has-script");
