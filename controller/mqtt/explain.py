"""Why there is no connection, in one clear line that says what to do."""

import socket
import ssl

from controller.broker import BrokerSettings


class Refusal(Exception):
    """The broker answered, and said no. The message is meant for people."""


def explain(error: Exception, settings: BrokerSettings) -> str:
    """Return why a connection failed, as one line without control characters."""
    sentence = _explain(error, settings)
    return "".join(sign if sign.isprintable() else "?" for sign in sentence)


def _explain(error: Exception, settings: BrokerSettings) -> str:
    match error:
        case Refusal():
            return str(error)
        case socket.gaierror():
            return f"the name {settings.host!r} cannot be resolved"
        case ssl.SSLCertVerificationError():
            return f"the broker's certificate is not accepted: {error.verify_message}"
        case ssl.SSLError():
            return f"TLS failed ({error.args[-1] if error.args else error}): does the broker speak TLS on port {settings.port}?"
        case TimeoutError():
            return f"no answer from {settings.address}"
        case ConnectionRefusedError():
            return f"nothing listens on {settings.address} (connection refused)"
        case OSError(filename=name) if name:
            return f"cannot read {name}: {error.strerror}"
        case OSError():
            return error.strerror or str(error) or type(error).__name__
        case _:
            return f"{type(error).__name__}: {error}"


def explain_refusal(reason: str, settings: BrokerSettings) -> str:
    """Return what a broker's reason means for the owner of the configuration.

    Args:
        reason: Name of the reason code, as in the MQTT 5 standard.
        settings: How we connect.
    """
    match reason:
        case "Bad user name or password":
            return "the broker refuses the user name or password"
        case "Not authorized":
            return "the broker does not let this client in (not authorized)"
        case "Unsupported protocol version":
            return f"the broker does not speak MQTT {settings.protocol}; set protocol: '3.1.1'"
        case "Unspecified error":
            return "the connection to the broker broke"
        case "Session taken over":
            return explain_contest(settings)
        case "Keep alive timeout":
            return f"nothing heard from the broker for {2 * settings.keepalive_s} s"
        case _:
            return f"the broker ended the connection ({reason})"


def explain_contest(settings: BrokerSettings) -> str:
    """Return what it means when another client uses our id."""
    return f"another client seems to use the client id {settings.client_id!r}; give each controller its own"


def explain_silence(settings: BrokerSettings) -> str:
    """Return what it may mean that a broker takes the connection and then never answers."""
    hint = "; if it knows MQTT 3.1.1 only, set protocol: '3.1.1'" if settings.protocol == "5" else ""
    return f"{settings.address} takes the connection but does not answer{hint}"


def explain_hangup(settings: BrokerSettings) -> str:
    """Return what it may mean that a broker hangs up before it has answered."""
    hint = "" if settings.tls else "; does it expect TLS on this port?"
    return f"{settings.address} hung up before answering{hint}"
