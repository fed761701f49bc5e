// Who may log in: seen and changed by administrators.

import { useState } from "preact/hooks";
import { fetchAccounts, putAccount, removeAccount } from "../service";
import { t, wordOf } from "../text";
import { toast } from "../toast";
import type { Account } from "../types";
import { Trouble, useAsked } from "./Asked";
import { Fault, type Refused, WholeFault, faultOf } from "./Fault";

export const SCOPES = ["read", "control", "admin"];
const FIELDS = /^(path\.name|body\.password|body\.scope)/;

export function Accounts() {
  const { said, again } = useAsked(fetchAccounts, []);
  const [refused, setRefused] = useState<Refused | null>(null);
  const [changing, setChanging] = useState<string | null>(null);
  const put = async (name: string, scope: string, password: string): Promise<boolean> => {
    const answer = await putAccount(name, { scope, ...(password === "" ? {} : { password }) });
    setRefused(answer.ok ? null : answer);
    if (answer.ok) toast(t("accountKept", { name }), "good");
    again();
    return answer.ok;
  };
  const remove = async (name: string) => {
    const answer = await removeAccount(name);
    setRefused(answer.ok ? null : answer);
    again();
  };
  return (
    <>
      <h3>{t("accountsTitle")}</h3>
      <ul class="list">
        {said?.ok === true && said.body.map((account) => (
          <li key={account.name}>
            <span>{account.name} <span class="muted">{wordOf("scope", account.scope)}</span></span>
            <button type="button" class="quiet" aria-expanded={changing === account.name} aria-label={t("change", { what: account.name })} onClick={() => setChanging(changing === account.name ? null : account.name)}>{t("changeShort")}</button>
            <button type="button" class="quiet" aria-label={t("remove", { what: account.name })} onClick={() => void remove(account.name)}>{t("removeShort")}</button>
            {changing === account.name && <AccountForm account={account} refused={refused} onPut={async (...wish) => (await put(...wish)) && (setChanging(null), true)} />}
          </li>
        ))}
      </ul>
      <Trouble said={said} />
      {changing === null && <WholeFault answer={refused} parts={FIELDS} />}
      {changing === null && <AccountForm account={null} refused={refused} onPut={put} />}
    </>
  );
}

interface FormProps {
  account: Account | null; // null: a new one
  refused: Refused | null;
  onPut: (name: string, scope: string, password: string) => Promise<boolean>;
}

function AccountForm({ account, refused, onPut }: FormProps) {
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const value = (name: string) => String(new FormData(form).get(name) ?? "");
    if (await onPut(account?.name ?? value("name"), value("scope"), value("password"))) form.reset();
  };
  return (
    <form class="field account" onSubmit={(event) => void send(event)}>
      {account === null && (
        <label>{t("accountName")} <input name="name" required maxLength={64} autocomplete="off" /><Fault wrong={faultOf(refused, /^path\.name/)} /></label>
      )}
      <label>
        {account === null ? t("accountPassword") : t("accountNewPassword")}
        <input name="password" type="password" required={account === null} autocomplete="new-password" />
        <Fault wrong={faultOf(refused, /^body\.password/)} />
      </label>
      <label>{t("tokenScope")} <select name="scope">{SCOPES.map((scope) => <option key={scope} value={scope} selected={scope === (account?.scope ?? "control")}>{wordOf("scope", scope)}</option>)}</select></label>
      <button type="submit" class="quiet">{account === null ? t("makeAccount") : t("save")}</button>
      {account !== null && <WholeFault answer={refused} parts={FIELDS} />}
    </form>
  );
}
