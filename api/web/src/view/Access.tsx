// Who is logged in, and keys for programs.

import { useState } from "preact/hooks";
import { fetchSession, fetchTokens, logOut, makeToken, removeToken } from "../service";
import { t, wordOf } from "../text";
import type { Token } from "../types";
import { failed } from "../wishes";
import { Accounts, SCOPES } from "./Accounts";
import { useAsked } from "./Asked";
import { Fault, type Refused, WholeFault, faultOf } from "./Fault";

export function Access() {
  const { said } = useAsked(fetchSession, []);
  if (said?.ok !== true) return null;
  const { accounts, name, scope } = said.body;
  const leave = async () => {
    await logOut();
    location.replace("login.html");
  };
  return (
    <section class="card">
      <h2>{t("accessTitle")}</h2>
      {!accounts && <p class="muted">{t("accessNone")}</p>}
      {accounts && (
        <>
          <p>{t("accessAs", { name: name ?? "", scope: wordOf("scope", scope ?? "") })}</p>
          <button type="button" class="quiet" onClick={() => void leave()}>{t("logOut")}</button>
          {scope === "admin" && <Accounts />}
          {scope === "admin" && <Tokens />}
        </>
      )}
    </section>
  );
}

function Tokens() {
  const { said, again } = useAsked(fetchTokens, []);
  const [made, setMade] = useState<string | null>(null);
  const [refused, setRefused] = useState<Refused | null>(null);
  const make = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const answer = await makeToken(String(form.get("name")), String(form.get("scope")));
    setRefused(answer.ok ? null : answer);
    if (answer.ok) setMade(answer.body.token ?? null);
    again();
  };
  const remove = async (token: Token) => {
    const answer = await removeToken(token.id);
    if (!answer.ok) failed(answer);
    again();
  };
  return (
    <>
      <h3>{t("tokensTitle")}</h3>
      <ul class="list">
        {said?.ok === true && said.body.map((token) => (
          <li key={token.id}>
            <span>{token.name} <span class="muted">{wordOf("scope", token.scope)}</span></span>
            <button type="button" class="quiet" aria-label={t("remove", { what: token.name })} onClick={() => void remove(token)}>{t("removeShort")}</button>
          </li>
        ))}
      </ul>
      {made !== null && <p role="status">{t("tokenOnce")} <code>{made}</code></p>}
      <form class="field" onSubmit={(event) => void make(event)}>
        <label>{t("tokenName")} <input name="name" required maxLength={64} /><Fault wrong={faultOf(refused, /^body\.name/)} /></label>
        <label>{t("tokenScope")} <select name="scope">{SCOPES.map((scope) => <option key={scope} value={scope}>{wordOf("scope", scope)}</option>)}</select></label>
        <button type="submit" class="quiet">{t("makeToken")}</button>
        <WholeFault answer={refused} parts={/^body\.name/} />
      </form>
    </>
  );
}
