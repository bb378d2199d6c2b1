"""The wire that waits and tries again, within the limits of the whole run.

What passes by itself is tried again: a broken connection, a cut body, 408, 429, 500, 502, 503, 504.
A wait that the server asks for is kept, up to a limit; where its rate limit runs out, requests are
spread over the time that is left. Redirects are followed within one origin and nowhere else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urljoin

from catalog.errors import SourceFailed
from catalog.sources.origins import Origin, origin_of, place_of
from catalog.sources.wire import Answer, Clock, Sent, Wire

PASSING_STATUSES: Final = frozenset({408, 429, 500, 502, 503, 504})
PASSING_REASONS: Final = frozenset({"timeout", "refused", "cut", "not_json"})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_KEPT_METHODS: Final = frozenset({"GET", "HEAD"})
_FEW_LEFT: Final = 10
"""So few requests left in a window are few, where the server does not say how many it allows."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How often and how long to wait for one answer.

    Attributes:
        tries: requests for one answer.
        first_wait_seconds: after the first failure; doubled after each.
        longest_wait_seconds: of these waits.
        longest_asked_wait_seconds: a server that asks for more is not waited for. The windows of
            the Hub are 300 seconds long.
        most_redirects: for one answer.
    """

    tries: int = 5
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 30.0
    longest_asked_wait_seconds: float = 310.0
    most_redirects: int = 5


class RunLimits:
    """What a whole run may use, shared by the wires of all its sources.

    Attributes:
        requests: requests sent so far.
        clock: the run's clock.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        started_at: datetime,
        seconds: float | None = None,
        most_requests: int | None = None,
    ) -> None:
        """Begin the run.

        Args:
            clock: tells and spends time.
            started_at: now, in UTC.
            seconds: for the whole run; None: no limit.
            most_requests: in the whole run; None: no limit.
        """
        self.clock = clock
        self.requests = 0
        self._started_at = started_at
        self._begun = clock.monotonic()
        self._seconds = seconds
        self._most_requests = most_requests

    def now(self) -> datetime:
        """The time of day, by the run's clock."""
        return self._started_at + timedelta(seconds=self.clock.monotonic() - self._begun)

    def seconds_left(self) -> float | None:
        """Until the deadline; None: there is none."""
        if self._seconds is None:
            return None
        return self._begun + self._seconds - self.clock.monotonic()

    def take(self) -> None:
        """Count one request.

        Raises:
            SourceFailed: ``budget`` or ``deadline``.
        """
        if self._most_requests is not None and self.requests >= self._most_requests:
            raise SourceFailed(
                f"The {self._most_requests:,} requests of this run are used up. It goes on from "
                "here at the next run; allow more with --max-requests.",
                reason="budget",
            )
        left = self.seconds_left()
        if left is not None and left <= 0:
            raise self.over()
        self.requests += 1

    def wait(self, seconds: float) -> None:
        """Wait, unless the deadline would pass meanwhile.

        Raises:
            SourceFailed: ``deadline``, at once.
        """
        left = self.seconds_left()
        if left is not None and seconds >= left:
            raise self.over(seconds)
        if seconds > 0:
            self.clock.sleep(seconds)

    def over(self, asked_seconds: float | None = None) -> SourceFailed:
        """The failure of a run whose time is up."""
        waiting = "" if asked_seconds is None else f" A wait of {asked_seconds:.0f} s was due."
        return SourceFailed(
            f"The {self._seconds:,.0f} s of this run are used up.{waiting} It goes on from here "
            "at the next run.",
            reason="deadline",
            retry_after_seconds=asked_seconds,
        )


