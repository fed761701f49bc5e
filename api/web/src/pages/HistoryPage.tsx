// The past at any scale: temperatures with the runs behind them, and every run with its reasons.

import { useEffect, useMemo, useState } from "preact/hooks";
import { houseNow, houseTime, offsetMs } from "../clock";
import { HOUR_MS, Past } from "../past";
import { runs, state } from "../store";
import { sensorName, t } from "../text";
import type { Loop } from "../types";
import { Days } from "../view/Days";
import { loopName } from "../view/LoopCard";
import { Plot, type Span } from "../view/Plot";
import { Runs } from "../view/Runs";
import { Segments } from "../view/Segments";
import { Legend, bandsOf } from "../view/Temperatures";

const HEIGHT = 300;
const SPANS = [
  [24, "hours24"],
  [168, "days7"],
  [744, "days31"],
  [8_760, "year"],
] as const;

export function HistoryPage() {
  const loops = state.value?.loops ?? [];
  return (
    <>
      {loops.map((loop) => (
        <div key={loop.name} class="loops">
          <Days loop={loop.name} alone={loops.length === 1} />
          <LoopHistory loop={loop} alone={loops.length === 1} />
        </div>
      ))}
      <Runs />
    </>
  );
}

function LoopHistory({ loop, alone }: { loop: Loop; alone: boolean }) {
  const past = useMemo(() => new Past(loop.name), [loop.name]);
  const [hours, setHours] = useState<number>(24);
  const [span, setSpan] = useState<Span | null>(null);
  const [load, setLoad] = useState<"loading" | "known" | "broken">("loading");
  const now = houseNow();
  const shown: Span | null = span ?? (now === null ? null : [now - hours * HOUR_MS, now]);
  const showAll = (chosen: number) => {
    setHours(chosen);
    setSpan(null);
  };
  const move = (share: number) => {
    if (shown === null || now === null) return;
    const width = shown[1] - shown[0];
    const until = Math.min(now, shown[1] + share * width);
    setSpan([until - width, until]);
  };
  useEffect(() => {
    if (shown === null) return;
    setLoad("loading");
    void past.load(shown).then((ok) => setLoad(ok ? "known" : "broken"));
  }, [hours, span, past, now === null]);
  const lines = past.lines(loop);
  return (
    <section class="card plot" aria-busy={load === "loading"}>
      <div class="card-head">
        <h2>{alone ? t("plotTitle") : `${t("plotTitle")}: ${loopName(loop.name)}`}</h2>
        <Segments id={`past-${loop.name}`} name={`past-${loop.name}`} legend={t("spanTitle")} quietLegend options={SPANS.map(([value, key]) => [value, t(key)] as const)} chosen={span === null ? hours : 0} onChoose={showAll} />
      </div>
      {shown !== null && (
        <div onDblClick={() => setSpan(null)}>
          <Plot lines={lines} bands={bandsOf(runs.value, loop.name, now ?? shown[1])} span={shown} offsetMs={offsetMs()} height={HEIGHT} label={t("pastLabel", { from: houseTime(shown[0], { date: true }), until: houseTime(shown[1], { date: true }) })} onZoom={setSpan} />
        </div>
      )}
      <Legend lines={lines} text={(line) => sensorName(line.name)} />
      {load === "broken" && <p class="muted">{t("historyBroken")}</p>}
      <div class="row">
        <button type="button" class="quiet" onClick={() => move(-0.8)}>{t("earlier")}</button>
        <button type="button" class="quiet" onClick={() => showAll(hours)} disabled={span === null}>{t("whole")}</button>
        <button type="button" class="quiet" onClick={() => move(0.8)} disabled={span === null}>{t("later")}</button>
      </div>
      <p class="muted hint">{t("zoomHint")}</p>
    </section>
  );
}
