"""How functions are compiled: once on a machine, and kept on disk from then on.

What numba keeps, it keeps as long as the file of a function stays the same, whatever becomes of the functions that it calls.
So the folder in which it is kept is named after all files of this package.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

import numba

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def _kept_in() -> str:
    home = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return str(Path(home) / "zero-cold-water" / f"kernel-{digest.hexdigest()[:16]}")


KEPT_IN: Final = _kept_in()
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
