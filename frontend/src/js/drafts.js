// A form with data-draft keeps what is typed in this browser until it is sent, so that nothing written is ever lost.
const PREFIX = "sameside.draft.";
const fields = (form) => [...form.elements].filter((field) => field.name && field.type !== "hidden" && field.type !== "submit");

function read(form) {
  const values = {};
  for (const field of fields(form)) {
    if (field.type === "radio" || field.type === "checkbox") {
      if (field.checked) (values[field.name] ??= []).push(field.value);
    } else (values[field.name] ??= []).push(field.value);
  }
  return JSON.stringify(values);
}

function write(form, values) {
  const left = structuredClone(values);
  for (const field of fields(form)) {
    if (field.type === "radio" || field.type === "checkbox") field.checked = (left[field.name] ?? []).includes(field.value);
    else field.value = left[field.name]?.shift() ?? "";
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  const key = PREFIX + form.dataset.draft;
  const published = read(form);
  const note = form.querySelector("[data-draft-note]");
  const kept = localStorage.getItem(key);
  if (kept && kept !== published && !form.querySelector(".form-error")) {
    write(form, JSON.parse(kept));
    if (note) note.hidden = false;
  }
  form.addEventListener("input", () => localStorage.setItem(key, read(form)));
  form.addEventListener("submit", () => localStorage.removeItem(key));
  form.querySelector("[data-draft-drop]")?.addEventListener("click", () => {
    localStorage.removeItem(key);
    write(form, JSON.parse(published));
    localStorage.removeItem(key);
    note.hidden = true;
  });
}
