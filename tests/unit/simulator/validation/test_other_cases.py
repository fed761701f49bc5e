"""Cases of the published kind that nobody has published: other days, cold pipes as return, reversal, mixing at tees."""

import csv
import json
import random

import pytest

from controller.core.errors import ConfigError
from simulator.validation.case_file import read_case
from simulator.validation.reference import compare, run
from tests.support.characteristics import Characteristics, write

PROMISED_K = 1e-6
NUMBERS = {
    "duration_s": 14_400,
    "rho_kg_m3": 990.0,
    "cp_J_kgK": 4180.0,
    "T_amb_C": 20.0,
    "T_hot_C": 55.0,
    "T_cold_C": 12.0,
    "T_init_C": 18.0,
}


def pipe(start, end, length_m, bore_m=0.013, loss=0.27):
    return {"from": start, "to": end, "L_m": length_m, "D_m": bore_m, "UA_W_mK": loss}


HOT = {
    "trunk": pipe("heater", "tee", 9.0, 0.02, 0.35),
    "kitchen": pipe("tee", "kitchen", 5.0),
    "upstairs": pipe("tee", "tee2", 4.0, 0.016),
    "bath": pipe("tee2", "bath", 3.0),
    "shower": pipe("tee2", "shower", 6.5),
}
COLD = {
    "cold_trunk": pipe("mains", "ctee", 8.0, 0.02, 0.5),
    "kitchen_cold": pipe("ctee", "kitchen_cold", 4.0, loss=0.6),
    "cold_upstairs": pipe("ctee", "ctee2", 4.5, 0.016, 0.6),
    "bath_cold": pipe("ctee2", "bath_cold", 3.0, loss=0.6),
    "shower_cold": pipe("ctee2", "shower_cold", 5.0, loss=0.6),
}
CROSSOVER = {"crossover": {"from": "shower", "to": "shower_cold", "L_m": 0.0, "D_m": 0.013, "UA_W_mK": 0.0}}
LONG_CROSSOVER = {"bypass": pipe("shower", "shower_cold", 0.7, 0.01)}
FEED = {"feed": pipe("ctee", "heater", 2.0, 0.02, 0.5)}
RETURN = {"return": pipe("tee2", "heater", 12.0)}


def day(seed, taps, *, windows=4):
    rng = random.Random(seed)
    draws = [
        {
            "fixture": rng.choice(taps),
            "start_s": rng.randrange(60, 14_000),
            "dur_s": rng.choice((rng.randrange(3, 20), rng.randrange(20, 400))),
            "q_L_s": round(rng.uniform(0.02, 0.12), 4),
        }
        for _ in range(30)
    ]
    edges = sorted(rng.sample(range(0, 14_000, 20), 2 * windows))
    return {
        "draws": sorted(draws, key=lambda draw: draw["start_s"]),
        "pump_flow_L_s": round(rng.uniform(0.03, 0.07), 4),
        "pump_windows_s": [list(one) for one in zip(edges[::2], edges[1::2], strict=True)],
    }


