// The roadmap: a bar dragged to another month; the menu of its row does the same without a mouse.
const THRESHOLD = 4;
let held = null;
const language = document.documentElement.lang;
const named = new Intl.DateTimeFormat(language, { month: "short", year: "numeric", timeZone: "UTC" });
const month = (ordinal) => named.format(new Date(Date.UTC(Math.floor(ordinal / 12), ordinal % 12, 1)));

const label = document.createElement("div");
label.className = "rm-held pt-num";
label.setAttribute("aria-hidden", "true");

function start(event) {
  const bar = event.target.closest("[data-start] .rm-time a");
  const row = bar?.closest("[data-start]");
  const form = row?.querySelector("form[data-place]");
  if (!form || event.button !== 0 || event.pointerType === "touch") return;
  const width = bar.closest("svg").getBoundingClientRect().width;
  held = { bar, form, from: Number(row.dataset.start), x: event.clientX, step: width / Number(row.closest("[data-months]").dataset.months), by: 0, moving: false };
}

function move(event) {
  if (!held) return;
  const by = event.clientX - held.x;
  if (!held.moving && Math.abs(by) < THRESHOLD) return;
  if (!held.moving) {
    held.moving = true;
    held.bar.classList.add("rm-dragged");
    document.body.append(label);
  }
  event.preventDefault();
  held.by = Math.round(by / held.step);
  held.bar.setAttribute("transform", `translate(${held.by * held.step} 0)`);
  label.textContent = month(held.from + held.by);
  label.style.left = `${event.clientX + 14}px`;
  label.style.top = `${event.clientY + 14}px`;
}

function stop() {
  if (!held) return null;
  const ended = held;
  held = null;
  label.remove();
  ended.bar.classList.remove("rm-dragged");
  return ended;
}

function drop() {
  const ended = stop();
  if (!ended?.moving) return;
  // The click that follows would open the initiative.
  addEventListener("click", (event) => event.preventDefault(), { capture: true, once: true });
  if (!ended.by) {
    ended.bar.removeAttribute("transform");
    return;
  }
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "start", value: ended.from + ended.by });
  ended.form.append(field);
  ended.form.submit();
}

function cancel() {
  stop()?.bar.removeAttribute("transform");
}

document.addEventListener("pointerdown", start);
document.addEventListener("pointermove", move);
document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", cancel);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") cancel(); });
document.addEventListener("dragstart", (event) => { if (held) event.preventDefault(); });
