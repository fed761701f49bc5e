"""How the parts are wired: what talks to what, as a small picture whose words stand there in both languages."""

from collections.abc import Iterator
from html import escape
from typing import Final

from simulator.adviser.houses import House, Way
from simulator.adviser.said import Said

_WIDTH: Final = 640
_BOX: Final = (150, 46)
_ROLES: Final = {
    "supply": Said("supply sensor", "供水温度传感器"),
    "return": Said("return sensor", "回水温度传感器"),
    "far_end": Said("far end sensor", "末端温度传感器"),
    "cold_line": Said("cold pipe sensor", "冷水管温度传感器"),
}
_STYLE: Final = (
    ".w-box{fill:#f4f6f8;stroke:#8793a0}.w-main{stroke:#d1472f;stroke-width:3;fill:none}"
    ".w-air{stroke:#0f7b6c;stroke-width:1.5;stroke-dasharray:5 4;fill:none}text{font-size:12px;fill:#1f2933}"
    ".w-quiet{font-size:11px;fill:#5b6875}"
)


def wiring(house: House, strategy: str) -> str:
    """Return the wiring of a scheme as an SVG text; a dashed line is radio or network, a red one is mains voltage."""
    parts = list(_left(house, strategy))
    height = max(190, 40 + 62 * len(parts))
    middle = height / 2.0
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}">',
        f"<style>{_STYLE}</style>",
    ]
    for number, (name, place) in enumerate(parts):
        top = 20 + 62 * number
        lines.append(
            f'<path class="w-air" d="M170 {top + 23} C 210 {top + 23}, 205 {middle}, 245 {middle}"/>'
        )
        lines += _box(20, top, name, place)
    lines.append(f'<path class="w-air" d="M395 {middle} L470 {middle - 40}"/>')
    lines += _box(245, middle - 23, "gateway", "zcw, MQTT")
    lines.append(f'<path class="w-main" d="M545 {middle - 17} L545 {middle + 22}"/>')
    lines += _box(470, middle - 63, "plug with auto-off", "230 V")
    lines += _box(470, middle + 22, "pump", "")
    return "".join([*lines, "</svg>"])


WORDS: Final = {
    "gateway": "网关",
    "plug with auto-off": "带自动断电的插座",
    "pump": "循环泵",
    "button": "按钮",
    **{said.en: said.zh for said in _ROLES.values()},
}
"""The words of the picture and their Chinese."""


def _left(house: House, strategy: str) -> Iterator[tuple[str, str]]:
    for spot in house.layout.sensors:
        yield _ROLES[spot.role].en, f"{spot.pipe}, {spot.at_m:g} m"
    if strategy == "on_demand":
        yield "button", ", ".join(house.layout.fixtures)


def _box(left: float, top: float, name: str, beneath: str) -> list[str]:
    width, height = _BOX
    shown = beneath if len(beneath) <= 26 else beneath[:25] + "…"
    centre = left + width / 2
    return [
        f'<rect class="w-box" x="{left}" y="{top}" width="{width}" height="{height}" rx="6"/>',
        f'<text x="{centre}" y="{top + 19}" text-anchor="middle">{escape(name)}</text>',
        f'<text class="w-quiet" x="{centre}" y="{top + 36}" text-anchor="middle">{escape(shown)}</text>',
    ]


def placements(house: House) -> list[Said]:
    """Return where each sensor, valve and pump sits, in a sentence each."""
    layout, said = house.layout, []
    for spot in layout.sensors:
        name = _ROLES[spot.role]
        said.append(
            Said(
                f"{name.en}: on {spot.pipe}, {spot.at_m:g} m from its beginning, metal to metal, under foam.",
                f"{name.zh}：装在 {spot.pipe} 上，距起点 {spot.at_m:g} 米，贴紧金属，外包保温。",
            )
        )
    for loop in layout.loops:
        for valve in loop.crossovers:
            said.append(
                Said(
                    f"Crossover valve: between hot and cold pipe below {valve.fixture}.",
                    f"回水阀：装在 {valve.fixture} 下方的热水管与冷水管之间。",
                )
            )
    if house.way is Way.RETURN:
        said.append(
            Said(
                "Pump and check valve: in the return line beside the heater, the valve behind the pump.",
                "循环泵和止回阀：装在热水器旁的回水管上，止回阀在泵后。",
            )
        )
    elif house.way is Way.COLD_PIPE:
        said.append(Said("Pump: in the hot pipe beside the heater.", "循环泵：装在热水器旁的热水管上。"))
    return said


def translated(text: str) -> str | None:
    """Return the Chinese of a word of the picture; None for what stays."""
    return WORDS.get(text)
