// The learned week as a heat map: seven days, each in half hours.

import { number } from "../money";
import { dayName, t } from "../text";

const HOURS = [0, 6, 12, 18];

export function Week({ week }: { week: number[][] }) {
  const most = Math.max(0.5, ...week.flat());
  return (
    <section class="card">
      <h2>{t("weekTitle")}</h2>
      <div class="week" role="img" aria-label={busiest(week)}>
        {week.map((rates, day) => (
          <div key={day} class="week-row">
            <span>{dayName(day)}</span>
            <div class="cells">
              {rates.map((rate, slot) => (
                <i key={slot} style={{ "--heat": Math.sqrt(rate / most).toFixed(3) }} title={t("weekCell", { day: dayName(day), hour: clock(slot), rate: number(rate, 1) })} />
              ))}
            </div>
          </div>
        ))}
        <div class="week-row hours">
          <span />
          <div class="ticks">
            {HOURS.map((hour) => (
              <span key={hour}>{clock(hour * 2)}</span>
            ))}
          </div>
        </div>
      </div>
      <p class="muted hint">{t("weekHint")}</p>
    </section>
  );
}

const clock = (slot: number): string => `${String(Math.floor(slot / 2)).padStart(2, "0")}:${slot % 2 === 0 ? "00" : "30"}`;

function busiest(week: number[][]): string {
  const cells = week.flatMap((rates, day) => rates.map((rate, slot) => ({ rate, day, slot })));
  const best = cells.reduce((a, b) => (b.rate > a.rate ? b : a), { rate: 0, day: 0, slot: 0 });
  return t("weekSaid", { day: dayName(best.day), hour: clock(best.slot), rate: number(best.rate, 1) });
}
