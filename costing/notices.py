"""What a reader must know beside the numbers: assumptions, gaps and differences, as codes with
facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from costing.add_ons import Lens
from costing.capacity_reasons import Reason
from costing.estimate import Estimate, Status
from costing.exchange import Exchange, RateKind
from costing.options import (
    SPOT,
    CapacityAtLength,
    Dedicated,
    EstimatedCapacity,
    Option,
    Provisioned,
    Serverless,
    TypedCapacity,
    Unlimited,
)
from costing.question import Question
from costing.units import decimal_text, exact, to_decimal

LARGEST_MIX_RATIO = Fraction(105, 100)
"""A capacity counts as typed at another mix where input : output differs by more than 5 %."""

LARGEST_DATE_GAP_DAYS = 90
"""Price dates further apart than this make a comparison too close to call."""


SPOT_PLACEHOLDER = "spot_equals_on_demand"
"""The flag of a spot price that repeats the one on demand: often no price at all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """One remark: a code, the option it concerns (None: the comparison), and the facts as text."""

    code: str
    option: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


def notices(question: Question, estimates: Sequence[Estimate]) -> tuple[Notice, ...]:
    """All remarks on a question, those on single options first, in the order of the options.

    estimates: of each option at the workload, in that order.
    """
    found: list[Notice] = []
    for option, result in zip(question.options, estimates, strict=True):
        found += _on_option(question, option, result)
    return (*found, *_on_comparison(question))


def price_date_gap_days(question: Question) -> int | None:
    """Days between the oldest and the newest price date; None with fewer than two dated options."""
    ranges = [dates for one in question.options if (dates := _dates(question.billed(one)))]
    if len(ranges) < 2:
        return None
    days = [day for dates in ranges for day in dates]
    return (max(days) - min(days)).days


def _on_option(question: Question, option: Option, result: Estimate) -> list[Notice]:
    shape = question.shape_of(option)
    found = [Notice(code=flag, option=option.name) for flag in option.sold.flags]
    found += _on_rates(option)
    if result.missing:
        found.append(
            Notice(
                code="cost_unknown", option=option.name, facts={"missing": ",".join(result.missing)}
            )
        )
    if result.status is Status.ABOVE_MAXIMUM:
        found.append(Notice(code="above_maximum", option=option.name))
    if result.undated_prices:
        found.append(
            Notice(
                code="price_date_unknown",
                option=option.name,
                facts={"prices": str(result.undated_prices)},
            )
        )
    if isinstance(option, Serverless):
        if option.steps:
            found.append(_of_steps(option, exact(shape.input_tokens)))
        if (
            shape.cached_input_share > 0
            and option.cached_input is None
            and option.input is not None
        ):
            found.append(Notice(code="cached_input_at_input_price", option=option.name))
        return found
    if isinstance(option, Provisioned):
        if option.weight_basis == "assumed" and shape.output_tokens > 0:
            weight = "" if option.output_token_weight is None else f"{option.output_token_weight:f}"
            found.append(
                Notice(code="unit_weight_assumed", option=option.name, facts={"weight": weight})
            )
        return found
    found += _on_hosts(option)
    found += _on_capacity(option, exact(shape.input_tokens), exact(shape.output_tokens))
    return found


def _of_steps(option: Serverless, input_tokens: Fraction) -> Notice:
    """How prices that step up with the length were applied, the spread of lengths being unknown:
    each request as one of the mean length."""
    limits = [exact(step.above_input_tokens) for step in option.steps]
    below = [limit for limit in limits if input_tokens > limit]
    facts = {
        "steps": ", ".join(decimal_text(step.above_input_tokens) for step in option.steps),
        "input_tokens": decimal_text(to_decimal(input_tokens)),
        "above": decimal_text(to_decimal(below[-1])) if below else "",
    }
    code = "long_requests_by_mean" if below else "short_requests_by_mean"
    return Notice(code=code, option=option.name, facts=facts)


def _on_hosts(option: Dedicated) -> list[Notice]:
    """What the price of the hosts leaves open: interruptions of spot hosts are never measured here,
    a listed spot price is not what is paid in the end, and a purchase that is paid already is no
    part of the marginal lens."""
    found: list[Notice] = []
    share = option.interruption_share
    if share is not None:
        facts = {"share": decimal_text(share)}
        found.append(Notice(code="interruption_assumed", option=option.name, facts=facts))
    elif option.sold.term == SPOT:
        found.append(Notice(code="spot_without_allowance", option=option.name))
    if option.sold.term == SPOT and option.price is not None:
        origin = option.price.provenance
        if SPOT_PLACEHOLDER in origin.flags:
            found.append(Notice(code="spot_equals_on_demand", option=option.name))
        if origin.price_id is not None:
            found.append(Notice(code="spot_price_indicative", option=option.name))
    if option.owned is not None and not option.owned.purchase_counts:
        found.append(Notice(code="purchase_left_out", option=option.name))
    return found


def _on_rates(option: Option) -> list[Notice]:
    """Each rate that prices of an option were converted at, once."""
    found: list[Notice] = []
    for price in option.prices:
        exchange = price.provenance.exchange
        if exchange is not None and (notice := rate_notice(exchange, option.name)) not in found:
            found.append(notice)
    return found


