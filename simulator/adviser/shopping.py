"""The parts list of a scheme: lengths of pipe and foam, and what is bought by the piece."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Final

from simulator.adviser.houses import House, Way
from simulator.adviser.pumps import PumpSize, Sizing
from simulator.adviser.said import Said
from simulator.friction import BEND_EVERY_M
from simulator.layout import PipeRun

WASTE: Final = 1.1
"""Pipe and foam are bought a tenth longer, for cuts. Our choice."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a parts list.

    Args:
        name: What it is.
        count: How many, or how many metres.
        unit: ``m`` or ``pieces``.
        remark: What to look for.
    """

    name: Said
    count: float
    unit: str
    remark: Said

    def as_record(self) -> dict[str, str | float]:
        """Return it as a row of a CSV file."""
        return {
            "part": self.name.en, "part_zh": self.name.zh, "count": self.count, "unit": self.unit,
            "remark": self.remark.en, "remark_zh": self.remark.zh,
        }  # fmt: skip

    def as_json(self) -> dict[str, object]:
        """Return it as values for JSON."""
        return asdict(self)


def parts_list(house: House, strategy: str, sizings: tuple[Sizing, ...]) -> list[Item]:
    """Return what a scheme is made of, with what may be in the walls already.

    Args:
        house: The house with it.
        strategy: The strategy.
        sizings: What its loops need.
    """
    if house.way is Way.NONE:
        return []
    return [
        *_pipes(house), *_foam(house), *_valves(house), *_pumps(house, sizings), *_electrics(house, strategy),
    ]  # fmt: skip


def _pipes(house: House) -> Iterator[Item]:
    runs = house.layout.return_line
    for name, metres in _metres(runs, lambda run: run.size.name).items():
        yield Item(
            Said(f"pipe {name}, return line", f"管材 {name}（回水管）"), _cut(metres), "m",
            Said("approved for drinking water", "须适用于饮用水"),
        )  # fmt: skip
    bends = sum(round(run.length_m / BEND_EVERY_M) if run.bends is None else run.bends for run in runs)
    if bends:
        yield Item(
            Said("elbows", "弯头"),
            bends,
            "pieces",
            Said("as drawn; else one every 2.5 m", "按图；否则每 2.5 米一个"),
        )
    if runs:
        starts = {run.start for run in runs} - {run.end for run in runs}
        joints = len(runs) - len({run.end for run in runs})
        yield Item(
            Said("tees", "三通"), len(starts) + joints, "pieces",
            Said("where the return line begins and where it joins", "回水管起点和汇合处"),
        )  # fmt: skip


def _foam(house: House) -> Iterator[Item]:
    runs = [run for run in (*house.layout.hot, *house.layout.return_line) if run.insulation_mm]
    lengths = _metres(runs, lambda run: f"{run.size.outer_mm:g}/{run.insulation_mm:g}")
    for name, metres in sorted(lengths.items()):
        outer, thick = name.split("/")
        yield Item(
            Said(f"foam {thick} mm for {outer} mm pipe", f"保温管 {thick} mm，配 {outer} mm 管"), _cut(metres), "m",
            Said("0.035 to 0.040 W/(m K)", "导热系数 0.035 至 0.040 W/（m·K）"),
        )  # fmt: skip


def _valves(house: House) -> Iterator[Item]:
    crossovers = sum(len(loop.crossovers) for loop in house.layout.loops)
    if crossovers:
        yield Item(
            Said("thermostatic crossover valve", "恒温回水阀"), crossovers, "pieces",
            Said("shuts at 36 to 38 °C; below the far fixture", "36 至 38 °C 关闭；装在最远用水点下方"),
        )  # fmt: skip
    returns = sum(not loop.crossovers for loop in house.layout.loops)
    if returns:
        yield Item(
            Said("check valve", "止回阀"), returns, "pieces",
            Said("in the return line beside the pump", "装在回水管上，泵旁"),
        )  # fmt: skip
    yield Item(
        Said("stop valves", "截止阀"), 2 * len(house.layout.loops), "pieces",
        Said("before and behind each pump", "每台泵前后各一"),
    )  # fmt: skip


def _pumps(house: House, sizings: tuple[Sizing, ...]) -> Iterator[Item]:
    for sizing in sizings:
        size: PumpSize = house.pump or sizing.chosen
        need = f"{sizing.needed_lpm:.1f} l/min" + (
            "" if sizing.head_m is None else f", {sizing.head_m:.1f} m"
        )
        yield Item(
            Said(f"circulation pump for drinking water, {size.name}", f"饮用水循环泵（{_SIZE_ZH[size.name]}）"), 1, "pieces",
            Said(f"{sizing.loop}: at least {need}", f"{sizing.loop}：至少 {need}"),
        )  # fmt: skip


_SIZE_ZH: Final = {"small": "小型", "medium": "中型", "large": "大型"}


def _electrics(house: House, strategy: str) -> Iterator[Item]:
    loops = len(house.layout.loops)
    yield Item(
        Said("smart plug or relay with auto-off", "带自动断电的智能插座或继电器"), loops, "pieces",
        Said("class A of docs/devices.md; best one that measures power", "docs/devices.md 的 A 类；最好能测功率"),
    )  # fmt: skip
    yield Item(
        Said("temperature sensor for pipes", "管道温度传感器"), len(house.layout.sensors), "pieces",
        Said("strapped on, under foam; reports at least every 60 s", "绑在管上，外包保温；至少每 60 秒上报一次"),
    )  # fmt: skip
    if strategy == "on_demand":
        yield Item(
            Said("wireless button", "无线按钮"), len(house.layout.fixtures), "pieces",
            Said("one at each place where hot water is wanted", "每个用水处一个"),
        )  # fmt: skip
    yield Item(
        Said("gateway with MQTT broker", "带 MQTT 代理的网关"), 1, "pieces",
        Said("Raspberry Pi class, beside Home Assistant if you like", "树莓派级别，可与 Home Assistant 同机"),
    )  # fmt: skip


def _metres(runs: Iterable[PipeRun], key: Callable[[PipeRun], str]) -> dict[str, float]:
    lengths: defaultdict[str, float] = defaultdict(float)
    for run in runs:
        lengths[key(run)] += run.length_m
    return dict(lengths)


def _cut(metres: float) -> float:
    return round(metres * WASTE + 0.049, 1)
