// Menus and explanations (<details data-menu>): one open at a time, closed by Esc or a click elsewhere; the drawer.
const openMenus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("focusin", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
  }
  if (document.body.classList.contains("pt-drawer-open")) drawer(false);
  document.activeElement?.closest?.(".pt-reason")?.classList.add("pt-escaped");
});
document.addEventListener("focusout", (event) => event.target.closest?.(".pt-reason")?.classList.remove("pt-escaped"));
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".pt-menu[open]");
  if (!menu || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
  const items = [...menu.querySelectorAll(".pt-menu-items a, .pt-menu-items button")];
  const next = items.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  items[(next + items.length) % items.length]?.focus();
  event.preventDefault();
});

const drawer = (opened) => {
  document.body.classList.toggle("pt-drawer-open", opened);
  const more = document.querySelector('[data-drawer="open"]');
  more?.setAttribute("aria-expanded", String(opened));
  if (opened) document.querySelector("#pt-side a, #pt-side summary")?.focus();
  else more?.focus();
};
document.addEventListener("click", (event) => {
  const handle = event.target.closest("[data-drawer]");
  if (handle) drawer(handle.dataset.drawer === "open");
});

// Groups of a table that open and close: <button class="pt-twist" aria-expanded aria-controls="tbody-id">
document.addEventListener("click", (event) => {
  const twist = event.target.closest(".pt-twist[aria-controls]");
  if (!twist) return;
  const opened = twist.getAttribute("aria-expanded") !== "true";
  twist.setAttribute("aria-expanded", String(opened));
  for (const id of twist.getAttribute("aria-controls").split(" ")) document.getElementById(id)?.toggleAttribute("hidden", !opened);
});
