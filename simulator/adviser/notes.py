"""What simulations do not decide: heaters that stay cold, water that stands, cold taps that run warm."""

from collections.abc import Iterator
from typing import Final

from simulator.adviser.houses import House, Way
from simulator.adviser.pumps import FASTEST_M_S, Sizing, driven_lpm, loop_pipes
from simulator.adviser.said import Said
from simulator.adviser.trials import Scheme

LOOP_L: Final = 3.0
"""Content of a pipe in l above which DVGW W 551 asks large systems to circulate. Source: secondary sources."""
COLD_LIMIT_C: Final = 40.0
"""Most that may enter a cold pipe. Source: IECC C404.8, 104 F."""
SAFE_C: Final = 60.0
STARTS_A_DAY: Final = 24
"""Burner starts a day more than which wear it. Our choice: one an hour."""


def tankless_notes(house: House, sizings: tuple[Sizing, ...], scheme: Scheme) -> Iterator[Said]:
    """Yield what circulation means for the heater."""
    heater = house.layout.heater
    tankless = heater.tankless
    if tankless is None:
        yield from _tank_notes(house)
        return
    for sizing in sizings:
        flow_lpm = _flow_lpm(house, sizing)
        wakes = flow_lpm >= tankless.activation_lpm
        yield Said(
            f"The pump of {sizing.loop} drives {flow_lpm:.1f} l/min; the heater wakes at {tankless.activation_lpm:g} l/min: "
            + ("it lights." if wakes else "it stays off, and the pump only mixes. Take a larger pump."),
            f"{sizing.loop} 的泵流量为 {flow_lpm:.1f} 升/分；热水器启动流量为 {tankless.activation_lpm:g} 升/分："
            + ("可以点火。" if wakes else "不会点火，循环泵只是混水。请选更大的泵。"),
        )
    starts = scheme.figure("heater_starts_a_day").mean
    yield Said(
        f"It comes on {starts:.0f} times a day under the recommended scheme"
        + (": many; short runs wear a burner." if starts > STARTS_A_DAY else ".")
        + " Read its manual: many makers forbid outside pumps or end the warranty.",
        f"推荐方案下每天启动 {starts:.0f} 次"
        + ("，较多，短时运行会磨损燃烧器。" if starts > STARTS_A_DAY else "。")
        + "请阅读说明书：许多厂家禁止外接循环泵，或因此取消保修。",
    )


def _tank_notes(house: House) -> Iterator[Said]:
    if house.layout.heater.kind == "heat_pump":
        yield Said(
            "A heat pump's tank loses its layers to circulation: long runs lower its efficiency. Prefer short runs.",
            "循环会破坏热泵水箱的分层：长时间运行会降低能效，应优先短时运行。",
        )
    else:
        yield Said(
            "A heater that stores hot water needs no least flow; any of the pumps will do as far as it is concerned.",
            "储水式热水器没有最小流量要求，各种泵均可。",
        )


def _flow_lpm(house: House, sizing: Sizing) -> float:
    loop = next(loop for loop in house.layout.loops if loop.name == sizing.loop)
    return driven_lpm(house.layout, loop, loop.pump)


def hygiene_notes(house: House) -> Iterator[Said]:
    """Yield what the house means for the water in it."""
    layout = house.layout
    content_l = _longest_l(house)
    yield Said(
        f"The longest way from the heater to a tap holds {content_l:.1f} l. DVGW W 551 asks large systems to circulate above "
        f"{LOOP_L:g} l; for one- and two-family houses it is advice.",
        f"热水器到最远用水点的管路容积为 {content_l:.1f} 升。DVGW W 551 要求大型系统超过 {LOOP_L:g} 升须循环；独户和双户住宅仅为建议。",
    )
    if layout.setpoint_c < SAFE_C:
        yield Said(
            f"The heater is set to {layout.setpoint_c:g} °C. Legionella grow from 25 to 50 °C and die at 60: heat it through to "
            f"60 °C once a week (strategy disinfection), more often where somebody is at risk.",
            f"热水器设定为 {layout.setpoint_c:g} °C。军团菌在 25 至 50 °C 繁殖，60 °C 死亡：每周加热至 60 °C 一次（disinfection 策略），有高危人群时更频繁。",
        )
    for loop in layout.loops:
        water_l = sum(run.water_l for run in loop_pipes(layout, loop))
        yield Said(
            f"{loop.name}: {water_l:.1f} l go round. Schemes that save heat do not keep it at 55 °C; the strategy hygiene "
            f"exchanges water that has stood (72 h, or 24 h if you like).",
            f"{loop.name}：循环水量 {water_l:.1f} 升。节能方案不会一直保持 55 °C；hygiene 策略会更换久置的水（72 小时，也可设为 24 小时）。",
        )


def _longest_l(house: House) -> float:
    layout = house.layout
    onward = {run.end: run for run in layout.hot}
    longest_l = 0.0
    for fixture in layout.fixtures:
        place, litres = fixture, 0.0
        while place in onward:
            litres += onward[place].water_l
            place = onward[place].start
        longest_l = max(longest_l, litres)
    return longest_l


def cold_tap_notes(house: House, scheme: Scheme) -> Iterator[Said]:
    """Yield what the cold taps will feel."""
    if house.way is not Way.COLD_PIPE:
        return
    peak = scheme.figure("cold_pipe_peak_c").high
    taps = ", ".join(valve.fixture for loop in house.layout.loops for valve in loop.crossovers)
    yield Said(
        f"The cold tap at {taps} is warm at first after each run: up to {peak:.0f} °C in the simulated weeks. Lukewarm water "
        f"that stands is no good drinking water: let it run.",
        f"每次循环后，{taps} 的冷水龙头起初是温的：模拟中最高 {peak:.0f} °C。久置的温水不宜饮用，请先放掉。",
    )
    if peak > COLD_LIMIT_C:
        yield Said(
            f"That is more than the {COLD_LIMIT_C:g} °C that IECC C404.8 allows: choose a thermostatic valve, and a sensor behind it.",
            f"超过 IECC C404.8 允许的 {COLD_LIMIT_C:g} °C：请选用恒温阀，并在其后安装传感器。",
        )
    yield Said(
        "By IECC C404.8 a pump that uses the cold pipe as return starts only when a person, presence or flow asks. Where that "
        "code applies, take the button and leave out windows and forecasts.",
        "按 IECC C404.8，借用冷水管回水的循环泵只有在人、在场感应或水流要求时才能启动。适用该规范的地方请只用按钮，不用时段和预测。",
    )


def pump_notes(sizings: tuple[Sizing, ...]) -> Iterator[Said]:
    """Yield what is wrong with flows and pumps."""
    for sizing in sizings:
        if not sizing.suffices:
            yield Said(
                f"{sizing.loop}: no pump of a house drives the {sizing.needed_lpm:.1f} l/min that would bring hot water to the "
                f"far end in time; the largest was taken, and people wait longer. A wider return line helps.",
                f"{sizing.loop}：家用泵达不到及时送水所需的 {sizing.needed_lpm:.1f} 升/分；已选最大的泵，等待会更久。加粗回水管会有帮助。",
            )
        if sizing.too_fast:
            yield Said(
                f"{sizing.loop}: the {sizing.needed_lpm:.1f} l/min needed flow faster than {FASTEST_M_S:g} m/s in the narrowest pipe: "
                f"noise, and erosion in copper. Take a wider return line.",
                f"{sizing.loop}：所需的 {sizing.needed_lpm:.1f} 升/分在最细管中超过 {FASTEST_M_S:g} 米/秒：有噪声，铜管会冲蚀。请加粗回水管。",
            )
