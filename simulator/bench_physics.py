"""What the pipes alone cost: days of a reference case in processor time of one core, beside an independent solver."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import simpy

from simulator.bench_loop import Row
from simulator.network import Network
from simulator.validation.case import Case
from simulator.validation.case_file import read_case
from simulator.validation.epanet import opened
from simulator.validation.reference import EXACT_FILE, case_network, compare, run

DAYS: Final = 300
"""Days that our pipes run for one number."""
SOLVER_DAYS: Final = 4
WALLED: Final = 1.28
"""1 + Cw/Cf of 15 mm copper, for the runs with wall."""

Change = tuple[float, list[float]]


def physics_rows(folder: Path) -> Iterator[Row]:
    """Yield the numbers of the pipes alone as they are measured.

    Args:
        folder: A reference case (see ``zcw validate reference``).

    Raises:
        ZcwError: The case cannot be read, or the independent solver is not installed.
        ConfigError: The case is wrong.
    """
    case = read_case(folder)
    solver = SOLVER_DAYS / solver_took_s(case, SOLVER_DAYS)
    yield Row("EPANET's toolkit, quality step 1 s, idle pipes closed", solver, "days/s")
    for what, network in (
        ("our pipes under SimPy, exact fronts", case_network(case)),
        ("our pipes under SimPy, walls and spread fronts", case_network(case, capacity=WALLED, spread=True)),
    ):
        own = DAYS / took_s(case, network, DAYS)
        yield Row(what, own, "days/s")
        yield Row(f"{what}, against EPANET", own / solver, "times")
    if (folder / EXACT_FILE).is_file():
        yield Row(
            "worst error of our pipes, fronts included",
            compare(list(run(case)), folder / EXACT_FILE).worst_k,
            "K",
        )


def took_s(case: Case, network: Network, days: int) -> float:
    """Return the processor time in s for days of a case under SimPy, one event for each change of flow."""
    changes = _changes(case)
    env = simpy.Environment()

    def events() -> Iterator[Change]:
        for day in range(days):
            for at_s, flows in changes:
                yield at_s + day * case.duration_s, flows

    coming = events()
    upcoming: Change | None = next(coming, None)

    def act(_: simpy.Event) -> None:
        nonlocal upcoming
        assert upcoming is not None, "an event is set up for each change and no other"
        now_s, flows = upcoming
        network.settle(now_s)
        network.set_flows(flows, now_s)
        upcoming = next(coming, None)
        if upcoming is not None:
            expect(upcoming[0] - now_s)

    def expect(after_s: float) -> None:
        timeout = env.timeout(after_s)
        assert timeout.callbacks is not None, "a new timeout has its list of callbacks"
        timeout.callbacks.append(act)

    began_s = time.process_time()
    if upcoming is not None:
        expect(upcoming[0])
    env.run()
    return time.process_time() - began_s


def _changes(case: Case) -> list[Change]:
    return [(at_s, case.flows_lps(at_s)) for at_s in case.changes()]


def solver_took_s(case: Case, days: int) -> float:
    """Return the processor time in s that EPANET's toolkit takes for days of a case, used as its experts do.

    One hydraulic step from change to change, idle pipes closed, heat loss as first-order decay.

    Raises:
        ZcwError: The toolkit is not installed, or the case has a pipe without water.
    """
    changes = _changes(case)
    with opened(case) as solver:
        began_s = time.process_time()
        for day in range(days):
            for at_s, flows in changes:
                solver.advance(at_s + day * case.duration_s)
                solver.set_flows(flows)
        solver.advance(days * case.duration_s)
        return time.process_time() - began_s
