"""What is wrong with an input: a code, the path of the field, and facts; the sentence follows from
these.

Codes and facts are what programs and translations read. The English sentences stand in
PROBLEM_TEXT, each saying what was expected, what was found and, where it helps, what to do next.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

Path: TypeAlias = tuple[str | int, ...]

LONGEST_FACT = 80
LONGEST_REASON = 300  # a sentence of ours around what was typed
TYPED_FACTS = {
    "found": LONGEST_FACT,
    "key": LONGEST_FACT,
    "name": LONGEST_FACT,
    "reason": LONGEST_REASON,
}
PLACEHOLDER = re.compile(r"\{(\w+)\}")

PROBLEM_TEXT: Final[Mapping[str, str]] = {
    "above_most": "Expected at most {most}, found {found}.",
    "ambiguous_price": (
        "Expected one price, found {count} that differ ({amounts}). Name an offer, or type the "
        "price."
    ),
    "below_least": "Expected at least {least}, found {found}.",
    "broken_document": "Expected {form}, but it cannot be read: {reason}.",
    "choose_peak": ("Choose how the busiest hour compares with the mean. Proposed: {value}."),
    "choose_people": (
        "Choose what the people who run the hosts cost: nothing, or hours of work a month."
    ),
    "choose_people_amount": "Choose what an hour of their work costs.",
    "choose_people_quantity": "Choose how many hours a month they work on it.",
    "choose_standby": "Choose how many hosts stand by for a failure. Proposed: {value}.",
    "cold_start_always_on": (
        "Expected minutes of a cold start with billing hourly only, found them with {found}. "
        "Leave them out, or let the hosts be billed by the hour."
    ),
    "cold_start_minimum": (
        "Expected a minimum of 0 hosts where cold starts are paid, found {found}. Set it to 0, or "
        "leave the minutes of a cold start out."
    ),
    "column_missing": "Expected a column {column} in the header, found none.",
    "column_not_for_kind": (
        "A price of kind {kind} has no {column}, found {found}. Leave it empty, or correct the "
        "kind."
    ),
    "column_twice": "The column {found} stands here twice. Keep one of them.",
    "column_unknown": "There is no column {found}. {nearest}",
    "commas_expected": (
        "Expected columns separated by commas, found {found}. Save the file as CSV with commas."
    ),
    "before_first_price": (
        "Expected a day from {first} on, when the catalog's first price begins, found {found}."
    ),
    "currency_without_rate": (
        "The catalog's price is in {found} and the scenario in {currency}. {hint} Or give a rate "
        "under rates, or type the price."
    ),
    "days_in_order": "Expected a day up to {now}, the later of the two, found {found}.",
    "duplicate_key": "The key {key} stands here twice. Keep one of them.",
    "duplicate_name": "Expected a name of its own, found {found} twice.",
    "empty": "Expected some text, found none.",
    "empty_list": "Expected at least one entry, found none; leave an empty list out.",
    "ends_before_as_of": "Expected {as_of}, the day of as_of, or a later one, found {found}.",
    "file_unreadable": "Expected a file that can be read, found {found} ({reason}).",
    "free_without_note": (
        "Expected a price above 0, found {found}. Where it is free, say in the note why; where it "
        "is unknown, leave the row out."
    ),
    "future_date": "Expected a day up to {today}, found {found}.",
    "growth_forms": "Expected one way to say how the load grows, found {found}.",
    "host_in_no_region": (
        "Expected a price in {region}, found one of a provider that names no region."
    ),
    "host_not_known": "The catalog knows no GPU host {found}. {nearest}",
    "listed_twice": "{found} stands here twice. Keep one of them.",
    "long_prompt_price": (
        "Expected prompts of at most {most} tokens, found {found}: longer ones have another price, "
        "which the catalog does not hold. Type the price."
    ),
    "maximum_below_minimum": (
        "Expected at least {least} hosts (the minimum, and one serving host beside the standby "
        "ones), found {found}."
    ),
    "model_not_known": "The catalog knows no model {found}. {nearest}",
    "model_or_instance": "Expected a model or an instance, exactly one of the two, found {found}.",
    "months_without_once": (
        "Expected months with the unit once only, found {found}. Leave them out, or say once."
    ),
    "month_outside_plan": (
        "Expected a month of the plan, {first} to {last}, found {found}. Make the plan longer, or "
        "leave the cost out."
    ),
    "negative": "Expected a number of 0 or more, found {found}.",
    "no_hybrid_side": (
        "Expected an option for the {side} of the hybrid, found none: hosts or provisioned "
        "throughput for the base, one by the token for the overflow."
    ),
    "hybrid_side_unknown": "Expected one of {allowed}, found {found}.",
    "no_hosts": (
        "Expected an option of the kind dedicated, found none. Add the hosts whose capacity is "
        "asked for."
    ),
    "no_options": "Expected at least one option to compare, found none.",
    "no_price": "Found no {term} price of {name} in {region}. {elsewhere}",
    "no_price_on_day": "Found no price of {name} that is known to have held on {day}.",
    "no_prices": "Expected a catalog with prices, found none in it. Load one with sync.",
    "no_rates": "Expected at least one rate beneath a header, found none.",
    "no_rows": "Expected at least one price, found none.",
    "no_runs": "Expected a header and at least one row beneath it, found none.",
    "no_unit_price": (
        "Found no {term} price of provisioned throughput for {model}, deployment {deployment}. "
        "Type the price of a unit."
    ),
    "no_unit_sizing": (
        "The catalog does not know what a unit of provisioned throughput carries for {model}. Type "
        "the sizing."
    ),
    "units_not_offered": (
        "{model} has no provisioned throughput with deployment {deployment} in the provider's "
        "table. Choose another deployment, or type the sizing."
    ),
    "no_tokens": "Expected input or output tokens above 0, found 0 of both.",
    "not_a_truth": "Expected true or false, found {found}.",
    "not_a_currency": "Expected a three-letter currency code such as USD, found {found}.",
    "not_a_date": "Expected a date such as 2026-01-31, found {found}.",
    "not_a_list": "Expected a list, found {found}.",
    "not_a_mapping": "Expected named values, found {found}.",
    "not_a_month": "Expected a month such as 2027-04, found {found}.",
    "not_a_number": "Expected a number, found {found}.",
    "not_a_url": "Expected an address that starts with https:// or http://, found {found}.",
    "not_below": "Expected less than {limit}, found {found}.",
    "not_finite": "Expected a finite number, found {found}.",
    "not_one_of": "Expected one of {allowed}, found {found}.",
    "not_positive": "Expected a number above 0, found {found}.",
    "not_spot": (
        "Expected a share of interruptions with the term spot only, found it with {found}. Leave "
        "it out, or set the term to spot."
    ),
    "not_text": "Expected text, found {found}.",
    "not_utf8": "Expected UTF-8 text, found a byte that is none at position {position}.",
    "not_whole": "Expected a whole number, found {found}.",
    "once_and_per": (
        "Expected one amount for what is paid once, found it per {found}. Leave per out."
    ),
    "one_factor_a_month": "Expected {months} factors, one for each month, found {found}.",
    "owned_and_rented": (
        "Expected owned hosts or rented ones, found owned and {found}. Leave one of them out."
    ),
    "own_price_elsewhere": (
        "{name}, line {other_line} states the price of the same thing. Remove one of the two, or "
        "load this file as {name} to replace it."
    ),
    "own_price_not_asked": (
        "{name} uses a price of your own, and its cost would tell that price. Allow it with "
        "--with-own-prices on the command line or own_prices=true in the address of REST."
    ),
    "preset_and_price": (
        "The preset {preset} has a price, found {key} too. Leave one of them out."
    ),
    "own_rate_not_asked": (
        "A price would be converted at a rate of your own, and its cost would tell that rate. "
        "Allow it with --with-own-prices on the command line or own_prices=true in the address of "
        "REST."
    ),
    "owner_of_own_rates": ("Only own rates have an owner, found the source {found}."),
    "price_forms": (
        "Expected typed prices, an offer, or provider and deployment: exactly one of these."
    ),
    "rate_without_need": (
        "Expected a rate for the earlier day only where the scenario states one of its currency, "
        "found no rate of {currency} under rates."
    ),
    "profile_empty": "Expected a load above 0 in some hour, found 0 in all of them.",
    "profile_hours": "Expected 24 numbers (a day) or 168 (a week), found {found}.",
    "ragged_row": "Expected {most} cells as in the header, found {found}.",
    "rate_days": ("Expected a date, or period_from with period_to, found {found}."),
    "rate_elsewhere": (
        "Expected no other rate of {owner} from {pair} for these days, found one of {days}. Forget "
        "it with rates remove, or correct the row."
    ),
    "rate_missing": (
        "Expected a rate from {found} to {currency} of the source {source} for {day} or before, "
        "found none. {hint} Or type the rate under rates."
    ),
    "rate_of_itself": ("Expected two currencies, found {found} twice."),
    "rate_owner_needed": (
        "Expected the owner of the rate, because several have one, found {found}."
    ),
    "rate_too_old": (
        "Expected a rate from {found} to {currency} at most {most} days old on {day}, found one of "
        "{as_of}, {age} days old (source {source}). {hint} Or allow more days."
    ),
    "rate_twice": (
        "Line {other_line} states a rate of the same owner and currencies for the same day. Keep "
        "one of them."
    ),
    "rates_need_a_day": ("Expected the day for which a rate is wanted, found none. Say it as day."),
    "rates_twice": (
        "Expected a typed rate for {currency} or rates of the catalog, found both. Leave one out."
    ),
    "regions_or_all": "Expected some regions or all of them, found both: all, and {found}.",
    "required": "Expected {key}, found nothing.",
    "residency_refused": "This option may process requests outside {country}: {reason}.",
    "row_twice": "Line {other_line} states the price of the same thing. Keep one of them.",
    "run_twice": ("Line {other_line} has the name {found} too. Give each row a row_id of its own."),
    "said_form": "Expected NAME=COST, such as Per token=6599.20, found {found}.",
    "spread_forms": (
        "Expected fixed, or low and high, or low, mode and high, or p10 and p90; found {found}."
    ),
    "spread_order": "Expected rising numbers, and p10 above 0; found {found}.",
    "sweep_list_unused": (
        "No option takes its {key} from this list: each states its own, or has a typed price or an "
        "offer. Leave it out of an option, or leave out the list."
    ),
    "sweep_of_too_many_cells": (
        "Expected at most {most} combinations times volumes, found {found}."
    ),
    "sweep_of_typed_capacity": (
        "Expected a capacity that is estimated or unlimited, found a typed one: it holds for one "
        "host and model, and the sweep has several. Leave it out, or name the host and model."
    ),
    "sweep_too_large": "Expected at most {most} combinations, found {found} ({product}).",
    "too_deep": "Expected at most {most} levels of nesting.",
    "too_large": "Expected at most {most}, found {found}.",
    "too_long": "Expected at most {most} characters, found {found}.",
    "too_many": "Expected at most {most}, found {found}.",
    "too_many_problems": "Stopped after {most} problems; what follows was not looked at.",
    "too_precise": "Expected at most {most} decimal places, found {found}.",
    "unit_of_kind": "A price of kind {kind} is by the {unit}, found {found}.",
    "unknown_assumption": (
        "Expected the path of an assumption in the scenario, such as workload.peak_to_mean, found "
        "{found}."
    ),
    "unknown_instance": (
        "The catalog knows no GPU host {found}. {nearest} Or type the price of one host."
    ),
    "unknown_key": "There is no key {key} here. {nearest}",
    "unknown_model": "The catalog knows no model {found}. {nearest} Or leave the model out.",
    "unknown_offer": "The catalog knows no offer {found}. {nearest}",
    "unknown_option_name": "Expected the name of an option, found {found}.",
    "unknown_provider": "The catalog knows no GPU hosts of a provider {found}. {nearest}",
    "unknown_region": "The catalog knows no region {found}. {nearest}",
    "unknown_scenario": (
        "Expected a scenario file or an example, found {found} ({reason}). {nearest}"
    ),
    "version_unknown": "Expected version 1, found {found}.",
    "workload_forms": (
        "Expected exactly one way to count the load: requests_per_hour, requests_per_month, or "
        "users with requests_per_user_per_day and days_per_month; found {found}."
    ),
    "invalid": "{reason}",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that is wrong. rows: the price rows that disagree, where the code is
    ambiguous_price."""

    code: str
    path: Path = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None
    column: int | None = None
    rows: tuple[Mapping[str, Any], ...] = ()

    @property
    def field(self) -> str:
        """The path as text, for instance options.1.prices.input.amount; empty for the whole
        document."""
        return ".".join(str(part) for part in self.path)

    @property
    def message(self) -> str:
        """The English sentence."""
        return fill(PROBLEM_TEXT[self.code], self.facts)


