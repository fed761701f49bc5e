"""The client against a real broker."""

import asyncio
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.broker import BrokerSettings, Protocol, TlsSettings
from controller.devices.message import Message, Subscription
from controller.mqtt.standstill import STOOD_STILL_S
from tests.support.brokers import Mosquitto, mosquitto
from tests.support.listener import Listener

pytestmark = pytest.mark.mosquitto

BOTH = pytest.mark.parametrize("protocol", ["5", "3.1.1"])


@pytest.fixture
def broker() -> Iterator[Mosquitto]:
    with mosquitto() as running:
        yield running


def settings(broker: Mosquitto, client_id: str = "zcw", protocol: Protocol = "5") -> BrokerSettings:
    return BrokerSettings(port=broker.port, client_id=client_id, protocol=protocol)


@BOTH
async def test_what_one_client_publishes_another_hears(broker: Mosquitto, protocol: Protocol) -> None:
    here, there = Listener(), Listener()
    receiver = there.client(settings(broker, "receiver", protocol))
    receiver.subscribe(
        [Subscription("a/zero", 0), Subscription("a/one", 1), Subscription("zcw/sender/status", 1)]
    )
    async with receiver, here.client(settings(broker, "sender", protocol)) as sender:
        await here.until_connected()
        await there.until(
            lambda: ("zcw/sender/status", b"online") in [message[:2] for message in there.messages]
        )
        sender.publish(Message("a/zero", b"\x00\xff", qos=0))
        sender.publish(Message("a/one", b"x" * 100_000, qos=1))
        sender.publish(Message("a/other", b"nobody listens"))
        await there.until_heard("a/zero", b"\x00\xff")
        await there.until_heard("a/one", b"x" * 100_000)
        assert not any(topic == "a/other" for topic, _, _ in there.messages)


@BOTH
async def test_a_last_will_that_comes_late_does_not_stand(broker: Mosquitto, protocol: Protocol) -> None:
    """As when the broker notices only now that our connection before this one is dead."""
    witness = Listener()
    other = witness.client(settings(broker, "witness", protocol))
    other.subscribe([Subscription("zcw/zcw/status", 1)])
    async with other, Listener().client(settings(broker, protocol=protocol)):
        await witness.until_heard("zcw/zcw/status", b"online")
        witness.messages.clear()
        other.publish(Message("zcw/zcw/status", b"offline", qos=1, retain=True))
        await witness.until_heard("zcw/zcw/status", b"online")
    assert [payload for _, payload, _ in witness.messages][:2] == [b"offline", b"online"]


@BOTH
async def test_what_the_broker_queued_for_a_session_before_is_never_heard(
    broker: Mosquitto, protocol: Protocol
) -> None:
    """Somebody with our id left a lasting session; a press that waits in it comes without the retained flag."""
    before = [
        "-p",
        str(broker.port),
        "-V",
        "5" if protocol == "5" else "311",
        "-i",
        "zcw",
        "-c",
        "-q",
        "1",
        "-t",
        "button",
    ]
    lasting = ["-x", "3600"] if protocol == "5" else []
    subprocess.run(["mosquitto_sub", *before, *lasting, "-E"], check=True, timeout=10)
    press = ["-p", str(broker.port), "-q", "1", "-t", "button", "-m", "single"]
    subprocess.run(["mosquitto_pub", *press], check=True, timeout=10)
    listener = Listener()
    client = listener.client(settings(broker, protocol=protocol))
    client.subscribe([Subscription("button", 1), Subscription("marker", 1)])
    async with client:
        await listener.until_connected()
        client.publish(Message("marker", b"now", qos=1))
        await listener.until_heard("marker", b"now")
    assert [topic for topic, _, _ in listener.messages] == ["marker"]


