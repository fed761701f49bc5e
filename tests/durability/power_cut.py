"""What a disk may hold after the power was cut: made from a recording of every write and every sync.

Whatever was synced is there. Of what was not, each write may be there, may be missing, or may be torn at a sector; so
may a file's length, a new file, and a deletion. That is what file systems promise, and disks are no better.
"""

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import REPOSITORY

STRACE = shutil.which("strace")
SECTOR = 512
CALLS = "openat,pwrite64,write,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,close"
_LINE = re.compile(r"^(\d+) +(\w+)\((.*)\) += (-?\d+)")
_UNFINISHED = re.compile(r"^(\d+) +(\w+\(.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(r"^(\d+) +<\.\.\. \w+ resumed>(.*)$")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened: ``write``, ``length``, ``sync``, ``create``, ``delete``, ``folder`` or ``kept``."""

    kind: str
    name: str = ""
    offset: int = 0
    data: bytes = b""


def record(folder: Path, synchronous: str) -> list[Step]:
    """Run the workload on a data file in ``folder`` and return what it did to its files, in order."""
    assert STRACE is not None
    log = folder / "strace.log"
    data = folder / "data" / "zcw.sqlite"
    command = [STRACE, "-f", "-qq", "-xx", "-s", "1000000", "-e", f"trace={CALLS}", "-e", "signal=none"]
    program = [sys.executable, "-m", "tests.durability.workload", str(data), synchronous]
    subprocess.run(
        [*command, "-o", str(log), *program],
        check=True,
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        timeout=100,
    )
    return list(_steps(_whole_lines(log.read_text(encoding="ascii")), str(data.parent)))


def _whole_lines(text: str) -> Iterator[str]:
    """Yield each call once, at the moment when it had returned."""
    open_calls: dict[str, str] = {}
    for line in text.splitlines():
        if found := _UNFINISHED.match(line):
            open_calls[found[1]] = found[2]
        elif found := _RESUMED.match(line):
            yield f"{found[1]} {open_calls.pop(found[1])}{found[2]}"
        else:
            yield line


def _steps(lines: Iterator[str], folder: str) -> Iterator[Step]:
    files: dict[str, str] = {}
    known: set[str] = set()
    for line in lines:
        found = _LINE.match(line)
        if found is None or int(found[4]) < 0:
            continue
        call, arguments, answer = found[2], found[3], found[4]
        texts = [_bytes(text) for text in _TEXT.finditer(arguments)]
        first = arguments.partition(",")[0]
        if call == "openat":
            files[answer] = name = texts[0].decode()
            if name.startswith(folder + "/") and "O_CREAT" in arguments and name not in known:
                known.add(name)
                yield Step("create", name)
        elif call in ("unlink", "unlinkat"):
            known.discard(texts[0].decode())
            yield Step("delete", texts[0].decode())
        elif call == "write" and first == "1":
            yield Step("kept", offset=int(texts[0].split()[1]))
        elif call == "close":
            files.pop(first, None)
        elif (name := files.get(first, "")).startswith(folder):
            yield from _on_file(call, name, folder, arguments, texts)


def _on_file(call: str, name: str, folder: str, arguments: str, texts: Sequence[bytes]) -> Iterator[Step]:
    if call in ("fsync", "fdatasync"):
        yield Step("folder" if name == folder else "sync", name)
    elif call == "ftruncate":
        yield Step("length", name, int(arguments.rpartition(",")[2]))
    elif call == "pwrite64":
        yield Step("write", name, int(arguments.rpartition(",")[2]), texts[0])
    elif not name.endswith(".lock"):
        raise AssertionError(f"an unexpected way to write: {call} on {name}")


def _bytes(text: re.Match[str]) -> bytes:
    assert text[2] is None, "strace cut a string off"
    return bytes.fromhex(text[1].replace("\\x", ""))


@dataclass
class Disk:
    """What is certainly on the disk, and what may be."""

    certain: dict[str, bytearray] = field(default_factory=dict)
    pending: dict[str, list[Step]] = field(default_factory=dict)
    deletions: dict[str, bytearray] = field(default_factory=dict)
    kept: int = 0

    def take(self, step: Step) -> None:
        """Let one thing happen."""
        if step.kind == "kept":
            self.kept = step.offset
        elif step.kind == "folder":
            self.deletions.clear()
        elif step.kind == "delete":
            gone = self.certain.pop(step.name, bytearray())
            self.deletions[step.name] = _after(gone, self.pending.pop(step.name, []))
        elif step.kind == "sync":
            self.deletions.pop(step.name, None)
            before = self.certain.get(step.name, bytearray())
            self.certain[step.name] = _after(before, self.pending.pop(step.name, []))
        else:
            self.pending.setdefault(step.name, []).append(step)

    def after_the_cut(self, rng: random.Random) -> dict[str, bytes]:
        """Return files as they may be when the power comes back."""
        found = {name: bytes(content) for name, content in self.certain.items()}
        for name, content in self.deletions.items():
            if name not in found and rng.random() < 0.5:
                found[name] = bytes(content)
        for name, steps in self.pending.items():
            if name not in self.certain and rng.random() < 0.3:
                continue  # a new file that never got its name
            survived = [part for step in steps for part in _survivors(step, rng)]
            found[name] = bytes(_after(bytearray(found.get(name, b"")), survived))
        return found


def _survivors(step: Step, rng: random.Random) -> list[Step]:
    luck = rng.random()
    if luck < 0.4 or step.kind != "write":
        return [step] if luck < 0.5 else []
    if luck < 0.7:
        return []
    sectors = range(0, len(step.data), SECTOR)
    return [
        Step("write", step.name, step.offset + at, step.data[at : at + SECTOR])
        for at in sectors
        if rng.random() < 0.5
    ]


def _after(content: bytearray, steps: Sequence[Step]) -> bytearray:
    content = bytearray(content)
    for step in steps:
        if step.kind == "length":
            del content[step.offset :]
            content.extend(bytes(step.offset - len(content)))
        elif step.kind == "write":
            content.extend(bytes(max(0, step.offset - len(content))))
            content[step.offset : step.offset + len(step.data)] = step.data
    return content


def images(steps: Sequence[Step], count: int, seed: int) -> Iterator[tuple[int, dict[str, bytes]]]:
    """Yield for random moments what was acknowledged by then, and the files after a cut just then."""
    rng = random.Random(seed)
    cuts = sorted(rng.randrange(len(steps)) for _ in range(count))
    disk, done = Disk(), 0
    for cut in cuts:
        for step in steps[done:cut]:
            disk.take(step)
        done = cut
        yield disk.kept, disk.after_the_cut(rng)


def lay_out(files: dict[str, bytes], folder: Path) -> Path:
    """Write an image into a fresh folder; return its data file. The shared memory never survives a cut."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in files.items():
        if not name.endswith(("-shm", ".lock")):
            (folder / os.path.basename(name)).write_bytes(content)
    return folder / "zcw.sqlite"
