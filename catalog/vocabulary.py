"""The closed lists of words that a price or an alias may carry.

Each list exists once: as a ``Literal`` for the type checker and the records, and as a tuple (its
values in order) for the check constraints of the tables. A word is added by a migration.
"""

from __future__ import annotations

from typing import Literal, get_args

Kind = Literal[
    "input",
    "cached_input",
    "output",
    "batch_input",
    "batch_cached_input",
    "batch_output",
    "hosting",
    "instance",
]
"""What is paid for: tokens read, tokens read from cache, tokens written, the same in a batch, the
hourly fee of a served model, or a whole rented machine."""

Unit = Literal["token", "hour"]
"""The thing that ``per`` counts."""

Term = Literal[
    "on_demand",
    "spot",
    "savings_plan_1y",
    "savings_plan_3y",
    "reserved_1y",
    "reserved_3y",
]
"""Commitment of an instance price. Token prices have none."""

Deployment = Literal["global", "data_zone", "regional", "unknown"]
"""Where requests of a token price may be processed. ``unknown``: the source does not say."""

Basis = Literal["list", "contracted"]
"""List price, or the price of a contract."""

Derived = Literal["published", "computed", "assumed", "typed"]
"""How the amount came about: read as published, computed, assumed, or typed by a person."""

Evidence = Literal["exact", "typed", "stated", "rule"]
"""Why an alias means a model, strongest first: it is the id itself, a person said so, a source
says so, or a rule of ours made it."""

Variant = Literal["base", "fine_tuned"]
"""What an offer runs: the model as published, or one that was tuned (with a hosting fee)."""

Relation = Literal["same", "base"]
"""What a link says: the id is this model, or was made from it."""

FeeKind = Literal["fine_tuned_hosting", "ptu_hourly", "ptu_reservation", "ptu_commitment_legacy"]
"""A fee that is not by the token."""

WeightBasis = Literal["documented", "assumed", "unknown"]
"""How it is known how many input tokens one output token counts as in a PTU."""

Way = Literal["token", "host"]
"""How a model can be had at a place: bought by the token, or run on a rented machine."""

RunMode = Literal["full", "incremental"]
"""Everything of a scope, or what changed since the last complete run."""

RunState = Literal["running", "complete", "unconfirmed", "failed"]
"""A run: under way (or cut off), read to its end, read to its end but not to be trusted about what
is gone, or ended by an error."""

HeldState = Literal["waiting", "accepted", "refused"]
"""A price that moved too far: nobody has looked, it was right, it was wrong."""

LoadMode = Literal[
    "static_batch", "closed_loop", "burst_all_at_once", "offline_saturated", "poisson_server_slo"
]
"""How a measured run was loaded."""

Quality = Literal["good", "medium", "low"]
"""How sure the conditions of a measured run are."""

ReadTool = Literal["vllm-bench", "guidellm", "aiperf"]
"""A load generator whose result files can be read."""

Tool = Literal["vllm-bench", "guidellm", "aiperf", "aiconfigurator"]
"""Where an own measurement came from: a load generator, or another model that computed it."""

RateSource = Literal["ecb", "own", "sample"]
"""Where a rate between currencies is from: the European Central Bank, the user's own company, or
the dated sample that ships with the program."""

StoredRateSource = Literal["ecb", "own"]
"""Of these, what lies in the database."""

Holder = Literal["session", "key"]
"""By what a decision knows those who may see its typed prices: a browser session, or a key."""

KINDS: tuple[str, ...] = get_args(Kind)
UNITS: tuple[str, ...] = get_args(Unit)
TERMS: tuple[str, ...] = get_args(Term)
DEPLOYMENTS: tuple[str, ...] = get_args(Deployment)
BASES: tuple[str, ...] = get_args(Basis)
DERIVATIONS: tuple[str, ...] = get_args(Derived)
EVIDENCE: tuple[str, ...] = get_args(Evidence)
VARIANTS: tuple[str, ...] = get_args(Variant)
RELATIONS: tuple[str, ...] = get_args(Relation)
FEE_KINDS: tuple[str, ...] = get_args(FeeKind)
WEIGHT_BASES: tuple[str, ...] = get_args(WeightBasis)
WAYS: tuple[str, ...] = get_args(Way)
RUN_MODES: tuple[str, ...] = get_args(RunMode)
RUN_STATES: tuple[str, ...] = get_args(RunState)
HELD_STATES: tuple[str, ...] = get_args(HeldState)
LOAD_MODES: tuple[str, ...] = get_args(LoadMode)
QUALITIES: tuple[str, ...] = get_args(Quality)
MEASUREMENT_TOOLS: tuple[str, ...] = get_args(Tool)
RATE_SOURCES: tuple[str, ...] = get_args(RateSource)
STORED_RATE_SOURCES: tuple[str, ...] = get_args(StoredRateSource)
HOLDERS: tuple[str, ...] = get_args(Holder)
HOURLY_KINDS: tuple[str, ...] = ("hosting", "instance")
