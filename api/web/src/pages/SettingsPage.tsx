// What can be changed, what the house is made of, and how it is looked after.

import { state } from "../store";
import { t } from "../text";
import { fetchSettings } from "../service";
import { Access } from "../view/Access";
import { Trouble, useAsked } from "../view/Asked";
import { Care, Log } from "../view/Care";
import { Devices } from "../view/Devices";
import { loopName } from "../view/LoopCard";
import { ModeChoice } from "../view/ModeChoice";
import { Schedules, fetched } from "../view/Schedules";

const NO_FILE = 409;

export function SettingsPage() {
  const { said, again } = useAsked(fetchSettings, []);
  const loops = state.value?.loops ?? [];
  const etag = said?.ok === true ? (said.etag ?? "") : "";
  return (
    <div class="settings" aria-busy={said === null}>
      <div class="settings-main">
        {said === null && <p class="card muted">{t("reckoning")}</p>}
        {said?.ok === true && loops.map(({ name }) => {
          const settings = fetched(said.body, name);
          return settings && (
            <div key={name}>
              {loops.length > 1 && <h2 class="loop-title">{loopName(name)}</h2>}
              <Schedules settings={settings} etag={etag} changed={again} />
            </div>
          );
        })}
        {said?.ok === false && said.status === NO_FILE ? <p class="card">{t("noFile")}</p> : <Trouble said={said} />}
      </div>
      <div class="settings-side">
        <section class="card">
          <h2>{t("modeTitle")}</h2>
          <ModeChoice name="settings-mode" />
        </section>
        <Devices />
        <Access />
        <Care />
      </div>
      <div class="settings-log">
        <Log />
      </div>
    </div>
  );
}
