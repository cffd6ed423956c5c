// Maps. One module for 一张图, for the small map of an outlet, and for points a file put in the wrong place.
//
//   <div class="map" data-map                       the map; works without a network
//        data-base="/static/dist/base/"             where the bundled base lies (else this is it)
//        data-tiles="/map/tiles/{z}/{x}/{y}.mvt"    outlets as tiles (layer "outlets": id, type, stage; layer "groups": n, name)
//        data-query="type=GY&stage=…"               filters, sent with every tile
//        data-card="/map/card?id=ID"                where the card comes from, ID replaced (by 1&id=2 for several on one
//                                                   spot); shown in #map-card, its [data-chain] GeoJSON drawn
//        data-shapes="/map/shapes/LAYER/{x}/{y}.geojson"   counties, zones and sections (map-shapes.ts)
//        data-extent="113.1,39.6,114.0,40.5"        what to show first, degrees
//        data-points='[{"lon":113.3,"lat":40.1,"type":"GY","label":"…","tone":"red"}]'   single points, in order
//        data-join                                  draw a line from each point to the next (where the row says → where it lies)
//        data-geometry='{GeoJSON}'                  a shape to draw (a zone, a chain); features with `tone` walked, gap or
//                                                   track are bank
//        data-tianditu="KEY"                        the national map service, when the site has a key
//        data-locked></div>                         no panning: for print and small insets
//   <input type="checkbox" data-layer="rivers" checked>   switches layers: rivers boundaries counties zones sections
//                                                         outlets tianditu tianditu_names imagery
//   <form data-map-filters>…</form>                       filters the outlets (map-filters.ts)
// ?lon=…&lat=…&z=… in the page's address centres and marks; moving the map keeps the address up to date.
import Feature from "ol/Feature";
import type { FeatureLike } from "ol/Feature";
import OlMap from "ol/Map";
import View from "ol/View";
import { ScaleLine, defaults as defaultControls } from "ol/control";
import { boundingExtent, buffer, isEmpty } from "ol/extent";
import GeoJSON from "ol/format/GeoJSON";
import MVT from "ol/format/MVT";
import { LineString, Point } from "ol/geom";
import { defaults as defaultInteractions } from "ol/interaction";
import type BaseLayer from "ol/layer/Base";
import VectorLayer from "ol/layer/Vector";
import VectorTileLayer from "ol/layer/VectorTile";
import { fromLonLat, toLonLat, transformExtent } from "ol/proj";
import VectorSource from "ol/source/Vector";
import VectorTileSource from "ol/source/VectorTile";
import { Circle, Fill, Stroke, Style, Text } from "ol/style";
import { createXYZ } from "ol/tilegrid";
import { baseLayers } from "./base";
import { followFilters } from "./map-filters";
import { saidOf, shapeLayers } from "./map-shapes";
import { FONT, clusterStyle, outletStyle } from "./shapes";
import { ZOOM_WORDS } from "./words";

interface Spot {
  lon: number;
  lat: number;
  type?: string;
  label?: string;
  tone?: "red" | "blue";
}

const LAYERS = ["outlets", "groups"]; // what the server calls them in a tile
const CHINA = [73, 3, 136, 54]; // the South China Sea belongs to the picture
const TONES = { red: "#b3261e", blue: "#1f5f99" };

function open(box: HTMLElement): void {
  const data = box.dataset;
  const layers: Record<string, BaseLayer> = baseLayers(data.base || baseFolder(), data.tianditu || "");
  const marks = new VectorSource();
  if (data.shapes) {
    Object.assign(layers, shapeLayers(data.shapes));
    layers.boundaries?.setMaxZoom(9); // nearer, the finer outlines of the counties take over
  }
  if (data.tiles) {
    const outlets = outletTiles(data.tiles, data.query || "");
    layers.outlets = outlets;
    followFilters(outlets.getSource()!, data.tiles);
  }
  layers.marks = new VectorLayer({ source: marks, style: (feature) => feature.get("style") as Style, zIndex: 20 });

  const locked = "locked" in data;
  if (!locked) box.tabIndex = 0; // arrow keys and + - move the map
  const map = new OlMap({
    target: box,
    layers: Object.values(layers),
    controls: defaultControls({ zoom: !locked, zoomOptions: ZOOM_WORDS, rotate: false, attribution: Boolean(data.tianditu) }).extend(
      locked ? [] : [new ScaleLine({ minWidth: 80 })],
    ),
    interactions: locked ? [] : defaultInteractions({ altShiftDragRotate: false, pinchRotate: false }),
    view: new View({ center: fromLonLat([105, 36]), zoom: 4, minZoom: 3, maxZoom: 19, enableRotation: false }),
  });

  const asked = new URLSearchParams(location.search);
  const place = ["lon", "lat"].map((name) => Number.parseFloat(asked.get(name) ?? ""));
  const spots = JSON.parse(data.points || "[]") as Spot[];
  drawSpots(marks, spots, "join" in data);
  if (data.geometry) drawShape(marks, JSON.parse(data.geometry) as object);

  if (data.tiles && place.every(Number.isFinite)) {
    map.getView().setCenter(fromLonLat(place));
    map.getView().setZoom(Number.parseFloat(asked.get("z") ?? "") || 15);
    if (asked.has("mark")) marks.addFeature(halo(place));
  } else if (!isEmpty(marks.getExtent() ?? [])) {
    map.getView().fit(buffer(marks.getExtent()!, 300), { maxZoom: 15, padding: [24, 24, 24, 24] });
  } else {
    const first = (data.extent || "").split(",").map(Number);
    const shown = first.length === 4 && first.every(Number.isFinite) ? first : CHINA;
    map.getView().fit(transformExtent(shown, "EPSG:4326", "EPSG:3857"), { padding: [8, 8, 8, besideDrawer(box)] });
  }

  if (data.tiles) {
    keepAddress(map);
    openCards(map, marks, data.card || "");
  }
  switches(layers);
  if (data.tiles) fitPaper(map, box);
  map.once("rendercomplete", () => (box.dataset.drawn = "yes"));
}

