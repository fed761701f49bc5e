"""Passwords and certificates that the configuration only points to."""

from pathlib import Path

import pytest

from controller.core.errors import ConfigError
from controller.settings import Settings, parse_settings
from tests.unit.controller.settings.builders import sound


def _parsed(folder: Path, *, with_secrets: bool = True, **broker: object) -> Settings:
    values = sound() | {"broker": {"username": "zcw", **broker}}
    return parse_settings(values, folder=folder, with_secrets=with_secrets)


def test_the_password_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("geheim 密码 \r\n")
    assert _parsed(tmp_path, password_file="password").broker.password == "geheim 密码 "


def test_the_password_is_read_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZCW_TEST_PASSWORD", "hunter2")
    settings = _parsed(tmp_path, password_env="ZCW_TEST_PASSWORD")
    assert settings.broker.password == "hunter2"
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize("content", [b"", b"\n", b"two\nlines\n", b"\xff\xfe", b"x" * 5_000, b"nul\0"])
def test_a_file_that_holds_no_password_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "password").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        _parsed(tmp_path, password_file="password")
    assert [problem.where for problem in caught.value.problems] == ["broker.password_file"]


def test_missing_secrets_are_problems_when_running_and_warnings_when_checking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZCW_TEST_PASSWORD", raising=False)
    broker = {"password_env": "ZCW_TEST_PASSWORD", "tls": {"ca_file": "nowhere.pem"}}
    with pytest.raises(ConfigError) as caught:
        _parsed(tmp_path, **broker)
    places = ["broker.password_env", "broker.tls.ca_file"]
    assert [problem.where for problem in caught.value.problems] == places
    settings = _parsed(tmp_path, with_secrets=False, **broker)
    assert [warning.split(":")[0] for warning in settings.warnings] == places


def test_a_missing_password_file_names_the_path(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        _parsed(tmp_path, password_file="nowhere")
