"""Water entering, resting and leaving a compiled pipe (see ``simulator.tape`` and ``simulator.pipe``)."""

from simulator.kernel.compiled import compiled
from simulator.kernel.pieces import growth, heat_at_entry, leave, value
from simulator.kernel.records import MOST_CHANGES, ROOM, TOO_MANY_CHANGES, TOO_MANY_PIECES, Record, World
from simulator.kernel.thinning import MANY_PIECES, thin

_MASK = ROOM - 1
_SAME_K = 1e-11
_SAME_SLOPE = 1e-9


@compiled
def slot(pipe: Record, number: int) -> int:
    """Return where the piece with a number, counted from the lowest, is kept."""
    return (pipe.first + number) & _MASK


@compiled
def outlet_l(pipe: Record) -> float:
    """Return the number of the water at the outlet."""
    return pipe.head_l - pipe.thermal_l if pipe.forwards else pipe.head_l


@compiled
def leaving_slot(pipe: Record) -> int:
    """Return where the piece at the outlet is kept."""
    return slot(pipe, 0) if pipe.forwards else slot(pipe, pipe.count - 1)


@compiled
def entering_slot(pipe: Record) -> int:
    """Return where the piece that entered last is kept."""
    return slot(pipe, pipe.count - 1) if pipe.forwards else slot(pipe, 0)


@compiled
def book(world: World, index: int, number_l: float) -> None:
    """Account for what the water that has left, up to a number, had brought."""
    pipe = world.pipes[index]
    piece = world.pieces[index, leaving_slot(pipe)]
    if pipe.forwards:
        pipe.brought_kl += heat_at_entry(piece, pipe.booked_l, number_l)
    else:
        pipe.brought_kl += heat_at_entry(piece, number_l, pipe.booked_l)
    pipe.booked_l = number_l


@compiled
def turn_flow(world: World, index: int, flow: float, at_s: float) -> None:
    """Change a pipe's flow at an instant; a flowing pipe must have been settled to it."""
    pipe = world.pipes[index]
    if flow == 0.0:
        pipe.flow = 0.0
        return
    forwards = 1 if flow > 0.0 else 0
    anew = pipe.flow == 0.0 or not pipe.plain
    if forwards != pipe.forwards:
        book(world, index, outlet_l(pipe))
        pipe.forwards = forwards
        pipe.booked_l = outlet_l(pipe)
        anew = True
    pipe.flow = flow
    pipe.paced = pipe.cooling / flow
    piece = world.pieces[index, leaving_slot(pipe)]
    if anew:
        leave(world.streams[index], piece, pipe, outlet_l(pipe), at_s)
    else:
        world.streams[index].rate[0] = piece.slope[0] * flow - pipe.cooling


@compiled
def enter(world: World, index: int, at_s: float, told: Record) -> None:
    """Let another piece of water begin to enter: what a stream or a change tells, from an instant on."""
    pipe = world.pipes[index]
    number_l = pipe.head_l + pipe.flow * (at_s - world.now_s)
    if pipe.forwards:
        lowest_l = world.pieces[index, slot(pipe, pipe.count - 1)].low_l
    else:
        number_l -= pipe.thermal_l
        lowest_l = world.pieces[index, slot(pipe, 1)].low_l
    if not (pipe.count > 1 and lowest_l == number_l):
        if pipe.count == ROOM:
            world.status = TOO_MANY_PIECES
            return
        if not pipe.forwards:
            world.pieces[index, slot(pipe, 0)].low_l = number_l
            pipe.first = (pipe.first - 1) & _MASK
        pipe.count += 1
    piece = world.pieces[index, entering_slot(pipe)]
    if pipe.forwards:
        piece.low_l = number_l
    _write(piece, pipe, number_l, at_s, told)


@compiled
def _write(piece: Record, pipe: Record, number_l: float, at_s: float, told: Record) -> None:
    piece.ref_l, piece.ref_s, piece.fading = number_l, at_s, pipe.paced
    piece.terms = told.terms
    if told.terms > 1:
        pipe.plain = 0
    piece.excess_k[0], piece.slope[0] = told.excess_k[0], told.rate[0] / pipe.flow + pipe.paced
    for term in range(1, told.terms):
        piece.excess_k[term] = told.excess_k[term]
        piece.slope[term] = told.rate[term] / pipe.flow + pipe.paced


@compiled
def goes_on(world: World, index: int, change: Record) -> bool:
    """Tell whether water that comes now only goes on with the piece that is entering."""
    pipe = world.pipes[index]
    piece = world.pieces[index, entering_slot(pipe)]
    if pipe.count == 1 or change.terms > 1 or piece.terms > 1 or piece.fading != pipe.paced:
        return False
    slope = change.rate[0] / pipe.flow + pipe.paced
    if abs(piece.slope[0] - slope) > _SAME_SLOPE * abs(slope):
        return False
    number_l = pipe.head_l if pipe.forwards else pipe.head_l - pipe.thermal_l
    here_k = value(piece, number_l, world.now_s, pipe.cooling)
    return abs(here_k - change.excess_k[0]) <= _SAME_K


