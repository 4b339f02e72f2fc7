// What every page needs. Each module binds to the document once; fragments that come later just work.
import "./theme.js";
import "./dialog.js";
import "./menu.js";
import "./toast.js";
import "./requests.js";
import "./palette.js";
import "./keyboard.js";
import "./inline.js";

const drawCharts = (root) => {
  if (root.querySelector?.("[data-chart]") || root.matches?.("[data-chart]")) import("./charts.js").then((module) => module.draw(root));
};
drawCharts(document);
document.addEventListener("htmx:load", (event) => drawCharts(event.target));
