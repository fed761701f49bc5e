// The loop as a drawing: heater, supply trunk with its fixtures, and the way back. Colour is temperature.

import { useId } from "preact/hooks";
import { sinceMs } from "../clock";
import { iconPaths } from "../icons";
import { type Picture, estimateOf, fixtureLevel, fixtureStatus, sensorOf, typicalRunS, waterColour } from "../picture";
import { runs } from "../store";
import { degrees, fixtureName, sensorName, t } from "../text";
import type { Loop, Temperature } from "../types";
import { ask } from "../wishes";

const LEFT = 46;
const RIGHT = 372;
const TOP = 40;
const BOTTOM = 182;
const ROUND = 16;
const TRUNK = `M${LEFT} 74V${TOP + ROUND}Q${LEFT} ${TOP} ${LEFT + ROUND} ${TOP}H${RIGHT - ROUND}Q${RIGHT} ${TOP} ${RIGHT} ${TOP + ROUND}`;
const LAST_BEND = `Q${RIGHT} ${BOTTOM} ${RIGHT - ROUND} ${BOTTOM}H${LEFT + ROUND}Q${LEFT} ${BOTTOM} ${LEFT} ${BOTTOM - ROUND}V156`;
const BACK = `M${RIGHT} ${BOTTOM - ROUND}${LAST_BEND}`;
const TAP_C = { hot: 46, warm: 34, cold: 16, unknown: null } as const;

export function Drawing({ view }: { view: Picture }) {
  const { loop, pump, lost } = view;
  const id = useId();
  const cold = loop.topology === "cold_return";
  const colours = pipeColours(loop, cold, lost);
  return (
    <svg viewBox="8 8 384 206" class={`drawing ${pump === "on" ? "flowing" : ""}`} role="img" aria-label={describe(view)}>
      <defs>
        <Gradient id={`${id}s`} from={colours.supply} to={colours.far} between={between(view, cold)} />
        <Gradient id={`${id}b`} from={colours.back} to={colours.end} />
        <linearGradient id={`${id}h`} x1="0" x2="0" y1="0" y2="1">
          <stop offset="0" class="heat-top" />
          <stop offset="1" class="heat-low" />
        </linearGradient>
      </defs>
      {cold && <Mains />}
      <path class="pipe" d={TRUNK} stroke={`url(#${id}s)`} />
      <path class="pipe" d={BACK} stroke={`url(#${id}b)`} />
      <path class="pipe" d={`M${RIGHT} ${TOP + ROUND - 1}V${BOTTOM - ROUND + 1}`} style={{ stroke: colours.far }} />
      <path class="water" d={`${TRUNK}V${BOTTOM - ROUND}${LAST_BEND}`} />
      {loop.fixtures.map((fixture, index) => (
        <Tap key={fixture} view={view} fixture={fixture} x={tapX(cold, index, loop.fixtures.length)} label={labelOf(loop.fixtures, index, cold)} />
      ))}
      <g>
        <rect class="heater" x="18" y="72" width="56" height="86" rx="14" fill={`url(#${id}h)`} />
        <path class="flame" d="M46 140c6 6 9 9 9 14a9 9 0 0 1-18 0c0-4 3-5 4-9 2 2 3 3 3 5 2-3 3-6 2-10z" transform="translate(0 -38)" />
        <text class="small on-heat" x={LEFT} y="147">
          {t("heater")}
        </text>
      </g>
      <Pump cold={cold} pump={pump} />
      <g class="valve" transform={cold ? `translate(${RIGHT} 158) rotate(90)` : `translate(166 ${BOTTOM}) rotate(180)`}>
        <circle r="10" />
        <path d="M-4-4.5L3 0L-4 4.5zM4.5-4.5V4.5" />
      </g>
      {loop.temperatures.map((reading) => (
        <Pill key={reading.sensor} reading={reading} cold={cold} lost={lost} />
      ))}
    </svg>
  );
}

type Stop = readonly [share: number, colour: string];

// What is estimated at the fixtures' tees colours the supply between its sensors.
function between({ loop, lost }: Picture, cold: boolean): Stop[] {
  if (lost) return [];
  return loop.fixtures.flatMap((fixture, index): Stop[] => {
    const estimate = estimateOf(loop, fixture);
    if (estimate === null) return [];
    return [[(tapX(cold, index, loop.fixtures.length) - LEFT) / (RIGHT - LEFT), waterColour(estimate.estimate_c)]];
  });
}

function Gradient({ id, from, to, between = [] }: { id: string; from: string; to: string; between?: Stop[] }) {
  return (
    <linearGradient id={id} gradientUnits="userSpaceOnUse" x1={LEFT} x2={RIGHT} y1="0" y2="0">
      <stop offset="0" style={{ stopColor: from }} />
      {between.map(([share, colour]) => (
        <stop key={share} offset={share} style={{ stopColor: colour }} />
      ))}
      <stop offset="1" style={{ stopColor: to }} />
    </linearGradient>
  );
}

function Mains() {
  return (
    <g>
      <path class="pipe mains" d={`M0 ${BOTTOM}H${LEFT + ROUND}`} />
      <text class="small beside" x="46" y={BOTTOM + 22}>
        {t("mains")}
      </text>
    </g>
  );
}

