// What stands on a plot besides its axes, drawn so that a year costs no more than a day: in whole pixels, and each pixel once.

import uPlot from "uplot";
import { HOT_C } from "./picture";
import { t } from "./text";
import type { Props, Span } from "./view/Plot";

const STEEP = 10; // a curve that goes so much farther up and down than along is shown as a range
const PALEST = 0.3; // of runs that are told together with long rests between them
const RANGE_ALPHA = 0.6; // two ranges are seen through each other

export const inHouseSeconds = ([from, until]: Span, offsetMs: number): [number, number] => [(from + offsetMs) / 1000, (until + offsetMs) / 1000];

const line = uPlot.paths.linear?.();

// Curves that go up and down within a few pixels are no line that could be followed, and a long stroke is what is slow to draw.
export const paths: uPlot.Series.PathBuilder = (made, index, first, last) => (isRange(made, index) ? null : (line?.(made, index, first, last) ?? null));

function isRange(made: uPlot, index: number): boolean {
  let travelled = 0;
  let before: number | null = null;
  eachShown(made, index, (_, y) => {
    if (before !== null && y !== null) travelled += Math.abs(y - before);
    before = y;
  });
  return travelled > STEEP * made.bbox.width;
}

// Each point on screen and its neighbours outside, in canvas pixels; null breaks the curve.
function eachShown(made: uPlot, index: number, look: (x: number, y: number | null) => void): void {
  const [xs] = made.data;
  const ys = made.data[index];
  const { min: first, max: last } = made.scales["x"] ?? {};
  const { min: low, max: high } = made.scales["y"] ?? {};
  if (ys === undefined || first == null || last == null || low == null || high == null) return;
  const { left, top, width, height } = made.bbox;
  const across = width / (last - first);
  const up = height / (high - low);
  for (let at = Math.max(0, nearest(xs, first) - 1), end = Math.min(xs.length, nearest(xs, last) + 2); at < end; at += 1) {
    const y = ys[at];
    // Undefined belongs to another curve's time.
    if (y !== undefined) look(left + ((xs[at] ?? 0) - first) * across, y === null ? null : top + (high - y) * up);
  }
}

function nearest(xs: ArrayLike<number>, wanted: number): number {
  let [low, high] = [0, xs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((xs[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

// From each point to the next, all that lies between their values and the one before: what is kept of a long time is the lowest and the
// highest of each span, in turn.
export function drawRanges(made: uPlot, colours: readonly string[]): void {
  const { ctx, bbox } = made;
  const thin = Math.ceil(1.5 * devicePixelRatio);
  ctx.save();
  ctx.globalAlpha = RANGE_ALPHA;
  colours.forEach((colour, number) => {
    if (!isRange(made, number + 1)) return;
    ctx.fillStyle = colour;
    let [x_, y_, y__]: [number, number | null, number | null] = [bbox.left, null, null];
    eachShown(made, number + 1, (x, y) => {
      const left = Math.round(Math.max(x_, bbox.left));
      const right = Math.round(Math.min(x, bbox.left + bbox.width));
      if (y !== null && y_ !== null && right > left) {
        const [highest, lowest] = [Math.min(y, y_, y__ ?? y), Math.max(y, y_, y__ ?? y)];
        ctx.fillRect(left, Math.round(highest), right - left, Math.max(thin, Math.round(lowest - highest)));
      }
      [x_, y_, y__] = [x, y, y_];
    });
  });
  ctx.restore();
}

// When the pump ran.
export function drawBands(made: uPlot, { bands, offsetMs }: Props, colour: string): void {
  const { ctx, bbox } = made;
  ctx.save();
  ctx.fillStyle = colour;
  let drawnTo = bbox.left;
  for (const band of bands) {
    const [from, until] = inHouseSeconds(band.span, offsetMs);
    const left = Math.max(Math.round(made.valToPos(from, "x", true)), drawnTo);
    const right = Math.min(Math.max(Math.round(made.valToPos(until, "x", true)), Math.round(made.valToPos(from, "x", true)) + Math.ceil(devicePixelRatio)), bbox.left + bbox.width);
    if (right <= left) continue;
    ctx.globalAlpha = Math.max(PALEST, band.share);
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    drawnTo = right;
  }
  ctx.restore();
}

// Each draw as a stroke on the axis: tall and full where hot water was there, short where people waited.
export function drawDraws(made: uPlot, { draws, offsetMs }: Props, [cold, hot]: [string, string]): void {
  const { ctx, bbox } = made;
  const foot = bbox.top + bbox.height;
  ctx.save();
  for (const [colour, warm] of [[cold, false], [hot, true]] as const) {
    const tall = Math.round((warm ? 16 : 9) * devicePixelRatio);
    ctx.fillStyle = colour;
    let drawnTo = bbox.left;
    for (const draw of draws) {
      if (draw.hot >= 0.5 !== warm) continue;
      const width = Math.round((draw.draws > 1 ? 3 : 2) * devicePixelRatio);
      const x = Math.round(made.valToPos((draw.at + offsetMs) / 1000, "x", true) - width / 2);
      const left = Math.max(x, drawnTo);
      const right = Math.min(x + width, bbox.left + bbox.width);
      if (right <= left) continue;
      ctx.fillRect(left, foot - tall, right - left, tall);
      drawnTo = right;
    }
  }
  ctx.restore();
}

export function drawHotLine(made: uPlot, colour: string): void {
  const { ctx, bbox } = made;
  const y = made.valToPos(HOT_C, "y", true);
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour;
  ctx.setLineDash([3, 5]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = "left";
  ctx.fillText(t("hotLine"), bbox.left + 4 * devicePixelRatio, y + 13 * devicePixelRatio);
  ctx.restore();
}
