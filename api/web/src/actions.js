// What people can ask of the service. Each answer is { ok, body } or { ok: false, detail }; nothing here throws.

import { getLanguage } from "./text.js";

export const preheat = (fixture, minutes) =>
  send("POST", "preheat", { ...(fixture === null ? {} : { fixture }), ...(minutes === null ? {} : { minutes }) }, {
    "Idempotency-Key": wishName(),
  });
export const stop = () => send("POST", "stop");
export const setMode = (mode) => send("PUT", "mode", { mode });
export const fetchRuns = (query = "?limit=50") => send("GET", `runs${query}`);
export const fetchTemperatures = (query) => send("GET", `temperatures?${new URLSearchParams(query)}`);

async function send(method, path, body, headers = {}) {
  const json = body === undefined ? {} : { "Content-Type": "application/json" };
  try {
    const answer = await fetch(`api/v1/${path}`, {
      method,
      headers: { "Accept-Language": getLanguage(), ...json, ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(8_000),
    });
    const said = await answer.json();
    return answer.ok ? { ok: true, body: said } : { ok: false, detail: `${said.detail}. ${said.cure}` };
  } catch {
    return { ok: false, detail: null };
  }
}

// crypto.randomUUID exists only on secure connections, which plain HTTP at home is not.
const wishName = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
