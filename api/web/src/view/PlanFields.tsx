// Fields of the page Plan: each tells its own mistake.

import { useState } from "preact/hooks";
import { type Trouble, troubles } from "../plan";
import { t } from "../text";

// A field keeps what is typed, also while it is no number yet, and tells its mistake beneath.
export function Text({ label, where, value, hint, onText }: { label: string; where: string; value: string; hint?: string; onText: (text: string) => void }) {
  const wrong = troubles.value.find((one) => one.where === where);
  return (
    <label class={wrong === undefined ? "" : "wrong"}>
      {label}
      <input value={value} maxLength={200} aria-invalid={wrong !== undefined} onChange={(event) => onText(event.currentTarget.value.trim())} />
      {hint !== undefined && <small>{hint}</small>}
      {wrong !== undefined && <small class="mend">{mended(wrong)}</small>}
    </label>
  );
}

interface AmountProps {
  label: string;
  where: string;
  value: number | null;
  usual?: number; // what holds where nothing is given
  wrong?: Trouble | undefined;
  onAmount: (value: number | null) => void; // null: nothing was given
}

export function Amount({ label, where, value, usual, wrong = troubles.value.find((one) => one.where === where), onAmount }: AmountProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const [bad, setBad] = useState(false);
  const heard = (field: HTMLInputElement) => {
    setTyped(field.value);
    setBad(field.validity.badInput);
    if (!field.validity.badInput) onAmount(field.value === "" ? null : field.valueAsNumber);
  };
  return (
    <label class={wrong === undefined && !bad ? "" : "wrong"}>
      {label}
      <input type="number" step="any" value={typed ?? value ?? ""} placeholder={usual === undefined ? "" : String(usual)} aria-invalid={bad || wrong !== undefined}
        onInput={(event) => heard(event.currentTarget)} onBlur={() => !bad && setTyped(null)} />
      {bad && <small class="mend" role="alert">{t("planNoNumber")}</small>}
      {!bad && wrong !== undefined && <small class="mend">{mended(wrong)}</small>}
    </label>
  );
}

export const mended = ({ message, cure }: Trouble): string => (cure ? `${message} (${cure})` : message);
