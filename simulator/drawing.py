"""A layout as a picture: one SVG text, in English or Chinese, with an element for everything that a page may colour.

Every pipe, fixture, sensor, pump and valve is a group with a steady id (``element_id``) and its name in ``data-name``;
the classes ``hot``, ``cold`` and ``return`` carry the colours, which a page may override. Wider pale lines are foam.
"""

from collections.abc import Iterator
from html import escape
from typing import Final, Literal, TypeAlias

from simulator.drawing_plan import FIXTURE_HEIGHT, HEATER_LEFT, HEATER_RIGHT, RISE, TWIN, Drawn, Plan, Point
from simulator.drawing_words import WORDS, Language, fixture_word
from simulator.layout import Crossover, Layout, Loop, SensorSpot

Kind: TypeAlias = Literal["pipe", "fixture", "sensor", "pump", "valve"]

_STYLE: Final = """
.zcw-layout{font-family:system-ui,'Noto Sans CJK SC','Microsoft YaHei','WenQuanYi Micro Hei',sans-serif;font-size:12px;fill:#1f2933}
.zcw-layout .paper{fill:#fff}
.zcw-layout .title{font-size:17px;font-weight:600}
.zcw-layout .quiet{fill:#5b6875;font-size:11px}
.zcw-layout .label{fill:#3a4651;font-size:10.5px;stroke:#fff;stroke-width:3.5px;stroke-linejoin:round;paint-order:stroke}
.zcw-layout path{fill:none;stroke-linejoin:round;stroke-linecap:butt}
.zcw-layout .halo{stroke:#fff}
.zcw-layout .pipe .foam{stroke:#eadfc8}
.zcw-layout .hot .water{stroke:#d1472f}
.zcw-layout .cold .water{stroke:#2f78c4}
.zcw-layout .return .water{stroke:#dd8a1e}
.zcw-layout .box{fill:#f4f6f8;stroke:#8793a0;stroke-width:1.2}
.zcw-layout .heater .box{fill:#fdf1ee;stroke:#d1472f}
.zcw-layout .symbol{fill:#fff;stroke:#1f2933;stroke-width:1.4}
.zcw-layout .solid{fill:#1f2933;stroke:none}
.zcw-layout .tee{fill:#1f2933}
.zcw-layout .crossing{stroke:#8a4fb5;stroke-width:3}
.zcw-layout .sensor circle{fill:#fff;stroke:#0f7b6c;stroke-width:1.6}
.zcw-layout .sensor text{fill:#0f7b6c;font-size:9px;font-weight:700}
"""
_CHARACTER: Final = 5.9
"""Width of a character of a label, in pixels."""
_CLEAR: Final = 24.0
"""Distance that sensors keep from the ends of a pipe on paper."""
_PUMP_BEFORE_HEATER: Final = 52.0
_VALVE_BEFORE_HEATER: Final = 22.0


def draw_layout(layout: Layout, *, language: Language = "en") -> str:
    """Return a layout as an SVG text.

    Args:
        layout: The house.
        language: Language of what is written on it; names stay as the file has them, save those of common fixtures.
    """
    return "".join(_Picture(layout, language).parts())


def element_id(kind: Kind, name: str) -> str:
    """Return the id of an element; two names never share one, and it keeps to letters, digits, ``-`` and ``_``.

    Args:
        kind: What it is.
        name: Name of the pipe, fixture or loop; for a sensor its label, for a crossover valve its fixture.
    """
    return f"{kind}-" + "".join(_sign(sign) for sign in name)


def _sign(sign: str) -> str:
    if sign.isascii() and sign.isalnum():
        return sign
    return "-" if sign == " " else f"_{ord(sign):x}_"


