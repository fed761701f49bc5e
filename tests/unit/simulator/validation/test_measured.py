import pytest

from controller.core.errors import ConfigError, ZcwError
from simulator.validation.loop import PROMISED, segment_losses
from simulator.validation.measured import BenchPipe, fit, predict, read_runs

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
        (HEADER + "0,0.5,18,18\n1,0.0,18,18\n2,0.5,18,18\n", "0 is no flow"),
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


def bench_run(folder, *, flow=lambda at_s: 1.0, extra="", ambient=""):
    """A step from 18 to 50 C after 20 s; what the outlet did is not of interest."""
    rows = [f"{at_s},{flow(at_s)},18,{18 if at_s < 20 else 50}{ambient}" for at_s in range(0, 400, 4)]
    (folder / "run.csv").write_text(HEADER.strip() + extra + "\n" + "\n".join(rows), encoding="utf-8")
    return read_runs(folder)[0]


def test_a_flow_that_wavers_moves_as_much_water_as_its_mean(tmp_path):
    steady = predict(bench_run(tmp_path), BenchPipe())
    wavering = predict(bench_run(tmp_path, flow=lambda at_s: 1.05 if at_s % 8 else 0.95), BenchPipe())
    assert max(steady) > 49.0
    assert wavering == pytest.approx(steady, abs=0.5)


def test_a_flow_that_drops_brings_the_front_later(tmp_path):
    half = predict(bench_run(tmp_path, flow=lambda at_s: 1.0 if at_s < 60 else 0.5), BenchPipe())
    steady = predict(bench_run(tmp_path), BenchPipe())

    def half_way(found):
        return next(number for number, at_c in enumerate(found) if at_c > 34.0)

    # 130 litres with the wall's share, of which 40 had passed when the flow dropped.
    assert half_way(half) - half_way(steady) == pytest.approx((130.0 - 40.0 - 18.0) / 4.0, abs=4.0)


def test_a_column_with_the_rooms_temperature_is_heard(tmp_path):
    warm = predict(bench_run(tmp_path, extra=",T_amb_C", ambient=",50"), BenchPipe())
    assert max(warm) == pytest.approx(50.0, abs=1e-6)
    assert max(predict(bench_run(tmp_path), BenchPipe())) < 49.9