class PatientWire:
    """Tries again on another wire; its answers tell how many requests they took."""

    def __init__(self, wire: Wire, *, limits: RunLimits, patience: Patience | None = None) -> None:
        self._wire = wire
        self._limits = limits
        self._patience = patience or Patience()
        self._not_before: dict[Origin | None, float] = {}

    def send(self, request: Sent, *, timeout_seconds: float) -> Answer:
        """Send until an answer stands.

        A status of 500 or above that stays is handed over; what to do is the source's decision.

        Raises:
            SourceFailed: of the wire, once it has stayed; ``limited``, ``budget``, ``deadline``,
                ``other_host`` (a redirect), ``loop``.
        """
        asked = request
        sent = 0
        for _ in range(self._patience.most_redirects + 1):
            answer = self._answer(asked, timeout_seconds)
            sent += answer.requests
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return replace(answer, requests=sent)
            asked = _redirected(asked, answer)
        raise SourceFailed(
            f"{request.method} {place_of(request.url)}: redirected again and again.", reason="loop"
        )

    def _answer(self, request: Sent, timeout_seconds: float) -> Answer:
        """The answer to one request, redirects included, after as many tries as it takes."""
        wait = self._patience.first_wait_seconds
        for number in range(1, self._patience.tries + 1):
            is_last = number == self._patience.tries
            try:
                answer = self._once(request, timeout_seconds)
            except SourceFailed as error:
                if is_last or error.reason not in PASSING_REASONS:
                    raise
                asked = None
            else:
                asked = self._asked_wait(answer)
                if answer.status not in PASSING_STATUSES or is_last:
                    return self._last(request, replace(answer, requests=number), asked)
                self._refuse_long_wait(request, asked)
            self._limits.wait(wait if asked is None else asked)
            wait = min(wait * 2, self._patience.longest_wait_seconds)
        raise AssertionError("the last try returns or raises")

    def _once(self, request: Sent, timeout_seconds: float) -> Answer:
        origin = origin_of(request.url)
        due = self._not_before.pop(origin, None)
        if due is not None:
            self._limits.wait(max(due - self._limits.clock.monotonic(), 0.0))
        self._limits.take()
        left = self._limits.seconds_left()
        allowed = timeout_seconds if left is None else min(timeout_seconds, left)
        try:
            answer = self._wire.send(request, timeout_seconds=allowed)
        except SourceFailed as error:
            if error.reason == "timeout" and allowed < timeout_seconds:
                raise self._limits.over() from error
            raise
        self._spread(origin, answer)
        if _is_cut_json(request, answer):
            raise SourceFailed(
                f"{request.method} {place_of(request.url)}: expected JSON, as the answer calls "
                "itself, found a text that breaks off or is none.",
                reason="not_json",
            )
        return answer

    def _spread(self, origin: Origin | None, answer: Answer) -> None:
        """Where few requests are left in the server's window, hold the next one back."""
        if "ratelimit" not in answer.headers:
            return
        # Takes 0.3 s, so only for the Hub.
        from huggingface_hub.utils import (  # type: ignore[attr-defined]
            parse_ratelimit_headers,
        )

        rate = parse_ratelimit_headers(answer.headers)
        if rate is None:
            return
        few = _FEW_LEFT if rate.limit is None else max(rate.limit // 10, 1)
        if rate.remaining <= few:
            pause = rate.reset_in_seconds / (rate.remaining + 1)
            pause += 0 if rate.remaining else 1  # the window's end is told in whole seconds
            longest = self._patience.longest_asked_wait_seconds
            due = self._limits.clock.monotonic() + min(pause, longest)
            self._not_before[origin] = due

    def _asked_wait(self, answer: Answer) -> float | None:
        """Seconds that the server asks to wait, by ``Retry-After``; None: it does not say."""
        text = answer.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdecimal():
            return float(text)
        moment = _http_date(text)
        if moment is None:
            return None
        now = _http_date(answer.headers.get("date", "")) or self._limits.now()
        return max((moment - now).total_seconds(), 0.0)

    def _refuse_long_wait(self, request: Sent, asked: float | None) -> None:
        if asked is not None and asked > self._patience.longest_asked_wait_seconds:
            raise _limited(request, asked)

    def _last(self, request: Sent, answer: Answer, asked: float | None) -> Answer:
        if answer.status == 429:
            raise _limited(request, asked)
        return answer


def _limited(request: Sent, asked: float | None) -> SourceFailed:
    after = "later" if asked is None else f"after {asked:,.0f} s"
    return SourceFailed(
        f"{request.method} {place_of(request.url)}: the service limits requests. "
        f"Go on {after}; what was read stands.",
        reason="limited",
        retry_after_seconds=asked,
    )


def _redirected(request: Sent, answer: Answer) -> Sent:
    """The request that a redirect asks for.

    Raises:
        SourceFailed: ``other_host``, or ``refused`` where a request with a body would lose it.
    """
    where = f"{request.method} {place_of(request.url)}"
    target = urljoin(request.url, answer.headers["location"])
    if origin_of(target) is None or origin_of(target) != origin_of(request.url):
        raise SourceFailed(
            f"{where}: redirected to another host. Nothing was sent there.", reason="other_host"
        )
    if answer.status not in (307, 308) and request.method not in _KEPT_METHODS:
        raise SourceFailed(f"{where}: redirected without its body.", reason="bad_status")
    return replace(request, url=target)


def _is_cut_json(request: Sent, answer: Answer) -> bool:
    if answer.status != 200 or request.method == "HEAD":
        return False
    if "json" not in answer.headers.get("content-type", ""):
        return False
    try:
        json.loads(answer.body, parse_int=str)
    except RecursionError:
        return False
    except ValueError:
        return True
    return False


def _http_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
