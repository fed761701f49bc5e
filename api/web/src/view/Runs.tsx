// What the pump did, and why: every run and every refusal.

import { useState } from "preact/hooks";
import { houseDay, houseNow, houseTime, minutesSeconds } from "../clock";
import { loadRuns, olderRuns, runs, runsKnown, state } from "../store";
import { loopName } from "./LoopCard";
import { capital, fixtureName, sensorName, strategyName, t, whoName } from "../text";
import type { RunRecord } from "../types";

const FIRST = 6;
const STEP = 20;

export function Runs() {
  const [shown, setShown] = useState(FIRST);
  const earlier = async () => {
    if (shown + STEP > runs.value.length && olderRuns.value !== null) await loadRuns(olderRuns.value);
    setShown(shown + STEP);
  };
  const all = olderRuns.value === null && shown >= runs.value.length;
  const note = runsKnown.value === "broken" ? t("historyBroken") : runsKnown.value === "known" && runs.value.length === 0 ? t("historyEmpty") : null;
  return (
    <section class="card history">
      <h2>{t("historyTitle")}</h2>
      <ol id="history" class="runs">
        {runs.value.slice(0, shown).map((run) => (
          <Entry key={run.id} run={run} />
        ))}
      </ol>
      <p id="history-empty" class="muted" hidden={note === null}>
        {note}
      </p>
      <button id="more" class="quiet wide" type="button" hidden={all} onClick={() => void earlier()}>
        {t("more")}
      </button>
    </section>
  );
}

function Entry({ run }: { run: RunRecord }) {
  const started = Date.parse(run.started_at);
  const who = run.who ? whoName(run.who) : capital(strategyName(run.by));
  const named = run.fixture === null || run.who?.toLowerCase().includes(run.fixture.toLowerCase());
  const rises = run.refused ? "" : risesOf(run);
  return (
    <li class={run.refused ? "refused" : ""}>
      <div class="run-head">
        <time dateTime={run.started_at}>{houseTime(started, { date: houseDay(started) !== houseDay(houseNow() ?? started) })}</time>
        {(state.value?.loops.length ?? 1) > 1 && <span class="muted">{loopName(run.loop)}</span>}
        <strong>{named ? capital(who) : `${fixtureName(run.fixture)} · ${who}`}</strong>
        <span class={`badge ${run.refused ? "refused" : ""}`}>{duration(run, started)}</span>
      </div>
      <p>{why(run)}</p>
      {rises && <p class="muted rise">{rises}</p>}
    </li>
  );
}

function duration(run: RunRecord, started: number): string {
  if (run.refused) return t("refused");
  if (run.ended_at !== null) return t("runTook", { time: minutesSeconds((Date.parse(run.ended_at) - started) / 1000) });
  return t(run.stop_reason === null ? "runGoing" : "runLost");
}

function why(run: RunRecord): string {
  const start = capital(run.start_reason.sentence);
  if (run.stop_reason === null) return t("sentence", { text: start });
  if (run.refused) return t("refusedWhy", { start: run.start_reason.sentence, stop: run.stop_reason.sentence });
  return t("ranWhy", { start, stop: run.stop_reason.sentence });
}

const risesOf = (run: RunRecord): string =>
  Object.entries(run.end_c)
    .filter(([sensor]) => sensor in run.start_c && sensor !== "supply")
    .map(([sensor, to_c]) => t("fromTo", { sensor: sensorName(sensor), from: (run.start_c[sensor] ?? 0).toFixed(1), to: to_c.toFixed(1) }))
    .join(" · ");
