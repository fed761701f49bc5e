"""A real Home Assistant for tests: the newest one for Python 3.11, from PyPI, in a virtual environment of its own.

It pins its direct requirements only, so the rest is resolved as of the month of its release. It is run without
its own installer, and configured by the files in which it keeps what a person would have clicked.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.support.brokers import free_port
from tests.support.programs import Program, program, until

VERSION: Final = "2024.3.3"
RESOLVED_AS_OF: Final = "2024-03-31"
REQUIREMENTS: Final = (
    f"homeassistant=={VERSION}",
    "home-assistant-frontend==20240307.0",  # without it, it starts in recovery mode
    "paho-mqtt==1.6.1",
    # What its frontend and its MQTT integration import:
    "Pillow==10.2.0",
    "PyTurboJPEG==1.7.1",
    "SQLAlchemy==2.0.27",
    "aiohttp_cors==0.7.0",
    "fnv-hash-fast==0.5.0",
    "janus==1.0.0",
    "numpy==1.26.0",
    "psutil-home-assistant==0.0.1",
    "securetar==2024.2.1",
)
INSTALL_WITHIN_S: Final = 240.0
START_WITHIN_S: Final = 60.0
DEFAULT_PLACE: Final = Path(__file__).parents[2] / ".cache" / f"home-assistant-{VERSION}"
_READY: Final = ".installed"


class NotToBeHad(Exception):
    """Home Assistant cannot be installed here; the message says why."""


def installed() -> Path:
    """Return the Python of an environment with Home Assistant in it, made where it is missing.

    Its place is ``.cache`` in the project, or what ZCW_HASS_VENV names.

    Raises:
        NotToBeHad: It cannot be made.
    """
    if not (3, 11) <= sys.version_info[:2] <= (3, 12):
        raise NotToBeHad(f"Home Assistant {VERSION} needs Python 3.11 or 3.12")
    place = Path(os.environ.get("ZCW_HASS_VENV", DEFAULT_PLACE))
    python = place / "bin" / "python"
    # The place is marked when it is complete: an installation that was cut off is made anew.
    wanted = "\n".join(REQUIREMENTS)
    mark = place / _READY
    if not (mark.exists() and mark.read_text("utf-8") == wanted):
        _install(place, python)
        mark.write_text(wanted, "utf-8")
    return python


def _install(place: Path, python: Path) -> None:
    uv = [str(place / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(python)]
    for words in (
        [sys.executable, "-m", "venv", "--clear", str(place)],
        [str(python), "-m", "pip", "install", "--quiet", "uv"],
        [*uv, "--exclude-newer", RESOLVED_AS_OF, *REQUIREMENTS],
    ):
        try:
            subprocess.run(words, check=True, capture_output=True, text=True, timeout=INSTALL_WITHIN_S)
        except subprocess.CalledProcessError as error:
            lines = [line for line in error.stderr.splitlines() if line.strip()]
            raise NotToBeHad(f"Home Assistant {VERSION} cannot be installed: {lines[-1:]}") from error
        except subprocess.TimeoutExpired as error:
            raise NotToBeHad(
                f"Home Assistant {VERSION} was not installed within {INSTALL_WITHIN_S:g} s"
            ) from error


_USER, _TOKEN, _ENTRY = "a" * 32, "b" * 32, "e" * 32
_KEY = "c" * 128


@dataclass
class RealHomeAssistant:
    """A Home Assistant with a person set up, and the broker.

    Args:
        python: The Python that runs it.
        folder: Its configuration.
        broker_port: Port of the broker on 127.0.0.1.
        port: Its own port.
        more: Further lines of its configuration.
        discovery: It looks for devices on the broker.
    """

    python: Path
    folder: Path
    broker_port: int
    port: int
    more: str = ""
    discovery: bool = True

    def prepare(self) -> None:
        """Write its configuration, and what a person would have clicked."""
        (self.folder / ".storage").mkdir(parents=True)
        text = f"http:\n  server_host: 127.0.0.1\n  server_port: {self.port}\nlogger:\n  default: info\n"
        (self.folder / "configuration.yaml").write_text(text + self.more, "utf-8")
        self._keep("onboarding", 4, {"done": ["user", "core_config", "analytics", "integration"]})
        self._keep("auth", 1, _AUTH)
        broker = {"broker": "127.0.0.1", "port": self.broker_port, "discovery": self.discovery}
        entry = {
            "entry_id": _ENTRY,
            "version": 1,
            "minor_version": 1,
            "domain": "mqtt",
            "title": "the broker",
            "data": {**broker, "discovery_prefix": "homeassistant"},
            "options": {},
            "pref_disable_new_entities": False,
            "pref_disable_polling": False,
            "source": "user",
            "unique_id": None,
            "disabled_by": None,
        }
        self._keep("core.config_entries", 1, {"entries": [entry]})

    def _keep(self, key: str, version: int, data: object) -> None:
        content = {"version": version, "minor_version": 1, "key": key, "data": data}
        (self.folder / ".storage" / key).write_text(json.dumps(content), "utf-8")

    @contextlib.contextmanager
    def running(self) -> Iterator[Program]:
        """Run it until the context ends; it has started when the context begins."""
        words = (str(self.python), "-m", "homeassistant", "--config", str(self.folder), "--skip-pip")
        with program(*words) as running:
            until(
                lambda: self._state() == "RUNNING" or running.process.poll() is not None,
                within_s=START_WITHIN_S,
                what="Home Assistant has started",
            )
            assert running.process.poll() is None, running.err.text
            yield running

    def _state(self) -> str:
        with contextlib.suppress(OSError, TypeError):
            return str(self.ask("config")["state"])
        return ""

    def ask(self, path: str, body: object = None) -> Any:
        """Ask its REST service; with a body it is a POST."""
        headers = {"Authorization": f"Bearer {_access_token()}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        wanted = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/{path}", data, headers)
        with urllib.request.urlopen(wanted, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if answer.headers.get_content_type() == "application/json" else text.decode()

    def states(self, marker: str = "zcw_") -> dict[str, dict[str, Any]]:
        """Return the state of every entity whose id bears the marker, by its id."""
        return {
            one["entity_id"]: one
            for one in self.ask("states")
            if one["entity_id"].partition(".")[2].startswith(marker)
        }

    def state(self, entity_id: str) -> str:
        """Return the state of one entity; empty when there is none."""
        try:
            return str(self.ask(f"states/{entity_id}")["state"])
        except urllib.error.HTTPError as error:
            error.close()
            return ""

    def act(self, service: str, entity_id: str, **data: object) -> None:
        """Call a service, as a person does who taps on an entity."""
        domain, _, name = service.partition(".")
        self.ask(f"services/{domain}/{name}", {"entity_id": entity_id, **data})

    @property
    def complaints(self) -> list[str]:
        """Return the warnings and errors of its log that are not about itself."""
        log = (self.folder / "home-assistant.log").read_text("utf-8")
        about_itself = ("Skipping pip installation", "running Python version")
        return [
            line
            for line in log.splitlines()
            if (" WARNING " in line or " ERROR " in line) and not any(text in line for text in about_itself)
        ]


@contextlib.contextmanager
def prepared(
    folder: Path, broker_port: int, more: str = "", *, discovery: bool = True
) -> Iterator[RealHomeAssistant]:
    """Give a Home Assistant that is installed and configured, and not running yet.

    Raises:
        NotToBeHad: It cannot be installed here.
    """
    home = RealHomeAssistant(
        installed(), folder / "home-assistant", broker_port, free_port(), more, discovery
    )
    home.prepare()
    yield home


_AUTH: Final = {
    "users": [
        {
            "id": _USER,
            "group_ids": ["system-admin"],
            "is_owner": True,
            "is_active": True,
            "name": "test",
            "system_generated": False,
            "local_only": False,
        }
    ],
    "groups": [{"id": "system-admin", "name": "Administrators"}],
    "credentials": [],
    "refresh_tokens": [
        {
            "id": _TOKEN,
            "user_id": _USER,
            "client_id": None,
            "client_name": "test",
            "client_icon": None,
            "token_type": "long_lived_access_token",
            "created_at": "2024-01-01T00:00:00+00:00",
            "access_token_expiration": 315_360_000.0,
            "token": "d" * 128,
            "jwt_key": _KEY,
            "last_used_at": None,
            "last_used_ip": None,
            "expire_at": None,
            "credential_id": None,
            "version": VERSION,
        }
    ],
}


def _access_token() -> str:
    now = int(time.time())
    head = (
        _encoded({"alg": "HS256", "typ": "JWT"})
        + b"."
        + _encoded({"iss": _TOKEN, "iat": now, "exp": now + 86_400})
    )
    signature = base64.urlsafe_b64encode(hmac.new(_KEY.encode(), head, hashlib.sha256).digest()).rstrip(b"=")
    return (head + b"." + signature).decode()


def _encoded(part: dict[str, object]) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")


_CHECK: Final = """
import importlib, json, sys
from homeassistant.components.mqtt.abbreviations import ABBREVIATIONS
for topic, payload in json.load(sys.stdin).items():
    component = topic.split("/")[1]
    schema = importlib.import_module(f"homeassistant.components.mqtt.{component}").DISCOVERY_SCHEMA
    taken = schema({ABBREVIATIONS.get(key, key): value for key, value in payload.items()})
    print(json.dumps([topic, sorted(set(payload) - set(taken))]))
"""


def dropped_keys(python: Path, announcements: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Return which keys of each announcement Home Assistant's own schema drops; raises where it refuses one."""
    answer = subprocess.run(
        [str(python), "-c", _CHECK],
        input=json.dumps(announcements),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return dict(json.loads(line) for line in answer.stdout.splitlines())
