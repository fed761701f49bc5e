// One loop at a glance: is it hot, is the pump running, who asked and why; with the drawing below.

import { minutesSeconds, sinceMs } from "./clock.js";
import { el, setAttribute, setText } from "./dom.js";
import { Drawing } from "./drawing.js";
import { fixtureStatus, pumpKey, typicalRunS } from "./state.js";
import { capital, fixtureName, sensorName, strategyName, t, whoName } from "./text.js";

export class LoopCard {
  constructor(loop, onFixture) {
    this.name = el("p", { class: "loop-name muted" });
    this.headline = el("h1", {});
    this.reason = el("p", { class: "reason" });
    this.chips = el("ul", { class: "chips" });
    this.value = el("strong", {});
    this.where = el("span", {});
    this.drawing = new Drawing(loop, onFixture);
    const words = el("div", { class: "words" }, this.name, this.headline, this.reason);
    const dial = el("div", { class: "dial" }, this.value, this.where);
    const top = el("div", { class: "glance" }, words, dial);
    this.node = el("section", { class: "card hero" }, top, this.chips, this.drawing.node);
  }

  update(view, runs, alone) {
    const { loop, level, headline } = view;
    setAttribute(this.node, "data-level", headline === "way" || headline === "heating" ? "way" : level);
    setAttribute(this.node, "aria-label", loop.name);
    setText(this.name, alone ? "" : capital(loop.name.replaceAll("_", " ")));
    setText(this.headline, t(headline, { minutes: Math.round(view.arrivedMs / 60_000) }));
    const { sentence } = loop.reason;
    setText(this.reason, view.lost ? t("lastKnown", { text: sentence }) : t("sentence", { text: capital(sentence) }));
    this.#updateDial(view.tell, view.lost);
    this.#updateChips(view);
    const typicalS = typicalRunS(loop, runs);
    this.drawing.update(view, (fixture) => fixtureStatus(view, fixture, typicalS, sinceMs()));
  }

  #updateDial(tell, lost) {
    const known = tell !== null && !lost;
    setText(this.value, known ? `${Math.round(tell.value_c)}°` : "");
    setText(this.where, known ? sensorName(tell.sensor) : "");
  }

  #updateChips(view) {
    const said = chipsOf(view);
    while (this.chips.children.length > said.length) this.chips.lastChild.remove();
    said.forEach(([kind, text], index) => {
      const chip = this.chips.children[index] ?? this.chips.appendChild(el("li", {}));
      setAttribute(chip, "class", `chip ${kind}`);
      setText(chip, text);
    });
  }
}

function chipsOf({ loop, pump, lost }) {
  const key = pumpKey(loop, pump);
  const run = pump === "off" || lost ? null : loop.run;
  const time = run === null ? "" : ` ${minutesSeconds(run.elapsed_s + sinceMs() / 1000)}`;
  const chips = [[`pump-${pump}${key.startsWith("pumpOrdered") ? " odd" : ""}`, t(key) + time]];
  if (run?.fixture) chips.push(["", t("forFixture", { fixture: fixtureName(run.fixture) })]);
  if (run?.by && !run.who) chips.push(["", t("by", { strategy: strategyName(run.by) })]);
  if (run === null && !lost) chips.push(...loop.waiting.map((who) => ["waiting", t("waitingFor", { who: whoName(who) })]));
  return chips;
}
