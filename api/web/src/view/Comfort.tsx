// How much waiting is worth against heat, with the price of each step in this house.

import { useId, useState } from "preact/hooks";
import { MOST, cost, isPrice, middle, money, number, percent, pricePerKwh, setPrice } from "../money";
import { changeSettings, fetchSettings } from "../service";
import { t, wordOf } from "../text";
import { toast } from "../toast";
import type { ComfortOption, Habits, Range } from "../types";
import { failed } from "../wishes";

const ENOUGH_DRAWS = 100;

interface Props {
  loop: string;
  habits: Habits;
  changed: () => void;
}

export function Comfort({ loop, habits, changed }: Props) {
  const [wanted, setWanted] = useState<number | null>(null);
  const id = useId();
  const names = habits.options.map((option) => option.comfort);
  const acts = habits.comfort !== "";
  const at = wanted ?? Math.max(0, names.indexOf(acts ? habits.comfort : "balanced"));
  const option = habits.options[at];
  if (option === undefined) return null;
  const choose = async (index: number) => {
    setWanted(index);
    if (acts && (await save(loop, names[index] ?? ""))) changed();
    else if (acts) setWanted(null);
  };
  return (
    <section class="card comfort">
      <h2 id={id}>{t("comfortTitle")}</h2>
      <p class="tag" aria-live="polite">{tag(option, habits)}</p>
      <input
        type="range"
        min={0}
        max={habits.options.length - 1}
        step={1}
        value={at}
        aria-labelledby={id}
        aria-valuetext={wordOf("comfort", option.comfort)}
        onInput={(event) => setWanted(Number(event.currentTarget.value))}
        onChange={(event) => void choose(Number(event.currentTarget.value))}
      />
      <ol class="steps" aria-hidden="true">
        {names.map((name, index) => (
          <li key={name} class={index === at ? "chosen" : ""}>{wordOf("comfort", name)}</li>
        ))}
      </ol>
      <p class="muted">{ranges(option, habits)}</p>
      {habits.draws < ENOUGH_DRAWS && <p class="muted">{t("priceEarly", { draws: Math.round(habits.draws) })}</p>}
      {!acts && <p class="muted">{t("priceOnly")}</p>}
      <Price />
    </section>
  );
}

// A price that cannot be is told beside the field, and the one before holds.
function Price() {
  const [typed, setTyped] = useState<string | null>(null);
  const [wrong, setWrong] = useState(false);
  const heard = ({ value, valueAsNumber }: HTMLInputElement) => {
    setTyped(value);
    setWrong(!isPrice(valueAsNumber));
  };
  const left = ({ valueAsNumber }: HTMLInputElement) => {
    setPrice(valueAsNumber);
    if (isPrice(valueAsNumber)) setTyped(null);
  };
  return (
    <label class="field">
      <span>{t("pricePerKwh")}</span>
      <input type="number" step="any" inputMode="decimal" value={typed ?? pricePerKwh.value} aria-invalid={wrong} onInput={(event) => heard(event.currentTarget)} onChange={(event) => left(event.currentTarget)} />
      {wrong && <span class="fault" role="alert">{t("priceWrong", { most: MOST, price: money(pricePerKwh.value) })}</span>}
    </label>
  );
}

async function save(loop: string, comfort: string): Promise<boolean> {
  const now = await fetchSettings();
  const answer = now.ok ? await changeSettings(loop, { comfort }, now.etag ?? "") : now;
  if (answer.ok) toast(t("comfortSaved", { comfort: wordOf("comfort", comfort) }), "good");
  else failed(answer);
  return answer.ok;
}

function tag(option: ComfortOption, habits: Habits): string {
  return t("priceTag", { share: percent(option.hot_share), cost: cost(option.fills_per_day * middle(habits.fill_kwh)) });
}

function ranges(option: ComfortOption, { fill_kwh }: Habits): string {
  const { fills_per_day, fills_off, hot_share, share_off } = option;
  const kwh: Range = [fills_per_day * (1 - fills_off) * fill_kwh[0], fills_per_day * (1 + fills_off) * fill_kwh[1]];
  return t("priceRange", {
    shareLow: percent(hot_share - share_off),
    shareHigh: percent(hot_share + share_off),
    low: number(kwh[0], 1),
    high: number(kwh[1], 1),
    costLow: cost(kwh[0]),
    costHigh: cost(kwh[1]),
    price: money(pricePerKwh.value),
  });
}
