import re
from xml.etree import ElementTree

import pytest

from simulator.drawing import draw_layout, element_id
from simulator.drawing_plan import Plan
from simulator.layout_file import load_layout, parse_layout, shipped_layouts

SVG = "{http://www.w3.org/2000/svg}"
NAMES = shipped_layouts()


def drawn(layout, **options):
    return ElementTree.fromstring(draw_layout(layout, **options))


def groups(picture):
    return {group.get("id"): group for group in picture.iter(f"{SVG}g") if group.get("id")}


@pytest.mark.parametrize("name", NAMES)
def test_everything_of_a_layout_is_there_under_an_id_of_its_own(name):
    layout = load_layout(name)
    picture = drawn(layout)
    found = groups(picture)
    ids = [element.get("id") for element in picture.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for run in layout.pipes:
        assert found[element_id("pipe", run.name)].get("data-name") == run.name
    for fixture in layout.fixtures:
        assert element_id("fixture", fixture) in found
    for spot in layout.sensors:
        assert element_id("sensor", spot.label) in found
    for loop in layout.loops:
        assert element_id("pump", loop.name) in found
        for place in [crossover.fixture for crossover in loop.crossovers] or [loop.name]:
            assert element_id("valve", place) in found


@pytest.mark.parametrize("name", NAMES)
def test_everything_lies_on_the_paper(name):
    picture = drawn(load_layout(name))
    *_, width, height = map(float, picture.get("viewBox").split())
    for path in picture.iter(f"{SVG}path"):
        for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", path.get("d")):
            assert 0.0 <= float(x) <= width
            assert 0.0 <= float(y) <= height


@pytest.mark.parametrize("name", NAMES)
def test_pipes_that_meet_meet_on_paper(name):
    layout = load_layout(name)
    pipes = Plan(layout).by_name
    for tree in (layout.hot, layout.cold):
        ends = {run.end: pipes[run.name].points[-1] for run in tree}
        for run in tree:
            if run.start in ends:
                assert pipes[run.name].points[0] == ends[run.start]


@pytest.mark.parametrize("name", NAMES)
def test_no_two_pipes_of_a_tree_lie_on_each_other(name):
    layout = load_layout(name)
    pipes = Plan(layout).by_name
    for tree in (layout.hot, layout.cold):
        spans = [
            (run.name, span)
            for run in tree
            for span in zip(pipes[run.name].points, pipes[run.name].points[1:], strict=False)
        ]
        for number, (one, first) in enumerate(spans):
            for other, second in spans[number + 1 :]:
                assert one == other or shared(first, second) < 60.0, (
                    one,
                    other,
                )  # side by side away from a manifold


def shared(first, second):
    """Length on paper that two spans have in common."""
    for along, across in ((0, 1), (1, 0)):
        if first[0][across] == first[1][across] == second[0][across] == second[1][across]:
            low = max(min(point[along] for point in span) for span in (first, second))
            high = min(max(point[along] for point in span) for span in (first, second))
            return max(0.0, high - low)
    return 0.0


@pytest.mark.parametrize("name", NAMES)
def test_labels_of_pipes_do_not_cover_each_other(name):
    boxes = []
    for text in drawn(load_layout(name)).iter(f"{SVG}text"):
        if text.get("class") == "label":
            x, y, half = float(text.get("x")), float(text.get("y")), 2.7 * len(text.text)
            upright = text.get("transform") is not None
            boxes.append(
                (x - 9.0, y - half, x + 2.0, y + half) if upright else (x - half, y - 9.0, x + half, y + 2.0)
            )
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_it_speaks_chinese():
    text = draw_layout(load_layout("house-cold-return"), language="zh")
    assert all(word in text for word in ("厨房", "淋浴", "热水器", "自来水", "冷水管温度"))
    assert "heater" not in re.sub(r"<[^>]*>|\.zcw-layout[^}]*}", "", text)


def test_names_cannot_break_the_picture_or_share_an_id():
    house = draw_layout(load_layout("house"))
    assert "<script" not in house
    layout = parse_layout(
        """
name: '<script>alert("x")</script>'
heater: {setpoint_c: 55}
defaults: {size: Cu 15x1}
fixtures: ['a b', 'a-b', '厨房"']
hot:
  - {from: heater, to: tee, length_m: 3}
  - {from: tee, to: 'a b', length_m: 3}
  - {from: tee, to: 'a-b', length_m: 3}
  - {from: tee, to: '厨房"', length_m: 3}
""",
        "my.yaml",
    )
    found = groups(drawn(layout))
    assert {element_id("fixture", name) for name in layout.fixtures} < set(found)
    assert len({element_id("fixture", name) for name in layout.fixtures}) == 3
    assert "<script" not in draw_layout(layout)


def test_insulation_shows():
    layout = load_layout("house")
    found = groups(drawn(layout))
    assert any(path.get("class") == "foam" for path in found[element_id("pipe", "riser")])
    assert not any(path.get("class") == "foam" for path in found[element_id("pipe", "kitchen twig")])
