// The temperatures of the past, loaded from the service and kept up with the newest values.

import { houseNow } from "./clock";
import { sensorOf } from "./picture";
import { fetchTemperatures } from "./service";
import type { Loop } from "./types";
import type { Line, Point, Span } from "./view/Plot";
import { sensorName } from "./text";

export const HOUR_MS = 3_600_000;
const ORDER = ["supply", "far_end", "return", "cold_line"];
const POINTS = 1_500;

export class Past {
  private points = new Map<string, Point[]>();
  private asked = 0;

  constructor(private readonly loop: string) {}

  async load([from, until]: Span): Promise<boolean> {
    const asked = (this.asked += 1);
    const query = { loop: this.loop, max_points: String(POINTS), since: new Date(from).toISOString(), until: new Date(until).toISOString() };
    const answer = await fetchTemperatures(query);
    // A slow answer to an old question must not stand in for a newer one's.
    if (!answer.ok || asked !== this.asked) return answer.ok;
    this.points = new Map(answer.body.series.map(({ sensor, points }) => [sensor, points.map(({ at, value_c }): Point => [Date.parse(at), value_c])]));
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
      while ((points[0]?.[0] ?? now) < now - spanMs) points.shift();
      this.points.set(sensor, points);
    }
  }

  lines(loop: Loop): Line[] {
    return ORDER.filter((sensor) => sensorOf(loop, sensor) !== null || this.points.has(sensor)).map((name) => ({
      name,
      label: sensorName(name),
      points: this.points.get(name) ?? [],
    }));
  }
}
