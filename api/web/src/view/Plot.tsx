// Lines over house time, with the pump's runs as bands behind them. Drag to zoom, double click to see all again.

import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { gestures } from "../gestures";
import { HOT_C } from "../picture";
import { drawBands, drawDraws, drawHotLine, drawRanges, inHouseSeconds, paths } from "../plot_marks";
import { degrees, language, t } from "../text";

export type Point = readonly [at: number, value_c: number];
export type Span = readonly [from: number, until: number];

export interface Line {
  name: string; // of the sensor; also the name of its colour
  label: string;
  points: readonly Point[];
}

// A run of the pump, or several with rests between them: `share` is the part of the span in which it ran.
export interface Band {
  span: Span;
  share: number;
}

// One draw, or several close together: `hot` is the share of them that probably found hot water.
export interface Draw {
  at: number;
  draws: number;
  hot: number;
  wait_s: number;
}

export interface Props {
  lines: readonly Line[];
  bands: readonly Band[];
  draws: readonly Draw[];
  span: Span;
  gapMs: number; // a longer silence breaks a line
  offsetMs: number; // of the house's clock against UTC
  height: number;
  label: string;
  onZoom?: (span: Span) => void;
}

const LINE_WIDTH = 2;
const NEAR_PX = 12;

export function Plot(props: Props) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const drawn = useRef("");
  const latest = useRef(props);
  latest.current = props;
  const shape = `${props.lines.map((line) => line.name).join()} ${language.value}`;

  useEffect(() => {
    const node = place.current;
    if (node === null) return undefined;
    const made = new uPlot(options(node, latest), dataOf(latest.current), node);
    chart.current = made;
    drawn.current = contentOf(latest.current);
    const span = () => latest.current.span;
    const still = latest.current.onZoom === undefined ? () => undefined : gestures(made.over, { span, width: () => made.over.clientWidth, show: (next) => latest.current.onZoom?.(next) });
    const sized = new ResizeObserver(() => made.setSize({ width: node.clientWidth, height: latest.current.height }));
    sized.observe(node);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const repaint = () => made.redraw(false, true);
    dark.addEventListener("change", repaint);
    return () => {
      still();
      dark.removeEventListener("change", repaint);
      sized.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [shape]);

  useEffect(() => {
    // Moving along the axis is not new content: joining the curves anew for each frame is what would stutter.
    const content = contentOf(props);
    if (content !== drawn.current) chart.current?.setData(dataOf(props), false);
    drawn.current = content;
    const [from, until] = inHouseSeconds(props.span, props.offsetMs);
    chart.current?.setScale("x", { min: from, max: until });
  });

  return <div ref={place} class="lines" role="img" aria-label={props.label} style={{ height: `${props.height}px` }} />;
}

function options(node: HTMLElement, latest: { current: Props }): uPlot.Options {
  const colour = (name: string) => () => getComputedStyle(node).getPropertyValue(`--${name}`).trim() || "gray";
  const axis = { stroke: colour("muted"), grid: { stroke: colour("line"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
  const said = document.createElement("p");
  said.className = "pointed";
  said.hidden = true;
  const zoom = latest.current.onZoom !== undefined;
  return {
    width: node.clientWidth,
    height: latest.current.height,
    padding: [8, 16, 0, 0],
    legend: { show: false },
    // Times are given as the house shows them, so that midnight is midnight in the house.
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    cursor: { drag: { x: zoom, y: false }, y: false, points: { size: 7 } },
    scales: { x: { time: true }, y: { range: (_, low, high) => [Math.floor((Math.min(low ?? 20, 20) - 2) / 10) * 10, Math.ceil((Math.max(high ?? HOT_C, HOT_C) + 2) / 10) * 10] } },
    axes: [
      { ...axis, values: clockTexts, size: 34 },
      { ...axis, size: 34 },
    ],
    series: [{}, ...latest.current.lines.map((line) => ({ label: line.label, stroke: colour(line.name), width: LINE_WIDTH, paths, points: { show: false } }))],
    hooks: {
      drawClear: [(made) => drawBands(made, latest.current, colour("band")()), (made) => drawHotLine(made, colour("accent")())],
      draw: [(made) => drawRanges(made, latest.current.lines.map((line) => colour(line.name)())), (made) => drawDraws(made, latest.current, [colour("cold_line")(), colour("accent")()])],
      ready: [(made) => made.over.append(said)],
      setCursor: [(made) => point(made, said, latest.current)],
      setSelect: [
        (made) => {
          if (made.select.width < 4) return;
          const at = (px: number) => made.posToVal(px, "x") * 1000 - latest.current.offsetMs;
          latest.current.onZoom?.([at(made.select.left), at(made.select.left + made.select.width)]);
          made.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

const contentOf = ({ lines, gapMs, offsetMs }: Props): string =>
  `${gapMs} ${offsetMs} ${lines.map(({ points }) => `${points.length} ${points[0]?.[0]} ${points.at(-1)?.[0]}`).join()}`;

function dataOf({ lines, span, gapMs, offsetMs }: Props): uPlot.AlignedData {
  const [from, until] = inHouseSeconds(span, offsetMs);
  const gapS = gapMs / 1000;
  const tables = lines.filter((line) => line.points.length > 0).map((line) => withGaps(line.points, gapS, offsetMs));
  if (tables.length === 0) return [[from, until], ...lines.map(() => [null, null])];
  const joined = uPlot.join(tables, tables.map(() => [0, 2]));
  const filled = [...joined.slice(1)] as (number | null | undefined)[][];
  return [joined[0], ...lines.map((line) => (line.points.length > 0 ? (filled.shift() ?? []) : Array.from(joined[0], () => null)))];
}

function withGaps(points: readonly Point[], gapS: number, offsetMs: number): uPlot.AlignedData {
  const times: number[] = [];
  const values: (number | null)[] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const [at, value_c] of points) {
    const time = (at + offsetMs) / 1000;
    if (time <= before) continue;
    if (time - before > gapS && times.length > 0) {
      times.push(before + 1e-3);
      values.push(null);
    }
    times.push(time);
    values.push(value_c);
    before = time;
  }
  return [times, values];
}

const DAY_S = 86_400;

function clockTexts(made: uPlot, splits: number[]): string[] {
  const wide = ((made.scales["x"]?.max ?? 0) - (made.scales["x"]?.min ?? 0)) / DAY_S;
  return splits.map((at) => {
    const iso = new Date(at * 1000).toISOString();
    if (at % DAY_S === 0) return iso.slice(5, 10);
    return wide > 3 ? "" : iso.slice(11, 16);
  });
}

// What stands under the pointer, in words beside it.
function point(made: uPlot, said: HTMLElement, { lines, draws, offsetMs }: Props): void {
  const { idx, left } = made.cursor;
  const at = typeof idx === "number" ? made.data[0][idx] : undefined;
  said.hidden = at === undefined || typeof idx !== "number" || (left ?? -1) < 0;
  if (said.hidden || at === undefined || typeof idx !== "number") return;
  const values = lines.map((line, index) => [line.label, made.data[index + 1]?.[idx]] as const).filter(([, value]) => typeof value === "number");
  const time = new Date(at * 1000).toISOString().slice(5, 16).replace("T", " ");
  const near = draws.filter((draw) => Math.abs(made.valToPos((draw.at + offsetMs) / 1000, "x") - (left ?? 0)) < NEAR_PX);
  said.textContent = [time, ...values.map(([label, value]) => `${label} ${degrees(value ?? 0)}`), ...(near.length > 0 ? [drawnText(near)] : [])].join("\n");
  said.classList.toggle("left", (left ?? 0) > made.over.clientWidth / 2);
}

function drawnText(near: readonly Draw[]): string {
  const draws = near.reduce((sum, one) => sum + one.draws, 0);
  const mean = (of: (one: Draw) => number) => near.reduce((sum, one) => sum + one.draws * of(one), 0) / draws;
  const values = { draws, share: Math.round(100 * mean((one) => one.hot)), seconds: Math.round(mean((one) => one.wait_s)) };
  return t(draws === 1 ? "drawOne" : "drawMany", values);
}
