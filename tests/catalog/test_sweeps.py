"""The sweep of a scenario: what is combined, what has no price and why, what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalog.database import Database
from catalog.problems import Path, Refused
from catalog.scenario import parse_scenario
from catalog.sweeps import Swept, swept
from costing import Dedicated, Serverless
from tests.catalog.questions import document, load, looked_up, on_hosts, per_token, typed

LLAMA, GPT = "meta-llama/Llama-3.3-70B-Instruct", "openai/gpt-oss-120b"
H100, SMALL = "Standard_ND96isr_H100_v5", "Standard_NC40ads_H100_v5"
PROVISIONED = {"name": "Units", "kind": "provisioned", "deployment": "global"}


def sweeping(*options: dict[str, Any], **lists: Any) -> dict[str, Any]:
    return document(*options, sweep=lists, workload=load(requests_per_hour="1000"))


def found(database: Database, value: dict[str, Any]) -> Swept:
    scenario = parse_scenario(value)
    with database.read() as session:
        return swept(session, scenario)


def names(letter: str, count: int) -> list[str]:
    return [f"{letter}{number}" for number in range(count)]


def problems(database: Database, value: dict[str, Any]) -> list[tuple[str, Path]]:
    with pytest.raises(Refused) as refused:
        found(database, value)
    return [(one.code, one.path) for one in refused.value.problems]


def test_every_combination_is_an_option_with_the_price_of_its_place(loaded: Database) -> None:
    """Each host in each region; the terms of hosts only; what was typed stands for itself."""
    swept = found(
        loaded,
        sweeping(
            on_hosts(capacity="unlimited"),
            per_token(),
            models=[LLAMA],
            hosts=[H100, SMALL],
            regions=["japaneast", "eastus"],
            terms=["on_demand", "reserved_1m"],
            volumes=["2", "0.5"],
        ),
    )

    assert swept.question is not None
    assert [
        (H100, "japaneast"), (H100, "eastus"), (SMALL, "japaneast"), (SMALL, "eastus"), (None, None)
    ] == [(one.host, one.region) for one in swept.combinations]  # fmt: skip
    assert ([one.name for one in swept.combinations]) == [
        option.name for option in swept.question.options
    ]
    assert {"on_demand", None} == {one.term for one in swept.combinations}
    assert (Decimal("0.5"), Decimal(2)) == swept.factors
    assert ((LLAMA,), ("japaneast", "eastus"), ()) == (swept.models, swept.regions, swept.refused)
    hosts = [option for option in swept.question.options if isinstance(option, Dedicated)]
    assert ["japaneast", "eastus"] * 2 == [option.sold.region for option in hosts]
    assert len({option.price.amount for option in hosts if option.price is not None}) > 2


def test_without_lists_there_is_what_the_scenario_states_at_its_volumes(loaded: Database) -> None:
    value = sweeping(per_token()) | {"volumes": [{"name": "high", "factor": "3"}]}

    swept = found(loaded, value)

    assert ["Per token"] == [one.name for one in swept.combinations]
    assert ((Decimal(1), Decimal(3)), (None,), (None,)) == (
        swept.factors, swept.models, swept.regions,
    )  # fmt: skip


def test_an_option_keeps_what_it_states_itself(loaded: Database) -> None:
    swept = found(
        loaded,
        sweeping(
            on_hosts(model=LLAMA, region="eastus", instance=H100, term="on_demand"),
            looked_up(provider="azure", deployment="global"),
            on_hosts(name="Contract", price=typed(), capacity="unlimited"),
            PROVISIONED | {"name": "Typed", "price": typed(), "sizing": SIZING},
            models=[LLAMA, GPT],
            regions=["japaneast"],
        ),
    )

    assert [
        ("Hosts", None, None), ("Per token", LLAMA, "japaneast"), ("Per token", GPT, "japaneast"),
        ("Contract", LLAMA, None), ("Contract", GPT, None), ("Typed", None, None),
    ] == [(one.option, one.model, one.region) for one in swept.combinations]  # fmt: skip
    assert swept.question is not None
    first, second = swept.question.options[:2]
    assert isinstance(first, Dedicated)
    assert isinstance(second, Serverless)
    assert ("eastus", LLAMA) == (first.sold.region, second.sold.model)


SIZING = {"minimum_units": 1, "step_units": 1, "input_tokens_per_minute_per_unit": 1000}


def test_units_take_the_terms_that_units_are_sold_for(loaded: Database) -> None:
    swept = found(
        loaded,
        sweeping(
            PROVISIONED,
            models=["openai/gpt-4.1-2025-04-14"],
            terms=["on_demand", "hourly", "reserved_1m"],
        )
        | {"options": [PROVISIONED, on_hosts(price=typed())]},
    )

    assert ["hourly", "reserved_1m", None] == [one.term for one in swept.combinations]


def test_what_cannot_be_bought_is_kept_with_the_reason(loaded: Database) -> None:
    swept = found(
        loaded,
        sweeping(
            on_hosts(capacity="unlimited"),
            hosts=[H100, "hf-inference-endpoints/aws/nvidia-h200 x4"],
            regions=["japaneast"],
            terms=["reserved_1y", "on_demand"],
        ),
    )

    assert [(H100, "on_demand")] == [(one.host, one.term) for one in swept.combinations]
    codes = {
        (one.combination.host, one.combination.term): one.problem.code for one in swept.refused
    }
    assert "no_price" == codes[H100, "reserved_1y"]
    assert "host_in_no_region" == codes["hf-inference-endpoints/aws/nvidia-h200 x4", "on_demand"]


def test_where_nothing_can_be_bought_there_is_no_question(loaded: Database) -> None:
    swept = found(
        loaded, sweeping(on_hosts(), hosts=[H100], regions=["japaneast"], terms=["reserved_3y"])
    )

    assert (None, ()) == (swept.question, swept.combinations)
    assert 1 == len(swept.refused)


def test_an_estimated_capacity_belongs_to_the_model_and_host_of_the_combination(
    loaded: Database,
) -> None:
    swept = found(
        loaded,
        sweeping(on_hosts(region="eastus"), models=[LLAMA, GPT], hosts=[H100, SMALL]),
    )

    assert swept.question is not None
    rates = {
        (one.model, one.host): getattr(option.capacity, "output_tokens_per_second", None)
        for one, option in zip(swept.combinations, swept.question.options, strict=True)
        if isinstance(option, Dedicated)
    }
    assert 4 == len(rates)
    assert rates[LLAMA, SMALL] is None  # 70B in 16 bits on one H100
    assert 3 == len({rate for rate in rates.values() if rate is not None})


def test_add_ons_are_paid_by_the_combinations_of_the_options_they_name(loaded: Database) -> None:
    value = sweeping(
        on_hosts(capacity="unlimited", region="eastus"), per_token(), hosts=[H100, SMALL]
    )
    add_on = {"name": "Staff", "amount": "5", "unit": "hour"}
    value["add_ons"] = [add_on | {"applies_to": ["Hosts"]}, add_on | {"name": "Search"}]

    swept = found(loaded, value)

    assert swept.question is not None
    first, second = swept.question.add_ons
    assert (f"Hosts: {H100}", f"Hosts: {SMALL}") == first.applies_to
    assert second.applies_to is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (document(), [("required", ("sweep",))]),
        (
            sweeping(on_hosts(capacity={"output_tokens_per_second": 9}), hosts=[H100, SMALL]),
            [("sweep_of_typed_capacity", ("options", 0, "capacity"))],
        ),
        (
            sweeping(
                on_hosts(price=typed(), capacity={"output_tokens_per_second": 9}),
                models=[LLAMA, GPT],
            ),
            [("sweep_of_typed_capacity", ("options", 0, "capacity"))],
        ),
        (sweeping(per_token(), hosts=[H100]), [("sweep_list_unused", ("sweep", "hosts"))]),
        (
            sweeping(per_token(), models=[LLAMA], regions=["eastus"], terms=["hourly"]),
            [("sweep_list_unused", ("sweep", key)) for key in ("models", "regions", "terms")],
        ),
        (
            sweeping(on_hosts(term="spot"), terms=["on_demand"]),
            [("sweep_list_unused", ("sweep", "terms"))],
        ),
        (
            sweeping(on_hosts(), models=["no/such"], hosts=[H100, "NoHost"], regions=["nowhere"]),
            [
                ("unknown_model", ("sweep", "models", 0)),
                ("unknown_instance", ("sweep", "hosts", 1)),
                ("unknown_region", ("sweep", "regions", 0)),
            ],
        ),
        (
            sweeping(on_hosts(), hosts=[H100, f"azure/{H100}"], regions=["eastus", "East US"]),
            [("listed_twice", ("sweep", "hosts", 1)), ("listed_twice", ("sweep", "regions", 1))],
        ),
        (
            sweeping(on_hosts(), models=names("m", 50), hosts=names("h", 41)),
            [("sweep_too_large", ("sweep",))],
        ),
        (
            sweeping(per_token())
            | {"add_ons": [{"name": "A", "amount": "1", "unit": "hour", "applies_to": ["x"]}]},
            [("unknown_option_name", ("add_ons", 0, "applies_to", 0))],
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_swept_is_refused_by_name(
    loaded: Database, value: dict[str, Any], expected: list[tuple[str, Path]]
) -> None:
    assert expected == problems(loaded, value)


def test_too_many_volumes_of_many_combinations_are_refused_with_the_count(
    loaded: Database,
) -> None:
    value = sweeping(
        on_hosts(),
        models=names("m", 20),
        hosts=names("h", 20),
        volumes=[str(at) for at in range(1, 101)],
    )

    with pytest.raises(Refused) as refused:
        found(loaded, value)

    [one] = refused.value.problems
    assert ("sweep", "volumes") == one.path
    assert (
        "Expected at most 30,000 combinations times volumes, found 400 x 100 = 40,000."
        == one.message
    )


def test_a_sweep_that_is_too_large_says_how_large_it_is(loaded: Database) -> None:
    value = sweeping(on_hosts(), per_token(), models=names("m", 50), hosts=names("h", 41))

    with pytest.raises(Refused) as refused:
        found(loaded, value)

    assert (
        "Expected at most 2,000 combinations, found 2,051 "
        "(Hosts: 50 x 41 x 1 x 1; Per token: 1 x 1 x 1 x 1)."
    ) == refused.value.problems[0].message


@pytest.mark.parametrize(
    ("lists", "code", "path"),
    [
        ({"models": []}, "empty_list", ("sweep", "models")),
        ({"models": "all"}, "not_a_list", ("sweep", "models")),
        ({"volumes": ["1", "1.0"]}, "listed_twice", ("sweep", "volumes")),
        ({"volumes": ["0"]}, "not_positive", ("sweep", "volumes", 0)),
        ({"volumes": [str(n) for n in range(1, 102)]}, "too_many", ("sweep", "volumes")),
        ({"hosts": ["a", " a"]}, "listed_twice", ("sweep", "hosts")),
        ({"terms": ["on_demand", "weekly"]}, "not_one_of", ("sweep", "terms", 1)),
        ({"modells": ["a"]}, "unknown_key", ("sweep", "modells")),
    ],
)
def test_a_list_that_is_none_is_refused_by_name(
    lists: dict[str, Any], code: str, path: Path
) -> None:
    with pytest.raises(Refused) as refused:
        parse_scenario(sweeping(**lists))

    [one] = refused.value.problems
    assert (code, path) == (one.code, one.path)
    if code == "unknown_key":
        assert "Did you mean models?" in one.message
