// The search box: answers while one types, at most one request at a time and only the latest answer counts; keyboard
// all through. What the box showed is told once the search is over: opened, left, or read for a while.
const PAUSE = 90;
const OVER = 4000;
const field = document.querySelector("[data-box]");
const input = field?.querySelector("input[type=search]");

if (input) {
  const form = input.form;
  const panel = field.querySelector(".box-panel");
  const list = field.querySelector(".box-answers");
  const status = field.querySelector("[data-box-status]");
  const here = new URLSearchParams(location.pathname === new URL(form.action).pathname ? location.search : "");
  const extra = { word: here.getAll("word"), without: here.getAll("without") }; // taken out on the page stays out
  let wanted = null; // the address whose answer is to be shown
  let running = false;
  let waits = 0;
  let over = 0;
  let began = 0;
  let told = "";
  let current = -1;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const isOpen = () => !panel.hidden;
  const typed = () => input.value.trim();

  function address() {
    const data = new URLSearchParams(new FormData(form));
    for (const name of Object.keys(extra)) for (const value of extra[name]) data.append(name, value);
    for (const key of [...data.keys()]) if (key === "csrfmiddlewaretoken" || (key !== "q" && !data.get(key))) data.delete(key);
    return `${field.dataset.answers}?${data}`;
  }

  function show(open) {
    panel.hidden = !open;
    field.classList.toggle("is-open", open);
    document.body.classList.toggle("has-box", open);
    input.setAttribute("aria-expanded", String(open));
    if (!open) choose(-1);
  }

  function choose(place) {
    const all = options();
    all[current]?.setAttribute("aria-selected", "false");
    current = all.length && place >= 0 ? place : -1;
    const option = all[current];
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  async function answer() {
    if (running) return; // it asks again when the answer is here
    running = true;
    while (wanted) {
      const asked = wanted;
      wanted = null;
      try {
        const response = await fetch(asked, { headers: { "X-Requested-With": "box" } });
        if (response.redirected || !response.ok) throw new Error(String(response.status));
        const html = await response.text();
        if (!wanted) put(html); // something newer is wanted: this one is dropped
      } catch {
        if (!wanted) put('<p class="box-note">The search does not answer. Press Enter for the page with all results.</p>');
      }
    }
    running = false;
  }

  function put(html) {
    list.innerHTML = html;
    current = -1;
    input.removeAttribute("aria-activedescendant");
    const found = list.querySelector("[data-found]");
    status.textContent = found ? found.dataset.status || "Nothing found." : "";
    clearTimeout(over);
    if (found?.dataset.found) over = setTimeout(tell, OVER);
  }

  function ask() {
    wanted = address();
    clearTimeout(waits);
    waits = setTimeout(answer, PAUSE);
  }

  function tell() {
    const shown = list.querySelector("[data-found]")?.dataset.found;
    clearTimeout(over);
    if (!shown || shown === told) return;
    told = shown;
    const body = new FormData();
    body.append("shown", shown);
    if (began) body.append("ms", String(Date.now() - began));
    const token = JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}")["X-CSRFToken"] ?? "";
    fetch(field.dataset.showings, { method: "POST", body, keepalive: true, headers: { "X-CSRFToken": token } }).catch(() => {});
    began = 0;
  }

  function close() {
    wanted = null;
    clearTimeout(waits);
    if (isOpen()) tell();
    show(false);
  }

  function take(option, { apart = false } = {}) {
    if (option.dataset.text !== undefined) {
      input.value = option.dataset.text;
      input.focus();
      return ask();
    }
    if ("all" in option.dataset && !apart) return form.requestSubmit();
    tell();
    if (apart) window.open(option.href, "_blank", "noopener");
    else window.location.assign(option.href);
  }

  function open() {
    if (isOpen()) return;
    show(true);
    ask();
  }

  input.addEventListener("focus", open);
  input.addEventListener("click", open);
  input.addEventListener("input", () => {
    began ||= Date.now();
    clearTimeout(over);
    if (!typed()) extra.word = [];
    if (!isOpen()) show(true);
    ask();
  });

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = options();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen()) return open();
      const by = event.key === "ArrowDown" ? 1 : -1;
      const next = current + by;
      choose(next < -1 ? all.length - 1 : next >= all.length ? -1 : next);
    } else if (event.key === "Enter") {
      const option = all[current];
      if (option && isOpen()) {
        event.preventDefault();
        take(option, { apart: event.ctrlKey || event.metaKey });
      } else if (!typed() && form.matches("[data-box-form]")) event.preventDefault();
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (isOpen()) close();
      else input.blur();
    } else if (event.key === "Tab") close();
  });

  form.addEventListener("submit", () => {
    for (const name of Object.keys(extra)) {
      for (const value of extra[name]) {
        const hidden = document.createElement("input");
        Object.assign(hidden, { type: "hidden", name, value });
        form.append(hidden);
      }
    }
    if (began) {
      const elapsed = document.createElement("input");
      Object.assign(elapsed, { type: "hidden", name: "ms", value: String(Date.now() - began) });
      form.append(elapsed);
    }
    told = list.querySelector("[data-found]")?.dataset.found ?? told; // the page tells what it shows
    clearTimeout(over);
  });

  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-set]");
    if (chip) {
      if (chip.dataset.set === "text") input.value = chip.dataset.value;
      else extra[chip.dataset.set].push(chip.dataset.value);
      input.focus();
      return ask();
    }
    const option = event.target.closest("[role=option]");
    if (!option) return;
    if (option.dataset.text !== undefined || "all" in option.dataset) {
      event.preventDefault();
      take(option);
    } else tell(); // a link opens by itself, in a new tab when that is asked for
  });

  field.querySelector("[data-box-close]").addEventListener("click", () => {
    close();
    input.blur();
  });
  document.addEventListener("pointerdown", (event) => {
    if (isOpen() && !field.contains(event.target)) close();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
  window.addEventListener("pagehide", () => isOpen() && tell());
  window.addEventListener("pageshow", () => {
    for (const one of form.querySelectorAll("input[name=ms]")) one.remove();
  });
}
