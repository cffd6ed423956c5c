// The map without a network: the lines of my segments, outlets and leads near, my way and its gaps, where I am.
import Feature from "ol/Feature";
import OlMap from "ol/Map";
import View from "ol/View";
import { ScaleLine, defaults as defaultControls } from "ol/control";
import { buffer, isEmpty } from "ol/extent";
import { LineString, Point } from "ol/geom";
import { defaults as defaultInteractions } from "ol/interaction";
import VectorLayer from "ol/layer/Vector";
import { fromLonLat, toLonLat, transformExtent } from "ol/proj";
import VectorSource from "ol/source/Vector";
import { Circle, Fill, RegularShape, Stroke, Style, Text } from "ol/style";
import { baseLayers } from "../src/base";
import { FONT, outletStyle } from "../src/shapes";
import type { Package } from "./package";
import type { Fix } from "./place";
import { pieces, type FieldRecord, type Track } from "./queue";

export const GAP_S = 120;
const HALO = new Stroke({ color: "#fff", width: 3 });
const label = (text: string) => new Text({ text, font: FONT, offsetY: -14, fill: new Fill({ color: "#1d2733" }), stroke: HALO });

export class FieldMap {
  private readonly ground = new VectorSource();
  private readonly mine = new VectorSource();
  private readonly way = new VectorSource();
  private readonly me = new VectorSource();
  private readonly map: OlMap;
  private fitted = false;

  constructor(box: HTMLElement, base: string, open: (id: string) => void) {
    const layers = [this.ground, this.way, this.mine, this.me].map(
      (source, order) =>
        new VectorLayer({ source, style: (feature) => feature.get("style") as Style, zIndex: 10 + order, declutter: order === 0 }),
    );
    this.map = new OlMap({
      target: box,
      layers: [baseLayers(base, "").rivers!, ...layers],
      controls: defaultControls({ zoom: false, rotate: false, attribution: false }).extend([new ScaleLine()]),
      interactions: defaultInteractions({ altShiftDragRotate: false, pinchRotate: false }),
      view: new View({ center: fromLonLat([105, 36]), zoom: 4, minZoom: 3, maxZoom: 19, enableRotation: false }),
    });
    this.map.on("click", (event) => {
      const found = this.map.getFeaturesAtPixel(event.pixel, { hitTolerance: 12 }).find((one) => one.get("record"));
      if (found) open(String(found.get("record")));
    });
    this.map.on("moveend", () => {
      box.dataset.centre = this.centre().map((degrees) => degrees.toFixed(4)).join(",");
    });
  }

  /** What was taken along. */
  show(taken: Package | null): void {
    this.ground.clear();
    for (const segment of taken?.segments ?? []) {
      const style = new Style({
        stroke: new Stroke({ color: segment.closed ? "#8a93a0" : "#1f5f99", width: 4 }),
        text: new Text({ text: String(segment.number), font: FONT, placement: "line", fill: new Fill({ color: "#1f5f99" }), stroke: HALO }),
      });
      for (const line of segment.lines) this.line(this.ground, line, style);
    }
    for (const outlet of taken?.outlets ?? []) {
      const style = outletStyle(outlet.type).clone(); // the original is every other outlet's too
      style.setText(label(outlet.name));
      this.point(this.ground, outlet.longitude, outlet.latitude, style);
    }
    for (const lead of taken?.leads ?? []) {
      if (lead.longitude === null || lead.latitude === null) continue;
      const image = new RegularShape({ points: 3, radius: 9, fill: new Fill({ color: "#b86e00" }), stroke: new Stroke({ color: "#fff", width: 2 }) });
      this.point(this.ground, lead.longitude, lead.latitude, new Style({ image, text: label(lead.name) }));
    }
    if (!this.fitted) this.fit(this.ground);
    if (!this.fitted && taken?.area) {
      this.map.getView().fit(transformExtent(taken.area, "EPSG:4326", "EPSG:3857"), { padding: [24, 24, 24, 24] });
      this.fitted = true;
    }
  }

  records(found: FieldRecord[]): void {
    this.mine.clear();
    for (const one of found) {
      const [lon, lat] = [Number(one.fields.longitude), Number(one.fields.latitude)];
      if (!one.fields.longitude || !Number.isFinite(lon) || !Number.isFinite(lat)) continue;
      const color = one.state === "accepted" ? "#2f7d4f" : one.state === "needs_you" ? "#b3261e" : "#b86e00";
      const image = new Circle({ radius: 8, fill: new Fill({ color }), stroke: new Stroke({ color: "#fff", width: 2 }) });
      const mark = this.point(this.mine, lon, lat, new Style({ image }));
      mark.set("record", one.id);
    }
  }

  /** My ways: between two pieces there is a gap, drawn in dots. */
  tracks(found: Track[]): void {
    this.way.clear();
    for (const track of found) {
      const parts = pieces(track.points, GAP_S);
      const solid = new Style({ stroke: new Stroke({ color: "#2f7d4f", width: 3 }) });
      const dotted = new Style({ stroke: new Stroke({ color: "#b3261e", width: 2, lineDash: [2, 8] }) });
      parts.forEach((part, order) => {
        this.line(this.way, part.map(([lon, lat]) => [lon, lat]), solid);
        const before = (parts[order - 1] ?? []).slice(-1)[0];
        if (before && part[0]) this.line(this.way, [[before[0], before[1]], [part[0][0], part[0][1]]], dotted);
      });
    }
  }

  at(fix: Fix, centre: boolean): void {
    this.me.clear();
    const image = new Circle({ radius: 8, fill: new Fill({ color: "#1f5f99" }), stroke: new Stroke({ color: "#fff", width: 3 }) });
    this.point(this.me, fix.longitude, fix.latitude, new Style({ image }));
    if (centre) {
      this.map.getView().setCenter(fromLonLat([fix.longitude, fix.latitude]));
      this.map.getView().setZoom(Math.max(15, this.map.getView().getZoom() ?? 15));
    }
  }

  centre(): [number, number] {
    const [lon, lat] = toLonLat(this.map.getView().getCenter() ?? [0, 0]);
    return [lon ?? 0, lat ?? 0];
  }

  resize(): void {
    this.map.updateSize();
  }

  private fit(source: VectorSource): void {
    const extent = source.getExtent();
    if (!extent || isEmpty(extent)) return;
    this.map.getView().fit(buffer(extent, 300), { maxZoom: 15, padding: [24, 24, 24, 24] });
    this.fitted = true;
  }

  private line(source: VectorSource, points: number[][], style: Style): void {
    if (points.length < 2) return;
    const made = new Feature(new LineString(points.map((one) => fromLonLat(one))));
    made.set("style", style);
    source.addFeature(made);
  }

  private point(source: VectorSource, lon: number, lat: number, style: Style): Feature {
    const made = new Feature(new Point(fromLonLat([lon, lat])));
    made.set("style", style);
    source.addFeature(made);
    return made;
  }
}
