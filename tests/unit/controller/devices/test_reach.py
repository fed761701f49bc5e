from controller.devices.facts import Availability
from controller.devices.reach import Reach


def say(reach: Reach, source: str, online: bool, *, live: bool = True) -> bool | None:
    return reach.update(Availability(1, source, online, live))


def test_the_first_word_counts_even_from_the_brokers_memory() -> None:
    assert say(Reach(), "will", True, live=False) is True
    assert say(Reach(), "will", False, live=False) is False


def test_the_same_word_again_is_no_news() -> None:
    reach = Reach()
    say(reach, "will", False)
    assert say(reach, "will", False) is None
    say(reach, "will", True)
    assert say(reach, "will", True, live=False) is None


def test_a_birth_that_follows_a_birth_tells_of_a_restart() -> None:
    reach = Reach()
    say(reach, "will", True)
    assert say(reach, "will", True) is True


def test_a_device_is_found_only_when_neither_it_nor_its_bridge_says_otherwise() -> None:
    reach = Reach()
    assert say(reach, "bridge", False) is False
    assert say(reach, "device", False) is None
    assert say(reach, "bridge", True) is None
    assert say(reach, "device", True) is True


def test_after_forgetting_the_first_word_counts_again() -> None:
    reach = Reach()
    say(reach, "will", True)
    reach.forget()
    assert say(reach, "will", True, live=False) is True
