// A loop's weekly windows, quiet hours and days away: edited here, checked and kept by the service.

import { useState } from "preact/hooks";
import { type Block, blocksOf, bySun, daysOf, spansOf, windowsOf } from "../schedule";
import { type Settings, changeSettings } from "../service";
import { type Key, dayName, t, wordOf } from "../text";
import { toast } from "../toast";
import type { DatedException, LoopSettings, Window } from "../types";
import { Away } from "./Away";
import { Exceptions } from "./Exceptions";
import type { Refused } from "./Fault";
import { WeekEditor } from "./WeekEditor";

const STALE = 412;

interface Props {
  settings: LoopSettings;
  etag: string;
  changed: () => void;
}

export function Schedules({ settings, etag, changed }: Props) {
  // What was refused is shown where it was entered; null when it was kept.
  const save = async (wish: object): Promise<Refused | null> => {
    const answer = await changeSettings(settings.name, wish, etag);
    if (answer.ok) toast(t("saved"), "good");
    else if (answer.status === STALE) toast(t("changedMeanwhile"), "bad");
    if (answer.ok || answer.status === STALE) changed();
    return answer.ok ? null : answer;
  };
  const dated = (index: number, exceptions: DatedException[]) => ({ exceptions: settings.schedules.map((one, at) => (at === index ? exceptions : one.exceptions)) });
  const others = (index: number, windows: Window[]) => ({ schedules: settings.schedules.map((one, at) => (at === index ? windows : one.windows)) });
  return (
    <section class="card schedules">
      <h2>{t("schedulesTitle")}</h2>
      <p class="muted">{t("schedulesHint")}</p>
      {settings.schedules.length === 0 && <p class="muted">{t("schedulesNone")}</p>}
      {settings.schedules.map(({ type, windows, exceptions }, index) => (
        <div key={`${index} ${etag}`}>
          <Editor title={wordOf("schedule", type)} windows={windows} onSave={(next) => save(others(index, next))} />
          {exceptions !== null && <Exceptions exceptions={exceptions} onSave={(next) => save(dated(index, next))} />}
        </div>
      ))}
      <Editor key={`quiet ${etag}`} title={t("schedule_quiet")} windows={settings.quiet} onSave={(quiet) => save({ quiet })} />
      <Away away={settings.away} onSave={(away) => save({ away })} />
    </section>
  );
}

export const fetched = (of: Settings, loop: string): LoopSettings | undefined => of.loops.find((one) => one.name === loop);

// The same windows in words, for narrow screens show them as strokes.
function said(window: Window): string {
  const days = spansOf(daysOf(window)).map(([first, last]) => (first === last ? dayName(first) : `${dayName(first)}–${dayName(last)}`));
  return `${days.join(", ")} ${window.from}–${window.to}`;
}

function Editor({ title, windows, onSave }: { title: string; windows: Window[]; onSave: (windows: Window[]) => Promise<Refused | null> }) {
  const [blocks, setBlocks] = useState<Block[] | null>(null);
  const [refused, setRefused] = useState<Refused | null>(null);
  const sunny = windows.filter(bySun);
  const shown = blocks ?? blocksOf(windows);
  return (
    <div class="schedule">
      <h3>{title}</h3>
      <WeekEditor blocks={shown} label={title} onChange={setBlocks} />
      {sunny.map((window) => (
        <p key={JSON.stringify(window)} class="muted">{t("windowSun", { days: String(window.days), from: window.from, to: window.to })}</p>
      ))}
      {shown.length > 0 && <p class="muted windows">{windowsOf(shown).map(said).join(" · ")}</p>}
      {blocks !== null && (
        <div class="row">
          <button type="button" class="quiet primary" onClick={() => void onSave([...windowsOf(blocks), ...sunny]).then(setRefused)}>{t("save" satisfies Key)}</button>
          <button type="button" class="quiet" onClick={() => setBlocks(null)}>{t("discard")}</button>
        </div>
      )}
      {refused !== null && <p class="fault" role="alert">{refused.wrong[0]?.message ?? refused.detail ?? t("toastUnreachable")}</p>}
    </div>
  );
}
