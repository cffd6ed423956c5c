// What every page has beyond plain HTML: htmx, and the keyboard. Without this file every page still works.
import htmx from "htmx.org";
import { SCROLLS } from "./words";

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
  if (event.key === "/" && shortcutsAreOn()) focusSearch(event);
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

// A box that scrolls and holds nothing to step on is stepped on itself: else who has no mouse never sees its end.
const STEPS =
  "a[href], button:not(:disabled), input:not(:disabled):not([type=hidden]), select:not(:disabled), textarea, summary";
function openScrolling(): void {
  document.querySelectorAll<HTMLElement>(".list, .sheet, .panel > table.rows").forEach((box) => {
    const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    if (!scrolls || box.querySelector(STEPS)) return;
    box.tabIndex = 0;
    if (box.tagName === "TABLE") return; // a table keeps its own role
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", SCROLLS);
  });
}
openScrolling();
window.addEventListener("resize", openScrolling);

// On a phone the rail lies across: the place one stands at comes into view.
if (window.matchMedia("(max-width: 767px)").matches)
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

const OPEN_MENUS = "details.switcher[open], details.clause[open]";

/** Escape closes what is open; who stood in it stands on its head again, not nowhere. */
function closeOpenMenus(): void {
  document.querySelectorAll<HTMLDetailsElement>(OPEN_MENUS).forEach((menu) => {
    const stoodInside = menu.contains(document.activeElement);
    menu.open = false;
    if (stoodInside) menu.querySelector<HTMLElement>("summary")?.focus();
  });
}

// A click or a step elsewhere closes an open menu or clause card, as people expect of a menu.
for (const kind of ["click", "focusin"]) {
  document.addEventListener(kind, (event) => {
    document.querySelectorAll<HTMLDetailsElement>(OPEN_MENUS).forEach((menu) => {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    });
  });
}

/** A shortcut of one character can be switched off: who speaks to the machine would press it without meaning to. */
function shortcutsAreOn(): boolean {
  try {
    return localStorage.getItem("shortcuts") !== "off";
  } catch {
    return true; // no storage in this browser
  }
}
document.querySelectorAll<HTMLElement>("[data-shortcuts]").forEach((button) => {
  button.setAttribute("aria-pressed", String(shortcutsAreOn()));
  button.addEventListener("click", () => {
    const on = !shortcutsAreOn();
    try {
      localStorage.setItem("shortcuts", on ? "on" : "off");
    } catch {
      return;
    }
    button.setAttribute("aria-pressed", String(on));
  });
});

// What came in place must not take the place one stood at along: without it, one stands at the start of what came.
let stoodAt: Element | null = null;
document.addEventListener("htmx:beforeSwap", () => (stoodAt = document.activeElement));
document.addEventListener("htmx:afterSettle", (event) => {
  if (!stoodAt || stoodAt === document.body || stoodAt.isConnected || document.activeElement !== document.body) return;
  const came = event.target;
  if (!(came instanceof HTMLElement)) return;
  came.tabIndex = -1;
  came.focus();
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

// Selects and check boxes that say data-submit send their form at once; without script its button does. By keyboard
// each arrow changes a select: there Enter sends it, or the button.
let byKeyboard = false;
document.addEventListener("pointerdown", () => (byKeyboard = false), true);
document.addEventListener(
  "keydown",
  (event) => {
    byKeyboard = true;
    const field = event.target;
    if (event.key !== "Enter" || !(field instanceof HTMLSelectElement) || !field.dataset.changed) return;
    event.preventDefault();
    field.form?.requestSubmit();
  },
  true,
);
document.addEventListener("change", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLElement) || !field.hasAttribute("data-submit")) return;
  if (byKeyboard && field instanceof HTMLSelectElement) field.dataset.changed = "yes";
  else field.closest("form")?.requestSubmit();
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
