"""Whether pipes can be run compiled here: with the extra ``fast``, which brings numba."""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

NOT_THERE: Final = "numba is not installed; pip install 'zero-cold-water[fast]'"


@cache
def available() -> bool:
    """Tell whether numba is installed; it is not loaded for that."""
    return find_spec("numba") is not None


def announce(tell: Callable[[str], None]) -> None:
    """Tell a person when the first use on this machine has to compile, which takes a while."""
    from simulator.kernel.compiled import KEPT_IN

    if not Path(KEPT_IN).is_dir():
        tell("compiling the pipes for this machine, once: about half a minute")
