// The temperatures of the last hours, live.

import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { houseNow, offsetMs } from "../clock";
import { HOUR_MS, Past } from "../past";
import { type Picture, sensorOf } from "../picture";
import { connections, runs } from "../store";
import { degrees, sensorName, t } from "../text";
import { loopName } from "./LoopCard";
import { type Line, Plot } from "./Plot";
import { Segments } from "./Segments";

const HEIGHT = 190;

export function Temperatures({ pictures }: { pictures: Picture[] }) {
  const [hours, setHours] = useState(1);
  return (
    <section class="card plot">
      <div class="card-head">
        <h2>{t("plotTitle")}</h2>
        <Segments id="span" name="hours" legend={t("spanTitle")} quietLegend options={[[1, t("hours1")], [6, t("hours6")], [24, t("hours24")]]} chosen={hours} onChoose={setHours} />
      </div>
      <div id="plots">
        {pictures.map((view) => (
          <LoopPlot key={view.loop.name} view={view} hours={hours} alone={pictures.length === 1} />
        ))}
      </div>
    </section>
  );
}

function LoopPlot({ view, hours, alone }: { view: Picture; hours: number; alone: boolean }) {
  const { loop } = view;
  const past = useMemo(() => new Past(loop.name), [loop.name]);
  const [, loaded] = useState(0);
  const now = houseNow();
  useEffect(() => {
    if (now !== null) void past.load([now - hours * HOUR_MS, now]).then(() => loaded((count) => count + 1));
  }, [hours, connections.value, runs.value[0]?.id, past, now === null]);
  past.add(loop, hours * HOUR_MS);
  const lines = past.lines(loop);
  const empty = now === null || lines.every((line) => line.points.length === 0);
  return (
    <div class="plot-loop">
      <p class="loop-name muted">{alone ? "" : loopName(loop.name)}</p>
      {empty ? (
        <p class="muted empty">{t("noData")}</p>
      ) : (
        <Plot lines={lines} bands={past.bands(loop, now)} draws={past.drawn} gapMs={past.gapMs} span={[now - hours * HOUR_MS, now]} offsetMs={offsetMs()} height={HEIGHT} label={t("plotLabel", { hours, values: lines.map((line) => legendText(view, line)).join(", ") })} />
      )}
      <Legend lines={lines} text={(line) => legendText(view, line)} />
    </div>
  );
}

export function Legend({ lines, text, children }: { lines: readonly Line[]; text: (line: Line) => string; children?: ComponentChildren }) {
  return (
    <ul class="legend">
      {lines.map((line) => (
        <li key={line.name} class={line.name}>
          <i />
          <span>{text(line)}</span>
        </li>
      ))}
      {children}
    </ul>
  );
}

function legendText({ loop }: Picture, { name }: Line): string {
  const reading = sensorOf(loop, name);
  const value = reading === null || reading.value_c === null ? "–" : degrees(reading.value_c);
  return `${sensorName(name)} ${value}${reading?.fresh ? "" : ` (${t("stale")})`}`;
}
