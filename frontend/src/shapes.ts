// How an outlet looks on a map: a shape and a colour for its type, told apart also by colour-blind eyes and in print.
// GY square, SH circle, NY triangle, YH drop, QT diamond; not yet classified: a small ring.
import { Circle, Fill, Icon, RegularShape, Stroke, Style, Text } from "ol/style";
import type ImageStyle from "ol/style/Image";
import { short } from "./words";

const COLOURS: Record<string, string> = {
  GY: "#0072b2",
  SH: "#a2377c",
  NY: "#007a5a",
  YH: "#3a8fc4",
  QT: "#b86e00",
};
const WHITE = new Stroke({ color: "#ffffff", width: 1.5 });
export const FONT = '12px "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif';

// Said outright: a tile layer that does not declutter finds no picture under the pointer otherwise.
const declutterMode = "none";

const made = new Map<string, Style>();

/** The style of one outlet; `type` is a type key ("GY.enterprise") or its group. */
export function outletStyle(type: string, chosen = false): Style {
  const group = (type || "").split(".")[0] ?? "";
  const key = `${group}/${chosen}`;
  let style = made.get(key);
  if (!style) {
    style = new Style({ image: picture(group, chosen ? 1.5 : 1), zIndex: chosen ? 10 : 1 });
    made.set(key, style);
  }
  return style;
}

function picture(group: string, scale: number): ImageStyle {
  const colour = COLOURS[group];
  if (!colour) {
    const ring = new Stroke({ color: "#5b6775", width: 2 });
    return new Circle({ radius: 4.5 * scale, fill: new Fill({ color: "#ffffff" }), stroke: ring, declutterMode });
  }
  const fill = new Fill({ color: colour });
  switch (group) {
    case "GY":
      return new RegularShape({ points: 4, radius: 8 * scale, angle: Math.PI / 4, fill, stroke: WHITE, declutterMode });
    case "NY":
      return new RegularShape({ points: 3, radius: 8 * scale, fill, stroke: WHITE, declutterMode });
    case "QT":
      return new RegularShape({ points: 4, radius: 8 * scale, fill, stroke: WHITE, declutterMode });
    case "YH":
      return drop(colour, scale);
    default:
      return new Circle({ radius: 6 * scale, fill, stroke: WHITE, declutterMode });
  }
}

/** A drop, drawn once: no library has it. */
function drop(colour: string, scale: number): Icon {
  const size = Math.round(36 * scale);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d")!;
  pen.scale(size / 18, size / 18);
  pen.beginPath();
  pen.moveTo(9, 1);
  pen.bezierCurveTo(6, 5, 3.5, 7.5, 3.5, 11);
  pen.arc(9, 11, 5.5, Math.PI, 0, true);
  pen.bezierCurveTo(14.5, 7.5, 12, 5, 9, 1);
  pen.closePath();
  pen.fillStyle = colour;
  pen.fill();
  pen.lineWidth = 1.4;
  pen.strokeStyle = "#ffffff";
  pen.stroke();
  return new Icon({ img: canvas, size: [size, size], scale: 0.5, declutterMode });
}

/** A group of outlets: its number in a circle that grows slowly with it. */
export function clusterStyle(count: number): Style {
  const said = short(count);
  const key = `cluster/${said}`;
  let style = made.get(key);
  if (!style) {
    style = new Style({
      image: new Circle({
        radius: Math.min(9 + 2.2 * Math.log10(count), 17),
        fill: new Fill({ color: "rgba(31, 95, 153, 0.88)" }),
        stroke: WHITE,
        declutterMode,
      }),
      text: new Text({ text: said, font: FONT.replace("12px", "11px"), fill: new Fill({ color: "#ffffff" }) }),
    });
    made.set(key, style);
  }
  return style;
}