class Refused(Exception):
    """An input that cannot be answered, with everything found wrong; `name` is where it came
    from."""

    def __init__(self, problems: Sequence[Problem], *, name: str = "") -> None:
        self.problems = tuple(problems)
        self.name = name
        super().__init__("; ".join(f"{one.field}: {one.message}" for one in self.problems))


def problem(code: str, path: Path, /, **facts: object) -> Problem:
    """A problem with its facts as text, each cut to a length that can be shown."""
    shown = {
        name: cut(str(value), TYPED_FACTS[name]) if name in TYPED_FACTS else str(value)
        for name, value in facts.items()
    }
    return Problem(code=code, path=path, facts=shown)


def at_places(
    problems: Sequence[Problem], places: Mapping[Path, tuple[int, int]]
) -> tuple[Problem, ...]:
    """The same problems with the line and column of their path, or of the nearest part above it."""
    return tuple(_at_place(found, places) for found in problems)


def fill(template: str, facts: Mapping[str, str]) -> str:
    """The template with its {names} replaced; what a person typed passes through as it is."""
    text = PLACEHOLDER.sub(lambda match: facts.get(match[1], ""), template)
    return " ".join(text.split())


def cut(text: str, longest: int = LONGEST_FACT) -> str:
    """Text short enough to be shown, with control characters made visible."""
    shown = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def _at_place(found: Problem, places: Mapping[Path, tuple[int, int]]) -> Problem:
    for length in range(len(found.path), -1, -1):
        place = places.get(found.path[:length])
        if place is not None:
            return replace(found, line=place[0], column=place[1])
    return found
