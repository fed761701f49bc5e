"""What watches many homes: the bridge between brokers, what Grafana shows, the shared database."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from controller.central import CentralSettings
from controller.storage.central.target import Target
from tests.conftest import REPOSITORY
from tests.support.brokers import Mosquitto, mosquitto
from tests.support.postgres import PASSWORD, postgres

FOLDER = REPOSITORY / "deploy" / "many-homes"
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "grafana-dashboard.json").read_text("utf-8"))
METRIC = re.compile(r"\bzcw_\w+")


def questions(key: str) -> Iterator[str]:
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            if key in target:
                yield target[key]


def told_metrics() -> set[str]:
    """Names of everything that /metrics tells, as Prometheus calls them."""
    source = (REPOSITORY / "api" / "routes" / "metrics.py").read_text("utf-8")
    return {*re.findall(r'"(zcw_\w+)"', source), "zcw_build_info"}


def test_the_dashboard_asks_only_for_metrics_that_are_told() -> None:
    asked = {name for question in questions("expr") for name in METRIC.findall(question)}
    assert asked
    assert asked - told_metrics() == set()


def test_the_panels_have_ids_of_their_own_and_do_not_cover_each_other() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not cells & taken
        taken |= cells


@pytest.mark.postgres
@pytest.mark.slow
def test_every_question_of_the_dashboard_is_understood_by_the_database() -> None:
    with postgres() as server:
        Target(CentralSettings(server.url, "Seaside", PASSWORD)).__exit__()
        with psycopg.connect(server.url, password=PASSWORD) as connection:
            asked = 0
            for question in questions("rawSql"):
                plain = re.sub(r"\$__timeFilter\((\w+)\)", r"\1 > now() - interval '1 day'", question)
                connection.execute(plain.replace("$home", "'Seaside'").encode()).fetchall()
                asked += 1
    assert asked >= 3


def bridged(centre: Mosquitto) -> list[str]:
    """The lines of the bridge as shipped, led to a broker of this test."""
    lines = (FOLDER / "bridge.conf").read_text("utf-8").splitlines()
    kept = [line for line in lines if line and not line.startswith(("#", "bridge_capath", "remote_password"))]
    return [re.sub(r"^address .*", f"address 127.0.0.1:{centre.port}", line) for line in kept]


def publish(broker: Mosquitto, topic: str, payload: str) -> None:
    subprocess.run(
        ["mosquitto_pub", "-p", str(broker.port), "-t", topic, "-m", payload, "-r", "-q", "1"],
        check=True,
        timeout=10,
    )


def hear(broker: Mosquitto, topic: str, within_s: int) -> str:
    said = subprocess.run(
        ["mosquitto_sub", "-p", str(broker.port), "-t", topic, "-C", "1", "-W", str(within_s), "-v"],
        capture_output=True,
        text=True,
        check=False,
        timeout=within_s + 10,
    )
    return said.stdout.strip()


@pytest.mark.mosquitto
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("mosquitto_pub") is None, reason="apt-get install mosquitto-clients")
def test_the_bridge_takes_what_the_controller_tells_to_the_centre_and_lets_nothing_back(
    tmp_path: Path,
) -> None:
    with mosquitto() as centre, mosquitto(*bridged(centre)) as house:
        publish(house, "zcw/zcw/loop/main/state", "hot")
        assert hear(centre, "homes/seaside/loop/#", 10) == "homes/seaside/loop/main/state hot"
        publish(centre, "homes/seaside/loop/main/preheat/set", "PRESS")
        publish(
            house, "zcw/zcw/mark", "after"
        )  # has made the way when it is heard, and so would the press have
        assert hear(centre, "homes/seaside/mark", 10) == "homes/seaside/mark after"
        assert hear(house, "zcw/zcw/loop/main/preheat/set", 1) == ""
