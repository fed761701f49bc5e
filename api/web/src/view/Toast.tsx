import { toasted } from "../toast";

export function Toast() {
  const { text, kind, shown } = toasted.value;
  return (
    <p id="toast" role="status" aria-live="polite" class={shown ? `shown ${kind}` : ""}>
      {text}
    </p>
  );
}
