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
document.addEventListener("htmx:beforeRequest", () => count(1));
document.addEventListener("htmx:afterRequest", () => count(-1));
document.addEventListener("htmx:responseError", (event) => {
  const answer = event.detail.xhr;
  if (!(answer.getResponseHeader("HX-Trigger") || "").includes("pt-toast")) show({ message: region.dataset.failed, tone: "error" });
});
document.addEventListener("htmx:sendError", () => show({ message: region.dataset.offline, tone: "error" }));

// Forms whose fields filter a list at once: <form data-auto>
document.addEventListener("change", (event) => event.target.closest?.("form[data-auto]")?.requestSubmit());
