// The past of one loop, loaded from the service and kept up with the newest values.

import { houseNow } from "./clock";
import { sensorOf } from "./picture";
import { fetchTemperatures, fetchTimeline } from "./service";
import type { DrawsMark, Loop } from "./types";
import type { Band, Draw, Line, Point, Span } from "./view/Plot";
import { sensorName } from "./text";

export const HOUR_MS = 3_600_000;
const ORDER = ["supply", "far_end", "return", "cold_line"];
const POINTS = 1_500;
const MARKS = 1_000;
const LEAST_GAP_MS = HOUR_MS / 4; // every curve is kept each 5 min at least
const GAP_SHARE = 0.02;
const AROUND = 0.5; // of a span is loaded on each side, so that moving on shows something at once
const MOST_MS = 366 * 24 * HOUR_MS;

export class Past {
  private points = new Map<string, Point[]>();
  private runs: readonly (readonly [since: number, until: number | null, ranMs: number])[] = [];
  private draws: readonly Draw[] = [];
  private asked = 0;
  private loaded: Span = [0, 0];

  constructor(private readonly loop: string) {}

  // A silence that breaks the line: longer than any rhythm of the sensors, and than what thinning leaves out.
  get gapMs(): number {
    return Math.max(LEAST_GAP_MS, (this.loaded[1] - this.loaded[0]) * GAP_SHARE);
  }

  // Whether a span can be shown as finely as it deserves without asking again.
  covers([from, until]: Span): boolean {
    const [first, last] = this.loaded;
    return first <= from && Math.min(until, houseNow() ?? until) <= last && last - first <= 3 * (until - from);
  }

  async load(span: Span): Promise<boolean> {
    const asked = (this.asked += 1);
    const around = widened(span);
    const [from, until] = around;
    const query = { loop: this.loop, since: new Date(from).toISOString(), until: new Date(until).toISOString() };
    const [curves, marks] = await Promise.all([fetchTemperatures({ ...query, max_points: String(POINTS) }), fetchTimeline({ ...query, most: String(MARKS) })]);
    // A slow answer to an old question must not stand in for a newer one's.
    if (!curves.ok || !marks.ok || asked !== this.asked) return curves.ok && marks.ok;
    this.points = new Map(curves.body.series.map(({ sensor, points }) => [sensor, points.map(({ at, value_c }): Point => [Date.parse(at), value_c])]));
    this.runs = marks.body.runs.map(({ since, until, ran_s }) => [Date.parse(since), until === null ? null : Date.parse(until), 1000 * ran_s]);
    this.draws = marks.body.draws.map(drawOf);
    this.loaded = around;
    return true;
  }

  // Take in the newest values; most readings repeat what is there already.
  add(loop: Loop, spanMs: number): void {
    const now = houseNow();
    if (now === null) return;
    for (const { sensor, fresh, value_c, age_s } of loop.temperatures) {
      if (!fresh || value_c === null) continue;
      const points = this.points.get(sensor) ?? [];
      const at = now - (age_s ?? 0) * 1000;
      const last = points.at(-1);
      if (last === undefined || at - last[0] >= spanMs / 400) points.push([at, value_c]);
      while ((points[0]?.[0] ?? now) < now - 2 * spanMs) points.shift();
      this.points.set(sensor, points);
    }
  }

  // When the pump ran; what has begun since this was loaded comes from the loop itself.
  bands(loop: Loop, now: number): Band[] {
    const bands = this.runs.map(([since, until, ranMs]): Band => ({ span: [since, until ?? now], share: until === null ? 1 : Math.min(1, ranMs / Math.max(1, until - since)) }));
    if (loop.run !== null && !this.runs.some(([, until]) => until === null)) bands.push({ span: [Date.parse(loop.run.started_at), now], share: 1 });
    return bands;
  }

  get drawn(): readonly Draw[] {
    return this.draws;
  }

  lines(loop: Loop): Line[] {
    return ORDER.filter((sensor) => sensorOf(loop, sensor) !== null || this.points.has(sensor)).map((name) => ({
      name,
      label: sensorName(name),
      points: this.points.get(name) ?? [],
    }));
  }
}

const drawOf = ({ at, draws, hot, wait_s }: DrawsMark): Draw => ({ at: Date.parse(at), draws, hot: hot / draws, wait_s });

function widened([from, until]: Span): Span {
  const now = houseNow() ?? until;
  const margin = Math.min(AROUND * (until - from), Math.max(0, (MOST_MS - (until - from)) / 2));
  return [from - margin, Math.max(from + 1, Math.min(now, until + margin))];
}
