// What is wrong and should be known, at the top of the page.

import { houseTime } from "./clock.js";
import { $, el, setAttribute, setText } from "./dom.js";
import { capital, t } from "./text.js";

// Show the banners for the newest state; `lostAt` is the house time of the last word, undefined while connected.
export function showBanners(state, lostAt) {
  const wanted = lostAt === undefined ? connected(state) : [["lost", lostText(lostAt)]];
  const box = $("banners");
  while (box.children.length > wanted.length) box.lastChild.remove();
  wanted.forEach(([kind, text], index) => {
    const node = box.children[index] ?? box.appendChild(el("p", {}));
    setAttribute(node, "class", `banner ${kind}`);
    setText(node, text);
  });
}

const lostText = (at) => (at === null ? t("bannerNoAnswer") : t("bannerLost", { time: houseTime(at, { seconds: true }) }));

function connected(state) {
  const found = [];
  if (!state.broker_connected) found.push(["bad", t("bannerBroker")]);
  if (!state.storage_ok) found.push(["warn", t("bannerStorage")]);
  for (const loop of state.loops) found.push(...faultsOf(loop, state));
  return found;
}

function faultsOf(loop, state) {
  const name = state.loops.length === 1 ? "" : `${capital(loop.name.replaceAll("_", " "))}: `;
  const found = loop.faults.map((fault) => {
    const since = t("since", { time: houseTime(Date.parse(fault.since)) });
    return ["bad", `${name}${capital(fault.reason.sentence)} (${since})`];
  });
  const told = !state.broker_connected || loop.faults.some((fault) => fault.reason.code === "pump_offline");
  if (!loop.pump_online && !told) found.push(["bad", name + t("bannerOffline")]);
  else if (loop.pump === "unknown" && loop.pump_online && !told) found.push(["warn", name + t("bannerUnknown")]);
  return found;
}
