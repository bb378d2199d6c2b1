"""What must hold between ``pyproject.toml`` and the two lock files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

RUN_LOCK = "requirements.lock"
TEST_LOCK = "requirements-dev.lock"

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?==(?P<version>[^ ;\\]+)")
_OPTION = re.compile(r"^\s*-(?!-hash=)")

Pins = Mapping[str, frozenset[str]]
"""Package name to its pinned versions; more than one where they differ by platform."""


def lock_violations(root: Path) -> Iterator[str]:
    """One sentence for each way in which the lock files do not fit ``pyproject.toml``."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [Requirement(text) for text in project["project"]["dependencies"]]
    build = [Requirement(text) for text in _group(project, "build")]
    tests = [Requirement(text) for text in _group(project, "dev")]
    pins = {}
    for lock, requirements in ((RUN_LOCK, wanted + build), (TEST_LOCK, wanted + build + tests)):
        if not (root / lock).is_file():
            yield f"{lock}: is missing; run scripts/lock"
            continue
        text = (root / lock).read_text(encoding="utf-8")
        pins[lock] = read_pins(text)
        yield from _unpinned(lock, pins[lock], requirements)
        yield from _unsafe_lines(lock, text)
    if len(pins) == len((RUN_LOCK, TEST_LOCK)):
        yield from _disagreements(pins[RUN_LOCK], pins[TEST_LOCK])


def read_pins(text: str) -> Pins:
    """The pinned versions in the text of a lock file."""
    pins: dict[str, frozenset[str]] = {}
    for line in text.splitlines():
        if match := _PIN.match(line):
            name = canonicalize_name(match["name"])
            pins[name] = pins.get(name, frozenset()) | {match["version"]}
    return pins


def _group(project: Mapping[str, Any], name: str) -> Iterator[str]:
    for entry in project.get("dependency-groups", {}).get(name, ()):
        if isinstance(entry, str):
            yield entry
        else:
            yield from _group(project, entry["include-group"])


def _unpinned(lock: str, pins: Pins, requirements: Iterable[Requirement]) -> Iterator[str]:
    for requirement in requirements:
        versions = pins.get(canonicalize_name(requirement.name), frozenset())
        unfit = sorted(v for v in versions if not requirement.specifier.contains(v))
        if not versions:
            yield f"{lock}: pins no {requirement.name}; run scripts/lock"
        elif unfit:
            yield f"{lock}: pins {requirement.name} {unfit[0]}, not {requirement}; run scripts/lock"


def _unsafe_lines(lock: str, text: str) -> Iterator[str]:
    pinned, hashes = "", 1
    for number, line in enumerate([*text.splitlines(), "end"], start=1):
        if "://" in line or _OPTION.match(line):
            yield f"{lock}:{number}: names a host or an option; run scripts/lock"
        if line[:1].strip() and not line.startswith(("#", "-")):
            if hashes == 0:
                yield f"{lock}: {pinned} has no hash; run scripts/lock"
            pinned, hashes = line.split(" ")[0], 0
        hashes += "--hash=sha256:" in line


def _disagreements(run: Pins, test: Pins) -> Iterator[str]:
    for name in sorted(run):
        if run[name] != test.get(name):
            yield f"{TEST_LOCK}: pins another {name} than {RUN_LOCK}; run scripts/lock"
