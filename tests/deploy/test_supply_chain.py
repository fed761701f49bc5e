"""What the product is made of: listed, checked for known weaknesses where a list of those can be reached, and without secrets."""

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name

from tests.conftest import REPOSITORY

LOCK = REPOSITORY / "requirements.lock"
RUN_LOCK = REPOSITORY / "requirements-run.lock"
OUT_OF_REACH = (
    "ConnectionError",
    "NameResolutionError",
    "ConnectTimeout",
    "ProxyError",
    "Max retries exceeded",
)
SECRETS = {
    "a private key": r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}",
    "a token of ours": r"\bzcw_(?:token|session|setup)_[A-Za-z0-9_-]{30,}",
    "a token of a code host": r"\b(?:ghp|gho|ghs|glpat|github_pat)[_-][A-Za-z0-9_]{20,}",
    "a key of a cloud": r"\bAKIA[0-9A-Z]{16}\b",
    "a password in an address": r"\b(?:mqtts?|https?|postgres(?:ql)?)://[^\s/:@{}<>'\"]+:(?!password|PASSWORD|secret)[^\s/@{}<>'\"]{6,}@",
}


def locked() -> dict[str, set[str]]:
    """Return the versions of every locked package; some have one for older Pythons and one for newer ones."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(
        r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==([^ ;\\]+)", LOCK.read_text("utf-8"), re.MULTILINE
    ):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_list_of_parts_names_what_the_product_needs_in_the_locked_versions_and_no_tool(
    tmp_path: Path,
) -> None:
    file = tmp_path / "sbom.json"
    subprocess.run(
        [sys.executable, str(REPOSITORY / "deploy" / "sbom.py"), str(file)], check=True, timeout=280
    )
    document: dict[str, Any] = json.loads(file.read_text("utf-8"))
    assert document["bomFormat"] == "CycloneDX"
    assert document["metadata"]["component"]["name"] == "zero-cold-water"
    parts = {canonicalize_name(one["name"]): one["version"] for one in document["components"]}
    assert {"paho-mqtt", "fastapi", "pydantic", "starlette", "uvicorn", "ruamel-yaml"} <= parts.keys()
    assert not {"pytest", "mypy", "pip-audit", "cyclonedx-bom", "playwright"} & parts.keys()
    versions = locked()
    assert {name: version for name, version in parts.items() if version not in versions.get(name, ())} == {}
    assert all(one["purl"].startswith("pkg:pypi/") for one in document["components"])


@pytest.mark.slow
def test_no_locked_package_has_a_known_weakness() -> None:
    """Skipped, and said so, where no list of weaknesses can be reached: nothing was shown then."""
    words = ["-m", "pip_audit", "--vulnerability-service", "osv", "--require-hashes", "--disable-pip"]
    answer = subprocess.run(
        [sys.executable, *words, "--format", "json", "--requirement", str(LOCK)],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    if not answer.stdout.strip() and any(word in answer.stderr for word in OUT_OF_REACH):
        pytest.skip("no list of known weaknesses can be reached from here, so nothing was audited")
    found = json.loads(answer.stdout)["dependencies"]
    assert len(found) >= len(locked()) // 2, "not audited as a whole"
    weak = {one["name"]: [each["id"] for each in one["vulns"]] for one in found if one.get("vulns")}
    assert weak == {}


def entries(lock: Path) -> list[str]:
    return re.split(r"\n(?=\S)", lock.read_text("utf-8").strip())


@pytest.mark.parametrize("lock", [LOCK, RUN_LOCK], ids=lambda lock: lock.name)
def test_every_locked_package_is_pinned_by_hash(lock: Path) -> None:
    assert [entry.split()[0] for entry in entries(lock) if "--hash=sha256:" not in entry] == []


def test_what_the_demo_installs_is_part_of_what_was_tested_and_all_that_the_product_needs() -> None:
    assert set(entries(RUN_LOCK)) - set(entries(LOCK)) == set()
    needed = runpy.run_path(str(REPOSITORY / "deploy" / "sbom.py"))["names"](("", "report"))
    installed = {canonicalize_name(re.split(r"[\[= ]", entry)[0]) for entry in entries(RUN_LOCK)}
    assert len(needed) > 30 and needed - installed == set()
    assert not {"pytest", "mypy", "playwright", "pyarrow", "numba"} & installed, "a newcomer waits for these"


def test_no_secret_is_in_the_repository() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("this is no checkout of the repository")
    found = []
    for name in listed.stdout.decode().split("\0"):
        path = REPOSITORY / name
        if name and path.is_file() and path.stat().st_size < 2_000_000:
            text = path.read_text("utf-8", "ignore")
            found += [f"{name}: {what}" for what, sign in SECRETS.items() if re.search(sign, text)]
    assert found == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a private key", "-----BEGIN EC PRIVATE KEY-----\n" + "QUJD" * 12),
        ("a token of ours", "zcw_" + "token_" + "k" * 43),
        ("a key of a cloud", "AKIA" + "ABCDEFGHIJKLMNOP"),
        ("a password in an address", "mqtt:" + "//zcw:hunter2hunter2@broker"),
    ],
)
def test_the_search_for_secrets_finds_one(what: str, text: str) -> None:
    assert re.search(SECRETS[what], text)
