// The week's editor: Monday's hours on every weekday.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-week-copy]");
  if (!button) return;
  const form = button.form;
  const fields = [...form.elements].filter((field) => /^(from|to)-0-\d+$/.test(field.name));
  for (let day = 1; day < 5; day += 1) {
    for (const field of form.elements) if (new RegExp(`^(from|to)-${day}-\\d+$`).test(field.name)) field.value = "";
    for (const field of fields) {
      const other = form.elements[field.name.replace("-0-", `-${day}-`)];
      if (other) other.value = field.value;
    }
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
});
