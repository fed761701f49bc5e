// How good the predictions are: runs that were of use, and chances told against what came.

import { percent } from "../money";
import { t } from "../text";
import type { Habits } from "../types";

export function Truth({ habits }: { habits: Habits }) {
  const { runs, useful } = habits;
  const rows = habits.foretold.filter(([count]) => count > 0);
  return (
    <section class="card truth">
      <h2>{t("truthTitle")}</h2>
      <p>{runs === 0 ? t("hitNone") : t("hitRate", { runs, useful, share: percent(useful / runs) })}</p>
      <h3>{t("toldTitle")}</h3>
      {rows.length === 0 && <p class="muted">{t("toldNone")}</p>}
      <ul class="told">
        {rows.map(([count, told, came]) => (
          <li key={told}>
            <span class="bars" aria-hidden="true">
              <i class="was-told" style={{ "--share": told }} />
              <i class="came" style={{ "--share": came }} />
            </span>
            <span>{t("toldSaid", { told: percent(told), came: percent(came), count })}</span>
          </li>
        ))}
      </ul>
      {rows.length > 0 && (
        <ul class="legend" aria-hidden="true">
          <li class="was-told"><i />{t("told")}</li>
          <li class="came"><i />{t("came")}</li>
        </ul>
      )}
    </section>
  );
}
