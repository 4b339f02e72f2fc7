// Dialogs: opened by data-dialog="id", closed by data-close or Esc; confirmations before risky requests.
export const open = (dialog) => {
  if (dialog && !dialog.open) dialog.showModal();
};

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault();
    open(document.getElementById(opener.dataset.dialog));
    return;
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  else if (event.target.matches?.("dialog.pt-dialog")) {
    const box = event.target.getBoundingClientRect();
    const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
    if (outside && event.clientX + event.clientY > 0) event.target.close();
  }
  if (event.target.closest("[data-back]")) {
    if (document.referrer.startsWith(location.origin)) location.replace(document.referrer);
    else history.back();
  }
});

// A disabled button that says why stays reachable, but does nothing.
document.addEventListener("click", (event) => {
  if (event.target.closest('[aria-disabled="true"]')) { event.preventDefault(); event.stopImmediatePropagation(); }
}, true);

const ask = (question) => new Promise((resolve) => {
  const box = document.getElementById("pt-confirm");
  const yes = box.querySelector("[data-confirm-yes]");
  box.querySelector("[data-confirm-text]").textContent = question;
  const finish = (answer) => { yes.onclick = null; box.onclose = null; if (box.open) box.close(); resolve(answer); };
  yes.onclick = () => finish(true);
  box.onclose = () => finish(false);
  box.showModal();
});

document.addEventListener("htmx:confirm", (event) => {
  const question = event.detail.question || event.detail.elt.dataset.confirm;
  if (!question) return;
  event.preventDefault();
  ask(question).then((answer) => { if (answer) event.detail.issueRequest(true); });
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm || form.dataset.confirm;
  if (!question || form.hasAttribute("hx-post") || form.dataset.confirmed) return;
  event.preventDefault();
  const submitter = event.submitter;
  ask(question).then((answer) => {
    if (!answer) return;
    form.dataset.confirmed = "1";
    form.requestSubmit(submitter);
    delete form.dataset.confirmed;
  });
});
