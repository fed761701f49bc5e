// What is wrong and should be known, at the top of the page.

import { houseTime } from "../clock";
import { lost, lostAt, state } from "../store";
import { t, capital } from "../text";
import type { Loop, State } from "../types";
import { looked } from "../wishes";
import { loopName } from "./LoopCard";

type Banner = readonly [kind: "bad" | "warn" | "lost", text: string];

export function Banners() {
  return (
    <div id="banners" role="alert">
      {banners().map(([kind, text]) => (
        <p key={text} class={`banner ${kind}`}>
          {text}
        </p>
      ))}
      {latched() && (
        <button id="looked" type="button" class="quiet wide" onClick={() => void looked()}>
          {t("looked")}
        </button>
      )}
    </div>
  );
}

// What stays off until a person has looked, and what waits longer and longer.
const LATCHES = ["dry_latched", "dry_run", "no_response"];

const latched = (): boolean => !lost.value && (state.value?.loops ?? []).some((loop) => loop.faults.some((fault) => LATCHES.includes(fault.code)));

function banners(): Banner[] {
  const at = lostAt.value;
  if (at === null) return [["lost", t("bannerNoAnswer")]];
  if (at !== undefined) return [["lost", t("bannerLost", { time: houseTime(at, { seconds: true }) })]];
  return state.value === null ? [] : connected(state.value);
}

function connected(of: State): Banner[] {
  const found: Banner[] = [];
  if (!of.broker_connected) found.push(["bad", t("bannerBroker")]);
  if (!of.storage_ok) found.push(["warn", t("bannerStorage")]);
  return [...found, ...of.loops.flatMap((loop) => faultsOf(loop, of))];
}

function faultsOf(loop: Loop, of: State): Banner[] {
  const name = of.loops.length === 1 ? "" : `${loopName(loop.name)}: `;
  const found = loop.faults.map((fault): Banner => {
    const since = t("since", { time: houseTime(Date.parse(fault.since)) });
    return ["bad", `${name}${capital(fault.reason.sentence)} (${since})`];
  });
  if (loop.lease.warning) found.push(["warn", name + capital(loop.lease.warning.sentence)]);
  const told = !of.broker_connected || loop.faults.some((fault) => fault.reason.code === "pump_offline");
  if (!loop.pump_online && !told) found.push(["bad", name + t("bannerOffline")]);
  else if (loop.pump === "unknown" && loop.pump_online && !told) found.push(["warn", name + t("bannerUnknown")]);
  return found;
}
