from simulator.rings import without_rings

TRIANGLE = [("a", "b"), ("b", "c"), ("c", "a"), ("in", "a"), ("c", "out")]


def balance(ends, flows, place):
    return sum(
        flow * ((end == place) - (start == place)) for (start, end), flow in zip(ends, flows, strict=True)
    )


def test_flows_without_a_ring_stay_as_they_are():
    flows = [1.0, 1.0, -0.5, 1.5, 1.5]
    assert without_rings(TRIANGLE, flows) == flows


def test_a_ring_loses_its_smallest_flow_and_every_tee_still_balances():
    flows = [3.0, 3.0, 1.0, 2.0, 2.0]
    cut = without_rings(TRIANGLE, flows)
    assert cut == [2.0, 2.0, 0.0, 2.0, 2.0]
    for place in "abc":
        assert balance(TRIANGLE, cut, place) == 0.0


def test_pipes_that_run_backwards_make_rings_too():
    ends = [("a", "b"), ("a", "b")]
    assert without_rings(ends, [0.5, -0.2]) == [0.3, 0.0]


def test_several_rings_are_all_taken_out():
    ends = [("a", "b"), ("b", "a"), ("b", "c"), ("c", "b")]
    assert without_rings(ends, [1.0, 1.0, 2.0, 0.5]) == [0.0, 0.0, 1.5, 0.0]
