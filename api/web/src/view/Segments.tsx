// One choice out of a few, as buttons side by side.

import type { ComponentChildren } from "preact";

interface Props<T> {
  id: string;
  name: string;
  legend: string;
  quietLegend?: boolean;
  options: readonly (readonly [T, string])[];
  chosen: T;
  onChoose: (value: T) => void;
  children?: ComponentChildren;
}

export function Segments<T extends string | number | null>({ id, name, legend, quietLegend = false, options, chosen, onChoose }: Props<T>) {
  return (
    <fieldset class={`segments ${quietLegend ? "small" : ""}`} id={id}>
      <legend class={quietLegend ? "hidden" : ""}>{legend}</legend>
      {options.map(([value, text]) => (
        <label key={String(value)}>
          <input type="radio" name={name} value={value ?? ""} checked={value === chosen} onChange={() => onChoose(value)} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}
