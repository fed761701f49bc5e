// Every device with what it says now, and what ends a run when the controller dies.

import { fetchDevices } from "../service";
import { type Key, degrees, fixtureName, language, sensorName, t } from "../text";
import type { Device } from "../types";
import { Trouble, useAsked } from "./Asked";

const EVERY_MS = 5_000;
const PUMP = { on: "pumpOn", off: "pumpOff", unknown: "pumpUnknown" } as const satisfies Record<string, Key>;

export function Devices() {
  const { said } = useAsked(fetchDevices, [], EVERY_MS);
  return (
    <section class="card">
      <h2>{t("devicesTitle")}</h2>
      <ul class="list devices">
        {said?.ok === true && said.body.map((device) => <Entry key={device.name} device={device} />)}
      </ul>
      <Trouble said={said} />
    </section>
  );
}

function Entry({ device }: { device: Device }) {
  return (
    <li>
      <div>
        <strong>{device.name}</strong> <span class="muted">{device.family}</span>
        <p class="muted">{device.uses.map(usedFor).join(" · ") || t("unused")}</p>
        {device.lease_class !== null && <p class={device.lease_class === "C" || device.verified === false ? "worry" : "muted"}>{leaseText(device)}</p>}
      </div>
      <ul class="values">
        {device.online === false && <li class="badge refused">{t("offline")}</li>}
        {device.uses.map((use) => {
          if (use.state !== null) return <li key={use.role} class={`badge pump-${use.state}`}>{t(PUMP[use.state])}</li>;
          if (use.role === "button") return null;
          return <li key={use.role} class={`badge ${use.fresh === false ? "old" : ""}`}>{use.value_c === null || use.fresh === false ? t("stale") : degrees(use.value_c)}</li>;
        })}
      </ul>
    </li>
  );
}

function usedFor(use: Device["uses"][number]): string {
  if (use.role === "pump") return t("use_pump", { loop: use.loop });
  if (use.role === "button") return t("use_button", { fixture: fixtureName(use.fixture) });
  return t("use_sensor", { sensor: sensorName(use.role), loop: use.loop });
}

function leaseText({ lease_class, verified }: Device): string {
  const checked = verified === true ? "leaseVerified" : verified === false ? "leaseRefuted" : "leaseUnverified";
  return [t(`lease_${lease_class}` as Key), t(checked)].join(language.value === "zh" ? "；" : "; ");
}
