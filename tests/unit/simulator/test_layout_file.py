from importlib.resources import files

import pytest

from controller.core.errors import ConfigError
from simulator.layout import Crossover
from simulator.layout_file import load_layout, parse_layout, shipped_layouts

HOUSE = (files("simulator") / "layouts" / "house.yaml").read_text(encoding="utf-8")
COLD = (files("simulator") / "layouts" / "house-cold-return.yaml").read_text(encoding="utf-8")
VALVE = COLD[COLD.index("at: shower") : COLD.index("opens_below_c: 36") + len("opens_below_c: 36")]


def problems(text):
    with pytest.raises(ConfigError) as caught:
        parse_layout(text, "my.yaml")
    return caught.value.problems


def changed(old, new, text=HOUSE):
    assert old in text, "the test must change something"
    return text.replace(old, new, 1)


def test_the_shipped_layouts_are_listed_and_load():
    assert {"house", "house-cold-return"} < set(shipped_layouts())
    for name in shipped_layouts():
        assert load_layout(name).name == name


def test_a_file_loads_by_its_path(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(changed("name: house\n", "name: 我家\n"), encoding="utf-8")
    assert load_layout(str(path)).name == "我家"


@pytest.mark.parametrize("name", ["palace", "palace.yaml", ".", ""])
def test_an_unknown_layout_names_the_shipped_ones(name):
    with pytest.raises(ConfigError, match="house, house-cold-return"):
        load_layout(name)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "photo.yaml"
    path.write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(ConfigError, match="UTF-8"):
        load_layout(str(path))


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ("flow_lpm: 6", "flow_lpm: -6", "pump.flow_lpm", ["-6", "more than 0"]),
        ("flow_lpm: 6", "flow_lpm: sixty", "pump.flow_lpm", ["sixty", "number"]),
        ("flow_lpm: 6", "flow_lpm: .nan", "pump.flow_lpm", ["finite"]),
        ("flow_lpm: 6", "speed: 6", "pump.speed", ["unknown key 'speed'", "flow_lpm"]),
        ("setpoint_c: 55", "setpoint_c: 155", "heater.setpoint_c", ["155", "at most 90"]),
        ("ambient_c: 20", "ambience: 20", "ambience", ["unknown key 'ambience'", "ambient_c", "return"]),
        ("length_m: 7,   insulation_mm: 13", "length_m: -7, insulation_mm: 13", "hot[0].length_m", ["-7", "more than 0"]),
        ("length_m: 14,  insulation_mm: 13", "length_m: 14, foam: 13", "return[0].foam", ["unknown key", "insulation_mm"]),
        ("Cu 15x1, length_m: 14", "Cu 16x1, length_m: 14", "return[0].size", ["Cu 16x1", "PEX 1/2"]),
        ("role: supply", "role: outside", "sensors[0].role", ["outside", "cold_line"]),
        ("at_m: 13.5", "at_m: 14.5", "sensors[1].at_m", ["beyond the end", "14 m"]),
        ("pipe: trunk", "pipe: drunk", "sensors[0].pipe", ["no pipe 'drunk'", "return line"]),
        ("role: return", "role: supply", "sensors[1].role", ["another sensor", "supply"]),
        ("[kitchen, basin, shower]", "[kitchen, basin, shower, bath]", "fixtures[3]", ["bath", "no hot pipe"]),
        ("[kitchen, basin, shower]", "[kitchen, basin, shower, basin]", "fixtures[3]", ["another fixture 'basin'"]),
        ("name: riser", "name: trunk", "hot[2].name", ["another pipe 'trunk'"]),
        ("from: shower tee,   to: heater", "from: shower tee, to: attic", "return[0].to", ["open loop", "attic"]),
        ("from: shower tee,   to: heater", "from: attic, to: heater", "return[0].from", ["attic", "no hot pipe ends"]),
        ("from: heater,       to: kitchen tee", "from: cellar, to: kitchen tee", "hot[0].from", ["cellar", "not reached"]),
        ("from: basin tee,   to: shower tee,  size: Cu 18x1, length_m: 2,   insulation_mm: 9", "from: basin tee, to: kitchen, size: Cu 18x1, length_m: 2, insulation_mm: 9", "cold[4].to", ["already fed"]),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_with_place_value_and_cure(old, new, where, words):
    text = changed(old, new)
    found = [problem for problem in problems(text) if problem.where == where]
    assert found, f"nothing about {where} in {problems(text)}"
    assert found[0].line == HOUSE[: HOUSE.index(old)].count("\n") + 1
    assert found[0].cure
    sentence = found[0].sentence("my.yaml")
    assert sentence.startswith(f"my.yaml:{found[0].line}: {where}: ")
    assert [word for word in words if word not in sentence] == []


def test_a_heater_colder_than_its_mains_water_is_refused():
    text = changed("setpoint_c: 55", "setpoint_c: 32", changed("mains_c: 12", "mains_c: 32"))
    (problem,) = problems(text)
    assert (problem.where, problem.cure) == ("heater.setpoint_c", "more than 32")
    assert "32 C is no warmer" in problem.message


def test_pipes_to_nothing_are_reported_on_both_sides():
    found = problems(changed("[kitchen, basin, shower]", "[kitchen, basin]"))
    assert [problem.where for problem in found] == ["hot[5].to", "cold[5].to"]
    assert all("leads nowhere" in problem.message and "'shower'" in problem.message for problem in found)


def test_every_problem_is_reported_at_once_in_the_order_of_the_file():
    text = changed("flow_lpm: 6", "flow_lpm: 0")
    text = changed("[kitchen, basin, shower]", "[kitchen, basin, shower, bath]", text)
    text = changed("length_m: 7,   insulation_mm: 13", "length_m: -1, insulation_mm: 13, colour: red", text)
    text = changed("Cu 15x1, length_m: 14", "Cu 99x9, length_m: 14", text)
    text = changed("from: shower tee,   to: heater", "from: shower tee, to: attic", text)
    text = changed("at_m: 13.5", "at_m: 99", text)
    found = problems(text)
    assert [problem.where for problem in found] == [
        "pump.flow_lpm",
        "fixtures[3]",
        "fixtures[3]",
        "hot[0].length_m",
        "hot[0].colour",
        "return[0].size",
        "return[0].to",
        "sensors[1].at_m",
    ]


def test_a_house_needs_exactly_one_way_back():
    no_return = HOUSE[: HOUSE.index("return:")] + HOUSE[HOUSE.index("cold:\n") :]
    assert any("open loop" in problem.message for problem in problems(no_return))
    both = changed("sensors:", "crossover: {at: shower}\n\nsensors:")
    assert any("two ways back" in problem.message for problem in problems(both))


@pytest.mark.parametrize(
    ("valve", "words"),
    [
        ("at: garage", "no fixture"),
        ("at: shower\n  closes_at_c: 38", "belong together"),
        ("at: shower\n  closes_at_c: 38\n  opens_below_c: 38", "less than 38"),
        ("at: shower\n  closes_at_c: 99\n  opens_below_c: 35", "at most 80"),
        ("shower", "does not fit"),
    ],
)
def test_a_crossover_valve_must_make_sense(valve, words):
    text = changed(VALVE, valve, COLD)
    sentences = [problem.sentence("my.yaml") for problem in problems(text)]
    assert any(words in sentence for sentence in sentences), sentences


def test_a_thermostatic_crossover_valve_is_read():
    layout = parse_layout(COLD, "my.yaml")
    (valve,) = layout.loops[0].crossovers
    assert (valve.closes_at_c, valve.opens_below_c) == (37.8, 36.0)


def test_a_plain_crossover_valve_is_read():
    layout = parse_layout(changed(VALVE, "at: shower", COLD), "my.yaml")
    assert layout.loops[0].crossovers == (Crossover("shower"),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n- b\n",
        "name: [",
        "name: x\nname: y\n",
        "\tname: x",
        "name: !!python/object/apply:os.system [ls]",
        "{" * 1000,
        "hot: 5\ncold: {a: b}\nfixtures: 3\nsensors: [1, null]\nreturn: [[]]\ncrossover: 7\n",
        "hot: [{name: 1, from: [], to: {}}]\nfixtures: [1, null]\nsensors: [{pipe: 3}]\n",
        "? [1, 2]\n: 3\n",
        "name: house\n1: 2\n",
        "a: &a [*a]\n",
        "ambient_c: 2026-01-01\n",
        f"ambient_c: {'9' * 1000}\n",
        f"ambient_c: {'9' * 5000}\n",
        "name: # why\n  # not\n\n  so\n",
    ],
)
def test_nonsense_is_refused_in_one_kind_of_error(text):
    found = problems(text)
    assert found
    assert all("\n" not in problem.sentence("my.yaml") for problem in found)


