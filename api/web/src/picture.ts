// What the service's view means to people: is it hot, where, what is the pump doing. No nodes in here.

import type { Key } from "./text";
import type { Estimate, Loop, PumpState, Run, RunRecord, Temperature } from "./types";

export type Level = "hot" | "warm" | "cold" | "unknown";

// One loop as the page shows it.
export interface Picture {
  loop: Loop;
  level: Level;
  pump: PumpState;
  arrivedMs: number | null; // house milliseconds since hot water was last seen to arrive
  lost: boolean;
  tell: Temperature | null; // the sensor that tells whether it is hot
  headline: Key;
}

// What one fixture's button says; `share` is the progress from 0 to 1, or null.
export interface FixtureStatus {
  key: Key;
  values: Record<string, number>;
  leftS: number;
  share: number | null;
}

export const HOT_C = 38; // feels hot at the tap; showers are taken at 38 to 41 C
const WARM_C = 30;
const FRESHLY_HOT_MS = 3 * 60_000; // a pipe keeps its heat for some minutes after the front has arrived
const RECENTLY_HOT_MS = 15 * 60_000;
const HOT_ENDS = ["hot_arrived", "rose", "cold_line_warm"];
const ARRIVED = [...HOT_ENDS, "already_hot"];
const DEFAULT_RUN_S = 90;

// `runs` is the history, newest first.
export function picture(loop: Loop, runs: RunRecord[], now: number | null, lost: boolean): Picture {
  const arrivedMs = lost ? null : lastArrival(loop, runs, now);
  const level = lost ? "unknown" : hotness(loop, arrivedMs);
  const pump = lost ? "unknown" : loop.pump;
  return { loop, level, pump, arrivedMs, lost, tell: tellingSensor(loop), headline: headline(loop, level, pump, lost, arrivedMs) };
}

export const sensorOf = (loop: Loop, role: string): Temperature | null => loop.temperatures.find((each) => each.sensor === role) ?? null;

// The nearer a reading is to the way back, the safer it tells that hot water has come to the far taps.
function tellingSensor(loop: Loop): Temperature | null {
  const roles = loop.topology === "dedicated_return" ? ["far_end", "return"] : ["far_end"];
  return roles.map((role) => sensorOf(loop, role)).find((each) => each?.fresh) ?? null;
}

function hotness(loop: Loop, arrivedMs: number | null): Level {
  const told_c = tellingSensor(loop)?.value_c ?? null;
  if (arrivedMs !== null && arrivedMs < FRESHLY_HOT_MS) return "hot";
  // Water that is hot behind the far fixture's valve has come past every fixture.
  if (told_c === null) return (coldLineC(loop) ?? 0) >= HOT_C ? "hot" : "unknown";
  if (told_c >= HOT_C) return "hot";
  return told_c >= WARM_C ? "warm" : "cold";
}

function coldLineC(loop: Loop): number | null {
  const reading = sensorOf(loop, "cold_line");
  return reading?.fresh ? reading.value_c : null;
}

// Null when hot water arrived long ago, or nobody knows.
function lastArrival(loop: Loop, runs: RunRecord[], now: number | null): number | null {
  const last = runs.find((run) => run.loop === loop.name && !run.refused && run.ended_at !== null);
  if (!last?.ended_at || now === null || !ARRIVED.includes(last.stop_reason?.code ?? "")) return null;
  const ago = now - Date.parse(last.ended_at);
  return ago < RECENTLY_HOT_MS ? Math.max(0, ago) : null;
}

function headline(loop: Loop, level: Level, pump: PumpState, lost: boolean, arrivedMs: number | null): Key {
  if (lost) return "lostHead";
  if (pump === "on" && level !== "hot") return loop.waiting.length || loop.run?.who ? "way" : "heating";
  if (level !== "unknown") return level;
  if (pump === "off" && arrivedMs !== null) return "ago";
  return ({ on: "running", off: "unmeasured", unknown: "unclear" } as const)[pump];
}

export function fixtureStatus(view: Picture, fixture: string, typicalS: number, sinceMs: number): FixtureStatus {
  const { loop, level, pump, arrivedMs } = view;
  const plain = { values: {}, leftS: 0, share: null };
  if (view.lost) return { ...plain, key: "fixture_lost" };
  if (loop.run !== null && runsFor(loop.run, fixture) && pump === "on") return runStatus(loop.run, estimateOf(loop, fixture), typicalS, sinceMs);
  const estimate = estimateOf(loop, fixture);
  if (estimate !== null) return { ...plain, ...estimated(estimate) };
  if (level === "unknown" && arrivedMs !== null) return { ...plain, key: "fixture_ago", values: { minutes: Math.round(arrivedMs / 60_000) } };
  return { ...plain, key: `fixture_${level}` };
}

