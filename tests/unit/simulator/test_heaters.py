import math
import random
from dataclasses import replace

import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.draws import Draw
from simulator.heater_fields import HeaterFields, heater_spec
from simulator.house import House
from simulator.layout_file import load_layout

PLAIN = replace(load_layout("house"), sensors=())
STORAGE = {"kind": "storage", "volume_l": 120.0, "power_kw": 2.0}


def home(pump_lpm=None, **heater):
    loop = PLAIN.loops[0]
    if pump_lpm is not None:
        loop = replace(loop, pump=replace(loop.pump, flow_lpm=pump_lpm))
    spec = heater_spec(HeaterFields(setpoint_c=PLAIN.setpoint_c, **heater))
    return replace(PLAIN, heater=spec, loops=(loop,))


class Run:
    """A house without sensors, its draws' results and its heater."""

    def __init__(self, layout, draws=()):
        self.env = simpy.Environment()
        self.results = []
        self.house = House(
            self.env,
            layout,
            draws,
            rng=random.Random(1),
            report=lambda *_: None,
            on_draw=self.results.append,
        )
        self.heater = self.house._heater

    def until(self, at_s, pump=None):
        self.env.run(until=at_s)
        if pump is not None:
            self.house.switch_pump(pump)
        return self.house

    def useful_litres(self, least_k):
        self.house.energy()
        return sum(
            litres for litres, excess_k in self.heater.temperatures(self.env.now) if excess_k >= least_k
        )


KINDS = (
    STORAGE,
    {**STORAGE, "return_at": 0.6, "layers": 5},
    {"kind": "heat_pump", "return_at": 0.5},
    {"kind": "tankless"},
    {"kind": "combi", "keep_hot_k": 8.0},
)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["draw", "on", "off", "wait"]),
        st.sampled_from(PLAIN.fixtures),
        st.floats(1.0, 400.0),
        st.floats(0.5, 12.0),
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.parametrize("heater", KINDS)
@given(ACTS)
@settings(max_examples=8, deadline=None)
def test_whatever_happens_no_joule_is_lost(heater, acts):
    draws, switches, now_s = [], [], 0.0
    for what, fixture, span_s, flow_lpm in acts:
        if what == "draw":
            draws.append(Draw(now_s, span_s, fixture, flow_lpm))
        elif what != "wait":
            switches.append((now_s, what == "on"))
        now_s += span_s * (30.0 if what == "wait" else 1.0)
    run = Run(home(**heater), draws)
    for at_s, on in switches:
        run.until(at_s + 1e-3, pump=on)
    run.until(now_s + 10.0, pump=False)
    balance = run.house.energy()  # raises beyond 1e-6
    books = run.heater.books(run.env.now)
    assert abs(books.missing_kl) <= 1e-6 * max(1.0, books.given_kl, abs(books.passed_kl))
    assert balance.relative_error < 1e-9


def test_a_tank_at_rest_cools_until_its_thermostat_switches_at_the_very_instant():
    tank = home(**STORAGE).heater.tank
    cooling = tank.standing_loss_w / (45.0 * 120.0 * 4121.0)
    due_s = math.log(35.0 / 30.0) / cooling
    run = Run(home(**STORAGE))
    assert run.until(due_s - 1.0).energy().heater_starts == 0
    assert run.until(due_s + 1.0).energy().heater_starts == 1
    lost_kl = 120.0 * 35.0 * -math.expm1(-cooling * (due_s + 1.0))
    assert run.heater.books(due_s + 1.0).lost_kl == pytest.approx(lost_kl, rel=1e-6)


def test_an_element_warms_what_lies_above_it_in_the_time_its_power_takes():
    run = Run(
        home(**{**STORAGE, "element_at": 0.0, "standing_loss_w": 0.0}), [Draw(0.0, 600.0, "shower", 12.0)]
    )
    run.until(600.5)
    missing_kl = sum(litres * (35.0 - excess_k) for litres, excess_k in run.heater.temperatures(600.5))
    ready_s = 600.5 + missing_kl * 4121.0 / 2_000.0
    run.until(ready_s - 5.0)
    run.house.energy()
    assert run.heater.heating
    run.until(ready_s + 5.0)
    run.house.energy()
    assert not run.heater.heating
    assert run.heater.temperatures(ready_s + 5.0)[-1][1] == pytest.approx(35.0, abs=0.02)


