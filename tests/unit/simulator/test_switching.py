import simpy

from controller.core.decision import Command
from controller.core.reason import Reason, ReasonCode
from simulator.switching import ANSWER_S, LeasedSwitch

WHY = Reason(ReasonCode.NOTHING_ASKED)


def test_an_order_is_obeyed_at_once_and_answered_a_moment_later() -> None:
    env, relay, told = simpy.Environment(), list[bool](), list[tuple[float, bool]]()
    switch = LeasedSwitch(env, relay.append, lambda on: told.append((env.now, on)))
    switch.actuate(Command(0, run=True, lease_ms=120_000, reason=WHY))
    assert relay == [True]
    assert told == []
    env.run(1.0)
    assert told == [(ANSWER_S, True)]


def test_the_relay_drops_when_its_lease_is_over_and_says_so() -> None:
    env, relay, told = simpy.Environment(), list[bool](), list[tuple[float, bool]]()
    switch = LeasedSwitch(env, relay.append, lambda on: told.append((env.now, on)))
    switch.actuate(Command(0, run=True, lease_ms=120_000, reason=WHY))
    env.run(100.0)
    switch.actuate(Command(100_000, run=True, lease_ms=120_000, reason=WHY))
    env.run(219.9)
    assert relay == [True]
    env.run(221.0)
    assert relay == [True, False]
    assert told[-1] == (220.0 + ANSWER_S, False)


def test_off_ends_the_lease() -> None:
    env, relay = simpy.Environment(), list[bool]()
    switch = LeasedSwitch(env, relay.append, lambda _: None)
    switch.actuate(Command(0, run=True, lease_ms=120_000, reason=WHY))
    switch.actuate(Command(0, run=False, lease_ms=0, reason=WHY))
    env.run(500.0)
    assert relay == [True, False]
