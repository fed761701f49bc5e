"""What the service shows of itself: plain frozen values, made for the API and its page."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from controller.core.events import Mode
from controller.core.leases import LeaseClass
from controller.core.plumbing import Topology
from controller.core.reason import Reason


class PumpState(StrEnum):
    """The pump as far as it is known. Never the wish: only what the switch told."""

    ON = "on"
    OFF = "off"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TemperatureView:
    """One temperature sensor.

    Args:
        sensor: Role of the sensor (``return``, ``supply``, ...).
        value_c: Last value in C; None before the first.
        age_s: Seconds since it came in; None before the first or when its age is unknown.
        fresh: The controller trusts the value now.
    """

    sensor: str
    value_c: float | None
    age_s: float | None
    fresh: bool


@dataclass(frozen=True, slots=True)
class RunView:
    """The run going on.

    Args:
        started_at: When it started.
        elapsed_s: Seconds since then.
        by: Strategy that started it.
        who: The person or thing that asked; None when nobody did.
        fixture: Where hot water is wanted; None for the whole loop.
        reason: Why it was started.
    """

    started_at: datetime
    elapsed_s: float
    by: str
    who: str | None
    fixture: str | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class FaultView:
    """Something is wrong and someone should know.

    Args:
        code: Name for machines.
        since: When it was noticed.
        reason: What is wrong.
    """

    code: str
    since: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class LeaseView:
    """What ends a run when the controller dies.

    Args:
        lease_class: A takes a lease with every ON, B has a fixed auto-off, C has nothing.
        verified: The switch told that it keeps it; False when it told otherwise, None while it has not told.
        unattended: Automatic runs are allowed.
        warning: What its owner should know; None when all is well.
    """

    lease_class: LeaseClass
    verified: bool | None
    unattended: bool
    warning: Reason | None


@dataclass(frozen=True, slots=True)
class FixtureView:
    """How hot the water at one fixture probably is: never measured there, always estimated.

    Args:
        name: Name of the fixture.
        hot: Whether water hot enough stands at its tee; None when neither is likely enough to say.
        hot_chance: Chance of that, 0..1.
        estimate_c: Temperature of the water in the loop at its tee, in C.
        uncertainty_c: Standard deviation of that, in K.
        wait_s: Seconds that a tap opened now would probably take until it is hot.
        wait_low_s: It will hardly take less (one time in ten).
        wait_high_s: It will hardly take more (one time in ten).
        ready_in_s: While the pump runs, in how many seconds hot water reaches the tee (0: it is there); None at rest.
    """

    name: str
    hot: bool | None
    hot_chance: float
    estimate_c: float
    uncertainty_c: float
    wait_s: float
    wait_low_s: float
    wait_high_s: float
    ready_in_s: float | None = None


@dataclass(frozen=True, slots=True)
class NextRunView:
    """The next run that nobody asks for, as far as can be foreseen.

    Args:
        at: When, in local time.
        by: Strategy that will start it.
        chance: Chance that it comes to it then, because nobody draws before; None for one that goes by the clock.
    """

    at: datetime
    by: str
    chance: float | None


@dataclass(frozen=True, slots=True)
class LoopView:
    """One loop at one moment.

    Args:
        name: Name of the loop.
        topology: Its way back.
        fixtures: Fixtures, near to far.
        pump: What the pump's switch told.
        commanded: What the controller ordered.
        pump_online: The switch is reachable.
        temperatures: Every sensor of the loop.
        run: The run going on.
        reason: Why the pump is running or resting now.
        by: Strategy that spoke last; empty when the supervisor did.
        waiting: Who asked for hot water and has not got it yet.
        strategies: Names of the strategies, highest priority first.
        faults: Faults present.
        lease: What ends a run when the controller dies.
        power_w: What the pump draws, where its switch measures it; None before the first reading.
        hot: The hot pipe is hot where it is measured; None where it is not, or not lately.
        next_window_at: When a weekly window opens next; None without windows or while the clock is not set.
        estimates: How hot the water at each fixture probably is, near to far.
        next_run: The next run that nobody asks for; None when none can be foreseen.
        comfort: Step of comfort of the strategy that looks ahead; None without one that decides.
        threshold: Where its temperature threshold switches on and off, in C; None without one.
    """

    name: str
    topology: Topology
    fixtures: tuple[str, ...]
    pump: PumpState
    commanded: bool
    pump_online: bool
    temperatures: tuple[TemperatureView, ...]
    run: RunView | None
    reason: Reason
    by: str
    waiting: tuple[str, ...]
    strategies: tuple[str, ...]
    faults: tuple[FaultView, ...]
    lease: LeaseView = LeaseView(LeaseClass.A, None, True, None)
    power_w: float | None = None
    hot: bool | None = None
    next_window_at: datetime | None = None
    estimates: tuple[FixtureView, ...] = ()
    next_run: NextRunView | None = None
    comfort: str | None = None
    threshold: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class EnergyView:
    """What energy says to automatic runs for comfort.

    Args:
        price: Price of a kilowatt hour that counts now; None when it is not known.
        surplus_w: Power that the house would give away, in W; None when it is not known.
        shut: Why such runs may not start now; None when they may.
    """

    price: float | None
    surplus_w: float | None
    shut: Reason | None


@dataclass(frozen=True, slots=True)
class ServiceView:
    """The whole service at one moment.

    Args:
        name: Name of the house.
        version: Version of the product.
        at: Local time of the house; None while its clock is not trusted.
        speed: How much faster than real time its clock runs (1 except in the demo).
        mode: What the householder lets the controller do.
        broker_connected: The MQTT broker is reachable.
        storage_ok: History is being kept.
        loops: Every loop.
        lag_s: How late the control loop was at worst in the last minute.
        energy: What energy says to automatic runs; None where it has no say.
    """

    name: str
    version: str
    at: datetime | None
    speed: float
    mode: Mode
    broker_connected: bool
    storage_ok: bool
    loops: tuple[LoopView, ...]
    lag_s: float = 0.0
    energy: EnergyView | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run of the history, or one refusal.

    Args:
        id: Grows with time; pages go backwards from it.
        loop: Name of the loop.
        started_at: When it started (a refusal: when it was refused).
        ended_at: When it ended; None while it goes on or when the controller died in it.
        by: Strategy that wanted it.
        who: The person or thing that asked; None when nobody did.
        fixture: Where hot water was wanted.
        start_reason: Why it was started (a refusal: why it was wanted).
        stop_reason: Why it ended (a refusal: why it was refused).
        refused: The pump was not started at all.
        start_c: Temperatures by sensor role at the start, in C.
        end_c: Temperatures by sensor role at the end, in C.
        time_known: False when the clock was not set yet: ``started_at`` is then the latest moment that is known
            to lie before, and only the length of the run is right.
    """

    id: int
    loop: str
    started_at: datetime
    ended_at: datetime | None
    by: str
    who: str | None
    fixture: str | None
    start_reason: Reason
    stop_reason: Reason | None
    refused: bool
    start_c: dict[str, float]
    end_c: dict[str, float]
    time_known: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a person's wish.

    Args:
        accepted: The wish is being fulfilled, or will be as soon as its reason allows.
        loop: Name of the loop it concerned.
        request_id: Name of the wish; ask again with it and it is the same wish.
        running: The pump has been ordered to run.
        reason: Why it runs, waits or was refused.
    """

    accepted: bool
    loop: str
    request_id: str
    running: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class ComfortView:
    """What one step of comfort would bring in this house.

    Args:
        comfort: Its name.
        hot_share: Share of draws that would find hot water.
        fills_per_day: Heat for circulation, in fills of a cold supply.
        share_off: How far the share may be off (one standard deviation).
        fills_off: How far the fills may be off, as a share of them.
    """

    comfort: str
    hot_share: float
    fills_per_day: float
    share_off: float
    fills_off: float


@dataclass(frozen=True, slots=True)
class HabitsView:
    """What one loop has learned of its household.

    Args:
        paused: Nothing is learned at the moment.
        comfort: How much waiting is worth against heat.
        week: Draws expected per hour, in each half hour of the week from Monday on: seven rows.
        options: What each step of comfort would bring.
        foretold: For each tenth of chance: forecasts, mean chance told, share that came true.
        runs: Predictive runs judged so far.
        useful: Those after which somebody drew while the pipe was hot.
        fill_s: Pump time of a fill, in s; None until learned.
        hot_s: How long the pipe stays hot after a fill, in s.
        draws: Draws seen.
        fill_kwh: Heat of a fill, in kWh: at least and at most; by the pipes' declared content where there is one.
    """

    paused: bool
    comfort: str
    week: tuple[tuple[float, ...], ...]
    options: tuple[ComfortView, ...]
    foretold: tuple[tuple[float, float, float], ...]
    runs: int
    useful: int
    fill_s: float | None
    hot_s: float
    draws: float
    fill_kwh: tuple[float, float]


@dataclass(frozen=True, slots=True)
class HygieneView:
    """How long water has stood in one loop, and how hot it was.

    A fixture's own pipe is no part of it: what stands there only its tap exchanges, and nobody measures that.

    Args:
        exchanged_at: When a run last exchanged the loop's water as a whole; None when none has, as far as is known.
        still_s: Seconds since then, or since the controller first looked.
        longest_still_s: The longest time that it has stood.
        drawn_at: When a draw was last seen; None before, and where none can be seen.
        off_h: Hours without the pump within the last 24 h.
        hot_return_at: When the return last reached 55 C; None before.
    """

    exchanged_at: datetime | None
    still_s: float
    longest_still_s: float
    drawn_at: datetime | None
    off_h: float
    hot_return_at: datetime | None


@dataclass(frozen=True, slots=True)
class DayView:
    """What one day brought on one loop, beside doing nothing and circulating always; ranges where nobody measures.

    Args:
        date: The day, as the house counts it.
        runs: Runs.
        run_s: Seconds of pumping.
        refused: Wants that were refused.
        draws: Draws seen; 0 where none can be seen.
        hot_share: Share of them that probably found hot water; None without draws.
        wait_s: Mean wait of a draw, in s; None without draws.
        none_hot_share: The same share without recirculation: at least and at most.
        none_wait_s: The mean wait without recirculation.
        heat_kwh: Heat for circulation: at least and at most.
        always_kwh: The same for a loop kept hot day and night.
        saved_l: Water that nobody had to run off, in l: at least and at most; None without draws.
    """

    date: str
    runs: int
    run_s: float
    refused: int
    draws: int
    hot_share: float | None
    wait_s: float | None
    none_hot_share: tuple[float, float] | None
    none_wait_s: float | None
    heat_kwh: tuple[float, float]
    always_kwh: tuple[float, float]
    saved_l: tuple[float, float] | None = None
