"""Where fixtures branch off, as shares of the way from the heater to the far end."""

from collections.abc import Sequence

from controller.core.plumbing import FixturePipe


def places(pipes: Sequence[FixturePipe]) -> list[float]:
    """Return where the fixtures' tees are, as shares of the way to the far end: by their litres, or as is usual.

    Pipes are wider near the heater, so the first of three fixtures sits beyond a third of the water.
    """
    number = len(pipes)
    usual = [((index + 1) / number) ** 0.6 for index in range(number)]
    whole_l = max((pipe.loop_l or 0.0 for pipe in pipes), default=0.0)
    if whole_l <= 0.0:
        return usual
    return [
        place if pipe.loop_l is None else pipe.loop_l / whole_l
        for pipe, place in zip(pipes, usual, strict=True)
    ]