class _Picture:
    def __init__(self, layout: Layout, language: Language) -> None:
        self._layout = layout
        self._plan = Plan(layout)
        self._language = language
        self._words = WORDS[language]
        self._width = max(self._plan.width, 640.0)

    def parts(self) -> Iterator[str]:
        height = self._plan.height + 34.0
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="zcw-layout" role="img" '
            f'viewBox="0 0 {self._width:.0f} {height:.0f}" width="{self._width:.0f}" height="{height:.0f}">'
        )
        yield f"<title>{escape(self._layout.name)}</title><style>{_STYLE}</style>"
        yield f'<rect class="paper" width="{self._width:.0f}" height="{height:.0f}"/>'
        yield _text((18.0, 26.0), self._layout.name, "title", "start")
        yield _text((18.0, 44.0), self._layout.description, "quiet", "start")
        yield from self._pipes()
        yield from self._crossings()
        yield self._heater()
        for fixture in self._layout.fixtures:
            yield self._fixture(fixture)
        for loop in self._layout.loops:
            yield from self._loop(loop)
        for spot in self._layout.sensors:
            yield self._sensor(spot)
        yield from self._legend(height - 14.0)
        yield "</svg>\n"

    def _pipes(self) -> Iterator[str]:
        # Cold first: where pipes cross, the hot one lies on top of a gap.
        order = {"cold": 0, "return": 1, "hot": 2}
        drawn = sorted(self._plan.pipes, key=lambda pipe: order[pipe.side])
        feed, tee = self._feed()
        for side in order:
            # All gaps of one side before its pipes, so that no pipe cuts into the one that it joins.
            same = [pipe for pipe in drawn if pipe.side == side]
            for pipe in same:
                width = max(self._foam(pipe), _width(pipe)) + 5.0
                yield f'<path class="halo" d="{_line(pipe.points)}" stroke-width="{width:.1f}"/>'
            if side == "cold":
                yield feed
            for pipe in same:
                yield self._pipe(pipe)
        for pipe in drawn:
            yield self._label(pipe)
        yield from self._tees()
        yield tee

    def _pipe(self, pipe: Drawn) -> str:
        line, foam = _line(pipe.points), self._foam(pipe)
        inner = f"<title>{escape(self._about(pipe))}</title>"
        if foam:
            inner += f'<path class="foam" d="{line}" stroke-width="{foam:.1f}"/>'
        inner += f'<path class="water" d="{line}" stroke-width="{_width(pipe):.1f}"/>'
        return _group("pipe", pipe.run.name, f"pipe {pipe.side}", inner)

    def _foam(self, pipe: Drawn) -> float:
        thick_mm = pipe.run.insulation_mm
        return _width(pipe) + 2.0 + min(14.0, thick_mm * 0.5) if thick_mm else 0.0

    def _about(self, pipe: Drawn) -> str:
        run, words = pipe.run, self._words
        foam = words["bare"] if not run.insulation_mm else f"{run.insulation_mm:g} mm {words['foam']}"
        return f"{run.name}: {run.size.name}, {run.length_m:g} m, {foam}"

    def _label(self, pipe: Drawn) -> str:
        if pipe.run.end in self._layout.fixtures and pipe.side != "return":
            return self._label_upright(pipe)
        flat = [span for span in zip(pipe.points, pipe.points[1:], strict=False) if span[0][1] == span[1][1]]
        if not flat:
            return ""
        start, end = max(flat, key=lambda span: abs(span[1][0] - span[0][0]))
        x = (start[0] + end[0]) / 2.0
        text = _fitting(pipe, abs(end[0] - start[0]) - 8.0)
        return _text((x, start[1] - 5.0 - max(self._foam(pipe), _width(pipe)) / 2.0), text, "label", "middle")

    def _label_upright(self, pipe: Drawn) -> str:
        """Write along a twig, between its fixture (or the valve below it) and the highest row of pipes."""
        x, top = pipe.points[-1]
        valves = {crossover.fixture for loop in self._layout.loops for crossover in loop.crossovers}
        above = 30.0 if pipe.run.end in valves else 6.0
        room = RISE - above - 14.0
        x += 15.0 if pipe.side == "cold" else -8.0
        y = top + above + room / 2.0
        turn = f' transform="rotate(-90 {x:.1f} {y:.1f})"'
        return _text((x, y), _fitting(pipe, room), "label", "middle", turn)

    def _tees(self) -> Iterator[str]:
        for side in ("hot", "cold", "return"):
            pipes = [pipe for pipe in self._plan.pipes if pipe.side == side]
            ends = {pipe.points[-1] for pipe in pipes}
            for point in sorted({pipe.points[0] for pipe in self._plan.pipes} & ends):
                yield f'<circle class="tee" cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="3"/>'

    def _feed(self) -> tuple[str, str]:
        """Return the pipe from the mains to the heater, and its tee."""
        x = (HEATER_LEFT + HEATER_RIGHT) / 2.0
        line = _line([(x, self._plan.cold_y), (x, self._plan.return_y + 18.0)])
        pipe = f'<g class="cold"><path class="water" d="{line}" stroke-width="4.5"/></g>'
        return pipe, f'<circle class="tee" cx="{x:.1f}" cy="{self._plan.cold_y:.1f}" r="3"/>'

    def _heater(self) -> str:
        top, bottom = self._plan.hot_y - 22.0, self._plan.return_y + 22.0
        words, layout = self._words, self._layout
        middle = ((HEATER_LEFT + HEATER_RIGHT) / 2.0, (top + bottom) / 2.0)
        return (
            '<g class="heater" id="heater">'
            + _box(HEATER_LEFT, top, HEATER_RIGHT - HEATER_LEFT, bottom - top)
            + _text((middle[0], middle[1] - 2.0), words["heater"], "", "middle")
            + _text((middle[0], middle[1] + 14.0), f"{layout.setpoint_c:g} °C", "quiet", "middle")
            + "</g>"
            + _text(
                (HEATER_LEFT - 14.0, self._plan.cold_y + 20.0),
                f"{words['mains']} {layout.mains_c:g} °C",
                "quiet",
                "start",
            )
        )

    def _fixture(self, name: str) -> str:
        x, y = self._plan.fixture(name)
        word = fixture_word(name, self._language)
        width = max(76.0, min(132.0, 9.0 * sum(2 if ord(sign) > 255 else 1 for sign in word)))
        inner = _box(x - width / 2.0, y - FIXTURE_HEIGHT, width, FIXTURE_HEIGHT - 6.0)
        inner += _text((x, y - FIXTURE_HEIGHT / 2.0 + 1.0), word, "", "middle")
        for side, shift in (("hot", -TWIN), ("cold", TWIN)):
            inner += f'<g class="{side}"><path class="water" d="{_line([(x + shift, y - 6.0), (x + shift, y + 1.0)])}" stroke-width="4"/></g>'
        return _group("fixture", name, "fixture", inner)

    def _crossings(self) -> Iterator[str]:
        for loop in self._layout.loops:
            for crossover in loop.crossovers:
                yield self._crossing(crossover)

    def _crossing(self, crossover: Crossover) -> str:
        x, y = self._plan.fixture(crossover.fixture)
        y += 16.0
        line = _line([(x - TWIN, y), (x + TWIN, y)])
        bow = f'<path class="symbol" d="M{x - 7:.1f},{y - 6:.1f} L{x + 7:.1f},{y + 6:.1f} V{y - 6:.1f} L{x - 7:.1f},{y + 6:.1f} Z" style="fill:#fff"/>'
        shuts = "" if crossover.closes_at_c is None else f", {crossover.closes_at_c:g} °C"
        about = f"<title>{escape(self._words['crossover'] + shuts)}</title>"
        return _group(
            "valve", crossover.fixture, "valve", about + f'<path class="crossing" d="{line}"/>' + bow
        )

    def _loop(self, loop: Loop) -> Iterator[str]:
        about = escape(self._words["pump"] + f" ({loop.name})")
        if not loop.return_line:
            pipe = self._plan.pipes[0]
            x, y = pipe.points[0]
            yield _group("pump", loop.name, "pump", f"<title>{about}</title>" + _pump(x + 24.0, y, -1))
            return
        last = next(run for run in loop.return_line if run.end == "heater")
        _, y = self._plan.by_name[last.name].points[-1]
        yield _group(
            "pump",
            loop.name,
            "pump",
            f"<title>{about}</title>" + _pump(HEATER_RIGHT + _PUMP_BEFORE_HEATER, y, 1),
        )
        valve = f"<title>{escape(self._words['check_valve'])}</title>" + _check_valve(
            HEATER_RIGHT + _VALVE_BEFORE_HEATER, y
        )
        yield _group("valve", loop.name, "valve", valve)

    def _sensor(self, spot: SensorSpot) -> str:
        pipe = self._plan.by_name[spot.pipe]
        x, y = self._sensor_point(pipe, spot.at_m / pipe.run.length_m)
        word = self._words[spot.role]
        about = f"<title>{escape(word)}: {escape(spot.pipe)}, {spot.at_m:g} m</title>"
        inner = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7.5"/>' + _text(
            (x, y + 3.2), self._letter(spot.role), "", "middle"
        )
        return _group("sensor", spot.label, "sensor", about + inner)

    def _sensor_point(self, pipe: Drawn, share: float) -> Point:
        """Return where a sensor is drawn: beside the symbols that stand at a pipe's ends."""
        clear = min(0.5, _CLEAR / pipe.length)
        x, y = pipe.at(max(clear, min(1.0 - clear, share)))
        if pipe.side == "return" and x < HEATER_RIGHT + 86.0:
            return (HEATER_RIGHT + 86.0, y)
        if pipe.side == "hot" and x < HEATER_RIGHT + 58.0:
            return (HEATER_RIGHT + 58.0, y)
        lowest = self._plan.fixture(self._layout.fixtures[0])[1] + 34.0
        return (x, max(y, lowest))

    def _letter(self, role: str) -> str:
        return {"supply": "S", "return": "R", "far_end": "F", "cold_line": "C"}[role]

    def _legend(self, y: float) -> Iterator[str]:
        x = 18.0
        for role in dict.fromkeys(spot.role for spot in self._layout.sensors):
            yield f'<g class="sensor"><circle cx="{x + 7:.1f}" cy="{y - 4:.1f}" r="7.5"/>'
            yield _text((x + 7.0, y - 0.8), self._letter(role), "", "middle") + "</g>"
            word = self._words[role]
            yield _text((x + 19.0, y), word, "quiet", "start")
            x += 40.0 + sum(12.0 if ord(sign) > 255 else 6.4 for sign in word)
        if any(run.insulation_mm for run in self._layout.pipes):
            yield f'<g class="pipe"><path class="foam" d="{_line([(x, y - 4), (x + 26, y - 4)])}" stroke-width="11"/></g>'
            yield _text((x + 32.0, y), self._words["foam"], "quiet", "start")


