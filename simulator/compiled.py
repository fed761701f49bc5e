"""The busiest modules compiled: the same Python, the same bits, about three times as fast. Optional, and off by default.

``make compiled`` translates the modules below with mypyc (it comes with mypy), then lets a house live for some days with
and without them and keeps the result only if it is the same to the last bit. ``ZCW_COMPILED=on`` in the environment uses
it. It is kept by the sources' fingerprint: after any change of them it is no longer found, and Python runs as ever.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Final

SWITCH: Final = "ZCW_COMPILED"
"""Environment variable: ``on`` uses what has been compiled."""
ROOT: Final = Path(__file__).resolve().parent.parent
"""The checkout; only there anything is compiled."""
_NAMES: Final = {
    "controller": "actuation engine evidence faults foresight intake knowledge sensors shadow triggers wishes",
    "controller.core": "changes civil decision diary forecast hysteresis observation outlook plumbing reason",
    "controller.estimation": "cooling draw_watch loop_heat plausibility sensor_track steps",
    "controller.safety": "dry_run marks objections response supervisor",
    "controller.strategies": "aquastat arrival combine on_demand predictive timed worth",
    "simulator": "agenda circulation course feeding fronts heater house hydraulics merging network parts piece pipe piping "
    "pump_record rings runner spread stream tap tape taps tee valves watching",
}
MODULES: Final = tuple(f"{package}.{name}" for package, names in _NAMES.items() for name in names.split())
"""What is compiled: what a simulated house and its controller do at every event."""
LONGEST_S: Final = 300.0
"""A proof that takes longer counts as failed."""
DEEPEST: Final = 5_000
"""Limit of recursion with compiled modules: calls of this depth fit on the stack of any thread."""
_PROVED: Final = (("house", "aquastat"), ("house-cold-return", "predictive"), ("combi", "on_demand"))
"""Houses and strategies whose days must be the same, compiled or not."""
_SUFFIX: Final = EXTENSION_SUFFIXES[0]
_PROOF: Final = "from simulator.compiled import proof, used; print(used(), proof())"


class _Finder(MetaPathFinder):
    """Finds compiled modules before their sources are found."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module is, if it has been compiled."""
        del path, target
        file = self._home / f"{fullname}{_SUFFIX}"
        return spec_from_file_location(fullname, file) if file.is_file() else None


def fingerprint() -> str:
    """Return what the compiled modules are kept by: any change of their sources is another one."""
    told = hashlib.sha256(repr((sys.version, _SUFFIX)).encode())
    for module in MODULES:
        told.update(_source(module).read_bytes())
    return told.hexdigest()[:16]


def home() -> Path:
    """Return the folder in which the compiled modules of these sources are, or would be."""
    return ROOT / "build" / "compiled" / fingerprint()


def use() -> bool:
    """Use what has been compiled for these sources, from the next import on; return whether there is anything."""
    folder = home()
    if not folder.is_dir():
        return False
    sys.meta_path.insert(0, _Finder(folder))
    # A heater that looks round and round its loop goes deep, and compiled generators count more than once.
    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEPEST))
    return True


def used() -> bool:
    """Return whether compiled modules are in use."""
    return any(isinstance(finder, _Finder) for finder in sys.meta_path)


def build() -> Path:
    """Compile, prove that nothing has changed, and return the folder.

    Raises:
        RuntimeError: Compiling failed, or the compiled modules give another result.
    """
    folder = home()
    with tempfile.TemporaryDirectory() as work:
        _compile(Path(work))
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for file in Path(work).rglob(f"*{_SUFFIX}"):
            if "build" not in file.relative_to(work).parts:
                parts = file.relative_to(work).parts
                shutil.copy(file, folder / ".".join(parts))
    (_, plain), (in_use, compiled) = (_proved(switch) for switch in ("off", "on"))
    if in_use != "True":
        raise RuntimeError("the sources were changed in the meantime; compile again")
    if plain != compiled:
        shutil.rmtree(folder)
        raise RuntimeError(f"compiled modules give another result ({compiled}, not {plain}) and are not kept")
    return folder


def proof() -> str:
    """Return a fingerprint of all that happens in some days of two houses, to the last bit."""
    from simulator.household import household_draws
    from simulator.layout_file import load_layout
    from simulator.scenario import Scenario

    told = hashlib.sha256()
    for name, strategy in _PROVED:
        layout = load_layout(name)
        scenario = Scenario(layout, household_draws(layout.fixtures, days=5, seed=1), strategy, seed=1)
        scenario.run(5)
        told.update(repr((scenario.results, scenario.pump.runs, scenario.house.energy())).encode())
    return told.hexdigest()


def _source(module: str) -> Path:
    return ROOT / f"{module.replace('.', '/')}.py"


def _compile(work: Path) -> None:
    for package in ("controller", "simulator"):
        kept = shutil.ignore_patterns("__pycache__", "*.so")
        shutil.copytree(ROOT / package, work / package, ignore=kept)
    files = [f"{module.replace('.', '/')}.py" for module in MODULES]
    order = [sys.executable, "-m", "mypyc", f"--config-file={os.devnull}", *files]
    # More than the first level costs many minutes, and gains nothing: the time goes into Python's own objects.
    settings = {**os.environ, "MYPYC_OPT_LEVEL": "1", "MYPYC_DEBUG_LEVEL": "0"}
    done = subprocess.run(order, cwd=work, env=settings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"mypyc failed:\n{(done.stdout + done.stderr)[-2_000:]}")


def _proved(switch: str) -> list[str]:
    order = [sys.executable, "-c", _PROOF]
    settings = {**os.environ, SWITCH: switch}
    try:
        done = subprocess.run(
            order, cwd=ROOT, env=settings, capture_output=True, text=True, check=True, timeout=LONGEST_S
        )
    except subprocess.SubprocessError as trouble:
        shutil.rmtree(home(), ignore_errors=True)
        said = str(getattr(trouble, "stderr", None) or "")[-2_000:]
        raise RuntimeError(
            f"no proof with {SWITCH}={switch}, so nothing is kept: {trouble}\n{said}"
        ) from trouble
    return done.stdout.split()


if __name__ == "__main__":
    sys.stdout.write("Compiling; this takes some minutes and needs a C compiler.\n")
    sys.stdout.write(
        f"Compiled and proved: {build()}\nUse it with {SWITCH}=on, as in: {SWITCH}=on zcw simulate\n"
    )
