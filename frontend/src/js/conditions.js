// Conditions: what the chosen field can be asked, and its values chosen by name. Without a script a value is a line.
const PAUSE = 120;
let counted = 0;

const element = (name, fields, ...parts) => {
  const made = Object.assign(document.createElement(name), fields);
  made.append(...parts);
  return made;
};

function enhance(condition) {
  condition.dataset.ready = "true";
  const field = condition.querySelector("[data-condition-field]");
  const how = condition.querySelector("[data-condition-how]");
  const text = condition.querySelector("[data-condition-values]");
  const names = JSON.parse(text.dataset.conditionValues || "{}");
  const hows = JSON.parse(how.dataset.conditionHow);
  const id = `condition-${(counted += 1)}`;
  const input = element("input", { className: "condition-input", type: "text", autocomplete: "off" });
  const list = element("div", { className: "pick-list", id, hidden: true });
  const box = element("div", { className: "form-control condition-box" }, input);
  let waits = 0;
  let asked = null;
  let stale = false; // something was typed since the values were asked for
  let answered = Promise.resolve();
  let current = -1;

  const kind = () => field.selectedOptions[0]?.dataset.kind ?? "text";
  const values = () => text.value.split("\n").map((line) => line.trim()).filter(Boolean);
  const options = () => [...list.querySelectorAll("[role=option]")];

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", id);
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Values");
  text.hidden = true;
  text.after(box, list);

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) choose(-1);
  }

  function choose(place) {
    options()[current]?.setAttribute("aria-selected", "false");
    current = place;
    const option = options()[current];
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function draw() {
    for (const chip of box.querySelectorAll(".condition-chip")) chip.remove();
    for (const value of values()) {
      const label = names[value] ?? value;
      const away = element("button", { type: "button", textContent: "×" });
      away.setAttribute("aria-label", `Take away ${label}`);
      away.addEventListener("click", () => write(values().filter((one) => one !== value)));
      input.before(element("span", { className: "condition-chip" }, element("span", { textContent: label }), away));
    }
    box.hidden = how.value === "known";
    const full = ["number", "yes"].includes(kind()) && values().length > 0;
    input.hidden = full;
    input.placeholder = values().length ? "or …" : kind() === "number" ? "A number" : "Search or type";
    input.inputMode = kind() === "number" ? "decimal" : "text";
    input.setAttribute("aria-label", `Values of ${field.selectedOptions[0]?.textContent ?? "the condition"}`);
  }

  function write(next) {
    text.value = [...new Set(next)].join("\n");
    draw();
    for (const name of ["input", "change"]) text.dispatchEvent(new Event(name, { bubbles: true }));
  }

  function add(value, label, stays = true) {
    if (label) names[value] = label;
    input.value = "";
    show(false);
    write([...values(), value]);
    if (stays && !input.hidden) input.focus();
  }

  function offer(found) {
    const there = new Set(values());
    list.replaceChildren();
    current = -1;
    for (const one of found.filter((each) => !there.has(each.value))) {
      const option = element("div", { className: "pick-option", id: `${id}-${list.children.length}` });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.append(element("strong", { textContent: one.label }));
      if (one.note) option.append(element("small", { textContent: one.note }));
      option.addEventListener("click", () => add(one.value, one.label));
      list.append(option);
    }
    show(list.children.length > 0);
  }

  function ask() {
    clearTimeout(waits);
    stale = false;
    answered = fetchValues();
    return answered;
  }

  async function fetchValues() {
    const words = `${field.value}?${input.value.trim()}`;
    asked = words;
    const query = new URLSearchParams({ field: field.value, q: input.value.trim() });
    const answer = await fetch(`${condition.dataset.condition}?${query}`).catch(() => null);
    if (!answer?.ok || asked !== words || document.activeElement !== input) return;
    offer((await answer.json()).values);
  }

  input.addEventListener("focus", ask);
  input.addEventListener("change", (event) => event.stopPropagation());
  input.addEventListener("input", (event) => {
    event.stopPropagation();
    stale = true;
    clearTimeout(waits);
    waits = setTimeout(ask, PAUSE);
  });
  input.addEventListener("blur", () => {
    show(false);
    if (input.value.trim()) add(input.value.trim(), "", false);
  });
  // Whoever types fast and goes on chooses among the values of what was typed, not of what was there before.
  async function settled(act) {
    if (stale) ask();
    await answered;
    act();
  }

  function move(by) {
    if (list.hidden) return ask();
    const all = options();
    const next = current + by;
    choose(next < 0 ? all.length - 1 : next >= all.length ? 0 : next);
  }

  function take() {
    const chosen = list.hidden ? null : options()[current];
    if (chosen) chosen.click();
    else if (input.value.trim()) add(input.value.trim());
  }

  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      settled(() => move(event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" || (event.key === "," && kind() !== "number")) {
      event.preventDefault();
      settled(take);
    } else if (event.key === "Backspace" && !input.value) write(values().slice(0, -1));
    else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      show(false);
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  box.addEventListener("click", (event) => event.target === box && input.focus());
  how.addEventListener("change", draw);
  field.addEventListener("change", () => {
    const before = how.value;
    how.replaceChildren(...(hows[kind()] ?? []).map(([value, label]) => element("option", { value, textContent: label })));
    if ([...how.options].some((one) => one.value === before)) how.value = before;
    text.value = "";
    draw();
  });
  draw();
}

function enhanceAll() {
  for (const condition of document.querySelectorAll("[data-condition]:not([data-ready])")) enhance(condition);
}
enhanceAll();
document.addEventListener("htmx:after:swap", enhanceAll);