// With the cold pipe as the way back, the pump sits at the heater's outlet; else before the heater's inlet.
function Pump({ cold, pump }: { cold: boolean; pump: Picture["pump"] }) {
  return (
    <g class={`pump ${pump}`} transform={cold ? `translate(96 ${TOP})` : `translate(108 ${BOTTOM})`}>
      <circle r="16" />
      <g class="blades">
        {[0, 120, 240].map((turn) => (
          <path key={turn} d="M0 0C3-2 8-2 9.5-6" transform={`rotate(${turn})`} />
        ))}
      </g>
      <text class="pump-mark" y="5">
        {pump === "unknown" ? "?" : ""}
      </text>
    </g>
  );
}

function Pill({ reading, cold, lost }: { reading: Temperature; cold: boolean; lost: boolean }) {
  const { sensor, value_c, fresh } = reading;
  const [x, y] = pillAt(sensor, cold);
  const beside = sensor === "far_end";
  return (
    <g class={fresh && !lost ? "pill" : "pill stale"} transform={`translate(${x} ${y})`}>
      <rect x="-31" y="-13" width="62" height="26" rx="13" />
      <text y="4.5">{value_c === null ? "– °C" : degrees(value_c)}</text>
      <text class={`small ${beside ? "beside" : ""}`} x={beside ? -37 : 0} y={beside ? 4 : y === BOTTOM ? 27 : -19}>
        {sensorName(sensor)}
      </text>
    </g>
  );
}

function pillAt(sensor: string, cold: boolean): readonly [number, number] {
  const places: Record<string, readonly [number, number]> = {
    supply: [cold ? 150 : 108, TOP],
    far_end: [RIGHT - 16, 126],
    return: [268, BOTTOM],
    cold_line: [290, BOTTOM],
  };
  return places[sensor] ?? [220, BOTTOM];
}

function tapX(cold: boolean, index: number, count: number): number {
  const first = cold ? 208 : 172;
  return count === 1 ? 260 : first + ((RIGHT - 54 - first) * index) / (count - 1);
}

interface Label {
  y: number;
  width: number; // at most
}

// Names that would touch stand in two rows, the even ones lower; what is too long even so is set narrower.
function labelOf(fixtures: string[], index: number, cold: boolean): Label {
  const apart = fixtures.length === 1 ? RIGHT : tapX(cold, 1, fixtures.length) - tapX(cold, 0, fixtures.length);
  const crowded = fixtures.some((name) => widthOf(fixtureName(name)) > apart - 6);
  return { y: crowded && index % 2 === 1 ? 82 : 66, width: Math.min(crowded ? 2 * apart - 6 : apart - 6, 130) };
}

// Roughly, in the drawing's units: Chinese signs are as wide as high.
const widthOf = (text: string): number => [...text].reduce((sum, sign) => sum + (sign > "\u2e80" ? 13 : 7.4), 0);

function Tap({ view, fixture, x, label }: { view: Picture; fixture: string; x: number; label: Label }) {
  const estimate = view.lost ? null : estimateOf(view.loop, fixture);
  const tap_c = estimate?.estimate_c ?? TAP_C[fixtureLevel(view, fixture)];
  const wanted = fixtureStatus(view, fixture, typicalRunS(view.loop, runs.value), sinceMs()).share !== null;
  return (
    <g class={`tap${wanted ? " wanted" : ""}${estimate?.hot === null ? " unsure" : ""}`} transform={`translate(${x} ${TOP + 4})`} style={{ "--tap": waterColour(tap_c) }} onClick={() => void ask(fixture)}>
      <path class="branch" d="M0 0V18" />
      <circle cy="36" r="19" />
      <g class="icon" transform="translate(-12 24)">
        {iconPaths(fixture).map((d) => (
          <path key={d} d={d} />
        ))}
      </g>
      <text class="label" y={label.y} {...(widthOf(fixtureName(fixture)) > label.width ? { textLength: label.width, lengthAdjust: "spacingAndGlyphs" } : {})}>
        {fixtureName(fixture)}
      </text>
    </g>
  );
}

// A stale value has no colour: the drawing must not show old news as the state of the pipe.
function pipeColours(loop: Loop, cold: boolean, lost: boolean) {
  const value = (role: string): number | null => {
    const found = sensorOf(loop, role);
    return found?.fresh && !lost ? found.value_c : null;
  };
  const end = waterColour(cold ? value("cold_line") : value("return"));
  const far = waterColour(value("far_end") ?? (cold ? null : value("return")));
  return { supply: waterColour(value("supply")), far, back: end, end: cold ? end : far };
}

function describe({ loop, tell, pump }: Picture): string {
  const value = (reading: Temperature | null) => (reading === null || reading.value_c === null ? t("stale") : degrees(reading.value_c));
  const far = tell ? t("drawingFar", { sensor: sensorName(tell.sensor), value: value(tell) }) : t("stale");
  const said = ({ on: "pumpOn", off: "pumpOff", unknown: "pumpUnknown" } as const)[pump];
  return t("drawing", { loop: loop.name, supply: value(sensorOf(loop, "supply")), far, pump: t(said) });
}
