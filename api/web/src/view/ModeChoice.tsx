// What the controller may do.

import { state } from "../store";
import { t } from "../text";
import { MODES, choose, chosenMode } from "../wishes";
import { Segments } from "./Segments";

export function ModeChoice({ name, legend = false }: { name: string; legend?: boolean }) {
  const mode = chosenMode.value ?? state.value?.mode ?? "auto";
  return (
    <>
      <Segments
        id={name}
        name={name}
        legend={t("modeTitle")}
        quietLegend={!legend}
        options={[["auto", t(MODES.auto)], ["manual", t(MODES.manual)], ["off", t(MODES.off)], ["service", t(MODES.service)]]}
        chosen={mode}
        onChoose={(value) => void choose(value)}
      />
      <p class="muted hint" id={`${name}-hint`}>{t(`modeHint_${mode}`)}</p>
    </>
  );
}
