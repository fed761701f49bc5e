// The JSON of the service (see api/v1/openapi.json), as far as the page reads it.

export type PumpState = "on" | "off" | "unknown";
export type Mode = "auto" | "manual" | "off" | "service";
export type Topology = "dedicated_return" | "cold_return";

export interface Reason {
  code: string;
  sentence: string;
  values: Record<string, string | number | boolean | null>;
}

export interface Temperature {
  sensor: string;
  value_c: number | null;
  age_s: number | null;
  fresh: boolean;
}

export interface Run {
  started_at: string;
  elapsed_s: number;
  by: string;
  who: string | null;
  fixture: string | null;
  reason: Reason;
}

export interface Fault {
  code: string;
  since: string;
  reason: Reason;
}

export interface Lease {
  lease_class: "A" | "B" | "C";
  verified: boolean | null;
  unattended: boolean;
  warning: Reason | null;
}

// How hot the water at one fixture probably is: estimated, never measured.
export interface Estimate {
  name: string;
  hot: boolean | null; // null: neither is likely enough to say
  hot_chance: number;
  estimate_c: number;
  uncertainty_c: number;
  wait_s: number;
  wait_low_s: number;
  wait_high_s: number;
  ready_in_s: number | null;
}

export interface Loop {
  name: string;
  topology: Topology;
  fixtures: string[];
  pump: PumpState;
  commanded: boolean;
  pump_online: boolean;
  temperatures: Temperature[];
  run: Run | null;
  reason: Reason;
  by: string;
  waiting: string[];
  strategies: string[];
  faults: Fault[];
  lease: Lease;
  power_w: number | null;
  estimates: Estimate[];
  next_run: { at: string; by: string; chance: number | null } | null;
}

export interface State {
  name: string;
  version: string;
  at: string | null;
  speed: number;
  mode: Mode;
  broker_connected: boolean;
  storage_ok: boolean;
  loops: Loop[];
}

export interface Habits {
  paused: boolean;
  comfort: string;
  week: number[][];
  options: ComfortOption[];
  foretold: [count: number, told: number, came: number][];
  runs: number;
  useful: number;
  fill_s: number | null;
  hot_s: number;
  draws: number;
  fill_kwh: Range;
}

export type Range = [low: number, high: number];

export interface ComfortOption {
  comfort: string;
  hot_share: number;
  fills_per_day: number;
  share_off: number;
  fills_off: number;
}

export interface Day {
  date: string;
  runs: number;
  run_s: number;
  refused: number;
  draws: number;
  hot_share: number | null;
  wait_s: number | null;
  none_hot_share: Range | null;
  none_wait_s: number | null;
  heat_kwh: Range;
  always_kwh: Range;
}

export interface Window {
  days: string[] | string;
  from: string;
  to: string;
}

export interface DatedException {
  from: string;
  to: string;
  windows: Window[];
}

export interface LoopSettings {
  name: string;
  schedules: { type: string; windows: Window[]; exceptions: DatedException[] | null }[];
  comfort: string | null;
  quiet: Window[];
  away: { from: string; to: string }[];
}

export interface Device {
  name: string;
  family: string;
  title: string;
  lease_class: "A" | "B" | "C" | null;
  verified: boolean | null;
  online: boolean | null;
  uses: { loop: string; role: string; value_c: number | null; age_s: number | null; fresh: boolean | null; state: PumpState | null; fixture: string | null }[];
}

export interface LogPage {
  notes: { id: number; at: string | null; loop: string; kind: string; reason: Reason }[];
  next: string | null;
}

export interface Finding {
  check: string;
  severity: "fine" | "warning" | "error";
  message: string;
  cure: string;
}

export interface Session {
  accounts: boolean;
  name: string | null;
  scope: string | null;
}

export interface Account {
  name: string;
  scope: string;
}

export interface Token {
  id: string;
  name: string;
  scope: string;
  token?: string;
}

export interface Answer {
  accepted: boolean;
  loop: string;
  request_id: string;
  running: boolean;
  reason: Reason;
}

export interface RunRecord {
  id: number;
  loop: string;
  started_at: string;
  ended_at: string | null;
  by: string;
  who: string | null;
  fixture: string | null;
  start_reason: Reason;
  stop_reason: Reason | null;
  refused: boolean;
  start_c: Record<string, number>;
  end_c: Record<string, number>;
}

export interface RunsPage {
  runs: RunRecord[];
  next: string | null;
}

export interface Temperatures {
  loop: string;
  since: string;
  until: string;
  series: { sensor: string; points: { at: string; value_c: number }[] }[];
}

export interface RunsMark {
  since: string;
  until: string | null;
  runs: number;
  ran_s: number;
}

export interface DrawsMark {
  at: string;
  draws: number;
  hot: number;
  wait_s: number;
}

export interface Timeline {
  loop: string;
  runs: RunsMark[];
  draws: DrawsMark[];
}
