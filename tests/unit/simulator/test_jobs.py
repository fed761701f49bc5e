import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from controller.core.errors import UnknownFixture
from simulator.jobs import TroubleElsewhere, WorkersLost, do_all, local_pool


def squared(number: int) -> int:
    return number * number


def lost(_: int) -> int:
    os._exit(1)


def test_without_a_pool_work_is_done_in_its_order() -> None:
    assert [(done.number, done.result) for done in do_all(squared, [3, 1, 2])] == [(0, 9), (1, 1), (2, 4)]


def test_a_pool_does_every_piece_once() -> None:
    with ThreadPoolExecutor(4) as pool:
        done = list(do_all(squared, range(50), pool))
    assert sorted((each.number, each.result) for each in done) == [(n, n * n) for n in range(50)]


def test_one_job_needs_no_other_process() -> None:
    with local_pool(1) as pool:
        assert pool is None


def refused(number: int) -> int:
    raise UnknownFixture(f"tap {number}", ("kitchen",))


def test_an_error_for_people_comes_back_from_a_pool_in_its_words() -> None:
    with ThreadPoolExecutor(2) as pool, pytest.raises(TroubleElsewhere, match="tap 7"):
        list(do_all(refused, [7], pool))


@pytest.mark.slow
def test_an_error_for_people_comes_back_from_another_process_too() -> None:
    with local_pool(2) as pool, pytest.raises(TroubleElsewhere, match="tap 7"):
        list(do_all(refused, [7], pool))


@pytest.mark.slow
def test_processes_that_are_gone_are_told_with_a_cure() -> None:
    with local_pool(2) as pool, pytest.raises(WorkersLost, match="try fewer --jobs"):
        list(do_all(lost, [1, 2, 3], pool))


@pytest.mark.slow
def test_processes_that_have_loaded_what_they_need_do_the_same_work() -> None:
    with local_pool(2, ("simulator.draws",)) as pool:
        done = list(do_all(squared, range(20), pool))
    assert sorted((each.number, each.result) for each in done) == [(n, n * n) for n in range(20)]
