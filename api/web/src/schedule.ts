// Weekly windows as blocks on days, and back. No nodes in here.

import type { Window } from "./types";

export const DAY_MIN = 1440;
export const SNAP_MIN = 15;
const WORDS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const GROUPS: Record<string, number[]> = { every_day: [0, 1, 2, 3, 4, 5, 6], weekdays: [0, 1, 2, 3, 4], weekend: [5, 6] };

// `end` beyond 1440 is on the next day.
export interface Block {
  day: number;
  start: number;
  end: number;
}

const isClock = (text: string): boolean => /^\d\d:\d\d$/.test(text);
const minuteOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
export const daysOf = ({ days }: Window): number[] => (typeof days === "string" ? (GROUPS[days] ?? []) : days.map((word) => WORDS.indexOf(word)));

export const bySun = (window: Window): boolean => !isClock(window.from) || !isClock(window.to);

export function blocksOf(windows: readonly Window[]): Block[] {
  return windows
    .filter((window) => !bySun(window))
    .flatMap((window) => {
      const [start, end] = [minuteOf(window.from), minuteOf(window.to)];
      return daysOf(window).map((day) => ({ day, start, end: end > start ? end : end + DAY_MIN }));
    });
}

export function clock(minute: number): string {
  const within = minute === DAY_MIN ? minute : minute % DAY_MIN;
  return `${String(Math.floor(within / 60)).padStart(2, "0")}:${String(within % 60).padStart(2, "0")}`;
}

// Blocks of the same hours become one window, in the shortest words for its days.
export function windowsOf(blocks: readonly Block[]): Window[] {
  const days = new Map<string, Set<number>>();
  for (const { day, start, end } of blocks) {
    const key = `${clock(start)} ${clock(end)}`;
    days.set(key, (days.get(key) ?? new Set()).add(day));
  }
  return [...days].map(([key, set]) => {
    const [from = "", to = ""] = key.split(" ");
    return { days: inWords([...set].sort((a, b) => a - b)), from, to };
  });
}

// Neighbouring days as spans, first and last.
export function spansOf(days: readonly number[]): [number, number][] {
  const spans: [number, number][] = [];
  for (const day of days) {
    const last = spans.at(-1);
    if (last !== undefined && last[1] === day - 1) last[1] = day;
    else spans.push([day, day]);
  }
  return spans;
}

function inWords(days: number[]): string[] | string {
  const group = Object.entries(GROUPS).find(([, all]) => all.join() === days.join());
  return group?.[0] ?? days.map((day) => WORDS[day] ?? "");
}

const snapped = (minute: number): number => Math.round(minute / SNAP_MIN) * SNAP_MIN;
const within = (low: number, value: number, high: number): number => Math.min(high, Math.max(low, value));

// A block moved or stretched, within its day and never shorter than a quarter of an hour.
export function moved(block: Block, byMin: number, edge: "both" | "start" | "end"): Block {
  const by = snapped(byMin);
  const long = block.end - block.start;
  if (edge === "start") return { ...block, start: within(Math.max(0, block.end - DAY_MIN), block.start + by, Math.min(block.end - SNAP_MIN, DAY_MIN - SNAP_MIN)) };
  if (edge === "end") return { ...block, end: within(block.start + SNAP_MIN, block.end + by, block.start + DAY_MIN) };
  const start = within(0, block.start + by, DAY_MIN - SNAP_MIN);
  return { ...block, start, end: start + long };
}

export function drawn(day: number, fromMin: number, toMin: number): Block {
  const [low, high] = [snapped(Math.min(fromMin, toMin)), snapped(Math.max(fromMin, toMin))];
  const start = within(0, low, DAY_MIN - SNAP_MIN);
  return { day, start, end: within(start + SNAP_MIN, high, DAY_MIN) };
}