@BOTH
async def test_messages_keep_their_order(broker: Mosquitto, protocol: Protocol) -> None:
    listener = Listener()
    client = listener.client(settings(broker, protocol=protocol))
    client.subscribe([Subscription("n", 1), Subscription("zcw/zcw/status", 1)])
    async with client:
        await listener.until(lambda: bool(listener.messages))
        for number in range(300):
            client.publish(Message("n", b"%d" % number, qos=1))
            if number % 7 == 0 and number > 200:  # some go out at once, some wait for confirmations
                await asyncio.sleep(0.001)
        await listener.until_heard("n", b"299")
    assert [payload for topic, payload, _ in listener.messages if topic == "n"] == [
        b"%d" % n for n in range(300)
    ]


@BOTH
async def test_what_the_broker_kept_is_marked_and_what_comes_live_is_not(
    broker: Mosquitto, protocol: Protocol
) -> None:
    async with (first := Listener()).client(settings(broker, "device", protocol)) as device:
        await first.until_connected()
        device.publish(Message("state", b"old", qos=1, retain=True))
    listener = Listener()
    client = listener.client(settings(broker, protocol=protocol))
    client.subscribe([Subscription("state", 1)])
    async with client:
        await listener.until_heard("state", b"old", retained=True)
        # a device that has the broker keep everything still speaks live
        client.publish(Message("state", b"new", qos=1, retain=True))
        await listener.until_heard("state", b"new", retained=False)


async def test_a_subscription_without_replay_gets_nothing_that_the_broker_kept(broker: Mosquitto) -> None:
    async with (first := Listener()).client(settings(broker, "button")) as button:
        await first.until_connected()
        button.publish(Message("button", b"single", qos=1, retain=True))
        button.publish(Message("marker", b"kept", qos=1, retain=True))
    listener = Listener()
    client = listener.client(settings(broker))
    client.subscribe([Subscription("button", 1, replay=False), Subscription("marker", 1)])
    async with client:
        await listener.until_heard("marker", b"kept", retained=True)
    assert [topic for topic, _, _ in listener.messages] == ["marker"]


async def test_many_subscriptions_are_all_made(broker: Mosquitto) -> None:
    listener = Listener()
    client = listener.client(settings(broker))
    client.subscribe([Subscription(f"many/{number}", number % 2) for number in range(100)])
    async with (first := Listener()).client(settings(broker, "device")) as device:
        await first.until_connected()
        for number in range(100):
            device.publish(Message(f"many/{number}", b"kept", qos=1, retain=True))
    async with client:
        await listener.until(lambda: len(listener.messages) >= 100)
    assert {topic for topic, _, _ in listener.messages} == {f"many/{number}" for number in range(100)}


@BOTH
async def test_after_a_restart_of_the_broker_the_client_comes_back_and_listens_again(
    broker: Mosquitto, protocol: Protocol
) -> None:
    listener = Listener()
    client = listener.client(settings(broker, protocol=protocol))
    client.subscribe([Subscription("t", 1), Subscription("zcw/zcw/status", 1)])
    async with client:
        await listener.until_connected()
        broker.stop()
        assert await listener.until_down()
        assert not client.connected
        client.publish(Message("t", b"ON for nobody"))
        broker.start()
        await listener.until_connected(times=2)
        listener.messages.clear()
        await listener.until(lambda: bool(listener.messages))
        client.publish(Message("t", b"after", qos=1))
        await listener.until_heard("t", b"after")
    assert not any(payload == b"ON for nobody" for _, payload, _ in listener.messages)
    assert client.dropped_out == 1


@pytest.fixture
def wires(monkeypatch: pytest.MonkeyPatch) -> list[socket.socket]:
    """Every TCP connection made from here on."""
    made: list[socket.socket] = []
    connect = socket.create_connection

    def noting(*args: object, **kwargs: object) -> socket.socket:
        made.append(connect(*args, **kwargs))  # type: ignore[arg-type]  # passed through
        return made[-1]

    monkeypatch.setattr(socket, "create_connection", noting)
    return made


