"""One run of a load generator in words of ours, whatever tool wrote it, and how it was loaded.

Only a load that held a known number of requests in flight says how fast a deployment is at that
number. Requests sent at a rate say how much was asked for: as long as the deployment keeps up, what
it gives is what it was asked, a lower bound of what it could.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from catalog.vocabulary import LoadMode, Quality, Tool

REACHED_SHARE: Final = Decimal("0.8")
"""Of a limit of requests in flight, what their mean must reach for the limit to have been the load;
ramp and tail are in that mean."""

KEPT_UP_SHARE: Final = Decimal("0.9")
"""Of the asked rate, what a deployment must have served for it to have kept up."""

FEWEST_ROUNDS: Final = 5
"""Requests a place in flight, below which ramp and tail weigh."""

MOST_FAILED_SHARE: Final = Decimal("0.01")

THOUSANDTH: Final = Decimal("0.001")
"""To which means of tokens are rounded."""

FLAGS: Final = {
    "lower_bound": "requests came at a rate that the deployment kept up with: its throughput is "
    "what it was asked for, a lower bound",
    "fell_behind": "requests came faster than they were served, so how many were in flight is not "
    "known",
    "sent_at_once": "all requests were sent at once, so how many ran at a time is not known; "
    "give the tool a limit of requests in flight",
    "incomplete_run": "the tool says that the run did not come to its end",
    "many_failed": "more than 1 % of the requests failed",
    "model_named_otherwise": "the file names a model that the catalog knows as another one",
    "prefix_cache": "prompts shared a beginning or were read from a cache, by how much is not in "
    "the capacity model",
    "speculative_decoding": "several tokens a step, which the capacity model does not have",
    "short_run": "fewer than five requests a place in flight: ramp and tail weigh",
    "token_counts_differ": "tool and server count tokens differently by more than a tenth",
    "computed_elsewhere": "computed by another model, not measured: a second opinion",
    "low_fidelity": "the other model took figures of lower fidelity where it had no measured ones",
}
"""What each flag of an own measurement means, for a person."""

NEVER_CALIBRATES: Final = frozenset(
    {
        "lower_bound",
        "fell_behind",
        "sent_at_once",
        "incomplete_run",
        "prefix_cache",
        "speculative_decoding",
        "computed_elsewhere",
        "low_fidelity",
    }
)
"""Flags with which a run says nothing of the speed of the capacity model."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sending:
    """How requests were sent.

    paced: at a rate, or after a trace; else the next as soon as there is a place.
    requests: all that were sent. most_in_flight: the limit, None where there was none.
    asked_per_second: the rate; None where there was none, or it was not one rate.
    """

    paced: bool
    requests: int
    most_in_flight: Decimal | None
    asked_per_second: Decimal | None = None
    served_per_second: Decimal | None = None
    mean_in_flight: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What a sending comes down to: mode, requests in flight (sent at once for a burst), flags."""

    mode: LoadMode
    concurrency: Decimal | None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class BenchmarkRun:
    """One run as its file states it. What the file does not state is None.

    model, engine, engine_version, tensor_parallel: as stated. Latencies are means.
    notes: sentences for a person, kept with the run.
    """

    tool: Tool
    tool_version: str | None
    model: str
    loaded: Loaded
    sending: Sending
    input_tokens: Decimal
    output_tokens: Decimal
    output_tokens_per_second: Decimal
    ttft_ms: Decimal | None
    tpot_ms: Decimal | None
    requests_completed: int
    requests_failed: int
    measured_on: date | None
    engine: str | None = None
    engine_version: str | None = None
    tensor_parallel: int | None = None
    flags: tuple[str, ...] = field(default=())
    notes: tuple[str, ...] = field(default=())


def loaded_by(sending: Sending) -> Loaded:
    """How a sending loaded a deployment."""
    limit = sending.most_in_flight
    if not sending.paced:
        if limit is None or limit >= sending.requests:
            return Loaded(
                mode="burst_all_at_once",
                concurrency=Decimal(sending.requests),
                flags=("sent_at_once",),
            )
        short = sending.requests < FEWEST_ROUNDS * limit
        return _closed(limit, ("short_run",) if short else ())
    if limit is not None and (sending.mean_in_flight or 0) >= REACHED_SHARE * limit:
        short = sending.requests < FEWEST_ROUNDS * limit
        return _closed(limit, ("short_run",) if short else ())
    asked, served = sending.asked_per_second, sending.served_per_second
    behind = asked is not None and served is not None and served < KEPT_UP_SHARE * asked
    return Loaded(
        mode="poisson_server_slo",
        concurrency=None,
        flags=("fell_behind" if behind else "lower_bound",),
    )


def failed_flags(completed: int, failed: int) -> tuple[str, ...]:
    """The flag of a run of which more than one request in a hundred failed."""
    many = failed > MOST_FAILED_SHARE * (completed + failed)
    return ("many_failed",) if many else ()


def quality_of(flags: tuple[str, ...]) -> Quality:
    """low: says nothing of speed; medium: something weighs on it; else good."""
    if NEVER_CALIBRATES.intersection(flags):
        return "low"
    return "medium" if flags else "good"


def _closed(limit: Decimal, flags: tuple[str, ...]) -> Loaded:
    return Loaded(mode="closed_loop", concurrency=limit, flags=flags)
