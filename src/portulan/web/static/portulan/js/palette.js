// The command palette: Ctrl-K, type, arrows, Enter. The server finds; this moves the choice.
const dialog = document.getElementById("pt-palette");
const input = dialog?.querySelector("input");
const results = document.getElementById("pt-palette-results");

const options = () => [...results.querySelectorAll('[role="option"]')];
const choose = (index) => {
  const all = options();
  if (!all.length) { input.removeAttribute("aria-activedescendant"); return; }
  const at = (index + all.length) % all.length;
  all.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
  all[at].scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", all[at].id);
};
const chosen = () => options().findIndex((option) => option.getAttribute("aria-selected") === "true");

const run = (option) => {
  if (!option) return;
  dialog.close();
  const form = option.querySelector("form");
  if (option.dataset.dialogId) document.getElementById(option.dataset.dialogId)?.showModal();
  else if (form) form.requestSubmit();
  else location.assign(option.dataset.url);
};

export const openPalette = () => {
  if (!dialog || dialog.open) return;
  document.querySelectorAll("dialog[open]").forEach((other) => other.close());
  dialog.showModal();
  input.focus();
  input.select();
  input.dispatchEvent(new Event("pt-open"));
};

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (dialog.open) dialog.close();
      else openPalette();
    }
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-palette]")) openPalette(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(chosen() + 1);
    else if (event.key === "ArrowUp") choose(chosen() - 1);
    else if (event.key === "Home" && event.ctrlKey) choose(0);
    else if (event.key === "End" && event.ctrlKey) choose(-1);
    else if (event.key === "Enter") run(options()[Math.max(0, chosen())]);
    else return;
    event.preventDefault();
  });
  results.addEventListener("htmx:afterSwap", () => choose(0));
  results.addEventListener("click", (event) => {
    const option = event.target.closest('[role="option"]');
    if (option) run(option);
  });
}
