// Draws charts with Vega's interpreter (no eval), in the reader's theme and language.
const FRENCH_NUMBERS = { decimal: ",", thousands: "\u202f", grouping: [3], currency: ["", "\u00a0€"], percent: "\u00a0%", minus: "\u2212" };
const FRENCH_TIMES = {
  dateTime: "%A %e %B %Y à %X", date: "%d/%m/%Y", time: "%H:%M:%S", periods: ["", ""],
  days: ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"], shortDays: ["dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."],
  months: ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
  shortMonths: ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
};
let loading = null;
const load = (vegaUrl, interpreterUrl) => {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = vegaUrl;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  }).then(() => import(interpreterUrl)).then((module) => {
    if (document.documentElement.lang === "fr") window.vega.defaultLocale(FRENCH_NUMBERS, FRENCH_TIMES);
    return module.expressionInterpreter;
  });
  return loading;
};

const coloured = (text) => {
  const style = getComputedStyle(document.documentElement);
  return text.replace(/token\(([a-z0-9-]+)\)/g, (_all, name) => style.getPropertyValue(`--c-${name}`).trim());
};

const drawn = new Set();
const one = async (figure) => {
  const plot = figure.querySelector(".pt-chart-plot");
  const spec = JSON.parse(coloured(figure.querySelector("script[type='application/json']").textContent));
  const expr = await load(figure.dataset.vega, figure.dataset.interpreter);
  figure.view?.finalize();
  const runtime = window.vega.parse(spec, null, { ast: true });
  figure.view = new window.vega.View(runtime, { expr, renderer: "svg", container: plot, hover: false, logLevel: window.vega.Error });
  await figure.view.runAsync();
  plot.querySelector("svg")?.setAttribute("aria-hidden", "true");
  figure.dataset.drawn = "1";
  drawn.add(figure);
};

export const draw = (root) => {
  const figures = root.matches?.("[data-chart]") ? [root] : root.querySelectorAll("[data-chart]:not([data-drawn])");
  for (const figure of figures) one(figure);
};
document.addEventListener("pt-theme", () => {
  for (const figure of drawn) if (figure.isConnected) one(figure); else { figure.view?.finalize(); drawn.delete(figure); }
});