/** How much of the left the drawer of filters covers; on a phone it stands above the map and starts closed. */
function besideDrawer(box: HTMLElement): number {
  const drawer = box.parentElement?.querySelector<HTMLDetailsElement>("details.map-drawer");
  if (!drawer) return 8;
  const narrow = window.matchMedia("(max-width: 767px)").matches;
  if (narrow) drawer.open = false;
  return narrow ? 8 : drawer.offsetLeft + drawer.offsetWidth + 8;
}

const PAPER = { width: "1020px", height: "560px" }; // A4 across, less its margins, title and legend, at 96 dots an inch

/** The picture is drawn anew at the size of the paper before it is printed, and at its own size after. */
function fitPaper(map: OlMap, box: HTMLElement): void {
  const draw = (size: { width: string; height: string }): void => {
    Object.assign(box.style, size);
    map.updateSize();
    map.renderSync();
  };
  window.addEventListener("beforeprint", () => draw(PAPER));
  window.addEventListener("afterprint", () => draw({ width: "", height: "" }));
}

function baseFolder(): string {
  const own = document.querySelector<HTMLScriptElement>('script[src*="/dist/map.js"]');
  return own ? own.src.replace(/map\.js.*$/, "base/") : "/static/dist/base/";
}

/** Outlets come as 512-pixel tiles; the server groups them, the style only draws. */
function outletTiles(url: string, query: string): VectorTileLayer<VectorTileSource> {
  const source = new VectorTileSource({
    format: new MVT(),
    tileGrid: createXYZ({ tileSize: 512, maxZoom: 20 }),
    url: query ? `${url}?${query}` : url,
  });
  const style = (feature: FeatureLike) =>
    isGroup(feature) ? clusterStyle(Number(feature.get("n"))) : outletStyle(String(feature.get("type") ?? ""));
  return new VectorTileLayer({ source, style, zIndex: 10, renderBuffer: 64 });
}

function isGroup(feature: FeatureLike): boolean {
  return feature.get("layer") === "groups";
}

function isOutlet(feature: FeatureLike): boolean {
  return feature.get("layer") === "outlets";
}

function drawSpots(marks: VectorSource, spots: Spot[], joined: boolean): void {
  const places = spots.map((spot) => fromLonLat([spot.lon, spot.lat]));
  if (joined && places.length > 1) {
    const line = new Feature(new LineString(places));
    line.set("style", new Style({ stroke: new Stroke({ color: TONES.red, width: 2, lineDash: [6, 4] }) }));
    marks.addFeature(line);
  }
  spots.forEach((spot, index) => {
    const point = new Feature(new Point(places[index]!));
    const image = spot.tone
      ? new Circle({ radius: 7, fill: new Fill({ color: TONES[spot.tone] }), stroke: new Stroke({ color: "#fff", width: 2 }) })
      : outletStyle(spot.type || "", true).getImage()!;
    const text = spot.label
      ? new Text({
          text: spot.label,
          font: FONT,
          offsetY: -18,
          fill: new Fill({ color: "#1d2733" }),
          stroke: new Stroke({ color: "#fff", width: 3 }),
        })
      : undefined;
    point.set("style", new Style({ image, text }));
    marks.addFeature(point);
  });
}

function drawShape(marks: VectorSource, shape: object): void {
  const read = new GeoJSON().readFeatures(shape, { featureProjection: "EPSG:3857" });
  read.forEach((feature) => feature.set("style", shapeStyle(String(feature.get("tone") ?? ""))));
  marks.addFeatures(read);
}

/** Bank that was walked is a full line, a gap is red and broken, a track is thin. Colour only repeats the line. */
function shapeStyle(tone: string): Style {
  if (tone === "gap") return new Style({ stroke: new Stroke({ color: TONES.red, width: 4, lineDash: [8, 6] }) });
  if (tone === "walked") return new Style({ stroke: new Stroke({ color: TONES.blue, width: 4 }) });
  if (tone === "track") return new Style({ stroke: new Stroke({ color: "#5b6570", width: 1 }) });
  return new Style({
    stroke: new Stroke({ color: TONES.blue, width: 2 }),
    fill: new Fill({ color: "rgba(31, 95, 153, 0.12)" }),
    image: new Circle({ radius: 5, fill: new Fill({ color: TONES.blue }) }),
  });
}