def test_a_tank_gives_its_hot_water_first_and_runs_out():
    run = Run(home(**{**STORAGE, "power_kw": 0.2}), [Draw(0.0, 2400.0, "kitchen", 6.0, use_c=38.0)])
    hot_at_s = [at_s for at_s in range(60, 2400, 60) if run.until(at_s).fixture_c("kitchen") > 50.0]
    assert 600 < hot_at_s[-1] < 2300
    assert run.until(2390.0).fixture_c("kitchen") < 30.0


@pytest.mark.parametrize("return_at", [None, 0.6])
def test_circulation_mixes_a_tank(return_at):
    heater = {**STORAGE, "power_kw": 0.2, "return_at": return_at}
    useful_l = {}
    for pump in (False, True):
        run = Run(home(**heater), [Draw(0.0, 600.0, "shower", 6.0)])
        run.until(700.0, pump=pump)
        run.until(700.0 + 5400.0)
        useful_l[pump] = run.useful_litres(33.0)
    assert useful_l[False] > 40.0
    assert useful_l[True] < useful_l[False] - 10.0


def test_a_loop_slower_than_the_activation_flow_is_never_heated():
    slow, quick = Run(home(2.0, kind="tankless")), Run(home(6.0, kind="tankless"))
    for run in (slow, quick):
        run.until(1.0, pump=True)
        run.until(600.0)
    assert slow.house.energy().heater_kwh == 0.0
    assert slow.house.energy().heater_starts == 0
    assert slow.house.temperature_c("trunk", 3.0) == pytest.approx(20.0)
    assert quick.house.temperature_c("trunk", 3.0) > 45.0


def test_a_tankless_heater_on_a_warm_loop_cycles_and_counts():
    run = Run(home(6.0, kind="tankless"))
    run.until(1.0, pump=True)
    run.until(1800.0)
    starts = run.house.energy().heater_starts
    assert 10 < starts < 1800 / 14.0  # ignition and rest take 14 s of each cycle


def test_least_power_below_what_the_loop_loses_does_not_cycle():
    run = Run(home(6.0, kind="tankless", min_power_kw=0.1))
    run.until(1.0, pump=True)
    assert run.until(1800.0).energy().heater_starts <= 2


def test_between_two_draws_a_slug_of_cold_water_reaches_the_tap():
    run = Run(home(kind="tankless"), [Draw(0.0, 120.0, "kitchen", 6.0), Draw(180.0, 120.0, "kitchen", 6.0)])
    felt_c = [run.until(at_s).fixture_c("kitchen") for at_s in range(181, 300)]
    dip = felt_c.index(min(felt_c))
    assert max(felt_c[:dip]) > 45.0
    assert min(felt_c) < 20.0
    assert felt_c[-1] > 50.0


def test_more_flow_than_power_gives_lukewarm_water():
    run = Run(home(kind="tankless", power_kw=12.0), [Draw(0.0, 600.0, "shower", 8.0)])
    excess_k = 12.0 - 20.0 + 12_000.0 / (8.0 / 60.0 * 4121.0)
    passes_s = 2.0 / (8.0 / 60.0)
    leaves_c = 20.0 + excess_k * math.exp(-passes_s / 3600.0)
    assert run.until(599.0).temperature_c("trunk", 0.0) == pytest.approx(leaves_c, rel=1e-9)


def test_a_combi_in_comfort_mode_is_quicker_and_pays_for_it():
    draw = Draw(7200.0, 120.0, "kitchen", 6.0)
    eco, comfort = Run(home(kind="combi"), [draw]), Run(home(kind="combi", keep_hot_k=8.0), [draw])
    for run in (eco, comfort):
        run.until(7400.0)
    assert comfort.results[0].wait_s < eco.results[0].wait_s - 10.0
    assert comfort.house.energy().standing_kwh > eco.house.energy().standing_kwh


def test_a_heat_pump_uses_a_third_of_the_electricity_of_an_element():
    draws = [Draw(3600.0 * hour, 180.0, "shower", 8.0) for hour in range(1, 20)]
    pump, element = (
        Run(home(kind=kind), draws).until(86_400.0).energy() for kind in ("heat_pump", "storage")
    )
    assert element.energy_kwh == pytest.approx(element.heater_kwh)
    assert 2.2 < pump.heater_kwh / pump.energy_kwh < 4.5
