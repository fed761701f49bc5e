"""Streams that mix where compiled pipes meet (see ``simulator.tee`` and ``simulator.stream.mix``)."""

from math import exp, inf

from simulator import stream as streams_of
from simulator import tee as tees_of
from simulator.kernel.compiled import compiled
from simulator.kernel.records import (
    MOST_CHANGES,
    MOST_TERMS,
    SOURCES,
    TEES,
    TOO_MANY_CHANGES,
    TOO_MANY_TERMS,
    Record,
    World,
)

STILL_LPS = tees_of.STILL_LPS
_SAME_S = streams_of.SAME_INSTANT_S


@compiled
def feed_of(world: World, plan: int, signed: int) -> int:
    """Return the stream that comes through a conduit, told as in ``World.around``, to the place where it is told."""
    index = abs(signed) - 1
    pipe = world.pipes[index]
    if not pipe.link:
        return index
    feed: int = world.comes[plan, pipe.start if signed < 0 else pipe.end]
    return feed


@compiled
def coming_lps(world: World, signed: int) -> float:
    """Return the flow that comes through a conduit to a place; negative when it goes."""
    flow: float = -world.flows[signed - 1] if signed > 0 else world.flows[-signed - 1]
    return flow


@compiled
def supply_lps(world: World, place: int) -> float:
    """Return what comes into the network at a place; negative when it leaves there."""
    spot = world.places[place]
    balance = 0.0
    for at in range(spot.first, spot.last):
        balance -= coming_lps(world, world.around[at])
    return balance


@compiled
def feeds(world: World, place: int) -> int:
    """Return how many feeds a place has at most: its conduits and its source."""
    spot = world.places[place]
    count: int = spot.last - spot.first + (1 if spot.source_k == spot.source_k else 0)
    return count


@compiled
def flow_of_feed(world: World, place: int, number: int) -> float:
    """Return what comes from a feed of a place, in l/s; 0 when nothing does."""
    spot = world.places[place]
    at = spot.first + number
    flow = coming_lps(world, world.around[at]) if at < spot.last else supply_lps(world, place)
    return flow if flow > STILL_LPS else 0.0


@compiled
def stream_of_feed(world: World, plan: int, place: int, number: int) -> int:
    """Return the stream of a feed."""
    spot = world.places[place]
    if spot.first + number < spot.last:
        return feed_of(world, plan, world.around[spot.first + number])
    return SOURCES + place


@compiled
def _whole_lps(world: World, place: int) -> float:
    whole = 0.0
    for number in range(feeds(world, place)):
        whole += flow_of_feed(world, place, number)
    return whole


@compiled
def combine(world: World, plan: int, place: int) -> None:
    """Take what the streams bring at the instant settled to."""
    mixed = world.streams[TEES + place]
    mixed.terms = 0
    whole_lps = _whole_lps(world, place)
    for number in range(feeds(world, place)):
        flow = flow_of_feed(world, place, number)
        if flow:
            stream = world.streams[stream_of_feed(world, plan, place, number)]
            for term in range(stream.terms):
                _add(world, mixed, flow / whole_lps * stream.excess_k[term], stream.rate[term])


@compiled
def _add(world: World, mixed: Record, excess_k: float, rate: float) -> None:
    """Add an exponential to what a stream or a change tells."""
    for term in range(mixed.terms):
        if mixed.rate[term] == rate:
            mixed.excess_k[term] += excess_k
            return
    if mixed.terms == MOST_TERMS:
        world.status = TOO_MANY_TERMS
        return
    mixed.excess_k[mixed.terms], mixed.rate[mixed.terms] = excess_k, rate
    mixed.terms += 1


