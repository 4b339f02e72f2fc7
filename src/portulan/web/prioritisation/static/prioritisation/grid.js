// The scoring grid: the scale of the column in focus, and the whole mark with the space bar.
const body = document.getElementById("pr-mark-body");
const box = document.getElementById("pr-mark");

document.addEventListener("focusin", (event) => {
  const mark = event.target.closest?.("[data-mark]");
  if (!mark) return;
  mark.select();
  for (const scale of document.querySelectorAll("[data-scale]")) scale.open = scale.dataset.scale === mark.dataset.criterion;
});

document.addEventListener("keydown", (event) => {
  const mark = event.target.closest?.("[data-mark]");
  if (!mark || event.key !== " " || event.ctrlKey || event.altKey) return;
  event.preventDefault();
  window.htmx.ajax("GET", mark.dataset.mark, { target: body, swap: "innerHTML" }).then(() => {
    box.showModal();
    body.querySelector("input:checked, input:not([type=hidden]), textarea")?.focus();
  });
});

document.addEventListener("submit", (event) => {
  if (event.target.closest("td.pr-cell")) event.preventDefault();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.matches?.("[data-close-after]") && event.detail.successful) box.close();
});
