// Plan: a layout drawn up in forms with a live picture, and advice on it from a process in the background.

import { useEffect, useRef, useState } from "preact/hooks";
import { change, forget, keep, names, open, type Pipe, picture, said, take, type Tree, tree, troubles } from "../plan";
import { language, t, wordOf } from "../text";
import { AdviceCard } from "../view/Advice";
import { Ask } from "../view/AdviceForm";
import { Amount, Text, mended } from "../view/PlanFields";

const NAME = /^[A-Za-z0-9][A-Za-z0-9 _-]{0,39}$/; // as the service takes it
const HEATERS = ["ideal", "storage", "heat_pump", "tankless", "combi"];

export function PlanPage() {
  useEffect(() => void open(), [language.value]);
  const house = tree.value;
  if (house === null || names.value === null) return <section class="card" aria-busy="true"><p class="muted">…</p></section>;
  return (
    <div class="plan">
      <section class="card">
        <h2>{t("planTitle")}</h2>
        <p class="muted">{t("planIntro")}</p>
        <Choose house={house} />
      </section>
      <section class="card">
        <h2>{t("planPicture")}</h2>
        <Drawn />
        <Troubles />
      </section>
      <HouseForm house={house} />
      <Ask />
      <AdviceCard />
    </div>
  );
}

function Choose({ house }: { house: Tree }) {
  const [name, setName] = useState("");
  const [kept, setKept] = useState<boolean | null>(null);
  const wrong = name.trim() !== "" && !NAME.test(name.trim());
  const { shipped, own } = names.value ?? { shipped: [] as string[], own: [] as string[] };
  return (
    <div class="fields">
      <label>
        {t("planStart")}
        <select id="plan-layout" value="" onChange={(event) => void take(event.currentTarget.value)}>
          <option value="" disabled>{house.name}</option>
          {own.length > 0 && <optgroup label={t("planOwn")}>{own.map((one) => <option key={one} value={one}>{one}</option>)}</optgroup>}
          <optgroup label={t("planShipped")}>{shipped.map((one) => <option key={one} value={one}>{one}</option>)}</optgroup>
        </select>
      </label>
      <label>
        {t("planKeepAs")}
        <input id="plan-keep-as" maxLength={40} value={name} aria-invalid={wrong} onInput={(event) => { setName(event.currentTarget.value); setKept(null); }} />
        {wrong && <small class="mend" role="alert">{t("planKeepWrong")}</small>}
      </label>
      <div class="buttons">
        <button type="button" disabled={!NAME.test(name.trim())} onClick={() => void keep(name.trim()).then(setKept)}>{t("planKeep")}</button>
        {own.includes(name.trim()) && <button type="button" onClick={() => void forget(name.trim())}>{t("planForget")}</button>}
        <span role="status" class={kept === false ? "mend" : ""}>{kept === null ? "" : kept ? t("planKept") : said.value}</span>
      </div>
    </div>
  );
}

// In a shadow tree, where the page's styles and the picture's leave each other alone.
function Drawn() {
  const host = useRef<HTMLDivElement>(null);
  const { svg, style } = picture.value;
  useEffect(() => {
    if (host.current === null) return;
    const shadow = host.current.shadowRoot ?? host.current.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // a sheet made by script: the rules for this page allow no style within it
    sheet.replaceSync(`${style} svg { display: block; width: 100%; min-width: 480px; height: auto; max-height: 420px; }`);
    shadow.adoptedStyleSheets = [sheet];
    // Read as a picture and never as markup of this page: what is in it cannot run.
    const read = svg === "" ? [] : [document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true)];
    shadow.replaceChildren(...read);
  }, [svg, style]);
  return <div class="plan-drawing" ref={host} role="region" tabIndex={0} aria-label={t("planPicture")} />;
}

function Troubles() {
  if (troubles.value.length === 0) return null;
  return (
    <div class="troubles" role="alert">
      <strong>{t("planWrong")}</strong>
      <ul>{troubles.value.map(({ where, message, cure }) => <li key={where + message}><code>{where}</code> {mended({ where, message, cure })}</li>)}</ul>
    </div>
  );
}

