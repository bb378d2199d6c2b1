"""What no single field can tell: unknown keys, forms of the load, counts, contradictions, lines."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.problems import Path, Refused
from catalog.scenario import parse_scenario
from tests.catalog.questions import (
    changed,
    document,
    load,
    on_hosts,
    parse_problem,
    parse_problems,
    per_token,
    read_scenario,
)


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        (("opitons",), "Did you mean options?"),
        (("workload", "input_token"), "Did you mean input_tokens?"),
        (("workload", "request_per_hour"), "Did you mean requests_per_hour?"),
        (("options", 0, "providr"), "Did you mean provider?"),
        (("options", 1, "prices"), "Did you mean price?"),
        (("options", 1, "spare_instance"), "Did you mean spare_instances?"),
        (("options", 0, "prices", "inputs"), "Did you mean input?"),
        (("options", 0, "prices", "input", "amuont"), "Did you mean amount?"),
        (("options", 1, "price", "ammount"), "Did you mean amount?"),
        (("residency", "procesing"), "Did you mean processing?"),
        (("rates", "JPY", "per_us"), "Did you mean per_usd?"),
        (("volumes", 0, "facter"), "Did you mean factor?"),
        (("add_ons", 0, "apply_to"), "Did you mean applies_to?"),
        (("options", 1, "capacity", "output"), "Did you mean output_tokens_per_second?"),
        (("rates", "JPY", "Q"), "Known here: as_of, per_usd, source."),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_known_one(path: Path, hint: str) -> None:
    """Nearest among the keys of that very part; where none is near, all are listed."""
    whole = document(
        per_token(),
        on_hosts(price={"amount": "1", "per": "1", "unit": "hour"}, capacity=_capacity()),
        residency={"processing": "US"},
        rates={"JPY": {"per_usd": "150"}},
        volumes=[{"name": "low", "factor": "0.5"}],
        add_ons=[{"name": "Search", "amount": "1", "unit": "hour"}],
    )
    part: Any = whole
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = "1"

    found = parse_problem(whole)

    assert "unknown_key" == found.code
    assert path == found.path
    assert f"There is no key {path[-1]!r} here. {hint}" == found.message


def _capacity() -> dict[str, str]:
    return {"input_tokens_per_second": "1250"}


@pytest.mark.parametrize(
    ("path", "key"), [(("options", 0), "minimum_instances"), (("options", 1), "deployment")]
)
def test_a_key_of_the_other_kind_of_option_is_not_offered(path: Path, key: str) -> None:
    """ "There is no key x, did you mean x" would lead nowhere."""
    found = parse_problem(changed((*path, key), "1"))

    assert "unknown_key" == found.code
    assert key not in found.facts["nearest"]


@pytest.mark.parametrize(
    ("form", "named"),
    [
        ({}, "none of them"),
        (
            {"requests_per_hour": "1", "requests_per_month": "1"},
            "requests_per_hour, requests_per_month",
        ),
        ({"requests_per_month": "1", "days_per_month": "1"}, "requests_per_month, days_per_month"),
        ({"requests_per_hour": "0", "users": "0"}, "requests_per_hour, users"),
    ],
)
def test_the_load_is_counted_in_exactly_one_form(form: dict[str, str], named: str) -> None:
    """Two forms could contradict each other; none is no question."""
    found = parse_problem(document(workload=load(requests_per_hour=None) | form))

    assert "workload_forms" == found.code
    assert "workload" == found.field
    assert found.message.endswith(f"found {named}.")


def test_half_a_form_of_the_load_lacks_the_other_half() -> None:
    """Users alone say nothing; both missing keys are named at once."""
    found = parse_problems(document(workload=load(requests_per_hour=None, users="5")))

    assert [
        "Expected requests_per_user_per_day, found nothing.",
        "Expected days_per_month, found nothing.",
    ] == [one.message for one in found]
    assert "workload.requests_per_user_per_day" == found[0].field


@pytest.mark.parametrize(("key", "most"), [("options", 20), ("volumes", 20), ("add_ons", 50)])
def test_too_many_of_a_kind_are_refused(key: str, most: int) -> None:
    """The limit itself is fine, one more is not."""
    made = [_one_of(key, number) for number in range(most + 1)]

    taken = parse_scenario(document() | {key: made[:most]})
    found = parse_problem(document() | {key: made})

    assert most == len(getattr(taken, key))
    assert key == found.field
    assert f"Expected at most {most}, found {most + 1}." == found.message


def _one_of(key: str, number: int) -> dict[str, Any]:
    name = f"number {number}"
    if key == "options":
        return per_token(name=name)
    if key == "volumes":
        return {"name": name, "factor": "2"}
    return {"name": name, "amount": "1", "unit": "hour"}


def test_two_volumes_of_one_name_are_refused() -> None:
    """As with options, the second is the one at fault."""
    found = parse_problem(document(volumes=[{"name": "low", "factor": f} for f in ("1", "2")]))

    assert "duplicate_name" == found.code
    assert "volumes.1.name" == found.field


@pytest.mark.parametrize(
    ("minimum", "spare", "maximum", "least"), [("3", "0", "2", 3), ("1", "2", "2", 3)]
)
def test_a_maximum_that_no_load_can_keep_is_refused(
    minimum: str, spare: str, maximum: str, least: int
) -> None:
    """Below the minimum, or no serving host beside the standby ones."""
    counts = {"minimum_instances": minimum, "spare_instances": spare}

    found = parse_problem(document(on_hosts(**counts, maximum_instances=maximum)))

    assert "options.0.maximum_instances" == found.field
    assert (
        f"Expected at least {least} hosts (the minimum, and one serving host beside the standby "
        f"ones), found {maximum}."
    ) == found.message


@pytest.mark.parametrize(
    ("whole", "field"),
    [
        (document(workload=load(input_tokens="0", output_tokens="0")), "workload.output_tokens"),
        (
            document(per_token(input_tokens="0", output_tokens="0.0")),
            "options.0.output_tokens",
        ),
    ],
)
def test_requests_without_any_token_are_refused(whole: dict[str, Any], field: str) -> None:
    """They cost nothing and need nothing, so there is no question."""
    found = parse_problem(whole)

    assert field == found.field
    assert "Expected input or output tokens above 0, found 0 of both." == found.message


BAD = """
version: 2
curency: USD
workload:
  requests_per_hour: many
  input_tokens: -5
  output_tokens: .nan
