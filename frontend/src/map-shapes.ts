// What can be laid under the outlets from the server: county outlines, special zones, assessed sections. They come by the
// tiles of one zoom (data-shapes="/map/shapes/LAYER/{x}/{y}.geojson"), only when the layer is shown and near enough.
import type { FeatureLike } from "ol/Feature";
import { getCenter } from "ol/extent";
import GeoJSON from "ol/format/GeoJSON";
import VectorLayer from "ol/layer/Vector";
import { tile } from "ol/loadingstrategy";
import VectorSource from "ol/source/Vector";
import { Fill, RegularShape, Stroke, Style, Text } from "ol/style";
import { createXYZ } from "ol/tilegrid";
import { FONT } from "./shapes";
import { MAP_NUMBER, NO_MAP_NUMBER, TARGET } from "./words";

const ZOOM = 7;
const GRID = createXYZ({ minZoom: ZOOM, maxZoom: ZOOM });
const HALO = new Stroke({ color: "rgba(255, 255, 255, 0.9)", width: 3 });
// Every kind its own dash and colour beside its name: told apart in print too.
const ZONES: Record<string, [string, number[]]> = {
  drinking_water: ["#1f5f99", []],
  nature_protected: ["#3d6b3d", [10, 4]],
  nature_reserve: ["#3d6b3d", []],
  ecological_redline: ["#b3261e", [8, 3]],
  spring_basin: ["#5a7fa8", [2, 3]],
  park: ["#6b5b95", [6, 3]],
  sewer_network: ["#7a6a4f", [3, 3]],
  functional_zone: ["#3a8fc4", [6, 2]],
};

export function shapeLayers(url: string): Record<string, VectorLayer> {
  return {
    counties: layer(url, "counties", countyStyle, 2, 8),
    zones: layer(url, "zones", zoneStyle, 4, 7),
    sections: layer(url, "sections", sectionStyle, 9, 7),
  };
}

function layer(
  url: string,
  name: string,
  style: (feature: FeatureLike, resolution: number) => Style,
  zIndex: number,
  minZoom: number,
): VectorLayer {
  const source = new VectorSource({
    format: new GeoJSON(),
    strategy: tile(GRID),
    url: (extent) => {
      const [, x, y] = GRID.getTileCoordForCoordAndZ(getCenter(extent), ZOOM) as [number, number, number];
      return url.replace("LAYER", name).replace("{x}", String(x)).replace("{y}", String(y));
    },
  });
  return new VectorLayer({ source, style, zIndex, minZoom, declutter: name !== "zones" });
}

function words(text: string, colour: string, offsetY = 0): Text {
  return new Text({ text, font: FONT, offsetY, overflow: true, fill: new Fill({ color: colour }), stroke: HALO });
}

function countyStyle(feature: FeatureLike): Style {
  return new Style({
    stroke: new Stroke({ color: "#b9c0c9", width: 1, lineDash: [2, 3] }),
    text: words(String(feature.get("name") ?? ""), "#59636e"),
  });
}

function zoneStyle(feature: FeatureLike, resolution: number): Style {
  const [color, lineDash] = ZONES[String(feature.get("zone"))] ?? ["#59636e", [4, 4]];
  return new Style({
    stroke: new Stroke({ color, width: 2, lineDash }),
    fill: new Fill({ color: `${color}14` }),
    text: resolution < 80 ? words(String(feature.get("label") ?? ""), color) : undefined,
  });
}

const FLAG = new RegularShape({
  points: 3,
  radius: 7,
  angle: Math.PI,
  fill: new Fill({ color: "#ffffff" }),
  stroke: new Stroke({ color: "#1d2733", width: 2 }),
  declutterMode: "none",
});

function sectionStyle(feature: FeatureLike, resolution: number): Style {
  return new Style({
    image: FLAG,
    text: resolution < 160 ? words(String(feature.get("name") ?? ""), "#1d2733", -14) : undefined,
  });
}

/** What a zone or a section says of itself, as lines of plain text. */
export function saidOf(feature: FeatureLike): string[] {
  const of = (name: string) => String(feature.get(name) ?? "");
  const lines = feature.get("kind") === "section" ? [of("name"), of("water")] : [of("name"), of("label")];
  if (of("target")) lines.push(`${TARGET} ${of("target")}`);
  if (feature.get("kind") === "zone") lines.push(`${MAP_NUMBER}${of("map_number") || NO_MAP_NUMBER}`);
  if (of("source")) lines.push(of("source"));
  return lines.filter((line, place) => line && lines.indexOf(line) === place);
}