function halo(place: number[]): Feature {
  const mark = new Feature(new Point(fromLonLat(place)));
  mark.set("style", new Style({ image: new Circle({ radius: 15, stroke: new Stroke({ color: TONES.red, width: 3 }) }) }));
  return mark;
}

/** The address says where one looks, so that it can be sent to a colleague. */
function keepAddress(map: OlMap): void {
  map.on("moveend", () => {
    const centre = map.getView().getCenter();
    if (!centre) return;
    const [lon, lat] = toLonLat(centre) as [number, number];
    const address = new URL(location.href);
    address.searchParams.set("lon", lon.toFixed(5));
    address.searchParams.set("lat", lat.toFixed(5));
    address.searchParams.set("z", (map.getView().getZoom() ?? 4).toFixed(1));
    history.replaceState(history.state, "", address);
  });
}

/** A click on a group goes nearer; on an outlet opens its card and marks it; on a zone or a section says what it is. */
function openCards(map: OlMap, marks: VectorSource, card: string): void {
  let mark: Feature[] = [];
  const place = document.getElementById("map-card");
  const unmark = (): void => {
    mark.forEach((each) => marks.removeFeature(each));
    mark = [];
  };
  map.on("pointermove", (event) => {
    if (event.dragging) return;
    const found = under(map, event.pixel);
    const box = map.getTargetElement();
    box?.classList.toggle("map-pointing", found.length > 0);
    if (box) box.title = String(found[0]?.get("name") ?? "");
  });
  map.on("singleclick", async (event) => {
    const found = under(map, event.pixel);
    unmark();
    if (!found[0]) return;
    const extent = found[0].getGeometry()?.getExtent() ?? boundingExtent([event.coordinate]);
    if (isGroup(found[0])) {
      const zoom = Math.min((map.getView().getZoom() ?? 4) + 2, 17);
      map.getView().animate({ center: [extent[0]!, extent[1]!], zoom, duration: 200 });
      return;
    }
    if (!place) return;
    const ids = Array.from(new Set(found.filter(isOutlet).map((each) => String(each.getId()))));
    if (!ids.length) {
      tell(place, saidOf(found[0]));
    } else if (card) {
      mark = [halo(toLonLat([extent[0]!, extent[1]!]))];
      marks.addFeatures(mark);
      await window.htmx.ajax("get", card.replace("ID", ids.slice(0, 20).join("&id=")), { target: place, swap: "innerHTML" });
    }
    place.hidden = false;
  });
  place?.addEventListener("htmx:afterSwap", () => {
    const chain = place.querySelector<HTMLElement>("[data-chain]")?.dataset.chain;
    if (!chain) return;
    const drawn = chainOf(chain);
    mark.push(...drawn);
    marks.addFeatures(drawn);
  });
  const close = (): void => {
    unmark();
    if (place) place.hidden = true;
  };
  place?.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-map-close]")) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
}

/** What lies under the pointer: outlets and groups before sections and zones, the nearest first. */
function under(map: OlMap, pixel: number[]): FeatureLike[] {
  const found = map.getFeaturesAtPixel(pixel, { hitTolerance: 6 });
  const ranked = (feature: FeatureLike): number =>
    LAYERS.includes(String(feature.get("layer"))) ? 0 : feature.get("kind") === "section" ? 1 : feature.get("kind") === "zone" ? 2 : 3;
  return found.filter((each) => ranked(each) < 3).sort((one, other) => ranked(one) - ranked(other));
}

/** Lines of text as a card: the words come from the server and are never read as HTML. */
function tell(place: HTMLElement, lines: string[]): void {
  place.replaceChildren(
    ...lines.map((line, index) => {
      const said = document.createElement(index ? "p" : "h2");
      said.className = index ? "source" : "map-card-name";
      said.textContent = line;
      return said;
    }),
  );
}

function chainOf(text: string): Feature[] {
  const features = new GeoJSON().readFeatures(JSON.parse(text), { featureProjection: "EPSG:3857" }) as Feature[];
  const style = new Style({
    stroke: new Stroke({ color: TONES.blue, width: 2 }),
    image: new Circle({ radius: 4, fill: new Fill({ color: TONES.blue }) }),
  });
  features.forEach((feature) => feature.set("style", style));
  return features;
}

function switches(layers: Record<string, BaseLayer>): void {
  document.querySelectorAll<HTMLInputElement>("input[data-layer]").forEach((box) => {
    const own = (box.dataset.layer ?? "").split(" ").map((name) => layers[name]);
    const show = (): void => own.forEach((layer) => layer?.setVisible(box.checked));
    show();
    box.addEventListener("change", show);
  });
}

function openAll(root: ParentNode): void {
  root.querySelectorAll<HTMLElement>("[data-map]:not([data-opened])").forEach((box) => {
    box.dataset.opened = "yes";
    open(box);
  });
}
openAll(document);
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target instanceof Element) openAll(event.target);
});
