// What is asked of the service when a part of the page is shown: loading, there, or why not.

import { useEffect, useState } from "preact/hooks";
import type { Said } from "../service";
import { connections } from "../store";
import { language, t } from "../text";

export interface Asked<T> {
  said: Said<T> | null;
  again: () => void;
}

export function useAsked<T>(ask: () => Promise<Said<T>>, on: readonly unknown[], everyMs?: number): Asked<T> {
  const [said, setSaid] = useState<Said<T> | null>(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let gone = false;
    void ask().then((answer) => !gone && setSaid(answer));
    return () => {
      gone = true;
    };
  }, [asked, language.value, connections.value, ...on]);
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const timer = setInterval(() => setAsked((count) => count + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return { said, again: () => setAsked((count) => count + 1) };
}

export function Trouble({ said }: { said: Said<unknown> | null }) {
  if (said === null || said.ok) return null;
  return <p class="muted">{said.detail ?? t("toastUnreachable")}</p>;
}
