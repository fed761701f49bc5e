// What the page knows, and who keeps it up to date.

import { computed, signal } from "@preact/signals";
import { houseNow, setClock } from "./clock";
import { Connection } from "./connection";
import { fetchRuns } from "./service";
import { type Language, language, setLanguage } from "./text";
import type { RunRecord, State } from "./types";

const TICK_MS = 500;
const SETTLED_MS = 2_000;

export const state = signal<State | null>(null);
// House time of the last word from the service; undefined while connected, null when there never was one.
export const lostAt = signal<number | null | undefined>(undefined);
export const lost = computed(() => lostAt.value !== undefined);
// The history, newest first, as far as it was fetched; where the older part begins; whether it can be read at all.
export const runs = signal<RunRecord[]>([]);
export const olderRuns = signal<string | null>(null);
export const runsKnown = signal<"loading" | "known" | "broken">("loading");
// Grows while time passes: what shows a clock reads it.
export const tick = signal(0);
// Grows with each connection made anew: what holds values of the past loads them again.
export const connections = signal(0);

const connection = new Connection(onState, onLost);
let again: number | undefined;

export function start(): void {
  connection.open(language.value);
  setInterval(() => (tick.value += 1), TICK_MS);
}

export function changeLanguage(chosen: Language): void {
  setLanguage(chosen);
  connection.open(chosen);
  void loadRuns();
}

function onState(next: State): void {
  const before = state.value;
  const news = before === null || lost.value;
  setClock(next.at, next.speed);
  state.value = next;
  lostAt.value = undefined;
  if (news) connections.value += 1;
  if (news || before === null || pumpNews(before) !== pumpNews(next)) refreshRuns();
}

function onLost(): void {
  if (!lost.value) lostAt.value = state.value === null ? null : houseNow();
}

const pumpNews = (of: State): string => of.loops.map((loop) => `${loop.run?.started_at} ${loop.commanded} ${loop.waiting.length} ${loop.reason.code}`).join();

// Something has happened: fetch it now, and once more when it has surely been written down.
function refreshRuns(): void {
  if (again !== undefined) return;
  again = setTimeout(() => {
    again = undefined;
    void loadRuns();
  }, SETTLED_MS);
  void loadRuns();
}

// Fetch the newest page, or with `query` the older page that it leads to.
export async function loadRuns(query?: string): Promise<void> {
  const answer = await fetchRuns(query);
  if (!answer.ok) {
    runsKnown.value = "broken";
    return;
  }
  const page = answer.body.runs;
  const last = page.at(-1);
  const older = runs.value.filter((run) => last !== undefined && run.id < last.id);
  runs.value = query ? [...runs.value, ...page] : [...page, ...older];
  if (query || older.length === 0) olderRuns.value = answer.body.next;
  runsKnown.value = "known";
}
