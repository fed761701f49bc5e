// Pausing what is learned, and forgetting it, which is asked twice.

import { useId, useRef } from "preact/hooks";
import { forgetLearned, pauseLearning } from "../service";
import { t } from "../text";
import { toast } from "../toast";
import type { Habits } from "../types";
import { failed } from "../wishes";

interface Props {
  loop: string;
  habits: Habits;
  changed: () => void;
}

export function Learning({ loop, habits, changed }: Props) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const pause = async () => {
    const answer = await pauseLearning(loop, !habits.paused);
    if (!answer.ok) failed(answer);
    changed();
  };
  const forget = async () => {
    dialog.current?.close();
    const answer = await forgetLearned(loop);
    if (answer.ok) toast(t("forgotten"), "good");
    else failed(answer);
    changed();
  };
  return (
    <section class="card learning">
      <h2>{t("learningTitle")}</h2>
      <p>{t(habits.paused ? "learningPaused" : "learningOn")}</p>
      <p class="muted">{t(habits.fill_s === null ? "pipesUnknown" : "pipesKnown", { fill: Math.round(habits.fill_s ?? 0), hot: Math.round(habits.hot_s / 60) })}</p>
      <div class="row">
        <button type="button" class="quiet" onClick={() => void pause()}>{t(habits.paused ? "resumeLearning" : "pauseLearning")}</button>
        <button type="button" class="quiet danger" onClick={() => dialog.current?.showModal()}>{t("forget")}</button>
      </div>
      <dialog ref={dialog} aria-labelledby={id}>
        <h2 id={id}>{t("forgetAsk")}</h2>
        <p>{t("forgetWhat")}</p>
        <div class="row">
          <button type="button" class="quiet" onClick={() => dialog.current?.close()}>{t("cancel")}</button>
          <button type="button" class="quiet danger" onClick={() => void forget()}>{t("forgetYes")}</button>
        </div>
      </dialog>
    </section>
  );
}
