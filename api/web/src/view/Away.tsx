// Days away from home.

import { useState } from "preact/hooks";
import { t } from "../text";
import type { Refused } from "./Fault";

interface Dates {
  from: string;
  to: string;
}

export function Away({ away, onSave }: { away: Dates[]; onSave: (away: Dates[]) => Promise<Refused | null> }) {
  const [refused, setRefused] = useState<Refused | null>(null);
  const save = async (next: Dates[]): Promise<boolean> => {
    const answer = await onSave(next);
    setRefused(answer);
    return answer === null;
  };
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const add = async (event: SubmitEvent) => {
    event.preventDefault();
    if (from !== "" && (await save([...away, { from, to: to || from }]))) {
      setFrom("");
      setTo("");
    }
  };
  return (
    <div class="schedule">
      <h3>{t("awayTitle")}</h3>
      <p class="muted">{t("awayHint")}</p>
      {away.length === 0 && <p class="muted">{t("awayNone")}</p>}
      <ul class="list">
        {away.map((dates, index) => (
          <li key={`${dates.from} ${dates.to}`}>
            <span>{dates.from === dates.to ? dates.from : `${dates.from} – ${dates.to}`}</span>
            <button type="button" class="quiet" aria-label={t("remove", { what: dates.from })} onClick={() => void save(away.filter((_, at) => at !== index))}>{t("removeShort")}</button>
          </li>
        ))}
      </ul>
      <form class="field" onSubmit={(event) => void add(event)}>
        <label>{t("awayFrom")} <input type="date" required value={from} onInput={(event) => setFrom(event.currentTarget.value)} /></label>
        <label>{t("awayTo")} <input type="date" min={from} value={to} onInput={(event) => setTo(event.currentTarget.value)} /></label>
        <button type="submit" class="quiet">{t("add")}</button>
        {refused !== null && <p class="fault" role="alert">{refused.wrong[0]?.message ?? refused.detail ?? t("toastUnreachable")}</p>}
      </form>
    </div>
  );
}
