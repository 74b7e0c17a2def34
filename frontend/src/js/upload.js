// Anything dropped on the page: files, folders, archives. They are sent with their paths, and a bar says how far it is.
// Without script the form sends its files by itself.
const most = (form) => Number(form.dataset.most) * 1e6;

async function walk(entry, path, found) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.push({ file, path: path + file.name });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    for (const one of some) await walk(one, `${path}${entry.name}/`, found);
  }
}

async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const found = [];
  for (const entry of entries) await walk(entry, "", found);
  return found;
}

function refuse(form, sentence) {
  const note = form.querySelector("[data-upload-problem]");
  note.textContent = sentence;
  note.hidden = false;
  form.querySelector("[data-upload-progress]").hidden = true;
  for (const button of form.querySelectorAll("button")) button.disabled = false;
}

function show(form, share) {
  const line = form.querySelector("[data-upload-progress]");
  line.hidden = false;
  const percent = Math.floor(share * 100);
  line.querySelector("progress").value = percent;
  line.querySelector(".progress-label").textContent = share < 1 ? `Uploading: ${percent} %` : "Looking at the files …";
}

function answer(form, request) {
  let told = {};
  try {
    told = JSON.parse(request.responseText);
  } catch {
    told = {};
  }
  if (told.address) location.assign(told.address);
  else refuse(form, told.problem ?? "The files were not taken. They may be too large, or you were signed out.");
}

function send(form, chosen) {
  form.querySelector("[data-upload-problem]").hidden = true;
  if (!chosen.length) return refuse(form, "Choose at least one file.");
  const bytes = chosen.reduce((sum, one) => sum + one.file.size, 0);
  if (bytes > most(form)) {
    const given = Math.round(bytes / 1e6).toLocaleString("en");
    return refuse(form, `The files have ${given} MB together; an upload may have ${form.dataset.most} MB.`);
  }
  const data = new FormData();
  data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const one of chosen) {
    data.append("files", one.file, one.file.name);
    data.append("paths", one.path);
  }
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  const request = new XMLHttpRequest();
  request.open("POST", form.action || location.href);
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", (event) => show(form, event.loaded / event.total));
  request.addEventListener("load", () => answer(form, request));
  request.addEventListener("error", () => refuse(form, "The connection ended before everything was sent. Try again."));
  show(form, 0);
  request.send(data);
  return undefined;
}

const chosenIn = (field) => [...field.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-upload]");
  if (!form) return;
  event.preventDefault();
  send(form, chosenIn(form.elements.files));
});

document.addEventListener("change", (event) => {
  const folder = event.target.closest("[data-upload-folder]");
  if (folder) send(folder.form, chosenIn(folder));
  const form = event.target.closest("form[data-upload-at-once]");
  if (form && event.target.files.length) form.submit();
});

for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const form = document.querySelector("form[data-upload]");
    if (!form || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const inside = kind === "dragenter" || kind === "dragover";
    form.querySelector(".drop").classList.toggle("is-over", inside);
    if (kind === "drop") dropped(event.dataTransfer).then((found) => send(form, found));
  });
}
