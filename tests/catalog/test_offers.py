"""What a scenario says of its models, regions, options and load, as a question to be computed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.database import Database
from catalog.offers import resolve
from catalog.problems import Refused
from catalog.scenario import parse_scenario
from costing import TypedCapacity, Unit, UnknownCapacity, Unlimited
from tests.catalog.questions import (
    ask,
    ask_dedicated,
    ask_serverless,
    document,
    load,
    looked_up,
    on_hosts,
    per_token,
    resolve_problem,
    resolve_problems,
    typed,
)

V100, H100 = "Standard_NC12s_v3", "Standard_NC40ads_H100_v5"
LLAMA = "meta-llama/Llama-2-7b-chat-hf"


def test_an_unknown_model_is_refused_with_the_nearest_names(loaded: Database) -> None:
    """A typing error is answered with what was probably meant."""
    found = resolve_problem(loaded, document(model="meta-llama/Llama-2-7b-chta-hf"))

    assert "unknown_model" == found.code
    assert "model" == found.field
    assert found.message.startswith(
        "The catalog knows no model 'meta-llama/Llama-2-7b-chta-hf'. "
        "Nearest: meta-llama/Llama-2-7b-chat-hf, "
    )
    assert found.message.endswith(". Or leave the model out.")


def test_an_ambiguous_model_lists_its_candidates(loaded: Database) -> None:
    """A person picks; the first one is not taken silently."""
    found = resolve_problem(loaded, document(per_token(model="llama-2-7b-hf")))

    assert "options.0.model" == found.field
    assert (
        "The catalog knows no model 'llama-2-7b-hf'. It may mean NousResearch/Llama-2-7b-hf or "
        "meta-llama/Llama-2-7b-hf. Or leave the model out."
    ) == found.message


def test_an_unknown_region_is_refused_with_the_nearest_names(loaded: Database) -> None:
    """Of the whole question and of one option alike."""
    of_all, of_one = resolve_problems(
        loaded, document(per_token(region="japanest"), region="eastsu")
    )

    assert ("region", "options.0.region") == (of_all.field, of_one.field)
    assert of_all.message.startswith("The catalog knows no region 'eastsu'. Nearest: eastus, ")
    assert "Nearest: japaneast, " in of_one.message


def test_a_name_that_is_near_to_nothing_gets_no_hint(loaded: Database) -> None:
    """A wild guess would lead astray."""
    found = resolve_problem(loaded, document(region="☃"))

    assert "The catalog knows no region '☃'." == found.message


def test_a_region_may_be_written_as_azure_shows_it(loaded: Database) -> None:
    """ "Japan East" is japaneast."""
    option = ask_serverless(loaded, per_token(), region=" Japan East ")

    assert "japaneast" == option.sold.region


def test_an_unknown_host_is_refused_with_the_nearest_names(loaded: Database) -> None:
    """The size as Azure names it, without the provider."""
    found = resolve_problem(loaded, document(on_hosts(instance="NC12_v3"), region="eastus"))

    assert "unknown_instance" == found.code
    assert "options.0.instance" == found.field
    assert found.message.startswith(
        "The catalog knows no GPU host 'NC12_v3'. Nearest: Standard_NC12s_v3, "
    )
    assert found.message.endswith("Or type the price of one host.")


def test_all_names_that_lead_nowhere_are_found_at_once(loaded: Database) -> None:
    """Each is one problem: an unknown model is not also a missing one."""
    found = resolve_problems(
        loaded,
        document(
            looked_up(provider="azure", deployment="global"),
            on_hosts(instance=V100),
            on_hosts(name="Others", instance="abacus"),
            model="nonesuch-900b",
            region="atlantis",
        ),
    )

    assert {
        ("model", "unknown_model"),
        ("region", "unknown_region"),
        ("options.2.instance", "unknown_instance"),
    } == {(one.field, one.code) for one in found}


def test_an_option_overrides_model_region_and_tokens(loaded: Database) -> None:
    """What it leaves out is that of the question."""
    own = per_token(
        model="llama-2-13b-chat", region="japaneast", input_tokens="700", cached_input_share="0.5"
    )

    question = ask(
        loaded, document(own, on_hosts(price=typed()), model="Llama 2 7b", region="eastus")
    )

    first, second = question.options
    assert "meta-llama/Llama-2-13b-chat-hf" == first.sold.model
    assert "japaneast" == first.sold.region
    assert first.shape is not None
    assert (Decimal(700), Decimal(500)) == (first.shape.input_tokens, first.shape.output_tokens)
    assert Decimal("0.5") == first.shape.cached_input_share
    assert (LLAMA, "eastus") == (second.sold.model, second.sold.region)
    assert second.shape is None


@pytest.mark.parametrize(
    ("written", "capacity"),
    [
        ("unlimited", Unlimited()),
        (
            {"output_tokens_per_second": "1250", "evidence": "load test"},
            TypedCapacity(output_tokens_per_second=Decimal(1250), evidence="load test"),
        ),
    ],
)
def test_the_capacity_of_a_host_is_typed_or_unlimited(
    loaded: Database, written: object, capacity: object
) -> None:
    """As it is written."""
    option = ask_dedicated(loaded, on_hosts(price=typed(), capacity=written))

    assert capacity == option.capacity


def test_a_capacity_that_cannot_be_estimated_is_unknown_with_its_reason(loaded: Database) -> None:
    """No model is named: nothing is assumed."""
    option = ask_dedicated(loaded, on_hosts(price=typed(), capacity="estimated"))

    assert isinstance(option.capacity, UnknownCapacity)
    assert [one.facts["missing"] for one in option.capacity.reasons] == ["model"]


def test_the_counts_of_hosts_are_those_of_the_scenario(loaded: Database) -> None:
    """Minimum, standby and the most that may be rented."""
    counts = {"minimum_instances": "2", "spare_instances": "1", "maximum_instances": "9"}

    option = ask_dedicated(loaded, on_hosts(price=typed(), **counts))

    assert (2, 1) == (option.minimum_instances, option.spare_instances)
    assert 9 == option.maximum_instances


def test_a_typed_capacity_without_a_figure_is_refused(loaded: Database) -> None:
    """Evidence alone is no capacity; the sentence is shown in full."""
    found = resolve_problem(
        loaded, document(on_hosts(price=typed(), capacity={"evidence": "a hunch"}))
    )

    assert "options.0.capacity" == found.field
    assert (
        "Expected input_tokens_per_second, output_tokens_per_second or both, found neither."
    ) == found.message


def test_a_price_in_the_wrong_unit_is_refused_at_its_path(loaded: Database) -> None:
    """Tokens are not sold by the hour, hosts not by the token."""
    by_token = per_token(prices={"input": typed("1", "hour")})
    hosts = on_hosts(price=typed("1", "token"))

    found = resolve_problems(loaded, document(by_token, hosts))

    assert [
        ("options.0.prices.input.unit", "Expected token, found hour."),
        ("options.1.price.unit", "Expected hour or month, found token."),
    ] == [(one.field, one.message) for one in found]


def test_users_times_requests_times_days_is_the_load(loaded: Database) -> None:
    """120 users x 2.5 requests x 21 days = 6,300 a month of 730 hours."""
    typed_load = load(
        requests_per_hour=None, users="120", requests_per_user_per_day="2.5", days_per_month="21"
    )

    workload = ask(loaded, document(workload=typed_load)).workload

    assert 6300 == workload.requests
    assert 730 == workload.period_hours


def test_a_load_by_the_month_keeps_its_month(loaded: Database) -> None:
    """Nothing is divided before the end; peak and targets come along."""
    by_month = load(
        requests_per_hour=None,
        requests_per_month="1000",
        peak_to_mean="2.5",
        ttft_seconds="2",
        tpot_seconds="0.1",
        cached_input_share="0.25",
    )

    workload = ask(loaded, document(workload=by_month)).workload

    assert (Decimal(1000), Decimal(730)) == (workload.requests, workload.period_hours)
    assert Decimal("2.5") == workload.peak_to_mean
    assert (Decimal(2), Decimal("0.1")) == (workload.ttft_seconds, workload.tpot_seconds)
    assert Decimal("0.25") == workload.shape.cached_input_share


def test_a_load_beyond_any_that_can_be_meant_is_refused(loaded: Database) -> None:
    """Each number is fine alone, their product is not."""
    many = {"users": "1e10", "requests_per_user_per_day": "1e10", "days_per_month": "1"}

    found = resolve_problem(loaded, document(workload=load(requests_per_hour=None, **many)))

    assert "workload.requests" == found.field
    assert found.message.startswith("Expected at most 1,000,000,000,000,000, found ")


def test_an_add_on_names_options_that_are_there(loaded: Database) -> None:
    """The one that is not is found by its place in the list."""
    add_on = {"name": "Search", "amount": "1", "unit": "hour"}

    found = resolve_problem(
        loaded, document(add_ons=[add_on, {**add_on, "applies_to": ["Per token", "Hosts"]}])
    )

    assert "unknown_option_name" == found.code
    assert "add_ons.1.applies_to.1" == found.field
    assert "Expected the name of an option, found 'Hosts'." == found.message


def test_add_ons_volumes_and_search_limit_reach_the_question(loaded: Database) -> None:
    """In the currency of the scenario."""
    add_on = {"name": "Search", "amount": "0.70", "unit": "month", "applies_to": ["Per token"]}

    question = ask(
        loaded,
        document(
            add_ons=[add_on],
            volumes=[{"name": "high", "factor": "2.5"}],
            search_to_requests_per_hour="500000",
            currency="JPY",
        ),
    )

    (added,) = question.add_ons
    assert ("Search", ("Per token",)) == (added.name, added.applies_to)
    assert (Decimal("0.70"), Decimal(1)) == (added.price.amount, added.price.per)
    assert (Unit.MONTH, "JPY") == (added.price.unit, added.price.currency)
    assert [("high", Decimal("2.5"))] == [(one.name, one.factor) for one in question.volumes]
    assert 500000 == question.search_to_requests_per_hour
    assert "JPY" == question.currency


def test_what_only_the_arithmetic_refuses_is_a_problem_too(loaded: Database) -> None:
    """A scenario that was built past its checks never ends in a crash."""
    scenario = parse_scenario(document()).model_copy(update={"options": ()})

    with loaded.read() as session, pytest.raises(Refused) as caught:
        resolve(session, scenario)

    (found,) = caught.value.problems
    assert "options" == found.field
    assert "Expected at least one option, found none." == found.message
