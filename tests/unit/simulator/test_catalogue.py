import math
import subprocess
import sys

import pytest

from simulator.catalogue import WATER_J_LK, pipe_sizes

SIZES = sorted(pipe_sizes())


@pytest.mark.parametrize("name", SIZES)
def test_every_size_is_a_pipe_that_can_exist(name):
    size = pipe_sizes()[name]
    assert 0.0 < size.inner_mm < size.outer_mm
    assert size.litres_per_m == pytest.approx(math.pi * size.inner_mm**2 / 4000.0)
    assert 1.05 < size.capacity < 2.0


@pytest.mark.parametrize("name", SIZES)
def test_more_foam_never_loses_more(name):
    size = pipe_sizes()[name]
    losses = [size.loss_w_mk(mm) for mm in (0, 6, 9, 10.5, 13, 20, 25, 30, 40, 100)]
    assert losses == sorted(losses, reverse=True)


@pytest.mark.parametrize(
    ("name", "litres_per_m", "capacity"),
    [
        ("Cu 15x1", 0.133, 1.28),
        ("Cu 22x1", 0.314, 1.18),
        ("PEX 1/2", 0.119, 1.35),
        ("PEX 3/4", 0.235, 1.34),
        ("PPR 20x2.8", 0.163, 1.39),
        ("PPR 25x3.5", 0.254, 1.39),
    ],
)
def test_common_pipes_hold_what_such_pipes_hold(name, litres_per_m, capacity):
    size = pipe_sizes()[name]
    assert size.litres_per_m == pytest.approx(litres_per_m, rel=0.005)
    assert size.capacity == pytest.approx(capacity, rel=0.01)


def test_materials_differ_as_they_do():
    sizes = pipe_sizes()
    assert {size.material for size in sizes.values()} == {
        "copper",
        "PEX",
        "PEX-Al-PEX",
        "PPR",
        "CPVC",
        "steel",
    }
    assert sizes["Cu 22x1"].wall_w_mk > 100.0 * sizes["PEX 3/4"].wall_w_mk


def test_a_bare_copper_pipe_cools_from_60_to_40_degrees_in_about_a_quarter_of_an_hour():
    size = pipe_sizes()["Cu 15x1"]
    cooling_s = math.log(40.0 / 20.6) * size.litres_per_m * size.capacity * WATER_J_LK / size.loss_w_mk(0.0)
    assert cooling_s / 60.0 == pytest.approx(14.0, rel=0.05)


def test_no_heavy_library_is_loaded_for_thicknesses_as_sold():
    code = (
        "import sys; from simulator.layout_file import load_layout; import simulator.house;"
        "assert load_layout('house').hot[0].loss_w_k > 0.0;"
        "print([name for name in ('numpy', 'scipy', 'fluids', 'ht') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
