// What the service found wrong with a field, beside the field; read out when it appears.

import type { Said, Wrong } from "../service";
import { capital, t } from "../text";

export type Refused = Extract<Said<unknown>, { ok: false }>;

// The complaint about one field: `part` is how its place is called in what was sent.
export function faultOf(answer: Refused | null, part: RegExp): Wrong | undefined {
  return answer?.wrong.find(({ where }) => part.test(where));
}

export function Fault({ wrong }: { wrong: Wrong | undefined }) {
  if (wrong === undefined) return null;
  return <span class="fault" role="alert">{capital(wrong.message)}</span>;
}

// What is wrong with the whole, where no field is named.
export function WholeFault({ answer, parts }: { answer: Refused | null; parts: RegExp }) {
  if (answer === null || answer.wrong.some(({ where }) => parts.test(where))) return null;
  return <p class="fault" role="alert">{answer.detail ?? t("toastUnreachable")}</p>;
}
