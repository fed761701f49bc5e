// What advice is asked for: the household, and what things cost.

import { useEffect, useState } from "preact/hooks";
import { loadTariff, tariff } from "../money";
import { cancel, job, names, refusals, said, start, troubles } from "../plan";
import { t } from "../text";
import { Amount } from "./PlanFields";

const USUAL = { energy_kwh: 0.12, electricity_kwh: 0.3, water_m3: 4 };
type Price = keyof typeof USUAL;

export function Ask() {
  const [household, setHousehold] = useState("people-3");
  const [currency, setCurrency] = useState<string | null>(null);
  const [prices, setPrices] = useState<Partial<Record<Price, number | null>>>({});
  useEffect(() => void loadTariff(), []);
  const energy = prices.energy_kwh === undefined ? (tariff.value?.price ?? USUAL.energy_kwh) : prices.energy_kwh;
  const given = Object.fromEntries(Object.entries({ ...prices, energy_kwh: energy }).filter(([, price]) => price !== null));
  const money = currency ?? tariff.value?.currency ?? "";
  const refused = (name: string) => refusals.value.find(({ where }) => where === `body.${name}`);
  const priced = (name: Price, label: string) => (
    <Amount label={label} where={name} wrong={refused(`prices.${name}`)} value={name === "energy_kwh" ? energy : (prices[name] ?? null)} usual={USUAL[name]} onAmount={(price) => setPrices({ ...prices, [name]: price })} />
  );
  const running = job.value?.state === "running";
  const people = (name: string) => (name.startsWith("people-") ? t("planPeople", { count: name.slice(7) }) : t("planPattern", { name: name.slice(3).toUpperCase() }));
  return (
    <section class="card">
      <h2>{t("planAsk")}</h2>
      <div class="fields">
        <label>
          {t("planHousehold")}
          <select value={household} onChange={(event) => setHousehold(event.currentTarget.value)}>
            {names.value?.households.map((one) => <option key={one} value={one}>{people(one)}</option>)}
          </select>
        </label>
        <label>{t("planCurrency")}<input maxLength={8} value={money} placeholder="EUR" onInput={(event) => setCurrency(event.currentTarget.value)} /></label>
        {priced("energy_kwh", t("planEnergy"))}
        {priced("electricity_kwh", t("planElectricity"))}
        {priced("water_m3", t("planWater"))}
      </div>
      <div class="buttons">
        <button type="button" id="plan-run" class="primary" disabled={running || troubles.value.length > 0} onClick={() => void start({ household, currency: money, prices: given })}>{t("planRun")}</button>
        {running && <button type="button" id="plan-cancel" onClick={() => void cancel()}>{t("planCancel")}</button>}
      </div>
      <p role="status">{refusals.value.length > 0 ? t("planWrong") : said.value}</p>
    </section>
  );
}
