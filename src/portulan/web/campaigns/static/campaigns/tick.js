// The box of the heading ticks every row of its form.
document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-tick-all]")) return;
  for (const box of event.target.closest("[data-ticks]").querySelectorAll("input[name=answers]")) box.checked = event.target.checked;
});
