// Short words after an action; read out by screen readers, gone after a while.

import { signal } from "@preact/signals";

const SHOWN_MS = 7_000;
let timer: number | undefined;

export const toasted = signal({ text: "", kind: "", shown: false });

export function toast(text: string, kind: "good" | "bad"): void {
  toasted.value = { text, kind, shown: true };
  clearTimeout(timer);
  timer = setTimeout(() => (toasted.value = { ...toasted.value, shown: false }), SHOWN_MS);
}
