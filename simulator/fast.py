"""Whether pipes can be run compiled here: with the extra ``fast``, which brings numba."""

import hashlib
import os
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

NOT_THERE: Final = "numba is not installed; pip install 'zero-cold-water[fast]'"


@cache
def available() -> bool:
    """Tell whether numba is installed; it is not loaded for that."""
    return find_spec("numba") is not None


def announce(tell: Callable[[str], None]) -> None:
    """Tell a person when the first use on this machine has to compile, which takes a while; numba is not loaded for that."""
    if not kept_in().is_dir():
        tell("the pipes are compiled for this machine, once: about half a minute")


def kept_in() -> Path:
    """Return the folder of the machine code.

    What numba keeps, it keeps as long as the file of a function stays the same, whatever becomes of the functions that it
    calls. So the folder is named after all files of the package, and after numba's version.
    """
    home = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    digest = hashlib.sha256(version("numba").encode())
    for source in sorted((Path(__file__).parent / "kernel").glob("*.py")):
        digest.update(source.read_bytes())
    return Path(home) / "zero-cold-water" / f"kernel-{digest.hexdigest()[:16]}"
