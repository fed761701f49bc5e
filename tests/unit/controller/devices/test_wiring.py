from collections.abc import Mapping

from controller.devices.bindings import ButtonBinding, DeviceDeclaration, LoopBinding, SensorBinding
from controller.devices.shape import Template
from controller.devices.wiring import wire

PLUG = DeviceDeclaration("plug", "tasmota", {"topic": "plug"})


def sentences(
    families: Mapping[str, Template], devices: list[DeviceDeclaration], *loops: LoopBinding
) -> list[str]:
    router, problems = wire(devices, loops, families)
    assert router.subscriptions == ()
    return [problem.sentence("zcw.yaml") for problem in problems]


def test_everything_wrong_is_reported_at_once(families: Mapping[str, Template]) -> None:
    devices = [
        PLUG,
        DeviceDeclaration("probe", "tasmoto", {}),
        DeviceDeclaration("other", "tasmota", {"topik": "a"}),
    ]
    loop = LoopBinding("house", "plugg", (SensorBinding("return", "prob"),), (ButtonBinding("nobody"),))
    assert sentences(families, devices, loop) == [
        "zcw.yaml: loops.house.pump: unknown device 'plugg' (did you mean plug?)",
        "zcw.yaml: loops.house.sensors.return: unknown device 'prob' (did you mean probe?)",
        "zcw.yaml: loops.house.buttons[0]: unknown device 'nobody' (known: other, plug, probe)",
        "zcw.yaml: devices.probe.family: unknown family 'tasmoto' (did you mean tasmota?)",
        "zcw.yaml: devices.other.topik: unknown parameter (did you mean topic?)",
        "zcw.yaml: devices.other.topic: is missing "
        "(The device's Topic, as in its MQTT settings, such as tasmota_A1B2C3)",
    ]


def test_problems_carry_the_key_paths_of_the_file(families: Mapping[str, Template]) -> None:
    device = DeviceDeclaration("plug", "tasmota", {}, where="devices[3]")
    loop = LoopBinding("house", "plug", (SensorBinding("return", "no"),), where="loops[1]")
    places = [line.split(": ")[1] for line in sentences(families, [device], loop)]
    assert places == ["loops[1].sensors.return", "devices[3].topic"]


def test_two_loops_cannot_command_one_pump(families: Mapping[str, Template]) -> None:
    (line,) = sentences(families, [PLUG], LoopBinding("house", "plug"), LoopBinding("garden", "plug"))
    assert "'plug' is already the pump of loop 'house'" in line


def test_a_device_in_no_loop_is_checked_and_otherwise_left_alone(families: Mapping[str, Template]) -> None:
    spare = DeviceDeclaration("spare", "tasmota", {"topic": "spare"})
    router, problems = wire([PLUG, spare], [LoopBinding("house", "plug")], families)
    assert problems == ()
    assert not any("spare" in subscription.topic for subscription in router.subscriptions)
