// Logging in, and on the first day making the first account. Only where accounts are switched on.

const chinese = navigator.language.startsWith("zh");
const words = (english: string, other: string) => (chinese ? other : english);
const part = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;

type Session = { accounts: boolean; setup: boolean; scope: string | null };

let setup = false;

async function begin(): Promise<void> {
  document.documentElement.lang = chinese ? "zh" : "en";
  part("name-label").textContent = words("Name", "名称");
  part("password-label").textContent = words("Password", "密码");
  part("code-label").textContent = words("Set-up code, printed by the service at its start", "设置码（服务启动时显示）");
  const session = (await (await fetch("api/v1/session")).json()) as Session;
  if (!session.accounts || session.scope !== null) return location.replace("./");
  setup = session.setup;
  part("code-row").hidden = !setup;
  part<HTMLInputElement>("code").required = setup;
  part<HTMLInputElement>("password").autocomplete = setup ? "new-password" : "current-password";
  part("title").textContent = setup ? words("Make the first account", "创建第一个账户") : words("Log in", "登录");
  part("send").textContent = part("title").textContent;
}

async function send(event: SubmitEvent): Promise<void> {
  event.preventDefault();
  const value = (id: string) => part<HTMLInputElement>(id).value;
  const account = { name: value("name"), password: value("password") };
  const answer = await fetch(setup ? "api/v1/setup" : "api/v1/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(setup ? { ...account, code: value("code").trim() } : account),
  });
  if (answer.ok) return location.replace("./");
  const said = (await answer.json()) as { detail: string };
  part("problem").textContent = said.detail;
}

const unreachable = () => {
  part("problem").textContent = words("The service cannot be reached.", "无法连接到服务。");
};
part("form").addEventListener("submit", (event) => void send(event).catch(unreachable));
void begin().catch(unreachable);

export {};
