"""What Prometheus asks of each house and when it raises an alarm: by its own checks, and by a real one beside a real controller."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from ruamel.yaml import YAML

from tests.conftest import REPOSITORY
from tests.deploy.test_many_homes import questions
from tests.support.brokers import free_port
from tests.support.programs import ZCW, call, program, until

FOLDER = REPOSITORY / "deploy" / "many-homes"
MADE_UP = Path(__file__).with_name("alerts_test.yaml")
QUIET = {'zcw_fault{home=~"$home"} == 1'}
"""Questions to which a house that is well has no answer."""
needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="apt-get install prometheus")


def rules() -> list[dict[str, Any]]:
    (group,) = YAML(typ="safe").load(FOLDER / "alerts.yml")["groups"]
    return list(group["rules"])


def promtool(*words: str, cwd: Path) -> None:
    program_file = shutil.which("promtool")
    assert program_file is not None
    said = subprocess.run(
        [program_file, *words], cwd=cwd, capture_output=True, text=True, check=False, timeout=60
    )
    assert said.returncode == 0, said.stdout + said.stderr


def test_prometheus_is_led_to_the_metrics_and_gives_each_target_its_home() -> None:
    config = YAML(typ="safe").load(FOLDER / "prometheus.yml")
    (job,) = config["scrape_configs"]
    assert job["metrics_path"] == "/metrics"
    assert all(one["labels"]["home"] for one in job["static_configs"])
    assert [(FOLDER / name).is_file() for name in config["rule_files"]] == [True]


@needs_promtool
def test_prometheus_finds_its_configuration_and_the_alarms_sound() -> None:
    promtool("check", "config", "prometheus.yml", cwd=FOLDER)


@needs_promtool
def test_every_alarm_is_raised_after_its_time_and_none_for_a_house_that_is_well(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "alerts.yml", tmp_path)
    shutil.copy(MADE_UP, tmp_path)
    promtool("test", "rules", MADE_UP.name, cwd=tmp_path)
    raised = {
        one["alertname"]
        for test in YAML(typ="safe").load(MADE_UP)["tests"]
        for one in test["alert_rule_test"]
        if one["exp_alerts"]
    }
    assert raised == {rule["alert"] for rule in rules()}


def test_every_alarm_speaks_both_languages_and_names_the_home() -> None:
    for rule in rules():
        texts = rule["annotations"]
        assert "{{ $labels.home }}" in texts["summary"] and "{{ $labels.home }}" in texts["summary_zh"]
        assert re.search(r"[\u4e00-\u9fff]", texts["summary_zh"])


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("prometheus") is None, reason="apt-get install prometheus")
def test_a_real_prometheus_beside_a_real_controller_answers_every_question_of_the_dashboard(
    tmp_path: Path,
) -> None:
    page, port = free_port(), free_port()
    text = (FOLDER / "prometheus.yml").read_text("utf-8")
    text = text.replace("seaside.example.org:8377", f"127.0.0.1:{page}").replace("30s", "1s", 1)
    text = "\n".join(line for line in text.splitlines() if "ountains" not in line)
    (tmp_path / "prometheus.yml").write_text(text, "utf-8")
    shutil.copy(FOLDER / "alerts.yml", tmp_path)
    words = (
        "prometheus", "--config.file", str(tmp_path / "prometheus.yml"), "--storage.tsdb.path", str(tmp_path / "data"),
        "--web.listen-address", f"127.0.0.1:{port}", "--log.level", "error",
    )  # fmt: skip

    def ask(path: str) -> dict[str, Any]:
        status, answer = call(f"http://127.0.0.1:{port}/api/v1/{path}")
        assert status == 200 and answer["status"] == "success", (path, answer)
        return dict(answer["data"])

    def answered(question: str) -> Callable[[], bool]:
        return lambda: bool(ask(f"query?query={quote(question.replace('$home', '.*'))}")["result"])

    with program(ZCW, "demo", "--port", str(page)), program(*words) as watching:
        until(
            lambda: watching.process.poll() is not None or _listens(port), within_s=30, what="Prometheus is there"
        )  # fmt: skip
        until(answered('up{home="Seaside"} == 1'), within_s=30, what="the controller is scraped")
        for question in questions("expr"):
            if question not in QUIET:
                until(answered(question), within_s=10, what=question)
            else:
                ask(f"query?query={quote(question.replace('$home', '.*'))}")
        (group,) = ask("rules")["groups"]
        assert len(group["rules"]) == len(rules())
        assert {one["health"] for one in group["rules"]} <= {"ok", "unknown"}
        assert ask("alerts")["alerts"] == []


def _listens(port: int) -> bool:
    try:
        return call(f"http://127.0.0.1:{port}/api/v1/status/config")[0] == 200
    except (OSError, ValueError):  # not there yet, or busy beginning, which it says in plain text
        return False
