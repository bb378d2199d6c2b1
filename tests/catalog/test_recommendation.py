"""The cheapest hosts of a region: who wins, who is left out and why, what is refused."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.database import Database
from catalog.recommendation import Loser, Recommendation
from catalog.recommendation_hosts import Flag
from catalog.scenario import ServingFields
from costing.architecture import Precision
from costing.capacity_evidence import Evidence
from costing.capacity_reasons import Reason, ReasonCode
from costing.hardware import Width
from tests.catalog.recommended import code_of, in_region, one_by_one, question, recommended

EVERY = 200
LAST_DAY = date(2025, 9, 29)
"""Of the NC v3 series, whose last one was the day after."""


def losers_of(found: Recommendation, name: str) -> list[Loser]:
    return [one for one in found.losers if name in one.machine.host.name]


def told(found: Recommendation) -> Any:
    """The order, hosts and costs of an answer, and why others are left out."""
    ranked = [
        (ranking.region, one.machine.host.name, one.hosts, one.cost_per_hour)
        for ranking in found.regions
        for one in ranking.ranked
    ]
    return ranked, [(one.machine.host.name, code_of(one.why)) for one in found.losers]


@pytest.mark.parametrize(
    "serving",
    [{}, {"tuned": True}, {"weights": "fp8", "cache": "fp8", "engine": "tensorrt-llm"}],
)
def test_the_ranking_is_that_of_all_hosts_computed_one_by_one(
    bundled_sqlite: Database, serving: dict[str, Any]
) -> None:
    """Measurements counted: in 8 bits the H200 hosts stand on published runs."""
    asked = question()
    words = {"weights": [serving["weights"]]} if "weights" in serving else {}
    how = {name: value for name, value in serving.items() if name != "weights"}

    found = recommended(bundled_sqlite, asked, limit=EVERY, spare_hosts=1, **how, **words)

    ranking = in_region(found)
    slow = one_by_one(bundled_sqlite, asked, "japaneast", ServingFields(**serving), spare_hosts=1)
    assert len(slow) > 5
    assert [one.order for one in ranking.ranked] == [tuple(one) for one in slow]
    assert ranking.total == len(slow)
    assert ranking.winner is not None
    assert ranking.winner.cost_per_month == 730 * slow[0].cost_per_hour


def test_measured_hosts_stand_on_their_measurements(bundled_sqlite: Database) -> None:
    found = recommended(
        bundled_sqlite, question(tpot_seconds="0.025"), weights=["fp8"], cache="fp8",
        engine="tensorrt-llm", tuned=True, limit=EVERY,
    )  # fmt: skip

    published = [
        one.answer
        for one in in_region(found).ranked
        if one.answer.evidence is Evidence.PUBLISHED_MEASUREMENT
    ]
    assert published
    assert all(one.measurements > 0 and one.sources for one in published)


def test_few_hosts_told_are_the_first_of_all(bundled_sqlite: Database) -> None:
    """Whatever is not told in full is no cheaper; and P10 needs at least as many hosts."""
    few = in_region(recommended(bundled_sqlite, question(), limit=2))
    all_of_them = in_region(recommended(bundled_sqlite, question(), limit=EVERY))

    assert few.ranked == all_of_them.ranked[:2]
    assert (few.total, few.priced) == (all_of_them.total, all_of_them.priced)
    for one in all_of_them.ranked:
        hosts = dict(one.hosts)
        assert hosts["p10"] is None or hosts["p10"] >= one.hosts_paid >= (hosts["p90"] or 0)
        assert one.cost_per_hour == one.price_per_hour * one.hosts_paid
    careful = [
        one.careful_cost_per_hour
        for one in all_of_them.ranked
        if one.careful_cost_per_hour is not None
    ]
    assert few.careful is not None
    assert few.careful.careful_cost_per_hour == min(careful)


def test_the_answer_is_the_same_on_both_databases(
    bundled: Database, bundled_sqlite: Database
) -> None:
    asked = question()

    here = recommended(bundled, asked, all_regions=True, limit=3)

    assert told(here) == told(recommended(bundled_sqlite, asked, all_regions=True, limit=3))


def test_a_retired_host_never_wins_and_says_so(bundled_sqlite: Database) -> None:
    """A small model that two V100 would serve; retired on 2025-09-30, still priced."""
    asked = question(model="meta-llama/Llama-2-7b-chat-hf", requests_per_hour="10")

    found = recommended(bundled_sqlite, asked, all_regions=True, limit=EVERY)

    assert {code_of(one.why) for one in losers_of(found, "NC12s_v3")} == {"host_retired"}
    ranked = [one.machine.host.name for ranking in found.regions for one in ranking.ranked]
    assert ranked
    assert "azure/Standard_NC12s_v3" not in ranked
    before = recommended(bundled_sqlite, asked, regions=["eastus"], today=LAST_DAY, limit=EVERY)
    [still] = [
        one for one in in_region(before, "eastus").ranked if "NC12s_v3" in one.machine.host.name
    ]
    assert Flag.HOST_RETIRES in still.flags


def test_a_host_that_is_too_small_says_by_how_much(bundled_sqlite: Database) -> None:
    found = recommended(bundled_sqlite, question())

    [loser] = losers_of(found, "Standard_NC4as_T4_v3")
    assert isinstance(loser.why, Reason)
    assert loser.why.code is ReasonCode.WEIGHTS_DO_NOT_FIT
    assert Decimal(loser.why.facts["weights_gib"]) > 100
    assert Decimal(loser.why.facts["usable_gib"]) < 16


def test_hosts_of_unknown_hardware_say_what_is_unknown(bundled_sqlite: Database) -> None:
    found = recommended(bundled_sqlite, question(), regions=["eastus"])

    assert {code_of(one.why) for one in losers_of(found, "V710")} == {"gpu_unknown"}
    without_count = losers_of(found, "RTXPRO6000BSE")
    assert {code_of(one.why) for one in without_count} == {"gpu_count_unknown"}
    for one in without_count:
        assert isinstance(one.why, Reason)
        assert one.why.facts == {"host": one.machine.host.name}


def test_a_residency_is_kept_and_a_place_not_stated_keeps_none(bundled_sqlite: Database) -> None:
    found = recommended(bundled_sqlite, question(country="jp"), all_regions=True)

    assert {one.region for one in found.regions} <= {"japaneast", "japanwest", "asia-northeast-1"}
    assert in_region(found).winner is not None
    abroad = [one for one in found.losers if one.why is Flag.RESIDENCY_NOT_KEPT]
    assert {"eastus", None} <= {one.machine.region for one in abroad}
    assert not [one for one in abroad if one.machine.region == "japaneast"]


def test_without_a_residency_places_not_stated_are_ranked_apart_and_flagged(
    bundled_sqlite: Database,
) -> None:
    found = recommended(bundled_sqlite, question())

    assert [one.region for one in found.regions] == ["japaneast", None]
    apart = in_region(found, None)
    assert apart.ranked
    assert all(Flag.HOST_REGION_NOT_STATED in one.flags for one in apart.ranked)


def test_hosts_of_one_provider_alone_can_be_asked_for(bundled_sqlite: Database) -> None:
    found = recommended(bundled_sqlite, question(), providers=["azure"])

    assert [one.region for one in found.regions] == ["japaneast"]
    assert {one.machine.provider_id for one in found.losers} == {"azure"}


def test_a_region_that_is_asked_for_is_told_even_where_nothing_serves(
    bundled_sqlite: Database,
) -> None:
    found = recommended(
        bundled_sqlite, question(), regions=["Japan East", "japaneast", "norwaywest"]
    )

    assert [one.region for one in found.regions] == ["japaneast", "norwaywest", None]
    empty = in_region(found, "norwaywest")
    assert (empty.winner, empty.careful, empty.total) == (None, None, 0)
    assert empty.priced > 0


def test_narrower_weights_are_taken_only_where_asked_and_flagged(bundled_sqlite: Database) -> None:
    published = in_region(recommended(bundled_sqlite, question(), limit=EVERY))
    either = in_region(
        recommended(bundled_sqlite, question(), weights=["bf16", "fp8"], limit=EVERY)
    )

    assert all(Flag.WEIGHTS_NARROWER not in one.flags for one in published.ranked)
    assert either.winner is not None
    assert published.winner is not None
    assert either.winner.cost_per_hour <= published.winner.cost_per_hour
    for one in either.ranked:
        narrow = one.answer.case.precision == Precision.of(Width.FP8)
        assert (Flag.WEIGHTS_NARROWER in one.flags) is narrow
    assert {one.answer.case.precision.rest for one in either.ranked} >= {Width.FP8}


def test_of_equal_hosts_the_weights_as_published_are_taken(bundled_sqlite: Database) -> None:
    """At no load one host is enough in either width."""
    found = recommended(bundled_sqlite, question(requests_per_hour="0"), weights=["fp8", "bf16"])

    large = [one for one in in_region(found).ranked if "H200" in one.machine.host.name]
    assert large
    assert all(Flag.WEIGHTS_NARROWER not in one.flags for one in large)


def test_azures_list_the_licence_and_old_prices_are_flagged(bundled_sqlite: Database) -> None:
    """Phi-4 is in Azure's registry with its hosts; its prices are of June."""
    found = in_region(recommended(bundled_sqlite, question(model="microsoft/phi-4"), limit=EVERY))

    unlisted = {Flag.NOT_ON_AZURES_LIST in one.flags for one in found.ranked}
    assert unlisted == {True, False}
    assert all(Flag.PRICE_OLD in one.flags for one in found.ranked)
    assert all(Flag.NO_AZURE_LIST not in one.flags for one in found.ranked)
    assert not {Flag.LICENSE_UNKNOWN, Flag.LICENSE_NON_COMMERCIAL} & set(found.ranked[0].flags)


