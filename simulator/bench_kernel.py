"""What the compiled pipes cost: house-years of a reference case, all flows known beforehand, on one core and on two."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simulator import fast
from simulator.bench_loop import Row
from simulator.validation.case import Case
from simulator.validation.case_file import read_case
from simulator.validation.reference import case_network, outlets

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

YEAR_DAYS: Final = 365
HOUSE_YEARS: Final = 1_000
COMPARED_DAYS: Final = 3
"""Days in which every piece of every pipe is compared with the pipes in Python."""


def kernel_rows(folder: Path, *, house_years: int = HOUSE_YEARS) -> Iterator[Row]:
    """Yield the numbers of the compiled pipes as they are measured; none without numba.

    Args:
        folder: A reference case (see ``zcw validate reference``).
        house_years: How many years are run for the last number.
    """
    if not fast.available():
        return
    began_s = time.perf_counter()
    runs = _Runs(read_case(folder))
    runs.days(1)
    yield Row(
        "compiled pipes: until ready, once on a machine or from disk", time.perf_counter() - began_s, "s"
    )
    yield Row("compiled pipes: furthest piece from the pipes in Python", runs.furthest(COMPARED_DAYS), "K")
    began_s = time.process_time()
    runs.days(YEAR_DAYS * 20)
    yield Row("compiled pipes on one core", YEAR_DAYS * 20 / (time.process_time() - began_s), "days/s")
    began_s, busy_s = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(runs.days, [YEAR_DAYS] * house_years))
    what = f"compiled pipes: {house_years} house-years on two cores, each a house of its own"
    yield Row(what, time.perf_counter() - began_s, "s")
    yield Row(f"{what}: processor time of each", (time.process_time() - busy_s) / 2.0, "s")


class _Runs:
    """A case ready to be run compiled, any number of times."""

    def __init__(self, case: Case) -> None:
        import numpy as np

        self._case = case
        self._edges = case_network(case).edges
        self._kept = threading.local()
        self._times_s = np.array(case.changes())
        self._flows_lps = np.array([case.flows_lps(at_s) for at_s in case.changes()])

    def days(self, days: int) -> None:
        """Run so many days, each like the case, in a house of its own."""
        import numpy as np

        from simulator.kernel.schedule import repeat

        case, (worlds, names) = self._case, self._new()
        places = np.array([names.index(place) for place in outlets(case)])
        left_kl, room = np.zeros(len(places)), np.zeros(len(self._times_s), np.int64)
        status = repeat(worlds, self._times_s, self._flows_lps, case.duration_s, days, room, places, left_kl)
        assert status == 0, f"a case that the compiled pipes cannot run: {status}"

    def furthest(self, days: int) -> float:
        """Return how far the middle of any piece ever is from the pipes in Python, in K, looked at before each change."""
        from simulator.kernel.flow import set_flows, settle
        from simulator.kernel.profile import middles

        case, network, (worlds, _) = self._case, case_network(self._case), self._new()
        worst_k = 0.0
        for day, at_s in product(range(days), case.changes()):
            now_s, flows_lps = day * case.duration_s + at_s, case.flows_lps(at_s)
            network.settle(now_s)
            settle(worlds[0], now_s)
            for number in range(len(network.edges)):
                for share, middle_k in middles(worlds, number, now_s):
                    worst_k = max(worst_k, abs(middle_k - network.temperature_in(number, share, now_s)))
            network.set_flows(flows_lps, now_s)
            worlds[0]["flows"][: len(flows_lps)] = flows_lps
            set_flows(worlds[0])
        return worst_k

    def _new(self) -> "tuple[NDArray[np.void], list[str]]":
        from simulator.kernel.records import world_of

        case = self._case
        sources = {node: at_c - case.ambient_c for node, at_c in case.sources_c.items()}
        room = getattr(self._kept, "room", None)
        self._kept.room, names = world_of(self._edges, sources, room=room)
        return self._kept.room, names
