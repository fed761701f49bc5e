"""Mosquitto with passwords, encryption and the example access list: the controller has what it needs, and no more."""

import asyncio
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from paho.mqtt.client import topic_matches_sub

from api.settings_store import SettingsStore
from controller.broker import BrokerSettings, TlsSettings
from controller.devices.message import Message, Subscription
from controller.runtime import PacedClock
from controller.service.access import access_list
from controller.service.compose import compose
from controller.settings import load_settings
from tests.support.brokers import Mosquitto
from tests.support.listener import Listener
from tests.support.rig import until

pytestmark = pytest.mark.mosquitto

EXAMPLE = Path(__file__).parents[2] / "deploy" / "example"
CONTROLLER, DEVICE, PASSWORD = "zcw", "tasmota_A1B2C3", "open sesame"
REFUSED = [
    "cmnd/tasmota_OTHER/POWER",
    "cmnd/tasmota_A1B2C3/Restart",
    "stat/tasmota_A1B2C3/POWER",
    "zigbee2mqtt/bridge/request/device/remove",
    "homeassistant/switch/other/other/config",
    "homeassistant/status",
    "somewhere/else",
    "zcw/other/mode/set",
]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    passwords = tmp_path / "passwords"
    users = [CONTROLLER, DEVICE, "zigbee2mqtt", "homeassistant", "witness"]
    passwords.write_text("".join(f"{user}:{PASSWORD}\n" for user in users), "utf-8")
    subprocess.run(["mosquitto_passwd", "-U", str(passwords)], check=True)
    order = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=broker"
    subprocess.run(
        [
            "openssl",
            *order.split(),
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout",
            str(tmp_path / "key.pem"),
            "-out",
            str(tmp_path / "ca.pem"),
        ],
        check=True,
        capture_output=True,
    )
    acl = tmp_path / "acl"
    acl.write_text(
        (EXAMPLE / "mosquitto" / "acl").read_text("utf-8") + "\nuser witness\ntopic readwrite #\n", "utf-8"
    )
    (tmp_path / "mqtt-password").write_text(PASSWORD, "utf-8")
    lines = [f"password_file {passwords}", f"acl_file {acl}", "log_type all"]
    lines += [f"certfile {tmp_path / 'ca.pem'}", f"keyfile {tmp_path / 'key.pem'}"]
    one = Mosquitto(tmp_path, extra=lines, anonymous=False)
    one.start()
    try:
        yield one
    finally:
        one.stop()


def user(broker: Mosquitto, name: str) -> BrokerSettings:
    return BrokerSettings(
        port=broker.port,
        client_id=f"test-{name}",
        username=name,
        password=PASSWORD,
        tls=TlsSettings(ca=broker.folder / "ca.pem"),
    )


def example(broker: Mosquitto) -> Path:
    """The example configuration on this broker, otherwise unchanged."""
    text = (EXAMPLE / "zcw.yaml").read_text("utf-8")
    ours = f"  host: 127.0.0.1\n  port: {broker.port}\n  username: {CONTROLLER}\n  password_file: mqtt-password\n"
    file = broker.folder / "zcw.yaml"
    file.write_text(text.replace("  host: localhost\n", ours + "  tls: {ca_file: ca.pem}\n"), "utf-8")
    return file


def test_the_example_access_list_is_the_one_of_the_example_configuration() -> None:
    lines = access_list(load_settings(EXAMPLE / "zcw.yaml", with_secrets=False))
    text = (EXAMPLE / "mosquitto" / "acl").read_text("utf-8").splitlines()
    assert tuple(text[1 : len(lines)]) == lines[1:], (
        "print it anew with: zcw config acl deploy/example/zcw.yaml"
    )


async def test_the_controller_works_with_password_encryption_and_access_list(broker: Mosquitto) -> None:
    witness = Listener()
    client = witness.client(user(broker, "witness"))
    client.subscribe([Subscription("#", 1)])
    service = compose(load_settings(example(broker)), "0", PacedClock())
    async with client:
        await witness.until_connected()
        service.start()
        try:
            await witness.until_heard("zcw/zcw/status", b"online")
            await witness.until_heard("cmnd/tasmota_A1B2C3/POWER", b"OFF")
            client.publish(Message("stat/tasmota_A1B2C3/POWER", b"OFF"))
            client.publish(Message("zigbee2mqtt/return_pipe", b'{"temperature":41.5}'))
            loop = lambda: service.view().loops[0]  # noqa: E731 - said once
            await until(lambda: loop().temperatures[0].value_c == 41.5, within_s=10, what="the temperature")
            await until(lambda: loop().pump == "off", within_s=10, what="the switch's state")
            assert service.health()[1]["broker"] == "connected"
            assert not [name for name in service.health()[1] if name.startswith("topic ")]
        finally:
            await service.close()