@compiled
def mix(world: World, plan: int, place: int, until_s: float) -> None:
    """Let time pass for a tee, after all its streams have."""
    tee = TEES + place
    mixed = world.streams[tee]
    mixed.began_terms, mixed.fresh, mixed.passed_ks = mixed.terms, 0, 0.0
    for term in range(mixed.terms):
        mixed.began_k[term], mixed.began_rate[term] = mixed.excess_k[term], mixed.rate[term]
    whole_lps, news = _whole_lps(world, place), False
    for number in range(feeds(world, place)):
        flow = flow_of_feed(world, place, number)
        if flow:
            stream = world.streams[stream_of_feed(world, plan, place, number)]
            mixed.passed_ks += flow / whole_lps * stream.passed_ks
            news = news or stream.fresh > 0
    if news:
        _follow_news(world, plan, place, until_s, whole_lps)
    combine(world, plan, place)
    if news and _news_at_end(world, plan, place, until_s):
        change = _new_change(world, tee, until_s)
        change.terms = mixed.terms
        for term in range(mixed.terms):
            change.excess_k[term], change.rate[term] = mixed.excess_k[term], mixed.rate[term]


@compiled
def _new_change(world: World, tee: int, at_s: float) -> Record:
    mixed = world.streams[tee]
    if mixed.fresh == MOST_CHANGES:
        world.status = TOO_MANY_CHANGES
        mixed.fresh -= 1
    change = world.fresh[tee, mixed.fresh]
    mixed.fresh += 1
    change.at_s, change.terms = at_s, 0
    return change


@compiled
def _news_at_end(world: World, plan: int, place: int, until_s: float) -> bool:
    for number in range(feeds(world, place)):
        if flow_of_feed(world, place, number):
            feed = stream_of_feed(world, plan, place, number)
            fresh = world.streams[feed].fresh
            if fresh and world.fresh[feed, fresh - 1].at_s >= until_s - _SAME_S:
                return True
    return False


@compiled
def _follow_news(world: World, plan: int, place: int, until_s: float, whole_lps: float) -> None:
    """Tell the changes of the mixture: at each change of a stream, all of them are added up."""
    tee, from_s = TEES + place, world.now_s
    at_s, first, at_once = from_s, True, _news_at_once(world, plan, place)
    while at_s < until_s - _SAME_S:
        if not first or at_once:
            _add_all(world, plan, place, _new_change(world, tee, at_s), whole_lps)
        first = False
        at_s = _next_news(world, plan, place, at_s)


@compiled
def _news_at_once(world: World, plan: int, place: int) -> bool:
    for number in range(feeds(world, place)):
        if flow_of_feed(world, place, number):
            feed = stream_of_feed(world, plan, place, number)
            if world.streams[feed].fresh and world.fresh[feed, 0].at_s <= world.now_s + _SAME_S:
                return True
    return False


@compiled
def _next_news(world: World, plan: int, place: int, after_s: float) -> float:
    """Return the next instant at which a stream changes; infinite when none does."""
    next_s = inf
    for number in range(feeds(world, place)):
        if flow_of_feed(world, place, number):
            feed = stream_of_feed(world, plan, place, number)
            for fresh in range(world.streams[feed].fresh):
                at_s = world.fresh[feed, fresh].at_s
                if after_s + _SAME_S < at_s < next_s:
                    next_s = at_s
    return next_s


@compiled
def _latest(world: World, feed: int, at_s: float) -> int:
    """Return the last change of a stream that has come at an instant; -1 when none has."""
    found = -1
    for fresh in range(world.streams[feed].fresh):
        if world.fresh[feed, fresh].at_s <= at_s + _SAME_S:
            found = fresh
    return found


@compiled
def _add_all(world: World, plan: int, place: int, change: Record, whole_lps: float) -> None:
    for number in range(feeds(world, place)):
        flow = flow_of_feed(world, place, number)
        if not flow:
            continue
        feed = stream_of_feed(world, plan, place, number)
        latest = _latest(world, feed, change.at_s)
        share = flow / whole_lps
        if latest < 0:
            stream = world.streams[feed]
            gone_s = change.at_s - world.now_s
            for term in range(stream.began_terms):
                faded = exp(stream.began_rate[term] * gone_s)
                _add(world, change, share * stream.began_k[term] * faded, stream.began_rate[term])
            continue
        news = world.fresh[feed, latest]
        for term in range(news.terms):
            faded = exp(news.rate[term] * (change.at_s - news.at_s))
            _add(world, change, share * news.excess_k[term] * faded, news.rate[term])
