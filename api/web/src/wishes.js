// The big buttons: one per fixture, STOP, and the mode.

import * as actions from "./actions.js";
import { minutesSeconds, sinceMs } from "./clock.js";
import { $, el, setAttribute, setText, svg } from "./dom.js";
import { iconPaths } from "./icons.js";
import { fixtureStatus, typicalRunS } from "./state.js";
import { fixtureName, t } from "./text.js";
import { toast } from "./toast.js";

const CHOICE_MS = 2_000;
const MODES = { auto: "modeAuto", manual: "modeManual", off: "modeOff" };

export class FixtureButton {
  constructor(fixture) {
    this.fixture = fixture;
    this.asking = false;
    this.name = el("span", { class: "name" });
    this.status = el("span", { class: "status" });
    this.bar = el("span", { class: "bar" });
    const icon = svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, ...iconPaths(fixture).map((d) => svg("path", { d })));
    this.node = el("button", { type: "button", class: "fixture", "data-fixture": fixture, onclick: () => this.ask() }, icon, this.name, this.status, this.bar);
  }

  async ask() {
    if (this.asking) return;
    this.asking = true;
    this.show({ key: "fixture_asking", values: {}, share: null });
    const minutes = document.querySelector('input[name="minutes"]:checked').value;
    const answer = await actions.preheat(this.fixture, minutes === "" ? null : Number(minutes));
    this.asking = false;
    if (!answer.ok) return failed(answer);
    const { accepted, running, reason } = answer.body;
    const values = { fixture: fixtureName(this.fixture), reason: reason.sentence };
    const granted = (accepted && running) || reason.code === "already_hot";
    toast(t(granted ? "toastAsked" : "toastRefused", values), accepted || granted ? "good" : "bad");
  }

  update(view, runs) {
    if (!this.asking) this.show(fixtureStatus(view, this.fixture, typicalRunS(view.loop, runs), sinceMs()), view.level);
  }

  show(status, level = "unknown") {
    const said = t(status.key, { time: minutesSeconds(status.leftS ?? 0), ...status.values });
    setText(this.name, fixtureName(this.fixture));
    setText(this.status, said);
    setAttribute(this.node, "data-level", status.share === null ? level : "way");
    setAttribute(this.node, "aria-label", t("preheat", { fixture: fixtureName(this.fixture), status: t(status.key, { time: "", ...status.values }) }));
    this.bar.style.setProperty("--share", status.share ?? 0);
  }
}

export function wireStop() {
  $("stop").addEventListener("click", async () => {
    const answer = await actions.stop();
    if (answer.ok) toast(t("toastStopped", { reason: answer.body.answers[0]?.reason.sentence ?? "" }), "good");
    else toast(answer.detail === null ? t("stopUnreachable") : t("toastFailed", answer), "bad");
  });
}

// The mode just chosen, shown until the service confirms it or does not.
let choice = { mode: null, until: 0 };

export function wireMode() {
  $("mode").addEventListener("change", async (event) => {
    const mode = event.target.value;
    choice = { mode, until: performance.now() + CHOICE_MS };
    const answer = await actions.setMode(mode);
    if (answer.ok) return toast(t("toastMode", { mode: t(MODES[mode]) }), "good");
    choice.until = 0;
    return failed(answer);
  });
}

export function showMode(mode) {
  if (choice.mode === mode) choice.until = 0;
  if (performance.now() < choice.until) return;
  document.querySelector(`input[name="mode"][value="${mode}"]`).checked = true;
  setText($("mode-hint"), t(`modeHint_${mode}`));
}

function failed(answer) {
  toast(answer.detail === null ? t("toastUnreachable") : t("toastFailed", answer), "bad");
}
