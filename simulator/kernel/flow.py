"""Flows that change and time that passes in a compiled network (see ``simulator.network``)."""

from simulator.kernel.compiled import compiled
from simulator.kernel.plans import PIPE_STEP, SOURCE_STEP, TEE_STEP, plan_for
from simulator.kernel.records import World
from simulator.kernel.tapes import advance, enter, follow, turn_flow
from simulator.kernel.tees import combine, mix


@compiled
def set_flows(world: World) -> None:
    """Let ``world.flows`` hold from the instant settled to on."""
    take_plan(world, plan_for(world))


@compiled
def take_plan(world: World, plan: int) -> None:
    """Let the present flows hold, whose plan is known."""
    world.plan = plan
    world.turn += 1
    for index in range(world.edges):
        pipe = world.pipes[index]
        if pipe.flow != 0.0 and abs(world.flows[index]) <= 1e-12:
            turn_flow(world, index, 0.0, world.now_s)
    for step in range(world.step_counts[plan]):
        index, feed = world.steps[plan, step, 1], world.steps[plan, step, 2]
        if world.steps[plan, step, 0] == PIPE_STEP:
            _begin(world, index, feed)
        elif world.steps[plan, step, 0] == TEE_STEP:
            combine(world, plan, index)
            world.streams[feed].turn = world.turn


@compiled
def _begin(world: World, index: int, feed: int) -> None:
    """Let a pipe take its new flow, and what feeds it."""
    pipe, flow = world.pipes[index], world.flows[index]
    if flow != pipe.flow:
        turn_flow(world, index, flow, world.now_s)
    elif world.streams[feed].turn != world.turn and pipe.fed_by == feed:
        return
    world.streams[index].turn = world.turn
    pipe.fed_by = feed
    enter(world, index, world.now_s, world.streams[feed])


@compiled
def settle(world: World, until_s: float) -> bool:
    """Let time pass to an instant under the present flows; returns whether any has."""
    if until_s <= world.now_s:
        return False
    plan = world.plan
    for step in range(world.step_counts[plan]):
        index, feed = world.steps[plan, step, 1], world.steps[plan, step, 2]
        if world.steps[plan, step, 0] == PIPE_STEP:
            if world.streams[feed].fresh:
                follow(world, index, feed)
            advance(world, index, until_s)
        elif world.steps[plan, step, 0] == SOURCE_STEP:
            source = world.streams[feed]
            source.passed_ks = source.excess_k[0] * (until_s - world.now_s)
        else:
            mix(world, plan, index, until_s)
    world.now_s = until_s
    return True
