// What people can ask of the service. Nothing here throws: an answer is what was said, or why nothing was.

import { language } from "./text";
import type { Account, Answer, Day, Device, Finding, Habits, LogPage, LoopSettings, Mode, RunsPage, Session, Temperatures, Timeline, Token } from "./types";

// `detail` is null when the service could not be reached at all.
export type Said<T> = { ok: true; body: T; etag: string | null } | { ok: false; detail: string | null; status: number; wrong: Wrong[] };

// A value that was refused: where it stands in what was sent, and what is wrong with it.
export interface Wrong {
  where: string;
  message: string;
}

export const preheat = (fixture: string | null, minutes: number | null) =>
  send<Answer>("POST", "preheat", { ...(fixture === null ? {} : { fixture }), ...(minutes === null ? {} : { minutes }) }, {
    "Idempotency-Key": wishName(),
  });
export const stop = () => send<{ answers: Answer[] }>("POST", "stop");
export const acknowledge = () => send<null>("POST", "acknowledge");
export const setMode = (mode: Mode) => send<{ mode: Mode }>("PUT", "mode", { mode });
export const fetchRuns = (query = "?limit=50") => send<RunsPage>("GET", `runs${query}`);
export const fetchTimeline = (query: Record<string, string>) => send<Timeline>("GET", `timeline?${new URLSearchParams(query)}`);
export const fetchTemperatures = (query: Record<string, string>) => send<Temperatures>("GET", `temperatures?${new URLSearchParams(query)}`);

export interface Settings {
  loops: LoopSettings[];
  heat: { price: number; currency: string } | null;
}

const loopPath = (loop: string) => `loops/${encodeURIComponent(loop)}`;
// A week is imagined for each step of comfort, which takes a small gateway its time.
export const fetchHabits = (loop: string) => send<Habits>("GET", `${loopPath(loop)}/habits`, undefined, {}, 60_000);
export const fetchDays = (loop: string) => send<Day[]>("GET", `${loopPath(loop)}/days`);
export const pauseLearning = (loop: string, paused: boolean) => send<{ paused: boolean }>("PUT", `${loopPath(loop)}/learning`, { paused });
export const forgetLearned = (loop: string) => send<null>("DELETE", `${loopPath(loop)}/learning`);
export const fetchSettings = () => send<Settings>("GET", "settings");
export const changeSettings = (loop: string, wish: object, etag: string) => send<Settings>("PUT", `settings/${loopPath(loop)}`, wish, { "If-Match": etag });
export const fetchDevices = () => send<Device[]>("GET", "devices");
export const fetchLog = (query = "?limit=20") => send<LogPage>("GET", `log${query}`);
export const examine = () => send<Finding[]>("POST", "doctor", undefined, {}, 30_000);
export const fetchSession = () => send<Session>("GET", "session");
export const logOut = () => send<null>("DELETE", "session");
export const fetchAccounts = () => send<Account[]>("GET", "accounts");
export const putAccount = (name: string, wish: { scope: string; password?: string }) => send<Account>("PUT", `accounts/${encodeURIComponent(name)}`, wish);
export const removeAccount = (name: string) => send<null>("DELETE", `accounts/${encodeURIComponent(name)}`);
export const fetchTokens = () => send<Token[]>("GET", "tokens");
export const makeToken = (name: string, scope: string) => send<Token>("POST", "tokens", { name, scope });
export const removeToken = (id: string) => send<null>("DELETE", `tokens/${encodeURIComponent(id)}`);

async function send<T>(method: string, path: string, body?: object, headers: Record<string, string> = {}, patienceMs = 8_000): Promise<Said<T>> {
  const json: Record<string, string> = body === undefined ? {} : { "Content-Type": "application/json" };
  try {
    const answer = await fetch(`api/v1/${path}`, {
      method,
      headers: { "Accept-Language": language.value, ...json, ...headers },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(patienceMs),
    });
    const said = answer.status === 204 ? null : await answer.json();
    return answer.ok ? { ok: true, body: said as T, etag: answer.headers.get("ETag") } : { ok: false, detail: language.value === "zh" ? `${said.detail}。${said.cure}` : `${said.detail}. ${said.cure}`, status: answer.status, wrong: said.errors ?? [] };
  } catch {
    return { ok: false, detail: null, status: 0, wrong: [] };
  }
}

// crypto.randomUUID exists only on secure connections, which plain HTTP at home is not.
const wishName = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