HOT_TAPS = ("kitchen", "bath", "shower")
ALL_TAPS = (*HOT_TAPS, "kitchen_cold", "bath_cold", "shower_cold")
KINDS = {
    "return line": ({**HOT, **RETURN}, HOT_TAPS, ("return",), None),
    "cold pipe as return": ({**HOT, **COLD, **CROSSOVER}, ALL_TAPS, ("crossover",), None),
    "crossover with water in it": ({**HOT, **COLD, **LONG_CROSSOVER}, ALL_TAPS, ("bypass",), None),
    "heater fed from the cold pipes": (
        {**HOT, **COLD, **CROSSOVER, **FEED},
        ALL_TAPS,
        ("crossover",),
        "feed",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_day_of_any_kind_of_house_is_met_in_every_row(tmp_path, kind, seed):
    pipes, taps, driven, feed = KINDS[kind]
    raw = {"name": kind, **NUMBERS, "pipes": pipes, **day(seed, taps)}
    checker = Characteristics(raw, driven=driven, feed=feed)
    outlets = {tap: ("node", tap) for tap in taps}
    outlets |= (
        {"return": ("pipe", "return")} if kind == "return line" else {"cold_trunk": ("back", "cold_trunk")}
    )
    outlets |= {"feed": ("pipe", "feed")} if feed else {}
    folder = write(tmp_path, raw, checker.exact_rows(outlets, step_s=5))
    rows = list(run(read_case(folder)))
    match = compare(rows, folder / "exact_reference.csv")
    assert match.missing == 0
    assert match.rows > 300
    assert match.worst_k <= PROMISED_K
    assert kind == "return line" or reversal_and_mixing(checker)


def reversal_and_mixing(checker):
    """Whether water ever runs back in a cold pipe, and ever meets other water there while it does."""
    backwards = [flows for flows in checker.flows if flows["shower_cold"] < -1e-6]
    mixed = [flows for flows in backwards if flows["cold_trunk"] > 1e-6]
    return bool(backwards) and bool(mixed)


def test_the_checker_notices_a_pipe_of_another_length(tmp_path):
    pipes, taps, driven, feed = KINDS["cold pipe as return"]
    raw = {**NUMBERS, "pipes": pipes, **day(1, taps)}
    rows = Characteristics(raw, driven=driven, feed=feed).exact_rows(
        {tap: ("node", tap) for tap in taps}, step_s=5
    )
    longer = {**raw, "pipes": {**pipes, "bath": {**pipes["bath"], "L_m": 3.01}}}
    folder = write(tmp_path, longer, rows)
    assert (
        compare(list(run(read_case(folder))), folder / "exact_reference.csv").clear_worst_k
        > 100.0 * PROMISED_K
    )


@pytest.mark.parametrize(
    "crossover",
    [
        {"crossover": {"from": "shower", "to": "shower_cold"}},
        {"crossover": {"hot": "shower", "cold": "shower_cold"}},
        {"crossover": "shower"},
        {"crossovers": [{"fixture": "shower"}]},
        {"pipes": {**HOT, **COLD, "valve": {**CROSSOVER["crossover"], "kind": "crossover"}}},
        {"pipes": {**HOT, **COLD, "valve": CROSSOVER["crossover"]}},
    ],
)
def test_a_crossover_may_be_told_in_several_ways(tmp_path, crossover):
    told = {**NUMBERS, **day(1, ALL_TAPS)}
    plain, other = tmp_path / "plain", tmp_path / "other"
    for folder, raw in (
        (plain, {**told, "pipes": {**HOT, **COLD, **CROSSOVER}}),
        (other, {**told, "pipes": {**HOT, **COLD}, **crossover}),
    ):
        folder.mkdir()
        (folder / "case.json").write_text(json.dumps(raw), encoding="utf-8")
    first, second = (
        [(row.t_s, row.outlet, row.temperature_c) for row in run(read_case(folder))]
        for folder in (plain, other)
    )
    assert first == second


def test_draws_of_both_sides_and_other_words_for_their_end(tmp_path):
    pipes = {**HOT, **COLD}
    words = [
        {"fixture": "bath", "start_s": 60, "dur_s": 30, "q_hot_L_s": 0.05, "q_cold_L_s": 0.02},
        {"node": "kitchen", "side": "cold", "start_s": 100, "end_s": 130, "q_L_s": 0.03},
    ]
    (tmp_path / "case.json").write_text(
        json.dumps({**NUMBERS, "pipes": pipes, "draws": words}), encoding="utf-8"
    )
    drawn = [(one.at, one.start_s, one.end_s, one.flow_lps) for one in read_case(tmp_path).draws]
    assert drawn == [("bath", 60, 90, 0.05), ("bath_cold", 60, 90, 0.02), ("kitchen_cold", 100, 130, 0.03)]


def test_windows_may_be_told_with_names(tmp_path):
    windows = [{"on_s": 60, "off_s": 90}, {"on_s": 100, "off_s": 120, "q_L_s": 0.02}]
    raw = {**NUMBERS, "pipes": {**HOT, **RETURN}, "pump_flow_L_s": 0.05, "pump_windows_s": windows}
    (tmp_path / "case.json").write_text(json.dumps(raw), encoding="utf-8")
    driven = [(one.at, one.start_s, one.end_s, one.flow_lps) for one in read_case(tmp_path).driven]
    assert driven == [("return", 60, 90, 0.05), ("return", 100, 120, 0.02)]


def test_draws_and_windows_may_stand_in_tables_beside_the_case(tmp_path):
    told = day(2, HOT_TAPS)
    pipes = {**HOT, **RETURN}
    whole, split = tmp_path / "whole", tmp_path / "split"
    whole.mkdir()
    split.mkdir()
    (whole / "case.json").write_text(json.dumps({**NUMBERS, "pipes": pipes, **told}), encoding="utf-8")
    (split / "case.json").write_text(json.dumps({**NUMBERS, "pipes": pipes}), encoding="utf-8")
    with (split / "draws.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ("fixture", "start_s", "dur_s", "q_L_s"))
        writer.writeheader()
        writer.writerows(told["draws"])
    with (split / "pump.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("on_s", "off_s", "q_L_s"))
        writer.writerows([*window, told["pump_flow_L_s"]] for window in told["pump_windows_s"])
    assert list(run(read_case(whole))) == list(run(read_case(split)))


@pytest.mark.parametrize(
    ("changes", "line", "says"),
    [
        ({"pipes": {**HOT, "trunk": {**HOT["trunk"], "L_m": -1}}}, 'L_m": -1', "-1 is less than 0"),
        ({"pipes": {**HOT, "trunk": {**HOT["trunk"], "to": "heater"}}}, '"trunk": {', "begins where it ends"),
        ({"duration_s": 0}, '"duration_s": 0', "0 is not more than 0"),
        ({"cp_J_kgK": None}, '"cp_J_kgK": null', "'None' is no number"),
        ({"draws": {"fixture": "bath"}}, '"draws": {', "is no list"),
        ({"draws": ["bath"]}, '"bath"\n', "is no draw"),
        (
            {"draws": [{"fixture": "bath", "start_s": 9, "end_s": 5, "q_L_s": 1}]},
            '"end_s": 5',
            "5 is less than 9",
        ),
        ({"crossover": {"from": "bath", "to": "attic"}}, '"crossover": {', "joins no two nodes"),
        ({"pump_windows_s": [[10, 30], [20, 40]]}, "20,", "overlaps another window"),
        ({"pump_windows_s": [[30, 10]]}, "30,", "10 is less than 30"),
        ({"pump_windows_s": 5}, '"pump_windows_s": 5', "is no list"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_a_cure(tmp_path, changes, line, says):
    raw = {
        **NUMBERS,
        "pump_flow_L_s": 0.05,
        "pipes": {**HOT, **RETURN},
        "draws": [],
        "pump_windows_s": [],
        **changes,
    }
    if "L_m" in line or "begins" in says:
        raw["pipes"] = changes["pipes"]
    text = json.dumps(raw, indent=1)
    (tmp_path / "case.json").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_case(tmp_path)
    problem = next(one for one in caught.value.problems if says in one.message)
    assert problem.cure
    assert problem.line is not None
    shown = text.splitlines()[problem.line - 1]
    assert line.strip() in shown + "\n" or shown.strip() in ("[", "{")
