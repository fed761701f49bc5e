import json
import math

import pytest

from controller.core.errors import ConfigError
from simulator.validation.analytic import PROMISED, checks
from simulator.validation.case_file import read_case
from simulator.validation.reference import case_network, compare, outlets, run, write_rows

PIPE = {"L_m": 10.0, "D_m": 0.02, "UA_W_mK": 0.3}
CASE = {
    "duration_s": 1_000,
    "rho_kg_m3": 990.0,
    "cp_J_kgK": 4180.0,
    "T_amb_C": 20.0,
    "T_hot_C": 55.0,
    "T_cold_C": 15.0,
    "pipes": {
        "trunk": {"from": "heater", "to": "far", **PIPE},
        "crossover": {"from": "far", "to": "far cold", "L_m": 0.0, "D_m": 0.01, "UA_W_mK": 0.0},
        "cold twig": {"from": "cold tee", "to": "far cold", **PIPE},
        "near twig": {"from": "cold tee", "to": "near cold", **PIPE},
        "cold trunk": {"from": "mains", "to": "cold tee", **PIPE},
    },
    "pump_flow_L_s": 0.05,
    "pump_windows_s": [[100, 400]],
    "draws": [
        {"fixture": "near cold", "start_s": 200, "dur_s": 100, "q_L_s": 0.02},
        {"fixture": "near cold", "start_s": 250, "dur_s": 2_000, "q_L_s": 0.08},
    ],
}


def case_in(folder, **changes):
    (folder / "case.json").write_text(json.dumps({**CASE, **changes}), encoding="utf-8")
    return folder


def test_every_analytic_case_is_met():
    assert max(check.error for check in checks()) < PROMISED


def test_what_flows_through_a_crossover_runs_back_through_the_cold_pipe_and_feeds_draws(tmp_path):
    case = read_case(case_in(tmp_path))
    names = [pipe.name for pipe in case.pipes]

    def flows(at_s):
        return dict(zip(names, case.flows_lps(at_s), strict=True))

    assert flows(0) == dict.fromkeys(names, 0.0)
    assert flows(150) == pytest.approx(
        {"trunk": 0.05, "crossover": 0.05, "cold twig": -0.05, "near twig": 0.0, "cold trunk": -0.05}
    )
    assert flows(210)["cold trunk"] == pytest.approx(-0.03)
    # Two draws at once take more than comes round: the mains give the remainder.
    assert flows(260)["cold trunk"] == pytest.approx(0.05)
    assert flows(999)["near twig"] == pytest.approx(0.08)


def test_reversed_and_mixed_water_reaches_the_draw_as_characteristics_say(tmp_path):
    case = read_case(case_in(tmp_path))
    rows = {(row.t_s, row.outlet): row.temperature_c for row in run(case)}
    assert max(t_s for t_s, _ in rows) == 1_000
    assert {outlet for _, outlet in rows} == {"near cold", "cold trunk"}
    # Hot water that has run back through the twig meets mains water at the tee, which came at two speeds.
    litres = case.pipes[0].water_l
    cooling = 0.3 * 10.0 / (litres * case.water_j_lk)
    hot_k = 35.0 * math.exp(-cooling * 2.0 * litres / 0.05)
    met_s = 398.0 - litres / 0.08
    entered_s = 300.0 - (litres - 0.03 * (met_s - 300.0)) / 0.05
    cold_k = -5.0 * math.exp(-cooling * (met_s - entered_s))
    mixed_k = (0.05 * hot_k + 0.03 * cold_k) / 0.08 * math.exp(-cooling * litres / 0.08)
    assert rows[(398, "near cold")] == pytest.approx(20.0 + mixed_k, abs=1e-9)


def test_rows_written_and_read_again_agree(tmp_path):
    rows = list(run(read_case(case_in(tmp_path))))
    write_rows(rows, tmp_path / "rows.csv")
    text = (tmp_path / "rows.csv").read_text(encoding="utf-8").splitlines()
    exact = [text[0] + ",clear_of_front", *(line + ",1" for line in text[1:]), "5,nowhere,20.0,1"]
    (tmp_path / "exact.csv").write_text("\n".join(exact), encoding="utf-8")
    match = compare(rows, tmp_path / "exact.csv")
    assert (match.rows, match.missing) == (len(rows), 1)
    assert match.worst_k < 1e-8


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"draws": [{"fixture": "sauna", "start_s": 0, "dur_s": 1, "q_L_s": 1}]}, "'sauna' is no node"),
        ({"T_amb_C": "warm"}, "'warm' is no number"),
        ({"pipes": {}}, "there are none"),
        ({"pump_windows_s": [[1]]}, "is no window"),
        (
            {"pipes": {"ring": {"from": "a", "to": "b", **PIPE}, "back": {"from": "b", "to": "a", **PIPE}}},
            "ring",
        ),
        ({"pump_pipe": "trunk"}, "not clear through which pipe"),
    ],
)
def test_a_wrong_case_names_what_is_wrong_and_the_cure(tmp_path, changes, says):
    if "pipes" in changes:
        changes = {**changes, "draws": [], "pump_windows_s": []}
    with pytest.raises(ConfigError) as caught:
        read_case(case_in(tmp_path, **changes))
    assert any(says in problem.message and problem.cure for problem in caught.value.problems)


def test_no_json_is_told_with_its_line(tmp_path):
    (tmp_path / "case.json").write_text('{\n "pipes": ,\n}', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"case.json:2: this is no JSON"):
        read_case(tmp_path)


def test_unknown_keys_are_passed_over_but_told(tmp_path):
    assert read_case(case_in(tmp_path, colour="blue")).ignored == ("colour (line 1)",)


@pytest.mark.reference
def test_the_published_case_is_met_in_every_row_to_the_last_printed_digit(reference):
    folder = reference / "reference_case"
    match = compare(list(run(read_case(folder))), folder / "exact_reference.csv")
    assert match.missing == 0
    assert match.rows > 15_000
    assert match.worst_k < 1e-6


@pytest.mark.reference
def test_the_same_day_gives_the_same_temperatures_a_year_later_in_the_same_room(reference):
    case = read_case(reference / "reference_case")
    network = case_network(case)
    changes = [(at_s, case.flows_lps(at_s)) for at_s in case.changes()]
    seen, pieces = {}, []
    for day in range(366):
        for at_s, flows in changes:
            now_s = at_s + day * case.duration_s
            network.settle(now_s)
            if day in (5, 365):
                for place in outlets(case):
                    if network.inflow_lps(place) < -1e-9:
                        seen.setdefault((at_s, place), []).append(network.temperature(place, now_s))
            network.set_flows(flows, now_s)
        pieces.append(sum(edge.conduit.pieces for edge in network.edges))
    assert len(seen) == 99
    assert max(abs(late - early) for early, late in seen.values()) < 1e-8
    assert pieces[5] == pieces[365]
