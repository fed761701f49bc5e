import pytest

from simulator.bench_physics import solver_took_s, took_s
from simulator.validation.case import read_case
from simulator.validation.epanet import PROMISED_K, refereed
from simulator.validation.reference import case_network


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
