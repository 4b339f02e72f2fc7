// Values edited in place: Esc gives up, Ctrl-Enter saves a text, the focus comes back to the pencil.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".pt-inline-form");
  if (!form) return;
  if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); form.querySelector("[data-cancel]")?.click(); }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
});
document.addEventListener("htmx:afterSettle", (event) => {
  const place = event.target.closest?.("[data-inline]");
  if (!place) return;
  const field = place.querySelector(".pt-inline-form input:not([type=hidden]), .pt-inline-form textarea, .pt-inline-form select");
  if (field) { field.focus(); field.select?.(); return; }
  if (document.activeElement === document.body || !document.activeElement) place.querySelector(".pt-inline-edit, button")?.focus();
});
