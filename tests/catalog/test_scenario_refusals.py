"""Values that a scenario refuses, each by a message of its own and the path of the field."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalog.problems import Path
from tests.catalog.questions import changed, document, parse_problem, without

TOKENS = ("workload", "input_tokens")
PRICE = ("options", 1, "price")
HOSTS = ("options", 1)
DATE = "Expected a date such as 2026-01-31, found "
KIND = "Expected one of serverless, dedicated, provisioned, found "


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("-1", "Expected a number of 0 or more, found -1."),
        ("-0.001", "Expected a number of 0 or more, found -0.001."),
        ("NaN", "Expected a finite number, found NaN."),
        (".nan", "Expected a finite number, found .nan."),
        ("-Infinity", "Expected a finite number, found -Infinity."),
        ("inf", "Expected a finite number, found inf."),
        (Decimal("NaN"), "Expected a finite number, found NaN."),
        (Decimal("Infinity"), "Expected a finite number, found Infinity."),
        ("1e400", "Expected at most 1,000,000,000,000,000, found 1e400."),
        ("1e9999", "Expected at most 1,000,000,000,000,000, found 1e9999."),
        ("1e99999", "Expected a number, found '1e99999'."),
        ("1000000000000000.1", "Expected at most 1,000,000,000,000,000, found 1000000000000000.1."),
        ("1e-31", "Expected at most 30 decimal places, found 1e-31."),
        (True, "Expected a number, found true."),
        (False, "Expected a number, found false."),
        ("true", "Expected a number, found 'true'."),
        ("five", "Expected a number, found 'five'."),
        ("5 tokens", "Expected a number, found '5 tokens'."),
        ("1,000", "Expected a number, found '1,000'."),
        ("1_000", "Expected a number, found '1_000'."),
        ("0x10", "Expected a number, found '0x10'."),
        ("1:30", "Expected a number, found '1:30'."),
        ("٣", "Expected a number, found '٣'."),
        ("", "Expected a number, found ''."),
        (0.1, "Expected a number, found 0.1."),
        (None, "Expected a number, found null."),
        ([], "Expected a number, found a list."),
        ({}, "Expected a number, found named values."),
        ("1" * 401, f"Expected a number, found '{'1' * 78}…."),
    ],
)
def test_what_is_no_number_of_0_or_more_is_refused(value: object, message: str) -> None:
    """Nothing is guessed and nothing is converted; a float is refused because it is not exact."""
    found = parse_problem(changed(TOKENS, value))

    assert message == found.message
    assert "workload.input_tokens" == found.field


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("workload", "peak_to_mean"), "0.99", "Expected at least 1, found '0.99'."),
        (("workload", "cached_input_share"), "1.01", "Expected at most 1, found '1.01'."),
        (("workload", "ttft_seconds"), "0", "Expected a number above 0, found '0'."),
        (("workload",), [], "Expected named values, found a list."),
        (("workload",), None, "Expected named values, found nothing."),
        ((*PRICE, "per"), "0", "Expected a number above 0, found '0'."),
        (
            (*PRICE, "as_of"),
            "2024-02-30",
            "Expected a date such as 2026-01-31, found '2024-02-30'.",
        ),
        ((*PRICE, "as_of"), "17.3.2024", DATE + "'17.3.2024'."),
        ((*PRICE, "as_of"), 2024, DATE + "2024."),
        (
            (*PRICE, "url"),
            "javascript:alert(1)",
            "Expected an address that starts with https:// or http://, found javascript:alert(1).",
        ),
        (
            (*PRICE, "url"),
            "https://a b",
            "Expected an address that starts with https:// or http://, found https://a b.",
        ),
        ((*PRICE, "unit"), "word", "Expected one of token, hour, month, request, found 'word'."),
        ((*PRICE, "basis"), "gift", "Expected one of list, contracted, found 'gift'."),
        (PRICE, "6.12", "Expected named values, found '6.12'."),
        ((*HOSTS, "minimum_instances"), "1.5", "Expected a whole number, found '1.5'."),
        ((*HOSTS, "minimum_instances"), True, "Expected a number, found true."),
        ((*HOSTS, "spare_instances"), "-1", "Expected a number of 0 or more, found -1."),
        ((*HOSTS, "spare_instances"), "1000001", "Expected at most 1,000,000, found '1000001'."),
        ((*HOSTS, "maximum_instances"), "0", "Expected at least 1, found 0."),
        (
            (*HOSTS, "capacity"),
            "endless",
            "Expected one of unlimited, estimated, found 'endless'.",
        ),
        (
            (*HOSTS, "term"),
            "forever",
            "Expected one of on_demand, spot, savings_plan_1y, savings_plan_3y, reserved_1y, "
            "reserved_3y, found 'forever'.",
        ),
        (
            ("options", 0, "deployment"),
            "moon",
            "Expected one of global, data_zone, regional, unknown, found 'moon'.",
        ),
        (
            ("options", 0, "kind"),
            "managed",
            KIND + "'managed'.",
        ),
        (("options", 0, "kind"), None, KIND + "nothing."),
        (("options", 0, "kind"), True, KIND + "true."),
        ((*HOSTS, "name"), "  ", "Expected some text, found none."),
        ((*HOSTS, "name"), "x" * 301, "Expected at most 300 characters, found 301."),
        ((*HOSTS, "name"), None, "Expected text, found null."),
        ((*HOSTS, "name"), "a\0b", r"Expected text, found 'a\x00b'."),
        ((*HOSTS, "name"), "\ud800", r"Expected text, found '\ud800'."),
        ((*HOSTS, "name"), "Per token", "Expected a name of its own, found 'Per token' twice."),
        ((*HOSTS, "name"), " Per token ", "Expected a name of its own, found ' Per token ' twice."),
        (("title",), ["a"], "Expected text, found a list."),
        (("currency",), "usd", "Expected a three-letter currency code such as USD, found 'usd'."),
        (("currency",), None, "Expected a three-letter currency code such as USD, found null."),
        (("version",), "2", "Expected version 1, found '2'."),
        (("version",), "1.0", "Expected version 1, found '1.0'."),
        (("version",), True, "Expected version 1, found true."),
        (("options",), [], "Expected at least one option to compare, found none."),
        (("options",), {}, "Expected a list, found named values."),
        (("options",), None, "Expected a list, found nothing."),
        (("options", 0), "Per token", "Expected named values, found 'Per token'."),
        (("residency",), "JP", "Expected named values, found 'JP'."),
        (("rates",), [], "Expected named values, found a list."),
        (("rates",), True, "Expected named values, found true."),
    ],
)
def test_a_value_that_is_not_meant_is_refused_at_its_path(
    path: Path, value: object, message: str
) -> None:
    """What was expected, what was found, and where."""
    found = parse_problem(changed(path, value))

    assert message == found.message
    assert path == found.path


@pytest.mark.parametrize(("value", "message"), [("0", "above 0, found '0'"), ("-1", "found -1")])
def test_a_typed_capacity_is_above_0(value: str, message: str) -> None:
    """The path ends at the figure, in a field that could also hold a word."""
    found = parse_problem(changed((*HOSTS, "capacity"), {"output_tokens_per_second": value}))

    assert message in found.message
    assert "options.1.capacity.output_tokens_per_second" == found.field


@pytest.mark.parametrize(
    "path",
    [
        ("version",),
        ("workload",),
        ("options",),
        ("workload", "input_tokens"),
        ("workload", "output_tokens"),
        ("workload", "peak_to_mean"),
        ("options", 0, "name"),
        ("options", 0, "kind"),
        ("options", 0, "prices", "input", "amount"),
        ("options", 0, "prices", "input", "per"),
        ("options", 0, "prices", "input", "unit"),
        ("options", 1, "minimum_instances"),
        ("options", 1, "spare_instances"),
    ],
)
def test_a_required_key_that_is_missing_is_named(path: Path) -> None:
    """There is no hidden default that favors hosts or tokens."""
    found = parse_problem(without(path))

    assert "required" == found.code
    assert path == found.path
    assert f"Expected {path[-1]}, found nothing." == found.message


@pytest.mark.parametrize(
    ("key", "value", "field", "message"),
    [
        ("volumes", [{"name": "low", "factor": "0"}], "volumes.0.factor", "above 0, found '0'"),
        ("volumes", [{"name": "low"}], "volumes.0.factor", "Expected factor, found nothing"),
        ("add_ons", [{"name": "a", "unit": "hour"}], "add_ons.0.amount", "Expected amount"),
        (
            "add_ons",
            [{"name": "a", "amount": "1", "unit": "hour", "applies_to": "Hosts"}],
            "add_ons.0.applies_to",
            "Expected a list, found 'Hosts'",
        ),
        ("rates", {"yen": {"per_usd": "1"}}, "rates.yen", "three-letter currency code"),
        ("rates", {"JPY": {"per_usd": "0"}}, "rates.JPY.per_usd", "above 0, found '0'"),
        ("rates", {"JPY": {}}, "rates.JPY.per_usd", "Expected per_usd, found nothing"),
        ("search_to_requests_per_hour", "0", "search_to_requests_per_hour", "above 0"),
    ],
)
def test_what_stands_beside_the_options_is_checked_too(
    key: str, value: Any, field: str, message: str
) -> None:
    """Volumes, add-ons, rates and the limit of the search."""
    found = parse_problem(document(**{key: value}))

    assert field == found.field
    assert message in found.message


@pytest.mark.parametrize("value", [[], "text", None, True, "5"])
def test_a_scenario_that_is_no_mapping_is_refused(value: object) -> None:
    """A list, a word, nothing: the whole document is at fault, so the path is empty."""
    found = parse_problem(value)

    assert "not_a_mapping" == found.code
    assert "" == found.field


def test_a_key_that_is_no_text_is_refused() -> None:
    """Only a Python object can hold one."""
    found = parse_problem({**document(), 1: 2})

    assert "Keys should be strings" == found.message
