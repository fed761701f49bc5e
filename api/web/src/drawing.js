// The loop as a drawing: heater, supply trunk with its fixtures, and the way back. Colour is temperature.

import { setAttribute, setText, svg } from "./dom.js";
import { iconPaths } from "./icons.js";
import { sensorOf, waterColour } from "./state.js";
import { degrees, fixtureName, sensorName, t } from "./text.js";

const LEFT = 46;
const RIGHT = 372;
const TOP = 40;
const BOTTOM = 182;
const ROUND = 16;

let drawings = 0;

export class Drawing {
  constructor(loop, onFixture) {
    this.id = `d${(drawings += 1)}`;
    this.cold = loop.topology === "cold_return";
    this.supply = gradient(`${this.id}s`, LEFT, RIGHT);
    this.back = gradient(`${this.id}b`, LEFT, RIGHT);
    this.pills = new Map();
    this.fixtures = loop.fixtures.map((name, index) => this.#fixture(name, index, loop.fixtures.length, onFixture));
    this.node = svg("svg", { viewBox: "8 8 384 206", class: "drawing", role: "img" }, ...this.#layers(loop));
  }

  #layers(loop) {
    const heat = svg("linearGradient", { id: `${this.id}h`, x1: 0, x2: 0, y1: 0, y2: 1 });
    heat.append(svg("stop", { offset: 0, class: "heat-top" }), svg("stop", { offset: 1, class: "heat-low" }));
    const defs = svg("defs", {}, this.supply.node, this.back.node, heat);
    this.far = svg("path", { class: "pipe", d: `M${RIGHT} ${TOP + ROUND - 1}V${BOTTOM - ROUND + 1}` });
    const pipes = [
      svg("path", { class: "pipe", d: trunk(), stroke: `url(#${this.id}s)` }),
      svg("path", { class: "pipe", d: wayBack(), stroke: `url(#${this.id}b)` }),
      this.far,
    ];
    const round = svg("path", { class: "water", d: `${trunk()}V${BOTTOM - ROUND}${wayBack().replace(/^M\S+ \S+?(?=Q)/, "")}` });
    return [defs, ...(this.cold ? [this.#mains()] : []), ...pipes, round, ...this.fixtures.map((each) => each.node), this.#heater(), this.#pump(), this.#valve(), ...this.#sensors(loop)];
  }

  #heater() {
    this.heaterLabel = svg("text", { class: "small on-heat", x: LEFT, y: 147 });
    const flame = svg("path", { class: "flame", d: "M46 140c6 6 9 9 9 14a9 9 0 0 1-18 0c0-4 3-5 4-9 2 2 3 3 3 5 2-3 3-6 2-10z", transform: "translate(0 -38)" });
    return svg("g", {}, svg("rect", { class: "heater", x: 18, y: 72, width: 56, height: 86, rx: 14, fill: `url(#${this.id}h)` }), flame, this.heaterLabel);
  }

  // With the cold pipe as the way back, the pump sits at the heater's outlet; else before the heater's inlet.
  #pump() {
    const [x, y] = this.cold ? [96, TOP] : [108, BOTTOM];
    this.blades = svg("g", { class: "blades" }, ...[0, 120, 240].map((turn) => svg("path", { d: "M0 0C3-2 8-2 9.5-6", transform: `rotate(${turn})` })));
    this.mark = svg("text", { class: "pump-mark", y: 5 });
    this.pump = svg("g", { class: "pump", transform: `translate(${x} ${y})` }, svg("circle", { r: 16 }), this.blades, this.mark);
    return this.pump;
  }

  #valve() {
    const [x, y, turn] = this.cold ? [RIGHT, 158, 90] : [166, BOTTOM, 180];
    return svg("g", { class: "valve", transform: `translate(${x} ${y}) rotate(${turn})` }, svg("circle", { r: 10 }), svg("path", { d: "M-4-4.5L3 0L-4 4.5zM4.5-4.5V4.5" }));
  }

  #mains() {
    this.mainsLabel = svg("text", { class: "small beside", x: 46, y: BOTTOM + 22 });
    return svg("g", {}, svg("path", { class: "pipe mains", d: `M0 ${BOTTOM}H${LEFT + ROUND}` }), this.mainsLabel);
  }

