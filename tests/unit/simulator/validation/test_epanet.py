import json

import pytest

from controller.core.errors import ConfigError
from simulator.bench_physics import solver_took_s, took_s
from simulator.validation.case_file import read_case
from simulator.validation.epanet import PROMISED_K, refereed
from simulator.validation.epanet_file import agreements
from simulator.validation.reference import case_network
from tests.unit.simulator.validation.test_other_cases import KINDS, NUMBERS, day


@pytest.mark.reference
def test_an_independent_solver_run_side_by_side_finds_the_same(reference):
    pytest.importorskip("epanet", reason="the extra 'epanet' is not installed")
    found = refereed(read_case(reference / "reference_case"))
    # Every outlet that flowed until a change is looked at; one of them just when a front passes.
    assert (found.places, found.fronts) == (98, 1)
    assert found.worst_k <= PROMISED_K
    assert found.fronts == found.fronts_agreed


@pytest.mark.reference
def test_the_benchmark_runs_both_through_the_same_days(reference):
    pytest.importorskip("epanet", reason="the extra 'epanet' is not installed")
    case = read_case(reference / "reference_case")
    assert took_s(case, case_network(case), 1) > 0.0
    assert solver_took_s(case, 1) > 0.0


@pytest.mark.slow
@pytest.mark.reference
def test_the_published_networks_agree_with_epanet_run_now_and_with_their_tables(reference):
    pytest.importorskip("wntr", reason="the extra 'epanet' is not installed")
    found = list(agreements(reference / "epanet"))
    assert [one.file for one in found] == ["caseA_single_pipe.inp"] * 2 + ["caseB_trunk_branch.inp"] * 2
    assert all(one.passed for one in found)
    assert sum(one.places for one in found) > 1_500
    assert sum(one.fronts for one in found) > 30


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "return line"])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_cold_pipe_as_return_agrees_with_an_independent_solver(tmp_path, kind, seed):
    # On other days EPANET brings water back in the wrong order after it has run back and lain still: up to 0.4 K.
    pytest.importorskip("epanet", reason="the extra 'epanet' is not installed")
    pipes, taps, _, _ = KINDS[kind]
    raw = {"name": kind, **NUMBERS, "pipes": pipes, **day(seed, taps)}
    (tmp_path / "case.json").write_text(json.dumps(raw), encoding="utf-8")
    found = refereed(read_case(tmp_path))
    assert found.passed
    assert found.places >= 40


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[PIPES]\n p h a 1\n", "cannot be read"),
        (
            "[JUNCTIONS]\n a 0\n[RESERVOIRS]\n h 10\n[TANKS]\n t 1 1 0 2 1 0\n[PIPES]\n p h a 1 13 100\n",
            "only pipes",
        ),
        (
            "[JUNCTIONS]\n a 0\n b 0\n[RESERVOIRS]\n h 10\n[PIPES]\n p h a 1 13 100\n q a b 1 13 100\n r b h 1 13 100\n",
            "not determined",
        ),
    ],
)
def test_a_network_that_cannot_be_compared_is_refused_with_a_cure(tmp_path, text, says):
    pytest.importorskip("wntr", reason="the extra 'epanet' is not installed")
    (tmp_path / "net.inp").write_text(
        f"{text}[TIMES]\n DURATION 0:01\n REPORT TIMESTEP 0:00:10\n[OPTIONS]\n UNITS LPM\n[END]\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as caught:
        list(agreements(tmp_path / "net.inp"))
    assert says in caught.value.problems[0].message
    assert caught.value.problems[0].cure
