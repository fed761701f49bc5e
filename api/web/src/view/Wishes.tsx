// The big buttons: one per fixture, for how long, and the mode.

import { minutesSeconds, sinceMs } from "../clock";
import { iconPaths } from "../icons";
import { type FixtureStatus, type Picture, fixtureLevel, fixtureStatus, typicalRunS } from "../picture";
import { runs } from "../store";
import { fixtureName, t } from "../text";
import { ask, asking, minutes } from "../wishes";
import { ModeChoice } from "./ModeChoice";
import { Segments } from "./Segments";

const ASKING: FixtureStatus = { key: "fixture_asking", values: {}, leftS: 0, share: null };

export function Wishes({ pictures }: { pictures: Picture[] }) {
  return (
    <section class="card controls" id="wishes">
      <h2>{t("askTitle")}</h2>
      <div id="fixtures" class="fixtures">
        {pictures.flatMap((view) => view.loop.fixtures.map((fixture) => <FixtureButton key={`${view.loop.name} ${fixture}`} view={view} fixture={fixture} />))}
      </div>
      <Segments
        id="duration"
        name="minutes"
        legend={t("howLong")}
        options={[[null, t("untilHot")], [2, t("minutes2")], [5, t("minutes5")]]}
        chosen={minutes.value}
        onChoose={(value) => (minutes.value = value)}
      />
      <ModeChoice name="mode" legend />
    </section>
  );
}

function FixtureButton({ view, fixture }: { view: Picture; fixture: string }) {
  const waits = asking.value.includes(fixture);
  const status = waits ? ASKING : fixtureStatus(view, fixture, typicalRunS(view.loop, runs.value), sinceMs());
  const said = t(status.key, { time: minutesSeconds(status.leftS), ...status.values });
  // The name of a button must not change with every second.
  const steady = t(status.key, { time: "", ...status.values });
  return (
    <button
      type="button"
      class="fixture"
      data-fixture={fixture}
      data-level={status.share !== null ? "way" : waits ? "unknown" : fixtureLevel(view, fixture)}
      onClick={() => void ask(fixture)}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        {iconPaths(fixture).map((d) => (
          <path key={d} d={d} />
        ))}
      </svg>
      <span class="hidden">{t("preheat")} </span>
      <span class="name">{fixtureName(fixture)}</span>
      <span class="hidden">: {steady}</span>
      <span class="status" aria-hidden="true">{said}</span>
      <span class="bar" style={{ "--share": status.share ?? 0 }} />
    </button>
  );
}
