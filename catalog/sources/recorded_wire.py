"""A run written down, and played again without a network.

One file a source, ``NAME.jsonl``: a line for each answer, in order. ``clock.json`` holds the moment
of the run, so that the same records come out. No secret is written: requests are known by method,
URL without tokens, and digest of the body; of the headers of an answer only those that sources
read are kept.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import defaultdict, deque
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from catalog.errors import SourceFailed
from catalog.exact_texts import utc_text
from catalog.sources.origins import HIDDEN, is_secret, place_of, without_secrets
from catalog.sources.wire import Answer, Sent, Wire

CLOCK_FILE: Final = "clock.json"
_KEPT_HEADERS: Final = (
    "content-type", "date", "etag", "link", "location", "ratelimit", "ratelimit-policy",
    "retry-after", "x-error-code", "x-error-message", "x-repo-commit",
)  # fmt: skip
_SHORTEST_SECRET: Final = 6


class RecordingWire:
    """Writes down what another wire answers."""

    def __init__(self, wire: Wire, folder: Path, *, source: str, recorded_at: datetime) -> None:
        """Begin the source's file anew.

        Args:
            wire: sends. A patient one: then its final answers are recorded.
            folder: of this run; it is made.
            source: name of the source, and of its file.
            recorded_at: the moment that the run takes for now.

        Raises:
            SourceFailed: ``other_run``: the folder holds a run of another moment.
        """
        self._wire = wire
        self._file = folder / f"{source}.jsonl"
        folder.mkdir(parents=True, exist_ok=True)
        clock = folder / CLOCK_FILE
        if clock.exists() and recorded_moment(folder) != recorded_at:
            raise SourceFailed(
                f"Expected an empty folder for the recording, {folder.name} holds another run. "
                "Name a new one.",
                reason="other_run",
            )
        clock.write_text(json.dumps({"recorded_at": utc_text(recorded_at)}) + "\n", "utf-8")
        self._file.write_text("", "utf-8")

    def send(self, request: Sent, *, timeout_seconds: float) -> Answer:
        """Send, and write the answer down before it is used."""
        answer = self._wire.send(request, timeout_seconds=timeout_seconds)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(_line(request, answer), ensure_ascii=False) + "\n")
        return answer


class ReplayingWire:
    """Answers as recorded. A request that was sent several times gets its answers in that order,
    then the last one again."""

    def __init__(self, folder: Path, *, source: str) -> None:
        """Read the source's file.

        Raises:
            SourceFailed: ``not_recorded``: there is none, or it cannot be read.
        """
        self._source = source
        self._answers: dict[tuple[str, str, str], deque[Answer]] = defaultdict(deque)
        path = folder / f"{source}.jsonl"
        try:
            lines = path.read_text("utf-8").splitlines()
            for line in map(json.loads, lines):
                key = (line["method"], line["url"], line["body_sha256"])
                self._answers[key].append(_answer(line))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise SourceFailed(
                f"Expected a recording of the source {source} in {folder.name}/{path.name}, found "
                "none that can be read. Record one with --record.",
                reason="not_recorded",
            ) from None

    def send(self, request: Sent, *, timeout_seconds: float) -> Answer:
        """The recorded answer.

        Raises:
            SourceFailed: ``not_recorded``.
        """
        answers = self._answers.get(_key(request))
        if not answers:
            raise SourceFailed(
                f"{request.method} {place_of(request.url)}: not in the recording of "
                f"{self._source}. It was made with other settings, or by another version.",
                reason="not_recorded",
            )
        return answers.popleft() if len(answers) > 1 else answers[0]


class _NoRecording:
    """Fails whatever is sent, with the reason: the run goes on with its other sources."""

    def __init__(self, why: SourceFailed) -> None:
        self._why = why

    def send(self, request: Sent, *, timeout_seconds: float) -> Answer:
        """Raise the reason."""
        raise self._why


def replaying_wire(folder: Path, *, source: str) -> Wire:
    """The recording of a source as its wire; where there is none that can be read, one that says so
    when the source is read: SourceFailed, ``not_recorded``."""
    try:
        return ReplayingWire(folder, source=source)
    except SourceFailed as error:
        return _NoRecording(error)


def recorded_moment(folder: Path) -> datetime:
    """What the recorded run took for now.

    Raises:
        SourceFailed: ``not_recorded``.
    """
    try:
        clock = json.loads((folder / CLOCK_FILE).read_text("utf-8"))
        return datetime.fromisoformat(clock["recorded_at"])
    except (OSError, ValueError, KeyError, TypeError):
        raise SourceFailed(
            f"Expected the moment of the recording in {folder.name}/{CLOCK_FILE}, found none.",
            reason="not_recorded",
        ) from None


def _key(request: Sent) -> tuple[str, str, str]:
    return (
        request.method,
        without_secrets(request.url),
        hashlib.sha256(request.body).hexdigest(),
    )


def _line(request: Sent, answer: Answer) -> dict[str, Any]:
    method, url, digest = _key(request)
    secrets = _secrets_of(request)
    headers = {
        name: _hidden(answer.headers[name], secrets)
        for name in _KEPT_HEADERS
        if name in answer.headers
    }
    line: dict[str, Any] = {
        "method": method,
        "url": url,
        "body_sha256": digest,
        "status": answer.status,
        "headers": headers,
        "requests": answer.requests,
    }
    try:
        return {**line, "text": _hidden(_without_tokens(answer.body.decode("utf-8")), secrets)}
    except UnicodeDecodeError:
        return {**line, "base64": base64.b64encode(answer.body).decode("ascii")}


def _answer(line: dict[str, Any]) -> Answer:
    body = line["text"].encode("utf-8") if "text" in line else base64.b64decode(line["base64"])
    return Answer(
        status=line["status"], headers=line["headers"], body=body, requests=line["requests"]
    )


def _secrets_of(request: Sent) -> tuple[str, ...]:
    """What a request carries and an answer might repeat."""
    named = {name.lower(): value for name, value in request.headers.items()}
    words = [named.get(name, "").rpartition(" ")[2] for name in _SECRET_HEADERS]
    return tuple(word for word in words if len(word) >= _SHORTEST_SECRET)


_SECRET_HEADERS: Final = ("authorization", "api-key", "ocp-apim-subscription-key", "cookie")


def _hidden(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text


def _without_tokens(text: str) -> str:
    """A JSON object that gives a token out, without it."""
    if '_token"' not in text:
        return text
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(content, dict) or not any(map(is_secret, content)):
        return text
    return json.dumps({key: HIDDEN if is_secret(key) else v for key, v in content.items()})
