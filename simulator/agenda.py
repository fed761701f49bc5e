"""What is going to happen at an instant, in SimPy's time."""

from collections.abc import Callable

import simpy


def call_at(env: simpy.Environment, at_s: float, action: Callable[[], None]) -> None:
    """Call something at an instant, or now when that has passed by a rounding step.

    SimPy cannot call a timeout off: an action that may be overtaken has to know that by itself.

    Args:
        env: The simulation; its unit is the second.
        at_s: The instant, in s.
        action: What to call.
    """
    timeout = env.timeout(max(0.0, at_s - env.now))
    assert timeout.callbacks is not None, "a new timeout has its list of callbacks"
    timeout.callbacks.append(lambda _: action())