async def test_a_client_that_is_cut_off_is_said_to_be_offline_and_online_again_when_it_is_back(
    broker: Mosquitto, wires: list[socket.socket]
) -> None:
    watcher = Listener()
    watching = watcher.client(settings(broker, "watcher"))
    watching.subscribe([Subscription("zcw/zcw/status", 1)])
    async with watching:
        await watcher.until_connected()
        wires.clear()
        async with (listener := Listener()).client(settings(broker)):
            await watcher.until_heard("zcw/zcw/status", b"online")
            wires[0].shutdown(socket.SHUT_RDWR)
            assert await listener.until_down() == "the connection to the broker broke"
            await watcher.until(lambda: len(watcher.messages) >= 3)
        await watcher.until(lambda: len(watcher.messages) >= 4)
    states = [payload for _, payload, _ in watcher.messages]
    assert states == [b"online", b"offline", b"online", b"offline"]


async def test_two_clients_with_one_id_do_not_fight_for_ever(
    broker: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("controller.mqtt.backoff.FIRST_S", 0.02)
    monkeypatch.setattr("controller.mqtt.backoff.LONGEST_S", 0.02)
    one, other = Listener(), Listener()
    said = (False, "another client seems to use the client id 'zcw'; give each controller its own")
    async with one.client(settings(broker)), other.client(settings(broker)), asyncio.timeout(10):
        while said not in one.connections + other.connections:
            await asyncio.sleep(0.01)


async def test_the_last_words_are_sent_before_leaving(broker: Mosquitto) -> None:
    watcher = Listener()
    watching = watcher.client(settings(broker, "watcher"))
    watching.subscribe([Subscription("pump/set", 1), Subscription("zcw/zcw/status", 1)])
    async with watching:
        await watcher.until_connected()
        async with (listener := Listener()).client(settings(broker)) as client:
            await listener.until_connected()
            await watcher.until_heard("zcw/zcw/status", b"online")
            client.publish(Message("pump/set", b"OFF", qos=1))
        await watcher.until_heard("zcw/zcw/status", b"offline")
    assert [payload for _, payload, _ in watcher.messages] == [b"online", b"OFF", b"offline"]


@pytest.mark.slow
async def test_a_broker_that_falls_silent_is_noticed_after_twice_the_keepalive(broker: Mosquitto) -> None:
    listener = Listener()
    async with listener.client(BrokerSettings(port=broker.port, keepalive_s=1)) as client:
        await listener.until_connected()
        broker.freeze()
        assert await listener.until_down() == "nothing heard from the broker for 2 s"
        assert not client.connected
        broker.thaw()
        await listener.until_connected(times=2)


@pytest.mark.slow
async def test_a_broker_that_falls_silent_does_not_hold_up_the_end(broker: Mosquitto) -> None:
    listener = Listener()
    client = listener.client(settings(broker))
    async with client:
        await listener.until_connected()
        broker.freeze()
        async with asyncio.timeout(5):
            await client.stop()
    broker.thaw()


async def test_an_orders_own_packets_are_not_held_back_to_fill_larger_ones(
    broker: Mosquitto, wires: list[socket.socket]
) -> None:
    wires.clear()
    listener = Listener()
    async with listener.client(settings(broker)):
        await listener.until_connected()
        assert wires[0].getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_an_order_gets_through_a_flood_and_what_is_lost_is_the_oldest_and_counted(
    broker: Mosquitto,
) -> None:
    listener = Listener()
    client = listener.client(settings(broker))
    client.subscribe([Subscription("flood", 0), Subscription("order", 1)])
    async with client:
        await listener.until_connected()
        broker.freeze()  # so that nothing leaves the socket
        for _ in range(20_000):
            client.publish(Message("flood", b"x" * 1_000))
        client.publish(Message("order", b"OFF", qos=1))
        broker.thaw()
        await listener.until_heard("order", b"OFF")
    assert client.dropped_out > 0
    assert client.dropped_out + client.dropped_in + len(listener.messages) <= 20_001


@BOTH
async def test_a_wrong_password_is_said_to_be_one_and_a_right_one_lets_in(
    tmp_path: Path, protocol: Protocol
) -> None:
    passwords = tmp_path / "passwords"
    passwords.write_text("zcw:right\n", "utf-8")
    subprocess.run(["mosquitto_passwd", "-U", str(passwords)], check=True)
    with mosquitto(f"password_file {passwords}", anonymous=False) as broker:
        for password, expected in (("wrong", False), ("right", True)):
            listener = Listener()
            settings = BrokerSettings(port=broker.port, protocol=protocol, username="zcw", password=password)
            async with listener.client(settings):
                await listener.until(lambda heard=listener: bool(heard.connections))  # type: ignore[misc]  # bound now
            up, why = listener.connections[0]
            assert up is expected
            assert up or "not authorized" in why or "user name or password" in why
            assert "wrong" not in why


def certificate(folder: Path, name: str, host: str) -> tuple[Path, Path]:
    """Make a certificate that vouches for itself."""
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    order = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = f"-subj /CN={host} -addext subjectAltName=IP:{host}"
    subprocess.run(
        ["openssl", *order.split(), *names.split(), "-keyout", str(key), "-out", str(cert)],
        check=True,
        capture_output=True,
    )
    return cert, key


# The library leaves a socket to the garbage collector when a handshake fails.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_tls_lets_in_only_with_the_right_authority_and_the_right_name(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, "broker", "127.0.0.1")
    other, _ = certificate(tmp_path, "other", "127.0.0.1")
    elsewhere, elsewhere_key = certificate(tmp_path, "elsewhere", "127.0.0.9")
    for served, served_key, trusted, part in (
        (cert, key, cert, "connected"),
        (cert, key, other, "certificate is not accepted"),
        (elsewhere, elsewhere_key, elsewhere, "certificate is not accepted"),
    ):
        with mosquitto(f"certfile {served}", f"keyfile {served_key}") as broker:
            listener = Listener()
            tls = TlsSettings(ca=trusted)
            client = listener.client(BrokerSettings(port=broker.port, tls=tls))
            client.subscribe([Subscription("t", 1)])
            async with client:
                await listener.until(lambda heard=listener: bool(heard.connections))  # type: ignore[misc]  # bound now
                assert part in listener.connections[0][1]
                if part == "connected":
                    client.publish(Message("t", b"secret " * 10_000, qos=1))
                    await listener.until_heard("t", b"secret " * 10_000)


@BOTH
async def test_after_a_standstill_what_waited_is_not_heard_and_no_order_goes_out_before_all_is_asked_anew(
    broker: Mosquitto, protocol: Protocol
) -> None:
    """As when the process is stopped or its machine sleeps: a press of then is of no known age now."""
    here, there = Listener(), Listener()
    client = here.client(settings(broker, protocol=protocol))
    client.subscribe([Subscription("button"), Subscription("kept")])
    other = there.client(settings(broker, "other", protocol))
    other.subscribe([Subscription("plug")])
    async with client, other:
        await here.until_connected()
        await there.until_connected()
        line = client._line
        assert line is not None
        line.still._turned_s -= (
            STOOD_STILL_S + 1.0
        )  # as if stopped: it takes no turn until the press has come
        other.publish(Message("button", b"pressed", qos=1))
        client.publish(Message("plug", b"ON"))
        await here.until_connected(times=2)
        # Kept by the broker, so that it comes whether the subscription is made yet or not.
        other.publish(Message("kept", b"now", retain=True))
        await here.until_heard("kept", b"now")
        assert [topic for topic, _, _ in here.messages] == ["kept"]
        client.publish(Message("plug", b"OFF"))
        await there.until_heard("plug", b"OFF")
        assert ("plug", b"ON", False) not in there.messages