options:
  - name: A
    kind: serverless
    prices:
      input: {amount: 1, per: 0, unit: token}
  - name: A
    kind: dedicated
    minimum_instances: 1.5
    spare_instances: 0
    capacity: {input_tokens_per_second: true}
"""


def test_all_problems_are_found_at_once_each_with_its_line() -> None:
    """A person mends a file in one go; what is missing points to the part that lacks it."""
    with pytest.raises(Refused) as caught:
        read_scenario(BAD)

    assert {
        ("version", "version_unknown", 2, 10),
        ("curency", "unknown_key", 3, 10),
        ("workload.requests_per_hour", "not_a_number", 5, 22),
        ("workload.input_tokens", "negative", 6, 17),
        ("workload.output_tokens", "not_finite", 7, 18),
        ("workload.peak_to_mean", "required", 5, 3),
        ("options.0.prices.input.per", "not_positive", 12, 31),
        ("options.1.name", "duplicate_name", 13, 11),
        ("options.1.minimum_instances", "not_whole", 15, 24),
        ("options.1.capacity.input_tokens_per_second", "not_a_number", 17, 41),
    } == {(one.field, one.code, one.line, one.column) for one in caught.value.problems}


def test_a_json_request_is_answered_with_lines_too() -> None:
    """The same places as in a YAML file."""
    text = '{"version": 1,\n"workload": {},\n"options": [\n{"name": "A", "kind": "x"}]}'

    with pytest.raises(Refused) as caught:
        read_scenario(text, "json")

    assert ("options.0.kind", 4, 23) in [
        (one.field, one.line, one.column) for one in caught.value.problems
    ]


def test_a_refusal_says_everything_in_one_line() -> None:
    """What a log or a traceback shows."""
    with pytest.raises(Refused) as caught:
        read_scenario("version: 1\nworkload: 5\noptions: []")

    assert (
        "workload: Expected named values, found '5'.; "
        "options: Expected at least one option to compare, found none."
    ) == str(caught.value)
