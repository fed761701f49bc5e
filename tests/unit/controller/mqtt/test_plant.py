from controller.core.decision import Command
from controller.core.reason import Reason, ReasonCode
from controller.devices.bindings import DeviceDeclaration, LoopBinding
from controller.devices.message import Message
from controller.devices.wiring import wire
from controller.mqtt.plant import MqttPlant
from controller.ports import Plant
from tests.support.families import shipped_families

WHY = Reason.of(ReasonCode.NOTHING_ASKED)


def plant(sent: list[Message]) -> MqttPlant:
    device = DeviceDeclaration("plug", "tasmota", {"topic": "plug"})
    router, problems = wire([device], [LoopBinding("house", "plug")], shipped_families())
    assert problems == ()
    return MqttPlant("house", router, sent.append)


def test_a_command_becomes_the_switchs_messages() -> None:
    sent: list[Message] = []
    port: Plant = plant(sent)
    port.actuate(Command(0, True, 120_000, WHY))
    port.actuate(Command(1, False, 0, WHY))
    assert sent == [
        Message("cmnd/plug/PulseTime", b"220"),
        Message("cmnd/plug/POWER", b"ON"),
        Message("cmnd/plug/POWER", b"OFF", qos=1),
    ]
    assert not any(message.retain for message in sent)


def test_asking_makes_the_devices_tell_their_state() -> None:
    sent: list[Message] = []
    plant(sent).ask()
    assert sent == [Message("cmnd/plug/POWER", b""), Message("cmnd/plug/STATUS", b"10")]
