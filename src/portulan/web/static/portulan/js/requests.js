// Requests by htmx: the thin line while one is under way, and a word when one fails.
import { show } from "./toast.js";

const line = document.getElementById("pt-busy");
const region = document.getElementById("pt-toasts");
let under = 0;
const count = (step) => {
  under = Math.max(0, under + step);
  if (!line) return;
  line.hidden = under === 0;
  document.body.classList.toggle("pt-loading", under > 0);
};
// What asks by itself, again and again, says so: <span data-quiet>. It shows no line and no word.
const quiet = (event) => event.detail.elt?.hasAttribute?.("data-quiet");
document.addEventListener("htmx:beforeRequest", (event) => quiet(event) || count(1));
document.addEventListener("htmx:afterRequest", (event) => quiet(event) || count(-1));
document.addEventListener("htmx:responseError", (event) => {
  if (quiet(event)) return;
  const answer = event.detail.xhr;
  if (!(answer.getResponseHeader("HX-Trigger") || "").includes("pt-toast")) show({ message: region.dataset.failed, tone: "error" });
});
document.addEventListener("htmx:sendError", (event) => quiet(event) || show({ message: region.dataset.offline, tone: "error" }));

// Forms whose fields filter a list at once: <form data-auto>
document.addEventListener("change", (event) => event.target.closest?.("form[data-auto]")?.requestSubmit());
