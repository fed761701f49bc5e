// What the house has taught the controller: its week, how good the predictions are, and what comfort costs.

import { useEffect } from "preact/hooks";
import { loadTariff } from "../money";
import { state } from "../store";
import { t } from "../text";
import { fetchHabits } from "../service";
import { Trouble, useAsked } from "../view/Asked";
import { Comfort } from "../view/Comfort";
import { Learning } from "../view/Learning";
import { loopName } from "../view/LoopCard";
import { Truth } from "../view/Truth";
import { Week } from "../view/Week";

const EVERY_MS = 600_000; // habits change slowly, and each answer is worked out anew
const LEARNS_NOTHING = 409;

export function HabitsPage() {
  useEffect(() => void loadTariff(), []);
  const loops = state.value?.loops ?? [];
  return (
    <>
      {loops.map((loop) => (
        <LoopHabits key={loop.name} loop={loop.name} alone={loops.length === 1} />
      ))}
    </>
  );
}

function LoopHabits({ loop, alone }: { loop: string; alone: boolean }) {
  const { said, again } = useAsked(() => fetchHabits(loop), [loop], EVERY_MS);
  return (
    <section class="habits" aria-label={loop} aria-busy={said === null}>
      {!alone && <h2>{loopName(loop)}</h2>}
      {said === null && <p class="card muted">{t("reckoning")}</p>}
      {said?.ok === true && (
        <>
          <Comfort loop={loop} habits={said.body} changed={again} />
          <Truth habits={said.body} />
          <Week week={said.body.week} />
          <Learning loop={loop} habits={said.body} changed={again} />
        </>
      )}
      {said?.ok === false && said.status === LEARNS_NOTHING ? <p class="card">{t("learnsNothing")}</p> : <Trouble said={said} />}
    </section>
  );
}