def rate_notice(exchange: Exchange, name: str) -> Notice:
    """At which rate prices of an option of this name were converted, its day, and who says so."""
    facts = exchange.facts()
    if exchange.kind is RateKind.SAMPLE:
        return Notice(code="rate_sample", option=name, facts=facts)
    if exchange.kind is RateKind.OWN:
        return Notice(code="rate_own", option=name, facts=facts)
    if exchange.kind is RateKind.PUBLISHED:
        return Notice(code="rate_published", option=name, facts=facts)
    if exchange.as_of is None:
        return Notice(code="rate_typed_undated", option=name, facts=facts)
    return Notice(code="rate_typed", option=name, facts=facts)


def _on_capacity(
    option: Dedicated, input_tokens: Fraction, output_tokens: Fraction
) -> list[Notice]:
    capacity = option.capacity
    if isinstance(capacity, Unlimited):
        return [Notice(code="capacity_not_considered", option=option.name)]
    if not isinstance(capacity, TypedCapacity):
        return [_of_reason(option, reason) for reason in capacity.reasons]
    found: list[Notice] = []
    if isinstance(capacity, EstimatedCapacity):
        facts = {
            "evidence": capacity.evidence or "",
            "measurements": str(capacity.measurements),
            "low_share": decimal_text(capacity.low_share),
            "high_share": decimal_text(capacity.high_share),
        }
        found.append(Notice(code="capacity_estimated", option=option.name, facts=facts))
        if capacity.lengths:
            found.append(_by_length(option, capacity.lengths))
        return [*found, *(_of_reason(option, reason) for reason in capacity.reasons)]
    if capacity.evidence is None:
        found.append(Notice(code="capacity_without_evidence", option=option.name))
    into, out = capacity.input_tokens_per_second, capacity.output_tokens_per_second
    if (
        into is not None
        and out is not None
        and _other_mix(exact(into) * output_tokens, exact(out) * input_tokens)
    ):
        found.append(Notice(code="capacity_typed_at_other_mix", option=option.name))
    return found


def _by_length(option: Dedicated, lengths: Sequence[CapacityAtLength]) -> Notice:
    """What the fewest hosts that are paid serve at requests of several lengths, standby ones not
    counted: facts of the n-th length end in _n."""
    hosts = option.fewest_paid - option.spare_instances
    facts = {"hosts": str(hosts)}
    for number, one in enumerate(lengths, 1):
        facts |= {
            f"input_tokens_{number}": decimal_text(one.input_tokens),
            f"output_tokens_{number}": decimal_text(one.output_tokens),
            f"low_requests_per_hour_{number}": decimal_text(one.low_requests_per_hour * hosts),
            f"requests_per_hour_{number}": decimal_text(one.requests_per_hour * hosts),
            f"high_requests_per_hour_{number}": decimal_text(one.high_requests_per_hour * hosts),
        }
    return Notice(code="capacity_by_length", option=option.name, facts=facts)


def _of_reason(option: Dedicated, reason: Reason) -> Notice:
    """Why a capacity is not known, or less sure; `lifts`: what would lift it."""
    facts = {**reason.facts, "lifts": ",".join(reason.lifts)}
    return Notice(code=f"capacity.{reason.code.value}", option=option.name, facts=facts)


def _other_mix(one: Fraction, other: Fraction) -> bool:
    """Whether two products that are equal at equal mix differ by more than the tolerance."""
    return max(one, other) > min(one, other) * LARGEST_MIX_RATIO


def _on_comparison(question: Question) -> list[Notice]:
    found: list[Notice] = []
    if question.lens is Lens.MARGINAL:
        left_out = [one.name for one in question.add_ons if one.already_paid]
        found.append(Notice(code="lens_marginal", facts={"left_out": ", ".join(left_out)}))
    elif any(one.already_paid for one in question.add_ons):
        counted = ", ".join(one.name for one in question.add_ons if one.already_paid)
        found.append(Notice(code="lens_full", facts={"counted": counted}))
    if question.surcharge_factor != 1:
        shares = {
            "support": decimal_text(question.support_share),
            "tax": decimal_text(question.tax_share),
        }
        found.append(Notice(code="support_and_tax", facts=shares))
    found += [
        Notice(code="add_on_price_assumed", facts={"name": one.name})
        for one in question.add_ons
        if one.price.provenance.derived == "assumed"
    ]
    for code, attribute in (
        ("models_differ", "model"),
        ("regions_differ", "region"),
        ("deployments_differ", "deployment"),
    ):
        values = {
            option.name: value
            for option in question.options
            if (value := getattr(option.sold, attribute)) is not None
        }
        if len(set(values.values())) > 1:
            found.append(Notice(code=code, facts=values))
    billed = [question.billed(option) for option in question.options]
    bases = {price.provenance.basis for option in billed for price in option.prices}
    if len(bases) > 1:
        found.append(Notice(code="price_bases_differ", facts={"bases": ", ".join(sorted(bases))}))
    gap = price_date_gap_days(question)
    if gap is not None and gap > LARGEST_DATE_GAP_DAYS:
        found.append(Notice(code="price_dates_differ", facts={"days": str(gap)}))
    return found


def _dates(option: Option) -> list[date]:
    return [price.provenance.as_of for price in option.prices if price.provenance.as_of is not None]
