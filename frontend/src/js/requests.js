// One policy for requests in the page: errors never replace content, they are told in a note at the foot.
function tell(sentence) {
  document.querySelector(".toast-note")?.remove();
  const note = document.createElement("p");
  note.className = "toast-note";
  note.setAttribute("role", "alert");
  note.textContent = sentence;
  document.body.append(note);
  setTimeout(() => note.remove(), 8000);
}

const SENTENCES = {
  403: "Your role does not allow this.",
  404: "This is no longer there.",
  413: "This is larger than what may be sent.",
};

document.addEventListener("htmx:before:swap", (event) => {
  const status = event.detail?.ctx?.response?.status ?? 200;
  if (status < 400 || status === 422) return;
  event.preventDefault();
  tell(SENTENCES[status] ?? "That did not work. Please try again.");
});

document.addEventListener("htmx:error", (event) => {
  const status = event.detail?.ctx?.response?.status;
  if (!status) tell("The server cannot be reached. Please try again.");
});

document.addEventListener("sameside:tell", (event) => tell(event.detail));
