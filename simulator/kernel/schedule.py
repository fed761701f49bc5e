"""A compiled network through a list of flows that are known beforehand, day after day."""

import numpy as np
from numpy.typing import NDArray

from simulator.kernel.compiled import compiled
from simulator.kernel.flow import settle, take_plan
from simulator.kernel.plans import plan_for
from simulator.kernel.records import MOST_PLANS, Records, World
from simulator.kernel.tees import STILL_LPS, supply_lps


@compiled
def repeat(
    worlds: Records,
    times_s: NDArray[np.float64],
    flows_lps: NDArray[np.float64],
    period_s: float,
    times: int,
    plans: NDArray[np.int64],
    outlets: NDArray[np.int64],
    left_kl: NDArray[np.float64],
) -> int:
    """Let a list of flows hold one after the other, as often as told; returns how the run stands.

    Args:
        worlds: The network, in an array of one.
        times_s: When each of them begins, in order, from the beginning of a period.
        flows_lps: A row for each: the flow in each conduit.
        period_s: Length of a period.
        times: How many periods.
        plans: Room for a number for each row.
        outlets: Places where water may leave.
        left_kl: For each of them, takes the heat above the room that has left there, in K l.
    """
    world = worlds[0]
    for period in range(times):
        for row in range(len(times_s)):
            _settle(world, period * period_s + times_s[row], outlets, left_kl)
            for index in range(world.edges):
                world.flows[index] = flows_lps[row, index]
            # A table of plans that is full is begun anew, and its numbers then mean others.
            if period == 0 or world.plans > MOST_PLANS // 4:
                plans[row] = plan_for(world)
            take_plan(world, plans[row])
    _settle(world, times * period_s, outlets, left_kl)
    status: int = world.status
    return status


@compiled
def _settle(world: World, until_s: float, outlets: NDArray[np.int64], left_kl: NDArray[np.float64]) -> None:
    if not settle(world, until_s):
        return
    plan = world.plan
    for number in range(len(outlets)):
        stream = world.comes[plan, outlets[number]]
        if stream >= 0:
            flow = supply_lps(world, outlets[number])
            if flow < -STILL_LPS:
                left_kl[number] -= flow * world.streams[stream].passed_ks
