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

// An answer to this screen's own write is newer than a question still under way: that one is dropped,
// or its late answer would put back what was there before, with nothing left to tell that it did.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig } = event.detail;
  if (target?.id !== "sit-poll" || requestConfig?.elt === target) return;
  target.addEventListener("htmx:beforeSwap", (late) => { late.detail.shouldSwap = false; });
});

// The network drops: say since when, keep what is typed, go on asking; when it comes back the screen
// catches up and what was typed is sent.
const lost = document.getElementById("sit-lost");
const lostText = document.getElementById("sit-lost-text");
const unsent = new Set();
let since = "";
const asking = (event) => event.detail.elt?.id === "sit-poll";
const typing = (element) => element?.closest?.("form.gov-typing[id]");
const place = (form) => `sitting:${location.pathname}:${form.id}`;
const texts = (form) => JSON.stringify([...form.querySelectorAll("textarea, input[name=seen]")].map((area) => area.value));
const offline = () => {
  if (since) return;
  since = new Date().toTimeString().slice(0, 5);
  lostText.textContent = lost.dataset.since.replace("%(hour)s", since);
  lost.classList.remove("gov-back");
  lost.hidden = false;
};
const online = () => {
  if (!since) return;
  since = "";
  const waiting = [...unsent];
  unsent.clear();
  for (const id of waiting) {
    const form = document.getElementById(id);
    if (form) htmx.trigger(form.querySelector("textarea"), "input");
  }
  lostText.textContent = lost.dataset.back;
  lost.classList.add("gov-back");
  setTimeout(() => { if (!since) lost.hidden = true; }, 6000);
};
document.addEventListener("input", (event) => {
  const form = typing(event.target);
  if (!form) return;
  // Kept on this screen until the server has it, through a reload too.
  try { sessionStorage.setItem(place(form), texts(form)); } catch { /* no room: the page keeps it */ }
});
document.addEventListener("htmx:sendError", (event) => {
  if (asking(event) || typing(event.detail.elt)) offline();
  const form = typing(event.detail.elt);
  if (form) unsent.add(form.id);
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.xhr.status) return;
  const form = typing(event.detail.elt);
  if (form && event.detail.successful) { unsent.delete(form.id); try { sessionStorage.removeItem(place(form)); } catch { /* nothing kept */ } }
  if (asking(event) || form) online();
});
const restore = () => {
  for (const form of document.querySelectorAll("form.gov-typing[id]")) {
    let kept = null;
    try { kept = JSON.parse(sessionStorage.getItem(place(form)) || "null"); } catch { /* nothing kept */ }
    const areas = [...form.querySelectorAll("textarea, input[name=seen]")];
    if (!kept || kept.length !== areas.length) continue;
    const changed = areas.some((area, rank) => area.value !== kept[rank]);
    areas.forEach((area, rank) => { area.value = kept[rank]; });
    if (changed) htmx.trigger(form.querySelector("textarea"), "input");
  }
};
if (document.readyState === "complete") restore(); else window.addEventListener("load", restore);
