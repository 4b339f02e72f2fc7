// The sitting: the clock that counts down between two answers, and the text that keeps its author's cursor.
const minutes = (seconds) => {
  const whole = Math.abs(Math.round(seconds));
  return (seconds < 0 ? "−" : "") + String(Math.floor(whole / 60)).padStart(2, "0") + ":" + String(whole % 60).padStart(2, "0");
};
const started = new WeakMap();
const tick = () => {
  for (const place of document.querySelectorAll("[data-countdown]")) {
    if (!started.has(place)) started.set(place, Date.now());
    const gone = place.hasAttribute("data-running") ? (Date.now() - started.get(place)) / 1000 : 0;
    const left = Number(place.dataset.countdown) - gone;
    place.textContent = minutes(left);
    place.closest(".pt-clock")?.classList.toggle("is-over", left < 0);
  }
};
tick();
setInterval(tick, 250);
document.addEventListener("htmx:oobAfterSwap", tick);

// What was kept becomes what the next change starts from.
document.addEventListener("htmx:afterSwap", (event) => {
  const kept = event.target.querySelector?.("[data-seen]");
  if (!kept) return;
  const form = kept.form || event.target.closest("form");
  const seen = form?.querySelector("input[name=seen]");
  if (seen) seen.value = kept.value;
  kept.remove();
});

const put = (id, text, seen) => {
  const area = document.getElementById(id);
  if (!area) return;
  area.value = text;
  if (seen !== undefined) area.form.querySelector("input[name=seen]").value = seen;
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
};
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-propose], [data-take], [data-keep]");
  if (!button) return;
  if (button.dataset.propose) { put(button.dataset.propose, button.dataset.text); button.parentElement.remove(); }
  if (button.dataset.take) put(button.dataset.take, button.dataset.text, button.dataset.text);
  if (button.dataset.keep) put(button.dataset.keep, document.getElementById(button.dataset.keep).value, button.dataset.text);
});

// The network drops: say so once, and go on asking; when it comes back the screen catches up.
const lost = document.getElementById("sit-lost");
const asking = (event) => event.detail.elt?.id === "sit-poll";
document.addEventListener("htmx:sendError", (event) => { if (asking(event)) lost.hidden = false; });
document.addEventListener("htmx:afterRequest", (event) => { if (asking(event) && event.detail.xhr.status) lost.hidden = true; });
