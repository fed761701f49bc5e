"""What a decision costs on a gateway: a household's weeks as they come on the wire, handed to the engine once more and timed.

The events are those of a simulated house whose sensors report at their own pace, as bought ones do; ticks come when the
engine asks for them, once a minute at least. The house itself, its water and the network are not in the times.
"""

import json
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC
from typing import Final

from controller.core.clock import NEVER, Instant
from controller.core.events import Event, Tick
from controller.engine import Engine, Step
from controller.safety.limits import Limits
from controller.safety.supervisor import LimitSupervisor
from simulator.bench_loop import SEED, Row
from simulator.heater_spec import burner_of
from simulator.household import household_draws
from simulator.layout import Layout
from simulator.layout_file import load_layout
from simulator.scenario import AS_BOUGHT, Scenario
from simulator.schemes import SCHEMES

STRATEGIES: Final = ("aquastat", "predictive")
MOST_MS: Final = 50.0
"""What 99 of 100 decisions may take on a gateway, in ms of its processor. Our choice: half of what a press may take."""
MOST_MB: Final = 5.0
"""What an engine may remember, in MB. Our choice, for gateways with 64 MB and several loops."""


def decision_rows(
    days: int, layout_name: str = "house", progress: Callable[[float], None] = lambda _: None
) -> Iterator[Row]:
    """Yield what decisions cost under each strategy, and what the engine then holds.

    Args:
        days: Length of the household's life, in days.
        layout_name: The house.
        progress: Told the share done, 0..1.
    """
    layout = load_layout(layout_name)
    for number, strategy in enumerate(STRATEGIES):
        tape = _tape(layout, strategy, days)
        progress((number + 0.5) / len(STRATEGIES))
        took_s = sorted(_replayed(_engine(layout, strategy), tape))
        yield Row(f"{strategy}: decisions in {days} days", float(len(took_s)), "")
        for label, share in (("median", 0.5), ("p99", 0.99), ("longest", 1.0)):
            value_s = took_s[min(len(took_s) - 1, int(share * len(took_s)))]
            yield Row(f"{strategy}: processor time of a decision, {label}", 1_000.0 * value_s, "ms")
        yield Row(f"{strategy}: processor time of a day's decisions", sum(took_s) / days, "s")
        held_mb, kept_kb = _held(layout, strategy, tape)
        yield Row(f"{strategy}: memory that the engine holds", held_mb, "MB")
        yield Row(f"{strategy}: what it keeps across restarts", kept_kb, "kB")
        progress((number + 1) / len(STRATEGIES))


def _tape(layout: Layout, strategy: str, days: int) -> list[Event]:
    events: list[Event] = []

    def stepped(event: Event, _: Step) -> None:
        events.append(event)

    draws = household_draws(layout.fixtures, days=days, seed=SEED)
    Scenario(layout, draws, strategy, seed=SEED, sensing=AS_BOUGHT, stepped=stepped).run(days)
    return [event for event in events if not isinstance(event, Tick)]


def _engine(layout: Layout, strategy: str) -> Engine:
    plumbing = layout.plumbing()
    supervisor = LimitSupervisor(Limits(), 0, burner_of(layout.heater))
    return Engine(plumbing, SCHEMES[strategy](plumbing), supervisor, zone=UTC)


def _replayed(engine: Engine, tape: list[Event]) -> Iterator[float]:
    """Yield the processor time of each decision in s, ticks as a gateway has them: when the engine asks for them."""
    wake_at: Instant = NEVER
    for event in tape:
        while wake_at < event.at:
            took_s, wake_at = _timed(engine, Tick(wake_at))
            yield took_s
        took_s, wake_at = _timed(engine, event)
        yield took_s


def _timed(engine: Engine, event: Event) -> tuple[float, Instant]:
    began_s = time.thread_time()
    step = engine.handle(event)
    return time.thread_time() - began_s, step.wake_at


def _held(layout: Layout, strategy: str, tape: list[Event]) -> tuple[float, float]:
    """Return what an engine holds in MB when it has lived through a tape, and what it keeps on disk, in kB."""
    tracemalloc.start()
    try:
        engine = _engine(layout, strategy)
        for _ in _replayed(engine, tape):
            pass
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return held / 1e6, len(json.dumps(engine.snapshot())) / 1e3
