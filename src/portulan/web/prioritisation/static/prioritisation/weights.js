// Sliders of weights: the figures beside them follow at once, shares of the whole.
const form = document.getElementById("pr-weights");
const follow = () => {
  const sliders = [...form.querySelectorAll("input[type=range]")];
  const whole = sliders.reduce((sum, slider) => sum + Number(slider.value), 0) || 1;
  for (const slider of sliders) {
    const share = Math.round((100 * Number(slider.value)) / whole);
    form.querySelector(`output[for="${slider.id}"]`).textContent = `${share}\u00a0%`;
  }
  const link = form.querySelector("[data-weights-to-model]");
  if (link) {
    const query = new URLSearchParams(sliders.map((slider) => [slider.name, slider.value]));
    link.href = `${link.href.split("?")[0]}?${query}`;
  }
};
form?.addEventListener("input", follow);