function HouseForm({ house }: { house: Tree }) {
  const set = (part: Partial<Tree>) => change({ ...house, ...part } as Tree);
  const setOptional = (key: "mains_c" | "ambient_c", value: number | null) => {
    const { [key]: _old, ...rest } = house;
    change((value === null ? rest : { ...rest, [key]: value }) as Tree);
  };
  const way = house.loops !== undefined ? "loops" : house.return !== undefined && house.return.length > 0 ? "return" : house.crossover !== undefined ? "cold" : "none";
  return (
    <section class="card">
      <h2>{t("planHouse")}</h2>
      <div class="fields">
        <Text label={t("planName")} where="name" value={house.name} onText={(name) => set({ name })} />
        <label>
          {t("planHeater")}
          <select value={house.heater.kind ?? "ideal"} onChange={(event) => set({ heater: { kind: event.currentTarget.value, setpoint_c: house.heater.setpoint_c } })}>
            {HEATERS.map((kind) => <option key={kind} value={kind}>{wordOf("heater", kind)}</option>)}
          </select>
        </label>
        <Amount label={t("planSetpoint")} where="heater.setpoint_c" value={house.heater.setpoint_c} onAmount={(value) => set({ heater: { ...house.heater, setpoint_c: value as number } })} />
        <Amount label={t("planMains")} where="mains_c" value={house.mains_c ?? null} usual={12} onAmount={(value) => setOptional("mains_c", value)} />
        <Amount label={t("planAmbient")} where="ambient_c" value={house.ambient_c ?? null} usual={20} onAmount={(value) => setOptional("ambient_c", value)} />
        <Text label={t("planFixtures")} where="fixtures" value={house.fixtures.join(", ")} hint={t("planFixturesHint")}
          onText={(text) => set({ fixtures: text.split(/[,,]/).map((one) => one.trim()).filter(Boolean) })} />
      </div>
      <Pipes title={t("planHot")} section="hot" pipes={house.hot} onPipes={(hot) => set({ hot })} />
      <fieldset class="segments">
        <legend>{t("planWay")}</legend>
        {way === "loops" ? <p class="hint">{t("planSeveral")}</p> : (["none", "return", "cold"] as const).map((one) => (
          <label key={one}>
            <input type="radio" name="plan-way" checked={way === one} onChange={() => change(withWay(house, one))} />
            <span>{t(({ none: "planNone", return: "planReturn", cold: "planColdPipe" } as const)[one])}</span>
          </label>
        ))}
      </fieldset>
      {way === "return" && <Pipes title={t("planReturn")} section="return" pipes={house.return ?? []} onPipes={(pipes) => set({ return: pipes })} />}
    </section>
  );
}

function withWay(house: Tree, way: "none" | "return" | "cold"): Tree {
  const { return: _return, crossover: _crossover, pump: _pump, sensors: _sensors, check_valve: _check, ...rest } = house;
  const { return_at: _port, ...heater } = house.heater;
  const bare = { ...rest, heater } as Tree;
  const far = bare.fixtures.at(-1) ?? "";
  const last = bare.hot.find((pipe) => pipe.to === far);
  if (way === "return") return { ...bare, return: [{ from: last?.from === "heater" ? far : (last?.from ?? far), to: "heater", length_m: 10, ...(last?.size === undefined ? {} : { size: last.size }), insulation_mm: 13 }] };
  if (way === "cold") return { ...bare, crossover: { at: far, closes_at_c: 37.8, opens_below_c: 35, lag_s: 10 } };
  return bare;
}

function Pipes({ title, section, pipes, onPipes }: { title: string; section: string; pipes: Pipe[]; onPipes: (pipes: Pipe[]) => void }) {
  const set = (number: number, part: Partial<Pipe>) => onPipes(pipes.map((pipe, index) => (index === number ? { ...pipe, ...part } : pipe)));
  const put = (number: number, key: "size" | "insulation_mm", value: string | number | null) => {
    const { [key]: _old, ...rest } = pipes[number] as Pipe;
    onPipes(pipes.map((pipe, index) => (index === number ? ((value === null ? rest : { ...rest, [key]: value }) as Pipe) : pipe)));
  };
  const end = pipes.at(-1)?.to ?? "heater";
  return (
    <fieldset class="pipes">
      <legend>{title}</legend>
      {pipes.map((pipe, number) => {
        const at = `${section}[${number}]`;
        const name = pipe.name ?? `${pipe.from} → ${pipe.to}`;
        return (
          <div class="plan-pipe" key={number} role="group" aria-label={name}>
            <Text label={t("planFrom")} where={`${at}.from`} value={pipe.from} onText={(from) => set(number, { from })} />
            <Text label={t("planTo")} where={`${at}.to`} value={pipe.to} onText={(to) => set(number, { to })} />
            <label>
              {t("planSize")}
              <select value={pipe.size ?? ""} onChange={(event) => put(number, "size", event.currentTarget.value || null)}>
                <option value="">{t("planDefaultSize")}</option>
                {names.value?.sizes.map((size) => <option key={size} value={size}>{size}</option>)}
              </select>
            </label>
            <Amount label={t("planLength")} where={`${at}.length_m`} value={pipe.length_m} onAmount={(value) => set(number, { length_m: value as number })} />
            <Amount label={t("planFoam")} where={`${at}.insulation_mm`} value={pipe.insulation_mm ?? null} onAmount={(value) => put(number, "insulation_mm", value)} />
            <button type="button" class="quiet" aria-label={t("planRemove", { name })} onClick={() => onPipes(pipes.filter((_, index) => index !== number))}>✕</button>
          </div>
        );
      })}
      <button type="button" onClick={() => onPipes([...pipes, section === "hot" ? { from: end, to: "", length_m: 1 } : { from: end, to: "heater", length_m: 1 }])}>{t("planAdd")}</button>
    </fieldset>
  );
}
