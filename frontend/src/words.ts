// The few words scripts say themselves, in the language of the page. What comes from the server is translated there.

const english = document.documentElement.lang.startsWith("en");

export const TARGET = english ? "Water-quality goal" : "水质目标";
export const MAP_NUMBER = english ? "Map approval number: " : "审图号：";
export const NO_MAP_NUMBER = english ? "not given" : "未标注";
export const ZOOM_WORDS = {
  zoomInTipLabel: english ? "Zoom in" : "放大",
  zoomOutTipLabel: english ? "Zoom out" : "缩小",
};

export const SCROLLS = english ? "Table, scrolls sideways" : "表格，可左右滚动";

/** A count in a circle: 980, 1.2千, 3.4万; 1.2k, 34k in English. */
export function short(count: number): string {
  if (count < 1000) return String(count);
  if (english) return `${(count / 1000).toFixed(count < 10000 ? 1 : 0)}k`;
  return count < 10000 ? `${(count / 1000).toFixed(1)}千` : `${(count / 10000).toFixed(1)}万`;
}