@pytest.mark.parametrize(
    ("model", "flag"),
    [
        ("CohereForAI/aya-23-8B", Flag.LICENSE_NON_COMMERCIAL),
        ("deepseek-ai/DeepSeek-R1", Flag.LICENSE_UNKNOWN),
    ],
)
def test_a_licence_that_may_forbid_the_use_is_flagged(
    bundled_sqlite: Database, model: str, flag: Flag
) -> None:
    found = recommended(bundled_sqlite, question(model=model), all_regions=True)

    flags = [one.flags for ranking in found.regions for one in ranking.ranked]
    assert flags
    assert all(flag in one for one in flags)


def test_without_any_load_one_host_stands_beside_the_spare_ones(bundled_sqlite: Database) -> None:
    found = in_region(recommended(bundled_sqlite, question(requests_per_hour="0"), spare_hosts=2))

    assert found.winner is not None
    assert dict(found.winner.hosts)["p50"] == 3
    plan = dict(found.winner.plans)["p50"]
    assert plan is not None
    assert (plan.needed, plan.utilization) == (0, 0.0)


@settings(max_examples=25)
@given(load=st.integers(0, 200_000), spare=st.integers(0, 5), tuned=st.booleans())
def test_a_spare_host_never_makes_anything_cheaper(
    bundled_sqlite: Database, load: int, spare: int, tuned: bool
) -> None:
    asked = question(requests_per_hour=str(load))

    def costs(spare_hosts: int) -> dict[str, Decimal]:
        ranking = in_region(
            recommended(bundled_sqlite, asked, spare_hosts=spare_hosts, tuned=tuned, limit=EVERY)
        )
        return {one.machine.host.name: one.cost_per_hour for one in ranking.ranked}

    fewer, more = costs(spare), costs(spare + 1)

    assert set(fewer) == set(more)
    assert all(more[name] > cost for name, cost in fewer.items())


