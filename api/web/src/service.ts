// What people can ask of the service. Nothing here throws: an answer is what was said, or why nothing was.

import { language } from "./text";
import type { Answer, Mode, RunsPage, Temperatures } from "./types";

// `detail` is null when the service could not be reached at all.
export type Said<T> = { ok: true; body: T } | { ok: false; detail: string | null };

export const preheat = (fixture: string | null, minutes: number | null) =>
  send<Answer>("POST", "preheat", { ...(fixture === null ? {} : { fixture }), ...(minutes === null ? {} : { minutes }) }, {
    "Idempotency-Key": wishName(),
  });
export const stop = () => send<{ answers: Answer[] }>("POST", "stop");
export const acknowledge = () => send<null>("POST", "acknowledge");
export const setMode = (mode: Mode) => send<{ mode: Mode }>("PUT", "mode", { mode });
export const fetchRuns = (query = "?limit=50") => send<RunsPage>("GET", `runs${query}`);
export const fetchTemperatures = (query: Record<string, string>) => send<Temperatures>("GET", `temperatures?${new URLSearchParams(query)}`);

async function send<T>(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Said<T>> {
  const json: Record<string, string> = body === undefined ? {} : { "Content-Type": "application/json" };
  try {
    const answer = await fetch(`api/v1/${path}`, {
      method,
      headers: { "Accept-Language": language.value, ...json, ...headers },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(8_000),
    });
    const said = answer.status === 204 ? null : await answer.json();
    return answer.ok ? { ok: true, body: said as T } : { ok: false, detail: `${said.detail}. ${said.cure}` };
  } catch {
    return { ok: false, detail: null };
  }
}

// crypto.randomUUID exists only on secure connections, which plain HTTP at home is not.
const wishName = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
