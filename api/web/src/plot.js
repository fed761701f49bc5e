// The temperatures of the last hours as lines, with the pump's runs as bands behind them.

import { fetchTemperatures } from "./actions.js";
import { houseNow, houseTime } from "./clock.js";
import { el, setAttribute, setText, svg } from "./dom.js";
import { HOT_C, sensorOf } from "./state.js";
import { capital, degrees, sensorName, t } from "./text.js";

const HEIGHT = 190;
const EDGE = { left: 30, right: 10, top: 10, bottom: 22 };
const POINTS = 900;
const ORDER = ["supply", "far_end", "return", "cold_line"];
const HOUR_MS = 3_600_000;
const GAP_SHARE = 0.1; // a longer silence than this share of the span breaks the line

export class Plot {
  constructor(loop) {
    this.loop = loop.name;
    const known = loop.temperatures.map(({ sensor }) => sensor);
    this.series = new Map(ORDER.filter((sensor) => known.includes(sensor)).map((sensor) => [sensor, []]));
    this.picture = svg("svg", { class: "lines", role: "img", height: HEIGHT });
    this.title = el("p", { class: "loop-name muted" });
    this.legend = el("ul", { class: "legend" });
    this.node = el("div", { class: "plot-loop" }, this.title, this.picture, this.legend);
    this.picture.addEventListener("pointermove", (event) => this.#point(event));
    this.picture.addEventListener("pointerleave", () => this.#point(null));
    this.cursorX = null;
  }

  async load(hours, now) {
    this.hours = hours;
    if (now === null) return;
    const span = { since: new Date(now - hours * HOUR_MS).toISOString(), until: new Date(now).toISOString() };
    const answer = await fetchTemperatures({ loop: this.loop, max_points: POINTS, ...span });
    if (!answer.ok || this.hours !== hours) return;
    for (const { sensor, points } of answer.body.series.filter((each) => this.series.has(each.sensor))) {
      this.series.set(sensor, points.map(({ at, value_c }) => [Date.parse(at), value_c]));
    }
  }

  // Take in the newest values; most readings repeat what is there already.
  add(loop, now) {
    if (now === null) return;
    const leastGap = (this.hours * HOUR_MS) / 400;
    for (const [sensor, points] of this.series) {
      const reading = sensorOf(loop, sensor);
      if (!reading?.fresh) continue;
      const at = now - (reading.age_s ?? 0) * 1000;
      if (points.length === 0 || at - points.at(-1)[0] >= leastGap) points.push([at, reading.value_c]);
      while (points.length && points[0][0] < now - this.hours * HOUR_MS) points.shift();
    }
  }

  draw(loop, runs, now, alone) {
    setText(this.title, alone ? "" : capital(this.loop.replaceAll("_", " ")));
    this.#drawLegend(loop);
    const width = Math.max(240, this.picture.clientWidth || 320);
    setAttribute(this.picture, "viewBox", `0 0 ${width} ${HEIGHT}`);
    const values = [...this.series.values()].flat().map(([, value]) => value);
    if (now === null || values.length === 0) return this.#drawNothing(width);
    const scale = this.#scale(width, values, now);
    this.scale = scale;
    const lines = [...this.series].map(([sensor, points]) => svg("path", { class: `line ${sensor}`, d: linePath(points, scale, this.hours) }));
    this.picture.replaceChildren(...bands(runs, this.loop, scale), ...grid(scale), ...lines, ...this.#cursor(scale));
    const said = [...this.series.keys()].map((sensor) => legendText(loop, sensor)).join(", ");
    setAttribute(this.picture, "aria-label", t("plotLabel", { hours: this.hours, values: said }));
    return undefined;
  }

  #scale(width, values, now) {
    const lowest = Math.floor((Math.min(...values, 20) - 2) / 10) * 10;
    const highest = Math.ceil((Math.max(...values, HOT_C) + 2) / 10) * 10;
    const from = now - this.hours * HOUR_MS;
    const wide = width - EDGE.left - EDGE.right;
    const tall = HEIGHT - EDGE.top - EDGE.bottom;
    const x = (at) => EDGE.left + (wide * (at - from)) / (now - from);
    const y = (value) => EDGE.top + tall * (1 - (value - lowest) / (highest - lowest));
    const at = (px) => from + ((px - EDGE.left) / wide) * (now - from);
    return { width, from, now, lowest, highest, x, y, at };
  }

  #drawNothing(width) {
    const words = svg("text", { x: width / 2, y: HEIGHT / 2, class: "empty", text: t("noData") });
    this.picture.replaceChildren(words);
    setAttribute(this.picture, "aria-label", t("noData"));
  }

  #drawLegend(loop) {
    const sensors = [...this.series.keys()];
    while (this.legend.children.length < sensors.length) {
      this.legend.append(el("li", { class: sensors[this.legend.children.length] }, el("i", {}), el("span", {})));
    }
    sensors.forEach((sensor, index) => setText(this.legend.children[index].lastChild, legendText(loop, sensor)));
  }