def unused(grants: list[str], asked: set[str], said: set[str]) -> list[str]:
    """Return the lines of an access list that nothing was subscribed or published under."""

    def used(grant: str) -> bool:
        _, kind, topic = grant.split(" ", 2)
        read = topic in asked or any(topic_matches_sub(topic, one) for one in asked)
        write = any(topic_matches_sub(topic, one) for one in said)
        return {"read": read, "write": write, "readwrite": read and write}[kind]

    return [grant for grant in grants if not used(grant)]


def subscribed(log: str, client_id: str) -> set[str]:
    """Return what a client subscribed to, by Mosquitto's log."""
    topics: set[str] = set()
    ours = False
    for line in log.splitlines():
        if found := re.search(r"\t(\S+) \(QoS", line):
            topics |= {found[1]} if ours else set()
        else:
            ours = f"Received SUBSCRIBE from {client_id}" in line or (ours and "Received" not in line)
    return topics


@pytest.mark.slow
async def test_each_topic_that_is_granted_is_needed(broker: Mosquitto) -> None:
    """With one of them taken away the controller would miss a subscription that it makes, or a message that it sends."""
    file = example(broker)
    settings = load_settings(file)
    grants = [line for line in access_list(settings) if line.startswith("topic ")]
    witness = Listener()
    client = witness.client(user(broker, "witness"))
    client.subscribe([Subscription("#", 1)])
    service = compose(settings, "0", PacedClock(20.0))
    service.keep_settings(SettingsStore(file, lambda _plan, _who: None))
    press = lambda: client.publish(Message("zigbee2mqtt/kitchen_button", b'{"action":"single"}'))  # noqa: E731
    async with client:
        await witness.until_connected()
        service.start()
        try:
            await witness.until_heard("cmnd/tasmota_A1B2C3/POWER", b"OFF")
            client.publish(Message("stat/tasmota_A1B2C3/POWER", b"OFF"))
            async with asyncio.timeout(20):
                while ("cmnd/tasmota_A1B2C3/POWER", b"ON", False) not in witness.messages:
                    client.publish(Message("zigbee2mqtt/return_pipe", b'{"temperature":21.5}'))
                    press()
                    await asyncio.sleep(0.3)
        finally:
            await service.close()
    asked = subscribed(broker.log.read_text("utf-8"), settings.broker.connection_id)
    said = {topic for topic in witness.topics if not topic.startswith(("zigbee2mqtt/", "stat/"))}
    assert unused(grants, asked, said) == []
    assert unused(["topic read zcw/zcw/loop/+/comfort/set"], asked, said), (
        "what is not needed would be noticed"
    )


async def test_what_the_controller_does_not_need_is_refused(broker: Mosquitto) -> None:
    witness, intruder = Listener(), Listener()
    watching, intruding = witness.client(user(broker, "witness")), intruder.client(user(broker, CONTROLLER))
    watching.subscribe([Subscription("#", 1)])
    async with watching, intruding:
        await witness.until_connected()
        await intruder.until_connected()
        for topic in REFUSED:
            intruding.publish(Message(topic, b"intruder", qos=1))
        intruding.publish(Message("cmnd/tasmota_A1B2C3/POWER", b"OFF", qos=1))
        await witness.until_heard("cmnd/tasmota_A1B2C3/POWER", b"OFF")
    assert [topic for topic, payload, _ in witness.messages if payload == b"intruder"] == []


async def test_what_the_controller_does_not_need_it_does_not_hear(broker: Mosquitto) -> None:
    teller, eavesdropper = Listener(), Listener()
    telling, listening = teller.client(user(broker, "witness")), eavesdropper.client(user(broker, CONTROLLER))
    listening.subscribe([Subscription("#", 1)])
    async with telling, listening:
        await teller.until_connected()
        await eavesdropper.until_connected()
        await asyncio.sleep(0)
        for topic in (
            "alarm/code",
            "zcw/zcw/loop/main/reason",
            "tele/tasmota_OTHER/STATE",
            "zigbee2mqtt/front door",
        ):
            telling.publish(Message(topic, b"secret", qos=1))
        for _ in range(50):
            telling.publish(Message("zigbee2mqtt/return_pipe", b"{}", qos=1))
        await eavesdropper.until_heard("zigbee2mqtt/return_pipe", b"{}")
    assert {topic for topic, payload, _ in eavesdropper.messages if payload == b"secret"} == set()


async def test_a_wrong_password_is_turned_away(broker: Mosquitto) -> None:
    (broker.folder / "mqtt-password").write_text("guess", "utf-8")
    service = compose(load_settings(example(broker)), "0", PacedClock())
    service.start()
    try:
        said = lambda: service.health()[1]["broker"]  # noqa: E731 - said once
        await until(lambda: "password" in said() or "authorized" in said(), within_s=10, what="the refusal")
        assert "guess" not in said()
    finally:
        await service.close()
