// The past at any scale: temperatures with the runs behind them, and every run with its reasons.

import { useEffect, useMemo, useState } from "preact/hooks";
import { houseNow, houseTime, offsetMs } from "../clock";
import { loadTariff } from "../money";
import { HOUR_MS, Past } from "../past";
import { state } from "../store";
import { sensorName, t } from "../text";
import type { Loop } from "../types";
import { Days } from "../view/Days";
import { loopName } from "../view/LoopCard";
import { Plot, type Span } from "../view/Plot";
import { Runs } from "../view/Runs";
import { Segments } from "../view/Segments";
import { Legend } from "../view/Temperatures";

const HEIGHT = 300;
const SHORTEST_MS = HOUR_MS / 12;
const LONGEST_MS = 8_760 * HOUR_MS;
const RESTED_MS = 120;
const SPANS = [
  [24, "hours24"],
  [168, "days7"],
  [744, "days31"],
  [8_760, "year"],
] as const;

export function HistoryPage() {
  useEffect(() => void loadTariff(), []);
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
    show([shown[0] + share * width, shown[1] + share * width]);
  };
  const scale = (times: number) => {
    if (shown === null) return;
    const middle = (shown[0] + shown[1]) / 2;
    const half = ((shown[1] - shown[0]) / 2) * times;
    show([middle - half, middle + half]);
  };
  const show = ([from, until]: Span) => {
    if (now === null) return;
    const width = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, until - from));
    const last = Math.min(now, (from + until + width) / 2);
    setSpan([last - width, last]);
  };
  useEffect(() => {
    if (shown === null) return undefined;
    if (span !== null && past.covers(shown)) return setLoad("known");
    setLoad("loading");
    // While fingers move, only where they come to rest is asked for.
    const asking = setTimeout(() => void past.load(shown).then((ok) => setLoad(ok ? "known" : "broken")), span === null ? 0 : RESTED_MS);
    return () => clearTimeout(asking);
  }, [hours, span, past, now === null]);
  const lines = past.lines(loop);
  return (
    <section class="card plot" aria-busy={load === "loading"}>
      <div class="card-head">
        <h2>{alone ? t("plotTitle") : `${t("plotTitle")}: ${loopName(loop.name)}`}</h2>
        <Segments id={`past-${loop.name.replaceAll(" ", "-")}`} name={`past-${loop.name}`} legend={t("spanTitle")} quietLegend options={SPANS.map(([value, key]) => [value, t(key)] as const)} chosen={span === null ? hours : 0} onChoose={showAll} />
      </div>
      {shown !== null && (
        <div onDblClick={() => setSpan(null)}>
          <Plot lines={lines} bands={past.bands(loop, now ?? shown[1])} draws={past.drawn} gapMs={past.gapMs} span={shown} offsetMs={offsetMs()} height={HEIGHT} label={t("pastLabel", { from: houseTime(shown[0], { date: true }), until: houseTime(shown[1], { date: true }) })} onZoom={show} />
        </div>
      )}
      <Legend lines={lines} text={(line) => sensorName(line.name)}>
        <li class="ran"><i /><span>{t("runsBand")}</span></li>
        {past.drawn.length > 0 && (
          <>
            <li class="drawn-hot"><i /><span>{t("drawsHot")}</span></li>
            <li class="drawn-cold"><i /><span>{t("drawsCold")}</span></li>
          </>
        )}
      </Legend>
      {load === "broken" && <p class="muted">{t("historyBroken")}</p>}
      <div class="row">
        <button type="button" class="quiet" onClick={() => move(-0.8)}>{t("earlier")}</button>
        <button type="button" class="quiet" onClick={() => scale(0.5)} aria-label={t("closer")}>＋</button>
        <button type="button" class="quiet" onClick={() => scale(2)} aria-label={t("wider")}>－</button>
        <button type="button" class="quiet" onClick={() => showAll(hours)} disabled={span === null}>{t("whole")}</button>
        <button type="button" class="quiet" onClick={() => move(0.8)} disabled={span === null}>{t("later")}</button>
      </div>
      <p class="muted hint">{t("zoomHint")}</p>
      {shown !== null && <a class="quiet" href={`api/v1/temperatures.csv?${new URLSearchParams({ loop: loop.name, since: new Date(shown[0]).toISOString(), until: new Date(shown[1]).toISOString() })}`} download>{t("temperaturesCsv")}</a>}
    </section>
  );
}
