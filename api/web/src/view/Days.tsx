// Comfort and cost of each day, week or month, beside no recirculation and circulating always.

import { useState } from "preact/hooks";
import { type Grain, type Period, type Scheme, periods } from "../days";
import { cost, middle, number, percent, span } from "../money";
import { fetchDays } from "../service";
import { t } from "../text";
import type { Range } from "../types";
import { Trouble, useAsked } from "./Asked";
import { loopName } from "./LoopCard";
import { Segments } from "./Segments";

const SHOWN = 8;
const EVERY_MS = 60_000;

export function Days({ loop, alone }: { loop: string; alone: boolean }) {
  const [grain, setGrain] = useState<Grain>("day");
  const [chosen, setChosen] = useState(0);
  const { said } = useAsked(() => fetchDays(loop), [loop], EVERY_MS);
  const all = said?.ok === true ? periods(said.body, grain) : [];
  const shown = all[Math.min(chosen, all.length - 1)];
  const title = alone ? t("daysTitle") : `${t("daysTitle")}: ${loopName(loop)}`;
  return (
    <section class="card days" aria-busy={said === null}>
      <div class="card-head">
        <h2>{title}</h2>
        <Segments id={`grain-${loop.replaceAll(" ", "-")}`} name={`grain-${loop}`} legend={t("period")} quietLegend options={[["day", t("byDay")], ["week", t("byWeek")], ["month", t("byMonth")]]} chosen={grain} onChoose={(value) => { setGrain(value); setChosen(0); }} />
      </div>
      {shown === undefined ? <p class="muted">{said === null ? "" : t("daysNone")}</p> : <Schemes period={shown} />}
      <ol class="periods">
        {all.slice(0, SHOWN).map((one, index) => (
          <li key={one.key}>
            <button type="button" class="period" aria-pressed={one === shown} onClick={() => setChosen(index)}>
              <strong>{one.key}</strong>
              <span class="meter" aria-hidden="true"><i style={{ "--share": one.house.hot?.[0] ?? 0 }} /></span>
              <span class="muted">{runsSaid(one)}</span>
            </button>
          </li>
        ))}
      </ol>
      <Trouble said={said} />
      <p class="muted hint">{t("daysHint")}</p>
      <div class="row">
        <a class="quiet" href={`api/v1/loops/${encodeURIComponent(loop)}/days.csv`} download>{t("daysCsv")}</a>
        <a class="quiet" href={`api/v1/runs.csv?loop=${encodeURIComponent(loop)}`} download>{t("runsCsv")}</a>
      </div>
    </section>
  );
}

function runsSaid({ runs, minutes, refused }: Period): string {
  const ran = t(runs === 1 ? "periodRun" : "periodRuns", { runs, minutes: Math.round(minutes) });
  return refused === 0 ? ran : `${ran} · ${t("periodRefused", { refused })}`;
}

function Schemes({ period }: { period: Period }) {
  return (
    <ul class="schemes">
      <Box title={t("schemeNone")} scheme={period.none} />
      <Box title={t("schemeHouse")} scheme={period.house} ours />
      <Box title={t("schemeAlways")} scheme={period.always} />
    </ul>
  );
}

function Box({ title, scheme, ours = false }: { title: string; scheme: Scheme; ours?: boolean }) {
  const { hot, wait_s, kwh } = scheme;
  return (
    <li class={ours ? "scheme ours" : "scheme"}>
      <h3>{title}</h3>
      <strong>{hot === null ? "–" : t("hotOf", { share: shares(hot) })}</strong>
      <span>{wait_s === null ? "" : t("waitOf", { seconds: number(wait_s, 0) })}</span>
      <span>{t("heatOf", { kwh: span(kwh) })}</span>
      <span>{t("costOf", { cost: cost(middle(kwh)) })}</span>
    </li>
  );
}

const shares = ([low, high]: Range): string => (percent(low) === percent(high) ? `${percent(low)}` : `${percent(low)}–${percent(high)}`);
