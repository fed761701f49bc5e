import pytest

from controller.core.errors import ConfigError, ZcwError
from simulator.validation.loop import PROMISED, segment_losses
from simulator.validation.measured import BenchPipe, fit, read_runs

HEADER = "time_s,mflow_kg_s,T_water_out_C,T_water_in_C\n"


@pytest.mark.reference
@pytest.mark.parametrize("ambient_c", [18.0, 22.0])
def test_measured_step_responses_are_predicted_without_fitting_anything(reference, ambient_c):
    fits = [fit(run, BenchPipe(ambient_c=ambient_c)) for run in read_runs(reference / "ulg_pipe")]
    assert len(fits) == 2
    assert max(one.rmse_k for one in fits) <= 0.40
    assert max(abs(one.t50_error_s) for one in fits) <= 3.0


@pytest.mark.reference
def test_a_circulation_loop_loses_what_another_program_says(reference):
    losses = segment_losses(reference / "cse_loop")
    assert [one.element for one in losses] == ["Seg1", "Seg2", "Seg3"]
    assert max(one.error for one in losses) < PROMISED


def test_the_data_sheet_gives_the_loss_and_the_heat_that_it_should():
    bench = BenchPipe()
    assert bench.loss_w_mk == pytest.approx(0.462, abs=0.001)
    assert bench.wall_j_mk == pytest.approx(2_683.0, rel=0.01)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no column"),
        ("time_s,T_water_in_C\n", "no column mflow_kg_s, T_water_out_C"),
        (HEADER, "no rows"),
        (HEADER + "0,0.5,18,hot\n", "'hot' is no number"),
        (HEADER + "0,0.5,18,18\n0,0.5,18,18\n1,0.5,18,18\n", "do not rise"),
        (HEADER + "0,0.5,18,18\n1,0.7,18,18\n2,0.5,18,18\n", "not one positive number"),
        (HEADER + "0,nan,18,18\n", "'nan' is no number"),
    ],
)
def test_a_wrong_file_is_told_with_its_cure(tmp_path, text, says):
    (tmp_path / "run.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_runs(tmp_path)
    assert any(says in problem.message and problem.cure for problem in caught.value.problems)


def test_a_folder_without_runs_is_told(tmp_path):
    with pytest.raises(ZcwError, match="no CSV file"):
        read_runs(tmp_path)
