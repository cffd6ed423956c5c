// What every page has beyond plain HTML: htmx, and the keyboard. Without this file every page still works.
import htmx from "htmx.org";

// The server answers a refused or faulty act with a page that says why: show it, never swallow it.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "(400|403|404|409|422)", swap: true, error: false },
  { code: "...", swap: false, error: true },
];
htmx.config.includeIndicatorStyles = false; // the content security policy refuses inline styles
htmx.config.allowEval = false;
htmx.config.historyCacheSize = 0; // nothing of a register stays behind in the browser's storage
htmx.config.defaultFocusScroll = false;

document.documentElement.classList.add("scripted"); // shows what is .script-only

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target instanceof HTMLElement && event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "Escape") closeOpenMenus();
  if (typing) return;
  if (event.key === "/") focusSearch(event);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") moveInList(event, event.key === "ArrowDown" ? 1 : -1);
  if (event.key === "Enter") openRow(event);
});

// On a phone a table becomes cards (table.stacked): each value stands behind the word of its column.
document.querySelectorAll<HTMLTableElement>("table.stacked").forEach((table) => {
  const words = Array.from(table.tHead?.rows[0]?.cells ?? [], (cell) => (cell.textContent ?? "").trim());
  for (const row of Array.from(table.querySelectorAll<HTMLTableRowElement>("tbody > tr"))) {
    Array.from(row.cells).forEach((cell, place) => {
      const first = place === 0 || cell.tagName === "TH" || cell.colSpan > 1;
      if (!first && !cell.dataset.label && words[place]) cell.dataset.label = words[place];
    });
  }
});

// On a phone the rail lies across: the place one stands at comes into view.
document.querySelector(".rail [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

/** `/` goes to the search field of the top bar. */
function focusSearch(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLInputElement>('[data-focus-key="/"]');
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
}

/** Up and down walk the rows of a list (`<table data-keys>` or any element with data-keys and rows with tabindex). */
function moveInList(event: KeyboardEvent, step: number): void {
  const list = document.querySelector<HTMLElement>("[data-keys]");
  if (!list) return;
  const rows = Array.from(list.querySelectorAll<HTMLElement>("[data-row]"));
  if (rows.length === 0) return;
  const now = rows.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
  const next = rows[Math.min(Math.max(now + step, 0), rows.length - 1)];
  if (!next) return;
  event.preventDefault();
  next.tabIndex = -1;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

/** Enter opens the row in hand: its first link, in place when the link says so. */
function openRow(event: KeyboardEvent): void {
  const row = document.activeElement;
  if (!(row instanceof HTMLElement) || !row.hasAttribute("data-row")) return;
  const link = row.querySelector<HTMLElement>("a[href]");
  if (!link) return;
  event.preventDefault();
  link.click();
}

function closeOpenMenus(): void {
  document.querySelectorAll<HTMLDetailsElement>("details.switcher[open], details.clause[open]").forEach((menu) => {
    menu.open = false;
  });
}

// A click elsewhere closes an open menu or clause card, as people expect of a menu.
document.addEventListener("click", (event) => {
  document.querySelectorAll<HTMLDetailsElement>("details.switcher[open], details.clause[open]").forEach((menu) => {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
});

// A form that is sent once is not sent twice. The button stays readable; coming back enables it again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent === "yes") event.preventDefault();
  form.dataset.sent = "yes";
  window.setTimeout(() => delete form.dataset.sent, 4000); // a download leaves the page standing
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll<HTMLFormElement>("form[data-sent]").forEach((form) => delete form.dataset.sent);
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target instanceof HTMLElement) delete event.target.dataset.sent;
});

// Selects and check boxes that say data-submit send their form at once; without script its button does.
document.addEventListener("change", (event) => {
  const field = event.target;
  if (field instanceof HTMLElement && field.hasAttribute("data-submit")) field.closest("form")?.requestSubmit();
});

// Beside a bulk bar: how many rows are chosen ([data-chosen] shows the number, the bar is hidden at none).
document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || !box.closest("[data-selectable]")) return;
  const form = box.closest<HTMLElement>("[data-selectable]")!;
  if (box.hasAttribute("data-choose-all")) {
    form.querySelectorAll<HTMLInputElement>("input[data-choose]").forEach((each) => (each.checked = box.checked));
  }
  const chosen = form.querySelectorAll("input[data-choose]:checked").length;
  form.querySelectorAll("[data-chosen]").forEach((place) => (place.textContent = String(chosen)));
  form.querySelectorAll<HTMLElement>("[data-bulk]").forEach((bar) => (bar.hidden = chosen === 0));
});

// window.print for the print button; the page itself prints well from the menu too.
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-print]")) window.print();
});

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}
window.htmx = htmx;
