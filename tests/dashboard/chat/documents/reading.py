"""Reading a file in a test: in this process, or as the service does, in one of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashboard.chat.documents.child import read_document
from dashboard.chat.documents.limits import Limits
from dashboard.chat.documents.parse import parse_upload
from dashboard.chat.documents.refusals import Refusal, Unreadable
from dashboard.chat.errors import ChatRefused
from dashboard.texts import load_texts

LIMITS = Limits()
MEGABYTE = 1_000_000

_MEASURED = """
import json, resource, sys
from pathlib import Path
from dashboard.chat.documents.limits import Limits
from dashboard.chat.documents.parse import parse_upload
from dashboard.chat.errors import ChatRefused
asked = json.loads(sys.argv[1])
try:
    parsed = parse_upload(Path(asked["path"]), asked["name"], Limits(**asked["limits"]))
    outcome = "read"
except ChatRefused as refused:
    outcome = refused.code
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
status = Path("/proc/self/status").read_text()  # ru_maxrss would count who started this process
parent = int(status.partition("VmHWM:")[2].split()[0])
print(json.dumps([outcome, child * 1024, parent * 1024]))
"""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What came of a file, and the most memory in use meanwhile, in bytes."""

    outcome: str
    child_bytes: int
    parent_bytes: int


def sections_of(content: bytes, ending: str, limits: Limits = LIMITS) -> list[list[str]]:
    """[text, place] of each section, read in this process."""
    sections: list[list[str]] = read_document(content, ending, limits)["sections"]
    return sections


def reason_of(content: bytes, ending: str, limits: Limits = LIMITS) -> Refusal:
    """Why the readers refuse it, in this process."""
    with pytest.raises(Unreadable) as refused:
        read_document(content, ending, limits)
    return refused.value.refusal


def refused_upload(
    folder: Path, content: bytes, name: str, limits: Limits = LIMITS
) -> tuple[str, str, str]:
    """Code and sentences, English and Japanese, of a file read in a process of its own."""
    stored = stored_file(folder, content)
    with pytest.raises(ChatRefused) as refused:
        parse_upload(stored, name, limits)
    english, japanese = (refused.value.sentence(load_texts(language)) for language in ("en", "ja"))
    for sentence in (english, japanese):
        assert str(folder) not in sentence
        assert stored.name not in sentence
    return refused.value.code, english, japanese


def stored_file(folder: Path, content: bytes) -> Path:
    """The content under a name of ours, as the service keeps it."""
    stored = folder / "0001-of-ours"
    stored.write_bytes(content)
    return stored


def measured(folder: Path, content: bytes, name: str, **limits: float) -> Measured:
    """What reading takes: in a fresh parent, so that no other child counts."""
    asked = {"path": str(stored_file(folder, content)), "name": name, "limits": limits}
    said = subprocess.run(
        [sys.executable, "-c", _MEASURED, json.dumps(asked)],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    outcome, child_bytes, parent_bytes = json.loads(said)
    return Measured(outcome=outcome, child_bytes=child_bytes, parent_bytes=parent_bytes)
