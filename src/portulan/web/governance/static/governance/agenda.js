// The agenda: points dragged to their place; the menu of each point does the same without a mouse.
let dragged = null;
const list = (element) => element?.closest?.("[data-sortable]");
document.addEventListener("dragstart", (event) => {
  if (!list(event.target)) return;
  dragged = event.target.closest("li");
  event.dataTransfer.effectAllowed = "move";
});
document.addEventListener("dragover", (event) => {
  if (!dragged || !list(event.target)) return;
  event.preventDefault();
  for (const other of document.querySelectorAll(".gov-over")) other.classList.remove("gov-over");
  event.target.closest("li")?.classList.add("gov-over");
});
document.addEventListener("drop", (event) => {
  const target = event.target.closest?.("li");
  const into = list(event.target);
  for (const other of document.querySelectorAll(".gov-over")) other.classList.remove("gov-over");
  if (!dragged || !into || !target || target === dragged) { dragged = null; return; }
  event.preventDefault();
  const position = [...into.children].filter((item) => item !== dragged).indexOf(target);
  htmx.ajax("POST", dragged.dataset.url, { target: "#agenda", swap: "outerHTML", values: { do: "move", position } });
  dragged = null;
});
document.addEventListener("dragend", () => { dragged = null; });
