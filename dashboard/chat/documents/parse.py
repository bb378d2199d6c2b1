"""An uploaded file becomes text with places, read in a process of its own.

A file comes from anybody, and its reader is the part of us that it can attack: by growing when it
is unpacked, by taking for ever, by a fault of the reader. So the reader gets a process that holds
no secret, ends by itself, and can only answer.
"""

import dataclasses
import json
import signal
import stat
import sys
from pathlib import Path
from typing import Any, Final

import dashboard
from dashboard.chat.documents.apart import Ended, run_apart
from dashboard.chat.documents.bounds import NEEDS_TOO_MUCH_MEMORY
from dashboard.chat.documents.child import too_large
from dashboard.chat.documents.kinds import DocumentKind
from dashboard.chat.documents.limits import Limits
from dashboard.chat.documents.names import ending_of, shown_name, shown_stem
from dashboard.chat.documents.parsed import Parsed, Section
from dashboard.chat.documents.refusals import Refusal, Unreadable
from dashboard.chat.errors import ChatRefused

DEFAULT_LIMITS: Final = Limits()

_START: Final = (
    "import sys; root = sys.argv[1]; root in sys.path or sys.path.insert(0, root); "
    "from dashboard.chat.documents.child import main; main(sys.argv[2])"
)
"""The same files as this process runs, wherever they are, and no folder of the caller's."""

if sys.platform == "win32":
    _CPU_EXITS: tuple[int, ...] = ()
    _MEMORY_EXITS: tuple[int, ...] = (NEEDS_TOO_MUCH_MEMORY,)
else:
    _CPU_EXITS = (-signal.SIGXCPU,)
    _MEMORY_EXITS = (NEEDS_TOO_MUCH_MEMORY, -signal.SIGKILL)  # the system was short of it

MEBIBYTE: Final = 1 << 20
_BYTES_A_CHARACTER: Final = 4
_BYTES_A_SECTION: Final = 32
_BYTES_BESIDE: Final = 65_536
_MOST_FACT_CHARACTERS: Final = 200


def parse_upload(content_path: Path, name: str, limits: Limits = DEFAULT_LIMITS) -> Parsed:
    """The text of an uploaded file. It may take seconds: call it in a thread.

    content_path: where the bytes were stored, under a name of ours.
    name: what the file was called where it came from; judged and shown, never used as a path.

    Raises:
        ChatRefused: the code is one of `Refusal`; facts hold the shown `name` of the file.
    """
    try:
        return _parsed(content_path, name, limits)
    except Unreadable as refused:
        facts = {key: value for key, value in refused.facts.items() if key != "name"}
        raise ChatRefused(refused.refusal.value, name=shown_name(name), **facts) from None


def _parsed(content_path: Path, name: str, limits: Limits) -> Parsed:
    _check_size(content_path, limits)
    try:
        stream = content_path.open("rb")
    except OSError:
        raise Unreadable(Refusal.GONE) from None
    with stream:
        try:
            ended = run_apart(
                _command(ending_of(name), limits),
                stream,
                wall_seconds=limits.wall_seconds,
                most_bytes=_most_bytes(limits),
            )
        except OSError:
            raise Unreadable(Refusal.NOT_STARTED) from None
    return _document(ended, name, limits)


def _check_size(content_path: Path, limits: Limits) -> None:
    """Before a process is started. A pipe or a folder is no upload."""
    try:
        found = content_path.stat()
    except (OSError, ValueError):
        raise Unreadable(Refusal.GONE) from None
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable(Refusal.GONE)
    if found.st_size == 0:
        raise Unreadable(Refusal.EMPTY)
    if found.st_size > limits.upload_bytes:
        raise too_large(found.st_size, limits)


def _command(ending: str, limits: Limits) -> list[str]:
    root = str(Path(str(dashboard.__file__)).resolve().parent.parent)
    request = json.dumps(
        {"ending": ending[:_MOST_FACT_CHARACTERS], "limits": dataclasses.asdict(limits)}
    )
    return [sys.executable, "-I", "-X", "utf8", "-c", _START, root, request]


def _most_bytes(limits: Limits) -> int:
    return (
        limits.text_characters * _BYTES_A_CHARACTER
        + limits.sections * _BYTES_A_SECTION
        + _BYTES_BESIDE
    )


def _document(ended: Ended, name: str, limits: Limits) -> Parsed:
    """What the process said, if it came to an end; else why it did not."""
    if not ended.in_time:
        raise Unreadable(Refusal.TOOK_TOO_LONG, limit=f"{limits.wall_seconds:g}")
    if ended.exit_code in _CPU_EXITS:
        raise Unreadable(Refusal.TOOK_TOO_LONG, limit=str(limits.cpu_seconds))
    if ended.exit_code in _MEMORY_EXITS and ended.said is not None:
        raise Unreadable(
            Refusal.NEEDS_TOO_MUCH_MEMORY, limit=f"{limits.memory_bytes // MEBIBYTE:,}"
        )
    if ended.exit_code or ended.said is None:
        raise Unreadable(Refusal.BROKEN)
    try:
        return _checked(json.loads(ended.said), name)
    except (ValueError, TypeError, KeyError):  # a reader that was taken over may say anything
        raise Unreadable(Refusal.BROKEN) from None


def _checked(said: dict[str, Any], name: str) -> Parsed:
    if "refused" in said:
        facts = {str(key): shown_name(str(value)) for key, value in said["facts"].items()}
        raise Unreadable(Refusal(said["refused"]), **facts)
    return Parsed(
        kind=DocumentKind(said["kind"]),
        title=_text(said["title"]) or shown_stem(name),
        sections=tuple(
            Section(text=_text(text), place=_text(place)) for text, place in said["sections"]
        ),
        encoding=_text(said["encoding"]),
        flags=tuple(_text(flag) for flag in said["flags"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, found {type(value).__name__}")
    return value