  #sensors(loop) {
    const places = { supply: this.cold ? [150, TOP] : [108, TOP], far_end: [RIGHT - 16, 126], return: [268, BOTTOM], cold_line: [290, BOTTOM] };
    return loop.temperatures.map(({ sensor }) => {
      const [x, y] = places[sensor] ?? [220, BOTTOM];
      const text = svg("text", { y: 4.5 });
      const pill = svg("g", { class: "pill", transform: `translate(${x} ${y})` }, svg("rect", { x: -31, y: -13, width: 62, height: 26, rx: 13 }), text);
      const beside = sensor === "far_end";
      const name = svg("text", { class: `small ${beside ? "beside" : ""}`, x: beside ? -37 : 0, y: beside ? 4 : y === BOTTOM ? 27 : -19 });
      pill.append(name);
      this.pills.set(sensor, { pill, text, name });
      return pill;
    });
  }

  #fixture(name, index, count, onFixture) {
    const first = this.cold ? 208 : 172;
    const x = count === 1 ? 260 : first + ((RIGHT - 54 - first) * index) / (count - 1);
    const label = svg("text", { class: "label", y: 66 });
    const icon = svg("g", { class: "icon", transform: "translate(-12 24)" }, ...iconPaths(name).map((d) => svg("path", { d })));
    const branch = svg("path", { class: "branch", d: "M0 0V18" });
    const node = svg("g", { class: "tap", transform: `translate(${x} ${TOP + 4})`, onclick: () => onFixture(name) }, branch, svg("circle", { cy: 36, r: 19 }), icon, label);
    return { node, branch, label, name };
  }

  update(view, statusOf) {
    const { loop, pump, lost } = view;
    const colours = pipeColours(loop, this.cold, lost);
    this.supply.set(colours.supply, colours.far);
    this.back.set(colours.back, colours.end);
    this.far.style.stroke = colours.far;
    for (const { sensor } of loop.temperatures) this.#updatePill(loop, sensor, lost);
    for (const fixture of this.fixtures) this.#updateFixture(fixture, view, statusOf);
    this.#updatePump(pump);
    setText(this.heaterLabel, t("heater"));
    if (this.mainsLabel) setText(this.mainsLabel, t("mains"));
    setAttribute(this.node, "aria-label", describe(view));
  }

  #updatePill(loop, sensor, lost) {
    const place = this.pills.get(sensor);
    const { value_c, fresh } = sensorOf(loop, sensor);
    setText(place.text, value_c === null ? "– °C" : degrees(value_c));
    setText(place.name, sensorName(sensor));
    setAttribute(place.pill, "class", fresh && !lost ? "pill" : "pill stale");
  }

  #updateFixture(fixture, view, statusOf) {
    const colour = view.level === "hot" ? 46 : view.level === "warm" ? 34 : view.level === "cold" ? 16 : null;
    setText(fixture.label, fixtureName(fixture.name));
    fixture.node.style.setProperty("--tap", waterColour(colour));
    setAttribute(fixture.node, "class", statusOf(fixture.name).share === null ? "tap" : "tap wanted");
  }

  #updatePump(pump) {
    setAttribute(this.pump, "class", `pump ${pump}`);
    setAttribute(this.node, "class", `drawing ${pump === "on" ? "flowing" : ""}`);
    setText(this.mark, pump === "unknown" ? "?" : "");
  }
}

// A stale value has no colour: the drawing must not show old news as the state of the pipe.
function pipeColours(loop, cold, lost) {
  const value = (role) => {
    const found = sensorOf(loop, role);
    return found?.fresh && !lost ? found.value_c : null;
  };
  const end = cold ? value("cold_line") : value("return");
  const far = value("far_end") ?? (cold ? null : end);
  const [supply, farColour, endColour] = [value("supply"), far, end].map(waterColour);
  return { supply, far: farColour, back: endColour, end: cold ? endColour : farColour };
}

function describe({ loop, tell, pump }) {
  const supply = sensorOf(loop, "supply");
  const value = (reading) => (reading?.value_c === null || reading === null ? t("stale") : degrees(reading.value_c));
  const far = tell ? t("drawingFar", { sensor: sensorName(tell.sensor), value: value(tell) }) : t("stale");
  const said = { on: "pumpOn", off: "pumpOff", unknown: "pumpUnknown" }[pump];
  return t("drawing", { loop: loop.name, supply: value(supply), far, pump: t(said) });
}

const trunk = () => `M${LEFT} 74V${TOP + ROUND}Q${LEFT} ${TOP} ${LEFT + ROUND} ${TOP}H${RIGHT - ROUND}Q${RIGHT} ${TOP} ${RIGHT} ${TOP + ROUND}`;
const wayBack = () => `M${RIGHT} ${BOTTOM - ROUND}Q${RIGHT} ${BOTTOM} ${RIGHT - ROUND} ${BOTTOM}H${LEFT + ROUND}Q${LEFT} ${BOTTOM} ${LEFT} ${BOTTOM - ROUND}V156`;

// A gradient along the pipe from left to right, whose two colours can be set.
function gradient(id, x1, x2) {
  const stops = [svg("stop", { offset: 0 }), svg("stop", { offset: 1 })];
  const node = svg("linearGradient", { id, gradientUnits: "userSpaceOnUse", x1, x2, y1: 0, y2: 0 }, ...stops);
  const set = (...colours) => colours.forEach((colour, i) => stops[i].style.setProperty("stop-color", colour));
  return { node, set };
}