@compiled
def follow(world: World, index: int, feed: int) -> None:
    """Let enter what has begun to arrive during the span that is being settled."""
    for number in range(world.streams[feed].fresh):
        change = world.fresh[feed, number]
        if change.at_s > world.now_s or not goes_on(world, index, change):
            enter(world, index, change.at_s, change)


@compiled
def advance(world: World, index: int, until_s: float) -> None:
    """Let time pass to an instant under a pipe's present flow, which is not zero."""
    pipe, stream = world.pipes[index], world.streams[index]
    from_s = world.now_s
    head_l = pipe.head_l + pipe.flow * (until_s - from_s)
    begin_span(stream)
    if _leaves_by(world, index, head_l - pipe.thermal_l if pipe.forwards else head_l):
        from_s = _let_edges_leave(world, index, until_s, head_l)
    pass_on(stream, until_s - from_s)
    pipe.left_kl += stream.passed_ks * abs(pipe.flow)
    pipe.head_l = head_l
    if pipe.count - 1 > MANY_PIECES:
        book(world, index, outlet_l(pipe))
        thin(pipe, world.pieces[index], until_s)


@compiled
def begin_span(stream: Record) -> None:
    """Keep what comes now as what came when a span began."""
    stream.began_terms, stream.fresh, stream.passed_ks = stream.terms, 0, 0.0
    stream.began_k[0], stream.began_rate[0] = stream.excess_k[0], stream.rate[0]
    for term in range(1, stream.terms):
        stream.began_k[term], stream.began_rate[term] = stream.excess_k[term], stream.rate[term]


@compiled
def pass_on(stream: Record, span_s: float) -> None:
    """Let what comes go on for a time."""
    if stream.rate[0] == 0.0:
        stream.passed_ks += stream.excess_k[0] * span_s
    else:
        grown_s = growth(stream.rate[0], span_s)
        stream.passed_ks += stream.excess_k[0] * grown_s
        stream.excess_k[0] += stream.excess_k[0] * stream.rate[0] * grown_s
    for term in range(1, stream.terms):
        grown_s = growth(stream.rate[term], span_s)
        stream.passed_ks += stream.excess_k[term] * grown_s
        stream.excess_k[term] += stream.excess_k[term] * stream.rate[term] * grown_s


@compiled
def next_edge_l(world: World, index: int) -> float:
    """Return the edge that leaves next, in a pipe that has one."""
    pipe = world.pipes[index]
    number = 1 if pipe.forwards else pipe.count - 1
    edge_l: float = world.pieces[index, slot(pipe, number)].low_l
    return edge_l


@compiled
def _leaves_by(world: World, index: int, last_l: float) -> bool:
    pipe = world.pipes[index]
    if pipe.count == 1:
        return False
    edge_l = next_edge_l(world, index)
    return edge_l <= last_l + pipe.sliver_l if pipe.forwards else edge_l >= last_l - pipe.sliver_l


@compiled
def _let_edges_leave(world: World, index: int, until_s: float, head_l: float) -> float:
    """Let every edge leave that comes to the outlet; returns the instant of the last."""
    pipe, stream = world.pipes[index], world.streams[index]
    shift_l = pipe.thermal_l if pipe.forwards else 0.0
    number_l, last_l, at_s = pipe.head_l - shift_l, head_l - shift_l, world.now_s
    while _leaves_by(world, index, last_l):
        edge_l = next_edge_l(world, index)
        end_s = at_s
        if abs(edge_l - last_l) <= pipe.sliver_l:
            end_s = until_s
        elif abs(edge_l - number_l) > pipe.sliver_l:
            end_s = at_s + (edge_l - number_l) / pipe.flow
        pass_on(stream, end_s - at_s)
        book(world, index, edge_l)
        _drop(pipe)
        number_l, at_s = edge_l, end_s
        _begin_to_leave(world, index, edge_l, end_s)
    return at_s


@compiled
def _drop(pipe: Record) -> None:
    if pipe.forwards:
        pipe.first = (pipe.first + 1) & _MASK
    pipe.count -= 1


@compiled
def _begin_to_leave(world: World, index: int, edge_l: float, at_s: float) -> None:
    pipe, stream = world.pipes[index], world.streams[index]
    piece = world.pieces[index, leaving_slot(pipe)]
    leave(stream, piece, pipe, edge_l, at_s)
    if stream.fresh == MOST_CHANGES:
        world.status = TOO_MANY_CHANGES
        return
    change = world.fresh[index, stream.fresh]
    stream.fresh += 1
    change.at_s, change.terms = at_s, stream.terms
    for term in range(stream.terms):
        change.excess_k[term], change.rate[term] = stream.excess_k[term], stream.rate[term]