def _width(pipe: Drawn) -> float:
    return max(2.6, min(6.5, pipe.run.size.outer_mm / 4.6))


def _fitting(pipe: Drawn, room: float) -> str:
    """Return as much about a pipe as there is room for."""
    texts = (f"{pipe.run.size.name} · {pipe.run.length_m:g} m", f"{pipe.run.length_m:g} m")
    return next((text for text in texts if len(text) * _CHARACTER <= room), "")


def _group(kind: Kind, name: str, classes: str, inner: str) -> str:
    return f'<g id="{element_id(kind, name)}" class="{classes}" data-name="{escape(name, quote=True)}">{inner}</g>'


def _line(points: list[Point] | tuple[Point, ...]) -> str:
    return "M" + " L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _box(x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="box" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="7"/>'


def _text(at: Point, text: str, classes: str, anchor: str, more: str = "") -> str:
    if not text:
        return ""
    kind = f' class="{classes}"' if classes else ""
    return f'<text x="{at[0]:.1f}" y="{at[1]:.1f}"{kind} text-anchor="{anchor}"{more}>{escape(text)}</text>'


def _pump(x: float, y: float, towards: int) -> str:
    """Draw a pump that drives to the left (1, towards the heater) or to the right (-1)."""
    tip, tail = x - 8.0 * towards, x + 6.0 * towards
    return (
        f'<circle class="symbol" cx="{x:.1f}" cy="{y:.1f}" r="10"/>'
        f'<path class="solid" d="M{tip:.1f},{y:.1f} L{tail:.1f},{y - 7:.1f} V{y + 7:.1f} Z" style="fill:#1f2933"/>'
    )


def _check_valve(x: float, y: float) -> str:
    return (
        f'<path class="symbol" d="M{x - 6:.1f},{y:.1f} L{x + 7:.1f},{y - 7:.1f} V{y + 7:.1f} Z" style="fill:#fff"/>'
        f'<path class="symbol" d="M{x - 7:.1f},{y - 7:.1f} V{y + 7:.1f}"/>'
    )
