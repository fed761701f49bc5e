"""Looking into compiled pipes from outside: the pieces in them, and their books."""

from simulator.kernel.pieces import value
from simulator.kernel.records import ROOM, Records
from simulator.kernel.tapes import book, outlet_l
from simulator.kernel.thinning import content_kl, lost_kl, low_of


def profile(worlds: Records, index: int, at_s: float) -> list[tuple[float, float, float, float]]:
    """Return the pieces of a pipe: the numbers between which each lies, in l, and its temperatures there, in K.

    Args:
        worlds: The network.
        index: The pipe's number.
        at_s: The instant, with flow the one settled to.
    """
    pipe, row = worlds[0]["pipes"][index], worlds[0]["pieces"][index]
    found = []
    for number in range(pipe["count"]):
        piece = row[(pipe["first"] + number) % ROOM]
        low_l, high_l = low_of(pipe, row, number), low_of(pipe, row, number + 1)
        ends = [value(piece, edge_l, at_s, float(pipe["cooling"])) for edge_l in (low_l, high_l)]
        found.append((low_l, high_l, ends[0], ends[1]))
    return found


def balance_of(worlds: Records, index: int, at_s: float) -> tuple[float, float]:
    """Return the heat in a pipe and the heat that it has lost to the room since the beginning, in K l; see ``profile``."""
    pipe, row = worlds[0]["pipes"][index], worlds[0]["pieces"][index]
    book(worlds[0], index, outlet_l(pipe))
    return content_kl(pipe, row, at_s), lost_kl(pipe, row, at_s)


def middles(worlds: Records, index: int, at_s: float) -> list[tuple[float, float]]:
    """Return where the middle of each piece of a pipe lies, as a share of the length from its start, and how warm it is.

    Args:
        worlds: The network.
        index: The pipe's number.
        at_s: The instant, with flow the one settled to.
    """
    pipe, row = worlds[0]["pipes"][index], worlds[0]["pieces"][index]
    found = []
    for number, (low_l, high_l, _, _) in enumerate(profile(worlds, index, at_s)):
        middle_l = 0.5 * (low_l + high_l)
        warm_k = value(row[(pipe["first"] + number) % ROOM], middle_l, at_s, float(pipe["cooling"]))
        found.append((float((pipe["head_l"] - middle_l) / pipe["thermal_l"]), warm_k))
    return found
