// What the service's view means to people: is it hot, where, what is the pump doing. No nodes in here.

export const HOT_C = 38; // feels hot at the tap; showers are taken at 38 to 41 C
export const WARM_C = 30;
const FRESHLY_HOT_MS = 3 * 60_000; // a pipe keeps its heat for some minutes after the front has arrived
const RECENTLY_HOT_MS = 15 * 60_000;
const ARRIVED = new Set(["hot_arrived", "rose", "cold_line_warm", "already_hot"]);
const DEFAULT_RUN_S = 90;

// The view of one loop as the page shows it. `runs` is the history, newest first.
export function picture(loop, runs, now, lost) {
  const arrivedMs = lost ? null : lastArrival(loop, runs, now);
  const level = lost ? "unknown" : hotness(loop, arrivedMs);
  const pump = lost ? "unknown" : loop.pump;
  return { loop, level, pump, arrivedMs, lost, tell: tellingSensor(loop), headline: headline(loop, level, pump, { lost, arrivedMs }) };
}

export const sensorOf = (loop, role) => loop.temperatures.find((each) => each.sensor === role) ?? null;

// The sensor that tells whether hot water has come to the far taps: the nearer a reading is to the way back, the safer.
export function tellingSensor(loop) {
  const roles = loop.topology === "dedicated_return" ? ["far_end", "return"] : ["far_end"];
  return roles.map((role) => sensorOf(loop, role)).find((each) => each?.fresh) ?? null;
}

function hotness(loop, arrivedMs) {
  const tell = tellingSensor(loop);
  if (arrivedMs !== null && arrivedMs < FRESHLY_HOT_MS) return "hot";
  // Water that is hot behind the far fixture's valve has come past every fixture.
  if (tell === null) return (coldLineC(loop) ?? 0) >= HOT_C ? "hot" : "unknown";
  if (tell.value_c >= HOT_C) return "hot";
  return tell.value_c >= WARM_C ? "warm" : "cold";
}

function coldLineC(loop) {
  const reading = sensorOf(loop, "cold_line");
  return reading?.fresh ? reading.value_c : null;
}

// House milliseconds since hot water was last seen to arrive; null when that is long ago or not known.
function lastArrival(loop, runs, now) {
  const last = runs.find((run) => run.loop === loop.name && !run.refused && run.ended_at !== null);
  if (!last || now === null || !ARRIVED.has(last.stop_reason?.code)) return null;
  const ago = now - Date.parse(last.ended_at);
  return ago < RECENTLY_HOT_MS ? Math.max(0, ago) : null;
}

function headline(loop, level, pump, { lost, arrivedMs }) {
  if (lost) return "lostHead";
  if (pump === "on" && level !== "hot") return loop.waiting.length || loop.run?.who ? "way" : "heating";
  if (level === "unknown" && pump === "off" && arrivedMs !== null) return "ago";
  if (level === "unknown") return { on: "running", off: "unmeasured", unknown: "unclear" }[pump];
  return level;
}

// What one fixture's button says: { key, values, share } where share is the progress from 0 to 1, or null.
export function fixtureStatus(view, fixture, typicalS, sinceMs) {
  const { loop, level, pump, arrivedMs } = view;
  if (view.lost) return { key: "fixture_lost", values: {}, share: null };
  if (runsFor(loop, fixture) && pump === "on") return runStatus(loop.run, typicalS, sinceMs);
  if (level === "unknown" && arrivedMs !== null) {
    return { key: "fixture_ago", values: { minutes: Math.round(arrivedMs / 60_000) }, share: null };
  }
  return { key: `fixture_${level}`, values: {}, share: null };
}

const runsFor = (loop, fixture) => loop.run !== null && (loop.run.fixture === fixture || loop.run.fixture === null);

function runStatus(run, typicalS, sinceMs) {
  const elapsedS = run.elapsed_s + sinceMs / 1000;
  if (run.reason.code === "requested_minutes") {
    const wholeS = run.reason.values.minutes * 60;
    return { key: "fixture_left", leftS: Math.max(0, wholeS - elapsedS), share: Math.min(1, elapsedS / wholeS) };
  }
  return { key: "fixture_way", leftS: elapsedS, share: Math.min(0.95, elapsedS / typicalS) };
}

// How long a run of this loop usually takes until the water is hot, in seconds.
export function typicalRunS(loop, runs) {
  const took = runs
    .filter((run) => run.loop === loop.name && run.ended_at && ["hot_arrived", "rose", "cold_line_warm"].includes(run.stop_reason?.code))
    .slice(0, 9)
    .map((run) => (Date.parse(run.ended_at) - Date.parse(run.started_at)) / 1000)
    .sort((a, b) => a - b);
  return took.length ? took[Math.floor(took.length / 2)] : DEFAULT_RUN_S;
}

// A pump that is silent is never "off", and a switch that disobeys is said to.
export function pumpKey(loop, pump) {
  if (pump === "unknown") return "pumpUnknown";
  if (pump === "off" && loop.commanded) return "pumpOrderedOn";
  if (pump === "on" && !loop.commanded) return "pumpOrderedOff";
  return pump === "on" ? "pumpOn" : "pumpOff";
}

const SCALE = [
  [8, [47, 111, 190]],
  [18, [86, 156, 214]],
  [25, [158, 184, 204]],
  [32, [236, 196, 128]],
  [38, [238, 134, 58]],
  [50, [222, 76, 44]],
  [65, [190, 36, 48]],
];

// The colour of water of a temperature; grey when it is not known.
export function waterColour(value_c) {
  if (value_c === null || value_c === undefined) return "var(--pipe-unknown)";
  if (value_c <= SCALE[0][0]) return rgb(SCALE[0][1]);
  for (let i = 1; i < SCALE.length; i++) {
    const [[fromC, from], [toC, to]] = [SCALE[i - 1], SCALE[i]];
    if (value_c <= toC) return rgb(from.map((part, j) => part + ((to[j] - part) * (value_c - fromC)) / (toC - fromC)));
  }
  return rgb(SCALE.at(-1)[1]);
}

const rgb = (parts) => `rgb(${parts.map(Math.round).join(" ")})`;
