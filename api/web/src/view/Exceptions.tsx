// Dates with hours of their own, or with none: a holiday, a day at home.

import { useState } from "preact/hooks";
import { t } from "../text";
import type { DatedException } from "../types";
import { Fault, type Refused, WholeFault, faultOf } from "./Fault";

const FIRST = /(from|dates?)$|from/;
const HOURS = /windows/;

interface Props {
  exceptions: DatedException[];
  onSave: (exceptions: DatedException[]) => Promise<Refused | null>;
}

export function Exceptions({ exceptions, onSave }: Props) {
  const [refused, setRefused] = useState<Refused | null>(null);
  const [hot, setHot] = useState(false);
  const save = async (next: DatedException[]): Promise<boolean> => {
    const answer = await onSave(next);
    setRefused(answer);
    return answer === null;
  };
  const add = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const value = (name: string) => String(new FormData(form).get(name) ?? "");
    const windows = hot ? [{ days: "every_day", from: value("open"), to: value("shut") }] : [];
    if (await save([...exceptions, { from: value("first"), to: value("last") || value("first"), windows }])) {
      form.reset();
      setHot(false);
    }
  };
  return (
    <div class="exceptions">
      <h4>{t("exceptionsTitle")}</h4>
      {exceptions.length === 0 && <p class="muted">{t("awayNone")}</p>}
      <ul class="list">
        {exceptions.map((one, index) => (
          <li key={JSON.stringify(one)}>
            <span>{one.from === one.to ? one.from : `${one.from} – ${one.to}`} <span class="muted">{hoursOf(one)}</span></span>
            <button type="button" class="quiet" aria-label={t("remove", { what: one.from })} onClick={() => void save(exceptions.filter((_, at) => at !== index))}>{t("removeShort")}</button>
          </li>
        ))}
      </ul>
      <form class="field" onSubmit={(event) => void add(event)}>
        <label>{t("awayFrom")} <input type="date" name="first" required /><Fault wrong={faultOf(refused, FIRST)} /></label>
        <label>{t("awayTo")} <input type="date" name="last" /></label>
        <label>{t("exceptionKind")} <select value={hot ? "hot" : "none"} onChange={(event) => setHot(event.currentTarget.value === "hot")}>
          <option value="none">{t("exceptionNone")}</option>
          <option value="hot">{t("exceptionHot")}</option>
        </select></label>
        {hot && <label>{t("exceptionOpen")} <input type="time" name="open" required /></label>}
        {hot && <label>{t("exceptionShut")} <input type="time" name="shut" required /><Fault wrong={faultOf(refused, HOURS)} /></label>}
        <button type="submit" class="quiet">{t("add")}</button>
        <WholeFault answer={refused} parts={/from|dates|windows/} />
      </form>
    </div>
  );
}

const hoursOf = ({ windows }: DatedException): string => (windows.length === 0 ? t("exceptionNone") : windows.map(({ from, to }) => `${from}–${to}`).join(", "));
