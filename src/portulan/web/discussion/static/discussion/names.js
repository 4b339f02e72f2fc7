// Completion of @people and #objects in comments: arrows choose, Enter or Tab takes, Esc closes.
const MARK = /(?:^|[\s(])([@#][\p{L}\p{N}._/-]{0,40})$/u;
let asked = 0;

const listOf = (area) => area.parentElement.querySelector(".di-names");
const options = (list) => [...list.querySelectorAll("[role=option]")];
const close = (area) => {
  const list = listOf(area);
  list.hidden = true;
  list.replaceChildren();
  area.removeAttribute("aria-activedescendant");
  area.removeAttribute("aria-controls");
};
const choose = (area, option) => {
  for (const other of options(listOf(area))) other.setAttribute("aria-selected", String(other === option));
  area.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
};
const take = (area, option) => {
  const before = area.value.slice(0, area.selectionStart), after = area.value.slice(area.selectionStart);
  const mark = before.match(MARK);
  if (!mark) return;
  const start = before.slice(0, before.length - mark[1].length) + option.dataset.insert + " ";
  area.value = start + after;
  area.setSelectionRange(start.length, start.length);
  close(area);
  area.focus();
};
const ask = async (area) => {
  const mark = area.value.slice(0, area.selectionStart).match(MARK);
  if (!mark || mark[1].length < 2) { close(area); return; }
  const turn = ++asked;
  const answer = await fetch(`${area.dataset.names}?q=${encodeURIComponent(mark[1])}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || turn !== asked) return;
  const list = listOf(area);
  list.innerHTML = await answer.text();
  const first = options(list)[0];
  if (!first) { close(area); return; }
  list.hidden = false;
  list.querySelector("[role=listbox]").id = `${area.id}-names`;
  area.setAttribute("aria-controls", `${area.id}-names`);
  choose(area, first);
};
document.addEventListener("input", (event) => {
  if (event.target.matches?.("textarea[data-names]")) ask(event.target);
});
document.addEventListener("focusout", (event) => {
  if (event.target.matches?.("textarea[data-names]")) setTimeout(() => close(event.target), 150);
});
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.(".di-names [role=option]");
  if (!option) return;
  event.preventDefault();
  take(option.closest(".di-names-place").querySelector("textarea"), option);
});
document.addEventListener("keydown", (event) => {
  const area = event.target;
  if (!area.matches?.("textarea[data-names]")) return;
  const list = listOf(area);
  if (list.hidden) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); area.form.requestSubmit(); }
    return;
  }
  const all = options(list), at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose(area, all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]);
  } else if (event.key === "Enter" || event.key === "Tab") {
    event.preventDefault();
    take(area, all[at]);
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close(area);
  }
});
