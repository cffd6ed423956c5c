// The ground under the outlets: the bundled light base (rivers, boundaries, names), which needs no network, and 天地图
// when the site has a key.
import GeoJSON from "ol/format/GeoJSON";
import type { FeatureLike } from "ol/Feature";
import type BaseLayer from "ol/layer/Base";
import TileLayer from "ol/layer/Tile";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import XYZ from "ol/source/XYZ";
import { Fill, Stroke, Style, Text } from "ol/style";
import { FONT } from "./shapes";

const RIVER = "#8fb8d9";
const HALO = new Stroke({ color: "rgba(255, 255, 255, 0.9)", width: 3 });

/** Layers by the name a switch calls them (`<input data-layer="rivers">`). */
export function baseLayers(folder: string, tiandituKey: string): Record<string, BaseLayer> {
  const layers: Record<string, BaseLayer> = {};
  if (tiandituKey) {
    layers.tianditu = tianditu("vec", tiandituKey);
    layers.imagery = tianditu("img", tiandituKey);
    layers.imagery.setVisible(false);
    layers.tianditu_names = tianditu("cva", tiandituKey);
  }
  layers.rivers = vector(`${folder}rivers.geojson`, riverStyle, 2);
  layers.boundaries = vector(`${folder}boundaries.geojson`, boundaryStyle, 3);
  return layers;
}

function vector(url: string, style: (feature: FeatureLike, resolution: number) => Style | undefined, zIndex: number) {
  return new VectorLayer({
    source: new VectorSource({ url, format: new GeoJSON() }),
    style,
    zIndex,
    declutter: true,
    updateWhileInteracting: true,
  });
}

function riverStyle(feature: FeatureLike, resolution: number): Style | undefined {
  const rank = Number(feature.get("rank"));
  if (resolution > 1500 && rank > 7) return undefined;
  const name = String(feature.get("name") ?? "");
  return new Style({
    stroke: new Stroke({ color: RIVER, width: resolution > 1500 ? 1 : rank <= 4 ? 2.5 : 1.5 }),
    text: name
      ? new Text({ text: name, font: `italic ${FONT}`, placement: "line", fill: new Fill({ color: "#3b6f9c" }), stroke: HALO })
      : undefined,
  });
}

function boundaryStyle(feature: FeatureLike, resolution: number): Style | undefined {
  const level = Number(feature.get("level"));
  if (level === 2 && resolution > 2000) return undefined;
  const name = feature.get("name");
  if (name) {
    if ((level === 1) === resolution < 1300) return undefined; // near, the cities' names take over
    return new Style({
      text: new Text({ text: String(name), font: FONT, fill: new Fill({ color: "#59636e" }), stroke: HALO }),
    });
  }
  const dashes = level === 1 ? [8, 3, 2, 3] : [3, 3];
  return new Style({ stroke: new Stroke({ color: level === 1 ? "#8a93a0" : "#b9c0c9", width: 1, lineDash: dashes }) });
}

/** A layer of the national map service in web Mercator; its key and its servers are the site's settings. */
function tianditu(layer: "vec" | "cva" | "img", key: string): TileLayer<XYZ> {
  const address =
    `https://t{0-7}.tianditu.gov.cn/${layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=${layer}` +
    `&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=${encodeURIComponent(key)}`;
  return new TileLayer({ source: new XYZ({ url: address, maxZoom: 18, attributions: "天地图" }), zIndex: layer === "cva" ? 1 : 0 });
}
