// The house's clock: it comes from the server and only runs on here. The browser's own time is never shown.

let base = null;

export function setClock(at, speed) {
  base = { at: at === null ? null : Date.parse(at), offsetMs: offsetMs(at), speed, received: performance.now() };
}

// Milliseconds since 1970 of the house's clock, or null while it is not set.
export const houseNow = () => (base === null || base.at === null ? null : base.at + sinceMs());

// House milliseconds since the last word from the server.
export const sinceMs = () => (base === null ? 0 : (performance.now() - base.received) * base.speed);

function offsetMs(iso) {
  const match = /([+-])(\d\d):(\d\d)$/.exec(iso ?? "");
  return match ? (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000 : 0;
}

// A time as the clocks of the house show it, wherever the browser is.
export function houseTime(ms, { seconds = false, date = false } = {}) {
  const iso = new Date(ms + (base?.offsetMs ?? 0)).toISOString();
  const time = iso.slice(11, seconds ? 19 : 16);
  return date ? `${iso.slice(5, 10)} ${time}` : time;
}

export const houseDay = (ms) => new Date(ms + (base?.offsetMs ?? 0)).toISOString().slice(0, 10);

export function minutesSeconds(totalS) {
  const s = Math.max(0, Math.round(totalS));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}
