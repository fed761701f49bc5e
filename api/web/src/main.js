// The page: takes in each newest state, and keeps what is shown true to it.

import { showBanners } from "./banners.js";
import { houseNow, houseTime, setClock } from "./clock.js";
import { Connection } from "./connection.js";
import { $, setAttribute, setText } from "./dom.js";
import { History } from "./history.js";
import { LoopCard } from "./loop.js";
import { Plot } from "./plot.js";
import { picture } from "./state.js";
import { getLanguage, setLanguage, t } from "./text.js";
import { FixtureButton, showMode, wireMode, wireStop } from "./wishes.js";

const TICK_MS = 500;
const page = { state: null, shape: "", loops: [], lostAt: undefined, hours: 1, news: "" };
const history = new History();
const connection = new Connection({ onState, onLost });

function onState(state) {
  const before = page.state;
  const wasLost = page.lostAt !== undefined;
  page.state = state;
  page.lostAt = undefined;
  setClock(state.at, state.speed);
  build(state);
  for (const { plot } of page.loops) plot.add(loopOf(plot.loop), houseNow());
  if (before === null || wasLost || runsOf(before) !== runsOf(state)) void history.refresh().then(show);
  if (before === null || wasLost) void loadPlots();
  show();
}

function onLost() {
  if (page.lostAt === undefined) page.lostAt = page.state === null ? null : houseNow();
  show();
}

const loopOf = (name) => page.state.loops.find((loop) => loop.name === name);
const runsOf = (state) => state.loops.map((loop) => `${loop.run?.started_at} ${loop.commanded} ${loop.waiting.length} ${loop.reason.code}`).join();

async function loadPlots() {
  await Promise.all(page.loops.map(({ plot }) => plot.load(page.hours, houseNow())));
  show();
}

// Make the nodes for these loops; only another house makes them anew.
function build(state) {
  const shape = JSON.stringify(state.loops.map((loop) => [loop.name, loop.topology, loop.fixtures, loop.temperatures.map((each) => each.sensor)]));
  if (shape === page.shape) return;
  page.shape = shape;
  page.loops = state.loops.map((loop) => {
    const buttons = loop.fixtures.map((fixture) => new FixtureButton(fixture));
    const ask = (fixture) => buttons.find((button) => button.fixture === fixture).ask();
    return { name: loop.name, card: new LoopCard(loop, ask), plot: new Plot(loop), buttons };
  });
  for (const { plot } of page.loops) plot.hours = page.hours;
  $("loops").replaceChildren(...page.loops.map(({ card }) => card.node));
  $("fixtures").replaceChildren(...page.loops.flatMap(({ buttons }) => buttons.map((button) => button.node)));
  $("plots").replaceChildren(...page.loops.map(({ plot }) => plot.node));
  setAttribute($("loops"), "aria-busy", null);
}

function show() {
  const { state } = page;
  const lost = page.lostAt !== undefined;
  setAttribute(document.body, "class", lost ? "lost" : "");
  if (state === null) return lost && showBanners(null, page.lostAt);
  showBanners(state, page.lostAt);
  setText($("house"), state.name);
  setAttribute($("speed"), "hidden", state.speed === 1);
  setText($("speed"), t("demo", { speed: state.speed }));
  setAttribute($("speed"), "aria-label", t("speedLabel", { speed: state.speed }));
  showMode(state.mode);
  showLoops(lost);
  return undefined;
}

function showLoops(lost) {
  const now = houseNow();
  const alone = page.loops.length === 1;
  let busy = lost;
  for (const { name, card, plot, buttons } of page.loops) {
    const view = picture(loopOf(name), history.runs, now, lost);
    busy ||= view.pump !== "off" || view.loop.commanded || view.loop.waiting.length > 0;
    card.update(view, history.runs, alone);
    plot.draw(view.loop, history.runs, now, alone);
    for (const button of buttons) button.update(view, history.runs);
  }
  setAttribute($("stop"), "class", busy ? "busy" : "");
  setAttribute($("stop"), "aria-label", t("stopLabel"));
  showClock(now, lost);
  speak();
}

function showClock(now, lost) {
  const shown = lost ? page.lostAt : now;
  setText($("clock"), shown === null || shown === undefined ? "" : houseTime(shown, { seconds: page.state.speed === 1 }));
}

// Say what changed to those who do not see it: once for each turn of events, not for every degree and second.
function speak() {
  const news = page.loops.map(({ name, card }) => `${card.headline.textContent} ${loopOf(name).reason.code} ${loopOf(name).pump}`).join();
  if (news === page.news) return;
  page.news = news;
  setText($("spoken"), page.loops.map(({ card }) => `${card.headline.textContent}. ${card.reason.textContent}`).join(" "));
}

function useLanguage(language) {
  setLanguage(language);
  setText($("language"), language === "zh" ? "English" : "中文");
  setAttribute($("language"), "lang", language === "zh" ? "en" : "zh");
  setAttribute($("language"), "aria-label", t("language"));
}

function changeLanguage() {
  const language = getLanguage() === "zh" ? "en" : "zh";
  localStorage.setItem("zcw-language", language);
  useLanguage(language);
  connection.open(language);
  void history.load().then(show);
  show();
}

function start() {
  const liked = localStorage.getItem("zcw-language") ?? (navigator.language.startsWith("zh") ? "zh" : "en");
  useLanguage(liked);
  setText($("house"), t("connecting"));
  $("language").addEventListener("click", changeLanguage);
  $("span").addEventListener("change", (event) => {
    page.hours = Number(event.target.value);
    void loadPlots();
  });
  wireStop();
  wireMode();
  connection.open(liked);
  setInterval(show, TICK_MS);
  addEventListener("resize", show);
}

start();
