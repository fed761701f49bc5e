"""Writes what the product is made of as a CycloneDX document: the packages that it needs, not the tools of its makers.

Run in an environment with the product in it:  python deploy/sbom.py sbom.json
"""

import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PRODUCT = "zero-cold-water"
ROOT = Path(__file__).resolve().parents[1]


def whole() -> dict[str, Any]:
    """Return the document of everything in this environment, checked against CycloneDX's own schema."""
    words = [
        "environment",
        "--pyproject",
        str(ROOT / "pyproject.toml"),
        "--output-reproducible",
        "--validate",
    ]
    answer = subprocess.run(
        [sys.executable, "-m", "cyclonedx_py", *words, sys.executable],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        sys.exit(f"the packages cannot be listed: {answer.stderr.strip().splitlines()[-1:]}")
    document: dict[str, Any] = json.loads(answer.stdout)
    return document


def names(extras: tuple[str, ...] = ("", "report", "parquet", "fast", "epanet", "cluster")) -> set[str]:
    """Return the names of all packages that the product needs, with its extras, as they are here."""
    found: set[str] = set()
    ahead = [(PRODUCT, extras)]
    while ahead:
        name, wanted = ahead.pop()
        for line in metadata.distribution(name).requires or ():
            one = Requirement(line)
            if one.marker is not None and not any(one.marker.evaluate({"extra": extra}) for extra in wanted):
                continue
            if canonicalize_name(one.name) not in found and _is_here(one.name):
                found.add(canonicalize_name(one.name))
                ahead.append((one.name, ("", *one.extras)))
    return found


def _is_here(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def needed(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document without what the product does not need."""
    wanted = names()
    kept = [one for one in document["components"] if canonicalize_name(one["name"]) in wanted]
    refs = {one["bom-ref"] for one in kept} | {document["metadata"]["component"]["bom-ref"]}
    links = [
        {**one, "dependsOn": [ref for ref in one.get("dependsOn", []) if ref in refs]}
        for one in document["dependencies"]
        if one["ref"] in refs
    ]
    return {**document, "components": kept, "dependencies": links}


def main() -> None:
    """Write the document to the file named, or to standard output."""
    text = json.dumps(needed(whole()), indent=1, ensure_ascii=False) + "\n"
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, "utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
