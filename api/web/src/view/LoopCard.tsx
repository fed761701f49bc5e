// One loop at a glance: is it hot, is the pump running, who asked and why; with the drawing below.

import { houseDay, houseNow, houseTime, minutesSeconds, sinceMs } from "../clock";
import { type Picture, pumpKey } from "../picture";
import type { Loop } from "../types";
import { capital, fixtureName, sensorName, strategyName, t, whoName } from "../text";
import { Drawing } from "./Drawing";

export function LoopCard({ view, alone }: { view: Picture; alone: boolean }) {
  const { loop, level, headline, tell, lost } = view;
  const known = tell !== null && tell.value_c !== null && !lost;
  return (
    <section class="card hero" data-level={headline === "way" || headline === "heating" ? "way" : level} aria-label={loop.name}>
      <div class="glance">
        <div class="words">
          <p class="loop-name muted">{alone ? "" : loopName(loop.name)}</p>
          <h1>{headlineText(view)}</h1>
          <p class="reason">{reasonText(view)}</p>
        </div>
        <div class="dial">
          <strong>{known ? `${Math.round(tell.value_c ?? 0)}°` : ""}</strong>
          <span>{known ? sensorName(tell.sensor) : ""}</span>
        </div>
      </div>
      <ul class="chips">
        {chipsOf(view).map(([kind, text]) => (
          <li key={kind + text} class={`chip ${kind}`}>
            {text}
          </li>
        ))}
      </ul>
      <Drawing view={view} />
    </section>
  );
}

export const loopName = (name: string): string => capital(name.replaceAll("_", " "));
export const headlineText = (view: Picture): string => t(view.headline, { minutes: Math.round((view.arrivedMs ?? 0) / 60_000) });

export function reasonText({ loop, lost }: Picture): string {
  const { sentence } = loop.reason;
  return lost ? t("lastKnown", { text: sentence }) : t("sentence", { text: capital(sentence) });
}

function soon(at: string): string {
  const ms = Date.parse(at);
  return houseTime(ms, { date: houseDay(ms) !== houseDay(houseNow() ?? ms) });
}

function nextText({ at, by, chance }: NonNullable<Loop["next_run"]>): string {
  const values = { time: soon(at), strategy: strategyName(by) };
  return chance === null ? t("nextRun", values) : t("nextForeseen", { ...values, share: Math.round(100 * chance) });
}

function chipsOf({ loop, pump, lost }: Picture): [string, string][] {
  const key = pumpKey(loop, pump);
  const run = pump === "off" || lost ? null : loop.run;
  const time = run === null ? "" : ` ${minutesSeconds(run.elapsed_s + sinceMs() / 1000)}`;
  const chips: [string, string][] = [[`pump-${pump}${key.startsWith("pumpOrdered") ? " odd" : ""}`, t(key) + time]];
  if (run?.fixture) chips.push(["", t("forFixture", { fixture: fixtureName(run.fixture) })]);
  if (run?.by && !run.who) chips.push(["", t("by", { strategy: strategyName(run.by) })]);
  if (run === null && !lost) chips.push(...loop.waiting.map((who): [string, string] => ["waiting", t("waitingFor", { who: whoName(who) })]));
  if (run === null && !lost && loop.next_run !== null) chips.push(["next", nextText(loop.next_run)]);
  return chips;
}
