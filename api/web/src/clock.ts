// The house's clock: it comes from the server and only runs on here. The browser's own time is never shown.

interface Base {
  at: number | null;
  offsetMs: number;
  speed: number;
  received: number;
}

let base: Base | null = null;

export function setClock(at: string | null, speed: number): void {
  base = { at: at === null ? null : Date.parse(at), offsetMs: offsetOf(at), speed, received: performance.now() };
}

// Milliseconds since 1970 of the house's clock, or null while it is not set.
export const houseNow = (): number | null => (base === null || base.at === null ? null : base.at + sinceMs());

// House milliseconds since the last word from the server.
export const sinceMs = (): number => (base === null ? 0 : (performance.now() - base.received) * base.speed);

function offsetOf(iso: string | null): number {
  const match = /([+-])(\d\d):(\d\d)$/.exec(iso ?? "");
  return match ? (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000 : 0;
}

// Of the house's clock against UTC.
export const offsetMs = (): number => base?.offsetMs ?? 0;

const inHouse = (ms: number): string => new Date(ms + offsetMs()).toISOString();

// A time as the clocks of the house show it, wherever the browser is.
export function houseTime(ms: number, { seconds = false, date = false } = {}): string {
  const iso = inHouse(ms);
  const time = iso.slice(11, seconds ? 19 : 16);
  return date ? `${iso.slice(5, 10)} ${time}` : time;
}

export const houseDay = (ms: number): string => inHouse(ms).slice(0, 10);

export function minutesSeconds(totalS: number): string {
  const s = Math.max(0, Math.round(totalS));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}
