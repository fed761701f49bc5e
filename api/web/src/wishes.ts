// What a touch sets off: the question to the service, and the words about its answer.

import { signal } from "@preact/signals";
import { type Said, acknowledge, preheat, setMode, stop } from "./service";
import { type Key, fixtureName, t } from "./text";
import { toast } from "./toast";
import type { Mode } from "./types";

const CHOICE_MS = 2_000;
export const MODES = { auto: "modeAuto", manual: "modeManual", off: "modeOff", service: "modeService" } as const satisfies Record<Mode, Key>;

// Minutes to run for; null until hot.
export const minutes = signal<number | null>(null);
// Fixtures that were asked for and have no answer yet.
export const asking = signal<readonly string[]>([]);
// The mode just chosen, shown until the service confirms it or does not.
export const chosenMode = signal<Mode | null>(null);

export async function ask(fixture: string): Promise<void> {
  if (asking.value.includes(fixture)) return;
  asking.value = [...asking.value, fixture];
  const answer = await preheat(fixture, minutes.value);
  asking.value = asking.value.filter((name) => name !== fixture);
  if (!answer.ok) return failed(answer);
  const { accepted, running, reason } = answer.body;
  const granted = (accepted && running) || reason.code === "already_hot";
  toast(t(granted ? "toastAsked" : "toastRefused", { fixture: fixtureName(fixture), reason: reason.sentence }), accepted || granted ? "good" : "bad");
}

export async function stopAll(): Promise<void> {
  const answer = await stop();
  if (answer.ok) toast(t("toastStopped", { reason: answer.body.answers[0]?.reason.sentence ?? "" }), "good");
  else toast(answer.detail === null ? t("stopUnreachable") : t("toastFailed", { detail: answer.detail }), "bad");
}

export async function looked(): Promise<void> {
  const answer = await acknowledge();
  if (answer.ok) return toast(t("toastLooked"), "good");
  return failed(answer);
}

export async function choose(mode: Mode): Promise<void> {
  chosenMode.value = mode;
  setTimeout(() => (chosenMode.value = null), CHOICE_MS);
  const answer = await setMode(mode);
  if (answer.ok) return toast(t("toastMode", { mode: t(MODES[mode]) }), "good");
  chosenMode.value = null;
  return failed(answer);
}

export function failed(answer: Extract<Said<unknown>, { ok: false }>): void {
  toast(answer.detail === null ? t("toastUnreachable") : t("toastFailed", { detail: answer.detail }), "bad");
}