export const estimateOf = (loop: Loop, fixture: string): Estimate | null => loop.estimates.find((each) => each.name === fixture) ?? null;

const COLD_S = 90; // nobody waits so long: then it is simply cold

const RATHER = 0.5;

function estimated({ hot, hot_chance, wait_s, wait_high_s }: Estimate): Pick<FixtureStatus, "key" | "values"> {
  if (hot === true) return { key: "fixture_hot", values: {} };
  if (hot === null) return { key: hot_chance >= RATHER ? "fixture_perhaps" : "fixture_doubt", values: { seconds: Math.round(wait_high_s) } };
  return wait_s > COLD_S ? { key: "fixture_cold", values: {} } : { key: "fixture_wait", values: { seconds: Math.round(wait_s) } };
}

// The level by which a fixture is coloured.
export function fixtureLevel(view: Picture, fixture: string): Level {
  const estimate = estimateOf(view.loop, fixture);
  if (view.lost || estimate === null) return view.level;
  if (estimate.hot === null) return estimate.hot_chance >= RATHER ? "warm" : "cold";
  return estimate.hot ? "hot" : "cold";
}

const runsFor = (run: Run, fixture: string): boolean => run.fixture === fixture || run.fixture === null;

function runStatus(run: Run, estimate: Estimate | null, typicalS: number, sinceMs: number): FixtureStatus {
  const elapsedS = run.elapsed_s + sinceMs / 1000;
  if (run.reason.code === "requested_minutes") {
    const wholeS = Number(run.reason.values["minutes"]) * 60;
    return { key: "fixture_left", values: {}, leftS: Math.max(0, wholeS - elapsedS), share: Math.min(1, elapsedS / wholeS) };
  }
  if (estimate !== null && estimate.ready_in_s !== null) {
    const leftS = Math.max(0, estimate.ready_in_s - sinceMs / 1000);
    if (leftS <= 0.5) return { key: "fixture_arrives", values: {}, leftS: 0, share: 1 };
    return { key: "fixture_ready", values: {}, leftS, share: elapsedS / (elapsedS + leftS) };
  }
  return { key: "fixture_way", values: {}, leftS: elapsedS, share: Math.min(0.95, elapsedS / typicalS) };
}

// How long a run of this loop usually takes until the water is hot, in seconds.
export function typicalRunS(loop: Loop, runs: RunRecord[]): number {
  const took = runs
    .filter((run) => run.loop === loop.name && run.ended_at && HOT_ENDS.includes(run.stop_reason?.code ?? ""))
    .slice(0, 9)
    .map((run) => (Date.parse(run.ended_at ?? "") - Date.parse(run.started_at)) / 1000)
    .sort((a, b) => a - b);
  return took[Math.floor(took.length / 2)] ?? DEFAULT_RUN_S;
}

// A pump that is silent is never "off", and a switch that disobeys is said to.
export function pumpKey(loop: Loop, pump: PumpState): Key {
  if (pump === "unknown") return "pumpUnknown";
  if (pump === "off" && loop.commanded) return "pumpOrderedOn";
  if (pump === "on" && !loop.commanded) return "pumpOrderedOff";
  return pump === "on" ? "pumpOn" : "pumpOff";
}

type Colour = readonly [number, number, number];
const COLDEST: readonly [number, Colour] = [8, [47, 111, 190]];
const SCALE: readonly (readonly [number, Colour])[] = [
  COLDEST,
  [18, [86, 156, 214]],
  [25, [158, 184, 204]],
  [32, [236, 196, 128]],
  [38, [238, 134, 58]],
  [50, [222, 76, 44]],
  [65, [190, 36, 48]],
];

// The colour of water of a temperature; grey when it is not known.
export function waterColour(value_c: number | null | undefined): string {
  if (value_c === null || value_c === undefined) return "var(--pipe-unknown)";
  let [fromC, from] = COLDEST;
  if (value_c <= fromC) return rgb(from);
  for (const [toC, to] of SCALE) {
    if (value_c <= toC) return rgb(mixed(from, to, (value_c - fromC) / (toC - fromC)));
    [fromC, from] = [toC, to];
  }
  return rgb(from);
}

const mixed = (from: Colour, to: Colour, share: number): Colour => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];
const rgb = (parts: Colour): string => `rgb(${parts.map(Math.round).join(" ")})`;
