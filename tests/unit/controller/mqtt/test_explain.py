import errno
import socket
import ssl

import pytest

from controller.broker import BrokerSettings, TlsSettings
from controller.mqtt.explain import Refusal, explain, explain_hangup, explain_refusal, explain_silence

HERE = BrokerSettings(host="broker.lan", port=1883, client_id="zcw-home")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            ConnectionRefusedError(errno.ECONNREFUSED, "x"),
            "nothing listens on broker.lan:1883 (connection refused)",
        ),
        (socket.gaierror(-2, "x"), "the name 'broker.lan' cannot be resolved"),
        (TimeoutError(), "no answer from broker.lan:1883"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "No route to host"),
        (FileNotFoundError(errno.ENOENT, "No such file", "ca.pem"), "cannot read ca.pem: No such file"),
        (Refusal("said no"), "said no"),
        (KeyError("a\nb"), "KeyError: 'a\\nb'"),
    ],
)
def test_each_failure_has_a_clear_line(error: Exception, sentence: str) -> None:
    assert explain(error, HERE) == sentence


def test_a_failed_handshake_asks_about_the_port() -> None:
    assert "speak TLS on port 1883?" in explain(ssl.SSLError(1, "wrong version"), HERE)


def test_control_characters_never_reach_the_log() -> None:
    assert explain(Refusal("a\r\n\x1b[31mb"), HERE) == "a???[31mb"


@pytest.mark.parametrize(
    ("reason", "part"),
    [
        ("Bad user name or password", "refuses the user name or password"),
        ("Not authorized", "not authorized"),
        ("Unsupported protocol version", "set protocol: '3.1.1'"),
        ("Session taken over", "another client seems to use the client id 'zcw-home'"),
        ("Keep alive timeout", "nothing heard from the broker for 20 s"),
        ("Server busy", "(Server busy)"),
    ],
)
def test_each_refusal_says_what_to_do(reason: str, part: str) -> None:
    assert part in explain_refusal(reason, HERE)


def test_hints_are_given_only_where_they_can_help() -> None:
    old = BrokerSettings(protocol="3.1.1", tls=TlsSettings())
    assert "3.1.1" in explain_silence(HERE) and "3.1.1" not in explain_silence(old)
    assert "TLS" in explain_hangup(HERE) and "TLS" not in explain_hangup(old)


def test_the_password_is_never_shown() -> None:
    assert "hunter2" not in repr(BrokerSettings(username="zcw", password="hunter2"))


@pytest.mark.parametrize("client_id", ["", "a/b", "#", "a\0"])
def test_a_client_id_that_cannot_be_part_of_a_topic_is_refused(client_id: str) -> None:
    with pytest.raises(ValueError, match="client id"):
        BrokerSettings(client_id=client_id)
