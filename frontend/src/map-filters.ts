// The filter form of 一张图: a change asks for other tiles at once and stays in the address; without script the form is
// sent and the page comes back filtered. A field that changes the place itself (data-submit) always sends the form.
import type VectorTileSource from "ol/source/VectorTile";

const OWN = ["type", "stage", "water", "q"];

export function followFilters(source: VectorTileSource, url: string): void {
  const form = document.querySelector<HTMLFormElement>("form[data-map-filters]");
  if (!form) return;
  form.querySelectorAll<HTMLElement>("[data-map-apply]").forEach((button) => (button.hidden = true));
  form.addEventListener("submit", (event) => {
    if (document.activeElement instanceof HTMLInputElement && document.activeElement.name === "q") {
      event.preventDefault(); // Enter in the text asks for other tiles, as a change does
      document.activeElement.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  form.addEventListener("change", (event) => {
    if (event.target instanceof HTMLElement && event.target.hasAttribute("data-submit")) return;
    const asked = new URLSearchParams();
    new FormData(form).forEach((value, name) => value && asked.append(name, String(value)));
    source.setUrl(`${url}?${asked}`);
    const address = new URL(location.href);
    OWN.forEach((name) => address.searchParams.delete(name));
    OWN.forEach((name) => asked.getAll(name).forEach((value) => address.searchParams.append(name, value)));
    history.replaceState(history.state, "", address);
    document.querySelectorAll<HTMLAnchorElement>("a[data-map-list]").forEach((link) => (link.search = asked.toString()));
  });
}
