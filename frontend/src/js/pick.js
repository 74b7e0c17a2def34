// A field in which an asset is picked: it asks the search box while one types and offers the assets among its answers.
// What is sent is the picked asset's address; without a script the address is pasted into the field.
const PAUSE = 120;

function entries(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return [...page.querySelectorAll("a.box-asset[role=option]")].map((link) => ({
    address: new URL(link.getAttribute("href"), location.origin).pathname,
    name: link.querySelector(".box-name")?.textContent ?? "",
    line: [...(link.querySelector(".box-line")?.childNodes ?? [])].map((part) => part.textContent).join(" · "),
  }));
}

function picker(field) {
  const input = field.querySelector("input[role=combobox]");
  const list = document.createElement("div");
  const sent = document.createElement("input");
  let waits = 0;
  let asked = "";
  let current = -1;
  Object.assign(list, { className: "pick-list", id: `${input.id}-list`, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Assets");
  Object.assign(sent, { type: "hidden", name: input.name });
  input.removeAttribute("name");
  input.placeholder = input.dataset.placeholder;
  input.setAttribute("aria-controls", list.id);
  field.append(sent, list);

  const options = () => [...list.querySelectorAll("[role=option]")];

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) choose(-1);
  }

  function choose(place) {
    const all = options();
    all[current]?.setAttribute("aria-selected", "false");
    current = place;
    const option = all[current];
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function offer(found) {
    list.replaceChildren();
    current = -1;
    found.forEach(({ address, name, line }, place) => {
      const option = document.createElement("div");
      Object.assign(option, { className: "pick-option", id: `${list.id}-${place}` });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      Object.assign(option.dataset, { address, name });
      option.append(Object.assign(document.createElement("strong"), { textContent: name }));
      option.append(Object.assign(document.createElement("small"), { textContent: line }));
      list.append(option);
    });
    if (!found.length) {
      const none = Object.assign(document.createElement("p"), { className: "pick-none", textContent: "No asset is found by these words." });
      list.append(none);
    }
    show(true);
  }

  async function ask() {
    const words = input.value.trim() || field.dataset.words || "";
    asked = words;
    if (!words) return show(false);
    const answer = await fetch(`${field.dataset.pick}?${new URLSearchParams({ q: words })}`).catch(() => null);
    if (asked !== words || document.activeElement !== input) return;
    if (answer?.ok) offer(entries(await answer.text()));
  }

  function take(option) {
    input.value = option.dataset.name;
    sent.value = option.dataset.address;
    field.classList.add("is-picked");
    show(false);
  }

  input.addEventListener("focus", () => sent.value || ask());
  input.addEventListener("input", () => {
    sent.value = input.value;
    field.classList.remove("is-picked");
    clearTimeout(waits);
    waits = setTimeout(ask, PAUSE);
  });
  input.addEventListener("blur", () => show(false));
  input.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return ask();
      const next = current + (event.key === "ArrowDown" ? 1 : -1);
      choose(next < 0 ? all.length - 1 : next >= all.length ? 0 : next);
    } else if (event.key === "Enter" && all[current] && !list.hidden) {
      event.preventDefault();
      take(all[current]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      show(false);
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
}

for (const field of document.querySelectorAll("[data-pick]")) picker(field);
