// Days put together to weeks and months. No nodes in here.

import type { Day, Range } from "./types";

export type Grain = "day" | "week" | "month";

export interface Period {
  key: string;
  days: number;
  runs: number;
  minutes: number;
  refused: number;
  house: Scheme;
  none: Scheme;
  always: Scheme;
}

// Averages per day; null where nobody can tell.
export interface Scheme {
  hot: Range | null;
  wait_s: number | null;
  kwh: Range;
}

export function periods(days: readonly Day[], grain: Grain): Period[] {
  const groups = new Map<string, Day[]>();
  for (const day of days) {
    const key = keyOf(day.date, grain);
    groups.set(key, [...(groups.get(key) ?? []), day]);
  }
  return [...groups].map(([key, of]) => period(key, of)).reverse();
}

function keyOf(date: string, grain: Grain): string {
  if (grain === "day") return date;
  if (grain === "month") return date.slice(0, 7);
  const monday = new Date(`${date}T00:00:00Z`);
  monday.setUTCDate(monday.getUTCDate() - ((monday.getUTCDay() + 6) % 7));
  return monday.toISOString().slice(0, 10);
}

const sum = (of: readonly Day[], value: (day: Day) => number): number => of.reduce((total, day) => total + value(day), 0);

function period(key: string, of: readonly Day[]): Period {
  const draws = sum(of, (day) => day.draws);
  const mean = (value: (day: Day) => number | null): number | null => (draws === 0 ? null : sum(of, (day) => (value(day) ?? 0) * day.draws) / draws);
  const range = (value: (day: Day) => Range | null): Range | null => {
    const [low, high] = [mean((day) => value(day)?.[0] ?? null), mean((day) => value(day)?.[1] ?? null)];
    return low === null || high === null ? null : [low, high];
  };
  const daily = (value: (day: Day) => Range): Range => [sum(of, (day) => value(day)[0]) / of.length, sum(of, (day) => value(day)[1]) / of.length];
  const hot = mean((day) => day.hot_share);
  return {
    key,
    days: of.length,
    runs: sum(of, (day) => day.runs),
    minutes: sum(of, (day) => day.run_s) / 60,
    refused: sum(of, (day) => day.refused),
    house: { hot: hot === null ? null : [hot, hot], wait_s: mean((day) => day.wait_s), kwh: daily((day) => day.heat_kwh) },
    none: { hot: range((day) => day.none_hot_share), wait_s: mean((day) => day.none_wait_s), kwh: [0, 0] },
    always: { hot: draws === 0 ? null : [1, 1], wait_s: null, kwh: daily((day) => day.always_kwh) },
  };
}
