import json

import simpy

from simulator.fake_devices.generic import Availability, GenericButton, GenericSwitch, GenericThermometer

Said = list[tuple[str, str, bool]]


def switch(said: Said, relay: list[bool], **options: object) -> tuple[simpy.Environment, GenericSwitch]:
    env = simpy.Environment()
    made = GenericSwitch(
        env,
        lambda *message: said.append(message),
        "home/pump/set",
        "home/pump",
        relay.append,
        **options,  # type: ignore[arg-type]  # the tests give what they need
    )
    made.power_up()
    said.clear()
    return env, made


def test_an_order_switches_and_the_state_is_said_retained() -> None:
    said: Said = []
    relay: list[bool] = []
    _, pump = switch(said, relay)
    assert pump.subscriptions() == ("home/pump/set",)
    pump.receive("home/pump/set", "ON")
    pump.receive("home/pump/set", "what?")
    pump.receive("home/pump", "OFF")
    assert relay == [True]
    assert said == [("home/pump", "ON", True)]


def test_words_of_the_owners_choice_are_understood_and_spoken() -> None:
    said: Said = []
    relay: list[bool] = []
    _, pump = switch(
        said,
        relay,
        order={'{"run":true}': True, '{"run":false}': False}.get,
        show=lambda on: json.dumps({"status": {"running": on}}),
    )
    pump.receive("home/pump/set", '{"run":true}')
    assert said == [("home/pump", '{"status": {"running": true}}', True)]


def test_a_fixed_auto_off_counts_from_the_last_on() -> None:
    said: Said = []
    relay: list[bool] = []
    env, pump = switch(said, relay, auto_off_s=60.0)
    pump.receive("home/pump/set", "ON")
    env.run(50.0)
    pump.receive("home/pump/set", "ON")
    env.run(109.0)
    assert pump.on
    env.run(111.0)
    assert relay == [True, False]


def test_a_device_without_power_is_deaf_and_its_will_is_its_availability() -> None:
    said: Said = []
    relay: list[bool] = []
    _, pump = switch(said, relay, availability=Availability("home/pump/there"))
    assert pump.will() == ("home/pump/there", "offline", True)
    pump.receive("home/pump/set", "ON")
    pump.power_down()
    pump.receive("home/pump/set", "ON")
    assert relay == [True, False]
    pump.power_up()
    assert said[-2:] == [("home/pump/there", "online", True), ("home/pump", "OFF", True)]


def test_a_thermometer_says_its_value_by_interval() -> None:
    said: Said = []
    env = simpy.Environment()
    thermometer = GenericThermometer(env, lambda *message: said.append(message), "home/return", lambda: 38.2)
    thermometer.power_up()
    env.run(25.0)
    thermometer.power_down()
    env.run(100.0)
    assert said == [("home/return", "38.20", False)] * 3


def test_a_button_says_its_word_while_it_has_power() -> None:
    said: Said = []
    button = GenericButton(lambda *message: said.append(message), "home/button")
    button.press()
    button.power_up()
    button.press()
    assert said == [("home/button", "press", False)]
    assert button.will() is None
    assert button.subscriptions() == ()