  #point(event) {
    const box = this.picture.getBoundingClientRect();
    this.cursorX = event === null ? null : event.clientX - box.left;
    const cursor = this.picture.querySelector(".cursor");
    if (this.scale && (cursor || event)) {
      cursor?.remove();
      this.picture.append(...this.#cursor(this.scale));
    }
  }

  #cursor(scale) {
    if (this.cursorX === null || this.cursorX < EDGE.left || this.cursorX > scale.width - EDGE.right) return [];
    const at = scale.at(this.cursorX);
    const near = [...this.series].map(([sensor, points]) => [sensor, nearest(points, at)]).filter(([, point]) => point);
    const anchor = this.cursorX > scale.width / 2 ? "end" : "start";
    const x = this.cursorX + (anchor === "end" ? -6 : 6);
    const words = [svg("text", { x, y: EDGE.top + 10, "text-anchor": anchor, text: houseTime(at) })];
    near.forEach(([sensor, [, value]], index) =>
      words.push(svg("text", { x, y: EDGE.top + 24 + index * 14, "text-anchor": anchor, class: sensor, text: `${sensorName(sensor)} ${degrees(value)}` })),
    );
    return [svg("g", { class: "cursor" }, svg("path", { d: `M${this.cursorX} ${EDGE.top}V${HEIGHT - EDGE.bottom}` }), ...words)];
  }
}

function legendText(loop, sensor) {
  const reading = sensorOf(loop, sensor);
  const value = reading === null || reading.value_c === null ? "–" : degrees(reading.value_c);
  return `${sensorName(sensor)} ${value}${reading?.fresh ? "" : ` (${t("stale")})`}`;
}

function linePath(points, { x, y }, hours) {
  const gapMs = hours * HOUR_MS * GAP_SHARE;
  return points
    .map(([at, value], i) => `${i > 0 && at - points[i - 1][0] < gapMs ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`)
    .join("");
}

function bands(runs, loop, { x, from, now }) {
  return runs
    .filter((run) => run.loop === loop && !run.refused)
    .map((run) => [Date.parse(run.started_at), run.ended_at ? Date.parse(run.ended_at) : run.stop_reason ? 0 : now])
    .filter(([, end]) => end > from)
    .map(([start, end]) => {
      const left = x(Math.max(start, from));
      return svg("rect", { class: "band", x: left, y: EDGE.top, width: Math.max(1.5, x(Math.min(end, now)) - left), height: HEIGHT - EDGE.top - EDGE.bottom });
    });
}

function grid({ x, y, width, lowest, highest, from, now }) {
  const nodes = [];
  const step = highest - lowest > 50 ? 20 : 10;
  for (let value = Math.ceil(lowest / step) * step; value <= highest; value += step) {
    nodes.push(svg("path", { class: "grid", d: `M${EDGE.left} ${y(value)}H${width - EDGE.right}` }));
    nodes.push(svg("text", { x: EDGE.left - 6, y: y(value) + 4, "text-anchor": "end", text: value }));
  }
  nodes.push(svg("path", { class: "hot", d: `M${EDGE.left} ${y(HOT_C)}H${width - EDGE.right}` }));
  nodes.push(svg("text", { class: "hot-word", x: width - EDGE.right - 2, y: y(HOT_C) - 4, "text-anchor": "end", text: t("hotLine") }));
  const ticks = width > 520 ? 6 : 4;
  for (let i = 0; i <= ticks; i++) {
    const at = from + ((now - from) * i) / ticks;
    const anchor = i === 0 ? "start" : i === ticks ? "end" : "middle";
    nodes.push(svg("text", { x: x(at), y: HEIGHT - 5, "text-anchor": anchor, text: houseTime(at) }));
  }
  return nodes;
}

function nearest(points, at) {
  return points.reduce((best, point) => (best === null || Math.abs(point[0] - at) < Math.abs(best[0] - at) ? point : best), null);
}
