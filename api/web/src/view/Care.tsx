// Backup, doctor and log.

import { useState } from "preact/hooks";
import { houseTime } from "../clock";
import { examine, fetchLog } from "../service";
import { state } from "../store";
import { capital, t, wordOf } from "../text";
import type { Finding } from "../types";
import { failed } from "../wishes";
import { Trouble, useAsked } from "./Asked";
import { loopName } from "./LoopCard";

export function Care() {
  const [findings, setFindings] = useState<Finding[] | "busy" | null>(null);
  const look = async () => {
    setFindings("busy");
    const answer = await examine();
    setFindings(answer.ok ? answer.body : null);
    if (!answer.ok) failed(answer);
  };
  return (
    <section class="card">
      <h2>{t("careTitle")}</h2>
      <div class="row">
        <a class="quiet" href="api/v1/backup" download>{t("backupGet")}</a>
        <button type="button" class="quiet" disabled={findings === "busy"} onClick={() => void look()}>{t("doctorAsk")}</button>
      </div>
      <div role="status">
        {findings === "busy" && <p class="muted">{t("doctorBusy")}</p>}
        {Array.isArray(findings) && findings.every((one) => one.severity === "fine") && <p>{t("doctorFine")}</p>}
      </div>
      {Array.isArray(findings) && (
        <ul class="list findings">
          {findings.map((one) => (
            <li key={one.check + one.message}>
              <span><strong>{capital(one.check)}</strong>: {one.message}{one.cure && <em class="muted"> {t("sentence", { text: capital(one.cure) })}</em>}</span>
              <span class={`badge ${one.severity}`}>{wordOf("severity", one.severity)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function Log() {
  const [query, setQuery] = useState<string>("?limit=20");
  const { said } = useAsked(() => fetchLog(query), [query]);
  const page = said?.ok === true ? said.body : null;
  return (
    <section class="card">
      <h2>{t("logTitle")}</h2>
      {page?.notes.length === 0 && <p class="muted">{t("logEmpty")}</p>}
      <ol class="list log">
        {page?.notes.map((note) => (
          <li key={note.id}>
            <time class="muted" dateTime={note.at ?? undefined}>{note.at === null ? "–" : houseTime(Date.parse(note.at), { date: true })}</time>
            <span>
              <span class="muted">{[...(state.value !== null && state.value.loops.length > 1 && note.loop !== "" ? [loopName(note.loop)] : []), wordOf("note", note.kind)].join(" · ")}</span>
              <br />
              {capital(note.reason.sentence)}
            </span>
          </li>
        ))}
      </ol>
      <Trouble said={said} />
      <div class="row">
        {query !== "?limit=20" && <button type="button" class="quiet" onClick={() => setQuery("?limit=20")}>{t("whole")}</button>}
        {page?.next && <button type="button" class="quiet" onClick={() => setQuery(page.next ?? "?limit=20")}>{t("more")}</button>}
      </div>
    </section>
  );
}