def test_a_broken_line_is_named():
    (problem,) = problems("name: house\nhot: [1,\n")
    assert problem.line is not None
    assert "YAML" in problem.message


def test_how_a_fixture_is_used_goes_by_its_name_unless_the_file_says_so():
    def seldom(text):
        return [pipe.seldom for pipe in parse_layout(text, "my.yaml").plumbing().pipes]

    assert seldom(HOUSE) == [False, False, True]
    uses = "uses: {basin: shower, shower: tap}\nfixtures: ["
    assert seldom(changed("fixtures: [", uses)) == [False, True, False]


@pytest.mark.parametrize(
    ("uses", "where", "words"),
    [
        ("{garage: tap}", "uses.garage", "there is no fixture 'garage'"),
        ("{basin: sink}", "uses.basin", "'sink' is no use of a fixture"),
    ],
)
def test_a_use_must_be_known_and_at_a_fixture(uses, where, words):
    [problem] = problems(changed("fixtures: [", f"uses: {uses}\nfixtures: ["))
    assert (problem.where, problem.line) == (where, 15)
    assert words in problem.message and problem.cure


def test_ten_lines_that_mean_a_thousand_million_values_are_refused_at_once():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{one}: &{one} [{', '.join([f'*{before}'] * 9)}]"
        for before, one in zip("abcdefghi", "bcdefghij", strict=True)
    ]
    with pytest.raises(ConfigError, match="means too much"):
        parse_layout("\n".join(lines), "bomb")


def test_what_is_said_once_and_meant_twice_is_read():
    text = "common: &pipe {length_m: 5}\nhot: [*pipe, *pipe]\n"
    with pytest.raises(ConfigError) as error:
        parse_layout(text, "twice")
    assert "means too much" not in str(error.value)
