from controller.core.changes import changed
from controller.core.observation import PumpView


def test_what_is_already_so_is_not_copied() -> None:
    view = PumpView(reported=True)
    assert changed(view, reported=True, online=True) is view


def test_what_differs_gives_a_new_thing_and_leaves_the_old_one_alone() -> None:
    view = PumpView(reported=True)
    other = changed(view, reported=False, online=True)
    assert (view.reported, other.reported, other.online) == (True, False, True)
