"""Who feeds whom in a compiled network under one pattern of directions (see ``simulator.network``)."""

from simulator.kernel.compiled import compiled
from simulator.kernel.records import MOST_PLANS, NO_WAY, SOURCES, TEES, World
from simulator.kernel.tees import STILL_LPS, coming_lps, feed_of

PIPE_STEP = 0
TEE_STEP = 1
SOURCE_STEP = 2
_MASK = MOST_PLANS - 1


@compiled
def plan_for(world: World) -> int:
    """Return the plan for the present flows, made if it is not known yet."""
    low, high = _directions(world)
    plan = ((low ^ (high * 7)) * 0x9E3779B1 >> 20) & _MASK
    while world.keys[plan, 0] >= 0:
        if world.keys[plan, 0] == low and world.keys[plan, 1] == high:
            return plan
        plan = (plan + 1) & _MASK
    if world.plans == MOST_PLANS // 2:
        world.plans = 0
        for other in range(MOST_PLANS):
            world.keys[other, 0] = -1
    world.plans += 1
    world.keys[plan, 0], world.keys[plan, 1] = low, high
    _make(world, plan)
    return plan


@compiled
def _directions(world: World) -> tuple[int, int]:
    low = high = 0
    for index in range(world.edges):
        flow = world.flows[index]
        sign = 1 if flow > STILL_LPS else 2 if flow < -STILL_LPS else 0
        if index < 31:
            low |= sign << (2 * index)
        else:
            high |= sign << (2 * (index - 31))
    return low, high


@compiled
def _make(world: World, plan: int) -> None:
    """Put conduits and tees in an order in which each comes after all that feed it."""
    world.step_counts[plan] = 0
    for place in range(world.spots):
        world.comes[plan, place] = -1
    while True:
        progress = False
        for place in range(world.spots):
            if world.comes[plan, place] < 0 and _feeds_known(world, plan, place):
                progress = _settle_place(world, plan, place) or progress
        if not progress:
            break
    for place in range(world.spots):
        if world.comes[plan, place] < 0 and _touched(world, place):
            world.status = NO_WAY


@compiled
def _touched(world: World, place: int) -> bool:
    spot = world.places[place]
    most_lps = 0.0
    for at in range(spot.first, spot.last):
        most_lps = max(most_lps, abs(coming_lps(world, world.around[at])))
    return most_lps > STILL_LPS


@compiled
def _upstream(world: World, signed: int) -> int:
    pipe = world.pipes[abs(signed) - 1]
    place: int = pipe.start if signed < 0 else pipe.end
    return place


@compiled
def _feeds_known(world: World, plan: int, place: int) -> bool:
    spot = world.places[place]
    for at in range(spot.first, spot.last):
        signed = world.around[at]
        if coming_lps(world, signed) > STILL_LPS and world.comes[plan, _upstream(world, signed)] < 0:
            return False
    return True


@compiled
def _settle_place(world: World, plan: int, place: int) -> bool:
    """Note what comes at a place whose feeds are known, after their steps; returns whether anything does."""
    spot = world.places[place]
    found, only = 0, -1
    for at in range(spot.first, spot.last):
        signed = world.around[at]
        if coming_lps(world, signed) > STILL_LPS:
            index = abs(signed) - 1
            if not world.pipes[index].link:
                _add_step(world, plan, PIPE_STEP, index, world.comes[plan, _upstream(world, signed)])
            only = feed_of(world, plan, signed)
            found += 1
    if spot.source_k == spot.source_k and _touched(world, place):
        only = SOURCES + place
        found += 1
        _add_step(world, plan, SOURCE_STEP, place, only)
    if found > 1:
        only = TEES + place
        _add_step(world, plan, TEE_STEP, place, only)
    world.comes[plan, place] = only
    return found > 0


@compiled
def _add_step(world: World, plan: int, kind: int, index: int, feed: int) -> None:
    step = world.step_counts[plan]
    world.steps[plan, step, 0], world.steps[plan, step, 1], world.steps[plan, step, 2] = kind, index, feed
    world.step_counts[plan] = step + 1
