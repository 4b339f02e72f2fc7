// After a section is saved, the marks of the draft around it are read again.
document.body.addEventListener("rolesheet-changed", () => {
  window.location.reload();
});