def test_targets_that_nobody_meets_leave_no_winner(bundled_sqlite: Database) -> None:
    found = recommended(bundled_sqlite, question(tpot_seconds="0.0001"))

    assert all(one.winner is None and one.total == 0 for one in found.regions)
    codes = {code_of(one.why) for one in found.losers}
    assert "tpot_target_not_met" in codes
    [fast] = losers_of(found, "azure/Standard_ND96isr_H200_v5")
    assert isinstance(fast.why, Reason)
    assert fast.why.facts["target_seconds"] == "0.0001"


def test_costs_are_in_the_currency_of_the_scenario(bundled_sqlite: Database) -> None:
    """150 yen for a dollar: the same hosts, 150 times the cost."""
    rates = {"JPY": {"per_usd": "150"}}

    dollars = in_region(recommended(bundled_sqlite, question())).ranked
    yen = recommended(bundled_sqlite, question(currency="JPY", rates=rates))

    assert yen.currency == "JPY"
    assert [one.cost_per_hour for one in in_region(yen).ranked] == [
        150 * one.cost_per_hour for one in dollars
    ]


def test_all_hosts_of_the_catalog_take_little_time(bundled_sqlite: Database) -> None:
    """A tenth of a second where nobody else works; the bound leaves room for a busy machine."""
    recommended(bundled_sqlite, question())
    busy = time.process_time()
    recommended(bundled_sqlite, question())
    assert time.process_time() - busy < 1
