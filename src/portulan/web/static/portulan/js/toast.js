// Messages that pass, with undo. A server answer brings one by the event "pt-toast".
const region = document.getElementById("pt-toasts");
const csrf = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
let latestUndo = null;

const undoNow = async (address, box) => {
  latestUndo = null;
  box?.remove();
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": csrf(), "HX-Request": "true" } }).catch(() => null);
  if (answer?.ok) {
    const destination = answer.headers.get("HX-Redirect");
    sessionStorage.setItem("pt-after-undo", region.dataset.undone);
    if (destination) location.assign(destination);
    else location.reload();
  } else show({ message: region.dataset.failed, tone: "error" });
};

export const show = ({ message, undo = "", tone = "success", seconds = 12, why = "" }) => {
  if (!region || !message) return;
  const box = document.createElement("div");
  box.className = `pt-toast pt-toast-${tone}`;
  if (tone === "error") box.setAttribute("role", "alert");
  const text = document.createElement("span");
  text.textContent = message;
  box.append(text);
  if (why.startsWith("/")) {
    const link = document.createElement("a");
    link.href = why;
    link.textContent = region.dataset.why;
    box.append(link);
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "pt-button pt-button-s";
  button.textContent = undo ? region.dataset.undo : region.dataset.close;
  box.append(button);
  if (undo) { latestUndo = () => undoNow(undo, box); button.addEventListener("click", () => undoNow(undo, box)); }
  else button.addEventListener("click", () => box.remove());
  region.append(box);
  // The clock stops while the pointer or the focus is on the message; an error waits to be closed.
  let left = seconds;
  const tick = setInterval(() => {
    if (!box.isConnected) return clearInterval(tick);
    if (tone === "error" || box.matches(":hover") || box.contains(document.activeElement)) return;
    left -= 1;
    if (undo) button.textContent = `${region.dataset.undo} (${left} s)`;
    if (left <= 0) { clearInterval(tick); box.remove(); if (undo) latestUndo = null; }
  }, 1000);
};

export const undoLatest = () => latestUndo?.();

document.addEventListener("pt-toast", (event) => show(event.detail));
const after = sessionStorage.getItem("pt-after-undo");
if (after) { sessionStorage.removeItem("pt-after-undo"); show({ message: after, seconds: 5 }); }
for (const left of document.querySelectorAll("template[data-toast]")) {
  show({ message: left.dataset.message, tone: left.dataset.tone, undo: left.dataset.undo });
  left.remove();
}
