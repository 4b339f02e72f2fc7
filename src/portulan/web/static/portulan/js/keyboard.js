// Keys that work everywhere: ? for help, g then a letter for a page, / for the filter, arrows in tables and grids.
import { open } from "./dialog.js";
import { undoLatest } from "./toast.js";

const typing = (element) => element?.matches?.("input, textarea, select, [contenteditable=true]");
let waiting = 0;

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !typing(event.target)) { undoLatest(); return; }
  if (event.ctrlKey || event.metaKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (waiting && Date.now() - waiting < 1200) {
    waiting = 0;
    const link = document.querySelector(`[data-go-keys] [data-key="${CSS.escape(event.key)}"]`);
    if (link) { event.preventDefault(); location.assign(link.href); }
    return;
  }
  if (event.key === "g") { waiting = Date.now(); return; }
  if (event.key === "?") { event.preventDefault(); open(document.getElementById("pt-help")); }
  if (event.key === "/") {
    const filter = document.querySelector('main input[type="search"]');
    if (filter) { event.preventDefault(); filter.focus(); filter.select(); }
  }
});

// Arrow keys in a grid: <table data-grid>; each cell to reach holds one focusable thing or tabindex.
const reach = (cell) => cell?.querySelector("input:not([type=hidden]), select, textarea, a[href], button, [tabindex]") || (cell?.matches("[tabindex]") ? cell : null);
document.addEventListener("keydown", (event) => {
  const grid = event.target.closest?.("[data-grid]");
  if (!grid || event.altKey || event.ctrlKey || event.metaKey) return;
  const step = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  const enter = event.key === "Enter" && event.target.matches("input");
  if (!step && !enter) return;
  const [down, right] = step || [event.shiftKey ? -1 : 1, 0];
  const field = event.target;
  if (right && field.matches("input[type=text], input:not([type]), textarea") && field.value) {
    const edge = right < 0 ? field.selectionStart === 0 && field.selectionEnd === 0 : field.selectionStart === field.value.length;
    const whole = field.selectionStart === 0 && field.selectionEnd === field.value.length;
    if (!edge && !whole) return;
  }
  if (down && field.matches("textarea")) return;
  const cell = field.closest("td, th");
  if (!cell) return;
  const rows = [...grid.querySelectorAll("tr")].filter((row) => row.offsetParent !== null);
  let row = rows.indexOf(cell.parentElement);
  let column = cell.cellIndex;
  for (let guard = 0; guard < 500; guard += 1) {
    row += down; column += right;
    if (row < 0 || row >= rows.length || column < 0 || column >= rows[row].cells.length) { if (enter) return; break; }
    const target = reach(rows[row].cells[column]);
    if (target) { event.preventDefault(); target.focus(); target.select?.(); return; }
  }
  event.preventDefault();
});

// Select every row: <input type="checkbox" data-check-all="name">
document.addEventListener("change", (event) => {
  const all = event.target.closest?.("[data-check-all]");
  if (!all) return;
  for (const box of document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(all.dataset.checkAll)}"]`)) box.checked = all.checked;
});
