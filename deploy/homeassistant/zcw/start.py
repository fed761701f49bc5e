"""Starts the controller inside Home Assistant: options from the Supervisor, broker from the Supervisor.

``mode: demo`` shows a simulated house at once. ``mode: run`` controls the pump as ``zcw.yaml`` in the add-on's
configuration folder says; the first start writes that file with the broker filled in, for its owner to finish.
"""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

SUPERVISOR = "http://supervisor"
INGRESS = "172.30.32.2"
"""The address from which Home Assistant's ingress asks. Source: Home Assistant's documentation of add-ons."""
PASSWORD = "ZCW_MQTT_PASSWORD"


def main() -> None:
    """Become the controller."""
    options = json.loads(Path(os.environ.get("ZCW_OPTIONS", "/data/options.json")).read_text("utf-8"))
    words = arguments(options, Path(os.environ.get("ZCW_CONFIG", "/config")), broker(os.environ))
    os.execvp(words[0], words)


def broker(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return what the Supervisor says of the broker; empty when there is none."""
    url = environment.get("ZCW_SUPERVISOR", SUPERVISOR) + "/services/mqtt"
    token = environment.get("SUPERVISOR_TOKEN", "")
    question = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(question, timeout=10) as answer:
            data = json.loads(answer.read())["data"]
    except (OSError, ValueError, KeyError) as error:
        print(f"no broker from the Supervisor ({error}); zcw.yaml has to name one", flush=True)
        return {}
    return data if isinstance(data, dict) else {}


def arguments(options: Mapping[str, Any], folder: Path, found: Mapping[str, Any]) -> list[str]:
    """Return the command to run, after writing a first configuration where there is none."""
    zcw = str(Path(sys.executable).with_name("zcw"))
    verbose = ["--verbose"] if options.get("verbose") else []
    if options.get("mode") == "demo":
        speed = str(options.get("speed", 20))
        return [zcw, "demo", "--host", "0.0.0.0", "--trusted-proxy", INGRESS, "--speed", speed, *verbose]
    if found.get("password"):
        os.environ[PASSWORD] = str(found["password"])
    configuration = folder / "zcw.yaml"
    if not configuration.exists():
        first_configuration(configuration, found)
        print(f"wrote {configuration}: put your devices and your loop there, then start again", flush=True)
    return [zcw, "run", "--config", str(configuration), *verbose]


def first_configuration(file: Path, found: Mapping[str, Any]) -> None:
    """Write the example with what the Supervisor knows filled in; its comments stay."""
    yaml = YAML()
    zcw = Path(sys.executable).with_name("zcw")
    example = subprocess.run([zcw, "config", "example"], capture_output=True, text=True, check=True)
    content = yaml.load(example.stdout)
    content["storage"]["path"] = "/data/zcw.sqlite"
    content["api"]["host"] = "0.0.0.0"
    content["api"]["trusted_proxies"] = [INGRESS]
    if found:
        content["broker"]["host"] = str(found.get("host", "core-mosquitto"))
        content["broker"]["port"] = int(found.get("port", 1883))
        if found.get("username"):
            content["broker"]["username"] = str(found["username"])
            content["broker"]["password_env"] = PASSWORD
        if found.get("ssl"):
            content["broker"]["tls"] = True
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as out:
        yaml.dump(content, out)


if __name__ == "__main__":
    main()
