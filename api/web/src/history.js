// What the pump did, and why: every run and every refusal.

import { fetchRuns } from "./actions.js";
import { houseDay, houseNow, houseTime, minutesSeconds } from "./clock.js";
import { $, el, setAttribute, setText } from "./dom.js";
import { capital, fixtureName, sensorName, strategyName, t, whoName } from "./text.js";

const SETTLED_MS = 2_000;
const FIRST = 6;
const STEP = 20;

export class History {
  constructor() {
    this.shown = FIRST;
    this.runs = [];
    this.next = null;
    this.again = null;
    $("more").addEventListener("click", () => this.#earlier());
  }

  // Something has happened: fetch it now, and once more when it has surely been written down.
  async refresh() {
    if (this.again !== null) return;
    this.again = setTimeout(() => {
      this.again = null;
      void this.load();
    }, SETTLED_MS);
    await this.load();
  }

  // Fetch the newest page, or with `query` the older page that it leads to.
  async load(query) {
    const answer = await fetchRuns(query);
    if (!answer.ok) return this.#empty("historyBroken");
    const page = answer.body.runs;
    const older = this.runs.filter((run) => page.length > 0 && run.id < page.at(-1).id);
    if (query) this.runs = [...this.runs, ...page];
    else this.runs = [...page, ...older];
    if (query || older.length === 0) this.next = answer.body.next;
    this.show();
    return undefined;
  }

  #earlier() {
    this.shown += STEP;
    if (this.shown > this.runs.length && this.next !== null) return this.load(this.next);
    return this.show();
  }

  show() {
    $("history").replaceChildren(...this.runs.slice(0, this.shown).map(entry));
    setAttribute($("more"), "hidden", this.next === null && this.shown >= this.runs.length);
    if (this.runs.length === 0) this.#empty("historyEmpty");
    else setAttribute($("history-empty"), "hidden", true);
  }

  #empty(key) {
    $("history-empty").dataset.text = key;
    setText($("history-empty"), t(key));
    setAttribute($("history-empty"), "hidden", this.runs.length > 0 && key === "historyEmpty");
  }
}

function entry(run) {
  const started = Date.parse(run.started_at);
  const who = run.who ? whoName(run.who) : capital(strategyName(run.by));
  const named = run.fixture === null || run.who?.toLowerCase().includes(run.fixture.toLowerCase());
  const head = el(
    "div",
    { class: "run-head" },
    el("time", { datetime: run.started_at, text: houseTime(started, { date: houseDay(started) !== houseDay(houseNow() ?? started) }) }),
    el("strong", { text: named ? capital(who) : `${fixtureName(run.fixture)} · ${who}` }),
    el("span", { class: `badge ${run.refused ? "refused" : ""}`, text: duration(run, started) }),
  );
  return el("li", { class: run.refused ? "refused" : "" }, head, el("p", { text: why(run) }), rise(run));
}

function duration(run, started) {
  if (run.refused) return t("refused");
  if (run.ended_at !== null) return t("runTook", { time: minutesSeconds((Date.parse(run.ended_at) - started) / 1000) });
  return t(run.stop_reason === null ? "runGoing" : "runLost");
}

function why(run) {
  const start = capital(run.start_reason.sentence);
  if (run.stop_reason === null) return t("sentence", { text: start });
  return t(run.refused ? "refusedWhy" : "ranWhy", { start: run.refused ? run.start_reason.sentence : start, stop: run.stop_reason.sentence });
}

function rise(run) {
  const told = Object.keys(run.end_c).filter((sensor) => sensor in run.start_c && sensor !== "supply" && !run.refused);
  if (told.length === 0) return null;
  const rises = told.map((sensor) => t("fromTo", { sensor: sensorName(sensor), from: run.start_c[sensor].toFixed(1), to: run.end_c[sensor].toFixed(1) }));
  return el("p", { class: "muted rise", text: rises.join(" · ") });
}
