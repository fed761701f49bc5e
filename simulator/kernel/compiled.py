"""How functions are compiled: once on a machine, and kept on disk from then on (``simulator.fast`` says where)."""

from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

import numba

from simulator.fast import kept_in

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


KEPT_IN: Final = str(kept_in())
"""Folder of the machine code."""
_OPTIONS: Final[dict[str, Any]] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}


def compiled(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Return a function compiled to machine code.

    It lets other threads run, divides as floating point does, and counts no references: nothing is made inside.
    """
    config: Any = numba.config
    usual, config.CACHE_DIR = config.CACHE_DIR, KEPT_IN
    try:
        made: Callable[Arguments, Result] = numba.njit(**_OPTIONS)(function)
    finally:
        config.CACHE_DIR = usual
    return made
