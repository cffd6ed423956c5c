// The sign of favicon.svg as PNG, for home screens that take no SVG: the drop and its wave are drawn point by point,
// sixteen samples to a pixel. `margin`: the share of the side left free around it (a maskable icon is cut to a circle).
import { deflateSync } from "node:zlib";

const BLUE = [0x1f, 0x5f, 0x99];
const DROP = [
  [[16, 3], [11, 10], [7, 14.5], [7, 20]],
  [[25, 20], [25, 14.5], [21, 10], [16, 3]],
].map(curve);
const WAVE = [
  [[9, 21], [11.3, 19.4], [13.7, 19.4], [16, 21]],
  [[16, 21], [18.3, 22.6], [20.7, 22.6], [23, 21]],
].flatMap(curve);

function curve([a, b, c, d]) {
  return Array.from({ length: 33 }, (_, step) => {
    const t = step / 32;
    const mix = (axis) => (1 - t) ** 3 * a[axis] + 3 * (1 - t) ** 2 * t * b[axis] + 3 * (1 - t) * t * t * c[axis] + t ** 3 * d[axis];
    return [mix(0), mix(1)];
  });
}

/** Between the two flanks of the drop above its middle, in its half circle below. */
function inDrop(x, y) {
  if (y >= 20) return Math.hypot(x - 16, y - 20) <= 9;
  const flank = (side) => {
    const next = side.findIndex(([, at], order) => order && (side[order - 1][1] - y) * (at - y) <= 0);
    if (next < 1) return null;
    const [[x1, y1], [x2, y2]] = [side[next - 1], side[next]];
    return y1 === y2 ? x1 : x1 + ((x2 - x1) * (y - y1)) / (y2 - y1);
  };
  const [left, right] = DROP.map(flank);
  return left !== null && right !== null && x >= left && x <= right;
}

const onWave = (x, y) => WAVE.some(([wx, wy]) => Math.hypot(x - wx, y - wy) <= 1);

export function icon(side, margin = 0) {
  const rows = Buffer.alloc(side * (side * 3 + 1), 255);
  const scale = 32 / (side * (1 - 2 * margin));
  for (let py = 0; py < side; py++) {
    rows[py * (side * 3 + 1)] = 0;
    for (let px = 0; px < side; px++) {
      let blue = 0;
      for (let sample = 0; sample < 16; sample++) {
        const x = (px + ((sample % 4) + 0.5) / 4 - side * margin) * scale;
        const y = (py + (Math.floor(sample / 4) + 0.5) / 4 - side * margin) * scale;
        if (inDrop(x, y) && !onWave(x, y)) blue += 1 / 16;
      }
      BLUE.forEach((value, channel) => (rows[py * (side * 3 + 1) + 1 + px * 3 + channel] = Math.round(255 + (value - 255) * blue)));
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), part("IHDR", head), part("IDAT", deflateSync(rows, { level: 9 })), part("IEND", Buffer.alloc(0))]);
}

function part(name, data) {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc(body), body.length + 4);
  return whole;
}

function crc(bytes) {
  let found = ~0;
  for (const byte of bytes) {
    found ^= byte;
    for (let bit = 0; bit < 8; bit++) found = (found >>> 1) ^ (0xedb88320 & -(found & 1));
  }
  return ~found >>> 0;
}
