"""A sealed decision held against today: the same scenario at today's prices, what moved and why,
and whether the decision still holds.

    sealed cost + parts = today's cost        exactly, and as rounded to the smallest coin

The parts are those of the bridge (`costing.bridge`), from the sealed question to today's. Where the
arithmetic of the seal is not at hand any more, or today's gives another figure for the sealed
question, the sealed figure counts and the part `remainder` says by how much they differ.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from catalog.database import Database
from catalog.decision_ends import End, ends_of
from catalog.decision_seal import SealedVersion, touched
from catalog.problems import Problem, Refused
from catalog.repricing import UnknownPrice, priced_today
from catalog.scenario import Scenario, parse_scenario
from costing import BreakEven, Price, Question, break_even, method
from costing.bridge import Bridge, Moment, Part, bridge, rounded_parts
from costing.bridge_steps import PRICE_FIELDS, PartCode, paid_by
from costing.options import Option
from costing.repriced import SAVED
from costing.units import exact, to_decimal
from dashboard.decisions.kept_question import QuestionUnreadable, question_of_data
from dashboard.decisions.sealed_rates import at_sealed_rates
from dashboard.format import NO_DECIMALS

MOVED_TOO_FAR: Final = Decimal("0.10")
"""A monthly cost that moved by more than this share is looked at again."""
NEAR_END_DAYS: Final = 90
ONE: Final = Decimal(1)


class Status(StrEnum):
    """Whether a decision stands; `broken`: its record was touched, so nothing can be said."""

    HOLDS = "holds"
    FLIPPED = "flipped"
    CHECK = "check"
    BROKEN = "broken"


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """One reason of a status: its code, the option it is about, facts for the sentence."""

    code: str
    option: str | None = None
    facts: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """A price of an option with other money than it was sealed with, the exchange rate apart."""

    option: str
    code: PartCode
    then: Price | None
    now: Price | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """Everything that is said of a version today.

    Attributes:
        answer: the sealed one, as data. scenario: None where it cannot be read any more.
        now: today's answer; None where there is none, and `problems` say why.
        bridges: one an option, in the smallest coin of the currency.
        moved: prices that moved. unpriced: options without a price today.
        ends: of models, hosts and commitments, the earliest first.
        touched: what of the record is not as it was sealed.
    """

    version: SealedVersion
    day: date
    method: str
    answer: Mapping[str, Any]
    scenario: Scenario | None = None
    now: BreakEven | None = None
    bridges: tuple[Bridge, ...] = ()
    moved: tuple[Moved, ...] = ()
    unpriced: tuple[UnknownPrice, ...] = ()
    problems: tuple[Problem, ...] = ()
    ends: tuple[End, ...] = ()
    touched: tuple[str, ...] = ()
    status: Status = Status.CHECK
    reasons: tuple[Why, ...] = ()


def today_of(
    database: Database, version: SealedVersion, previous: SealedVersion | None, now: datetime
) -> Today:
    """Hold a version against the catalog of now. previous: the version before, for the chain.

    The prices of the user's own take part: who may see what of it is decided by `hidden`.
    """
    broken = touched(version, previous)
    day, version_now = now.date(), method.METHOD_VERSION
    try:
        answer = version.section("answer")
        at = answer["at_workload"]
        sealed = {one["name"]: _number(one["cost_per_month"]) for one in at["estimates"]}
        kept = version.section("facts").get("question")
    except (ValueError, TypeError, KeyError, ArithmeticError, AttributeError):
        return _without_figures(version, day, version_now, broken or ("answer",))
    base = Today(version=version, day=day, method=version_now, answer=answer, touched=broken)
    try:
        scenario = parse_scenario(version.section("scenario"))
        with database.read() as session:
            question, unpriced = priced_today(session, scenario, day, own_prices=True)
            ends = ends_of(session, scenario, question, version.sealed_at.date())
    except Refused as refused:
        return _judged(replace(base, problems=refused.problems))
    except ValueError:
        return _judged(base)
    then = _question(kept, question)
    return _judged(
        replace(
            base,
            scenario=scenario,
            now=break_even(question),
            bridges=tuple(_bridges(version, sealed, then, question)),
            moved=tuple(_moved(then, question)),
            unpriced=unpriced,
            ends=ends,
        )
    )


def _without_figures(
    version: SealedVersion, day: date, version_now: str, broken: tuple[str, ...]
) -> Today:
    return Today(
        version=version,
        day=day,
        method=version_now,
        answer={},
        touched=broken,
        status=Status.BROKEN,
        reasons=(Why(code="touched", facts={"sections": broken}),),
    )


def _question(kept: Any, now: Question) -> Question | None:
    """The sealed question where it can be made again and has the options of today's."""
    try:
        then = question_of_data(kept)
    except QuestionUnreadable:
        return None
    kinds = {option.name: type(option) for option in then.options}
    same = all(kinds.get(option.name) is type(option) for option in now.options)
    return then if same else None


def _bridges(
    version: SealedVersion,
    sealed: Mapping[str, Decimal | None],
    then: Question | None,
    now: Question,
) -> Iterator[Bridge]:
    at_rate = None if then is None else at_sealed_rates(now, then)
    for option in now.options:
        said = sealed.get(option.name)
        found = None if then is None else _explained(version, then, now, at_rate, option.name)
        if found is None or (said is not None and _differs(found, said)):
            found = bridge(
                Moment(question=then or now, rate=ONE, method=SAVED),
                Moment(question=now, rate=ONE, method=method.METHOD_VERSION),
                option.name,
                said_per_month=None if said is None else exact(said),
                at_rate_before=at_rate,
            )
        yield in_smallest_coin(found, now.currency)


def _explained(
    version: SealedVersion, then: Question, now: Question, at_rate: Question | None, name: str
) -> Bridge | None:
    """The bridge by the arithmetic of the seal; None where it is not at hand any more."""
    old = method.earlier_method(version.method)
    if old is None and version.method != method.METHOD_VERSION:
        return None
    return bridge(
        Moment(question=then, rate=ONE, method=version.method),
        Moment(question=now, rate=ONE, method=method.METHOD_VERSION),
        name,
        old_method=old,
        at_rate_before=at_rate,
    )


def _differs(found: Bridge, said: Decimal) -> bool:
    before = found.exact_before_per_month
    return before is None or to_decimal(before) != said


def in_smallest_coin(found: Bridge, currency: str) -> Bridge:
    """The bridge rounded to whole units where the currency has no smaller ones, such as yen."""
    if currency not in NO_DECIMALS:
        return found
    hundred = exact(Decimal(100))
    before, after = found.exact_before_per_month, found.exact_after_per_month
    first = None if before is None else before / hundred
    last = None if after is None else after / hundred
    costs = [
        None if part.exact_per_month is None else part.exact_per_month / hundred
        for part in found.parts
    ]
    [whole_first] = rounded_parts([first], exact(Decimal(0)), first)
    [whole_last] = rounded_parts([last], exact(Decimal(0)), last)
    return replace(
        found,
        before_per_month=_times_hundred(whole_first),
        after_per_month=_times_hundred(whole_last),
        parts=tuple(
            Part(
                code=part.code,
                name=part.name,
                exact_per_month=part.exact_per_month,
                cost_per_month=_times_hundred(whole),
            )
            for part, whole in zip(found.parts, rounded_parts(costs, first, last), strict=True)
        ),
    )


def _times_hundred(cost: Decimal | None) -> Decimal | None:
    return None if cost is None else to_decimal(exact(cost) * 100)


def _moved(then: Question | None, now: Question) -> Iterator[Moved]:
    if then is None:
        return
    reached = at_sealed_rates(now, then) or now
    for new, at_old_rate in zip(now.options, reached.options, strict=True):
        old = _named(then, new.name)
        for code, field in PRICE_FIELDS[type(new)]:
            if paid_by(getattr(old, field)) != paid_by(getattr(at_old_rate, field)):
                before, after = getattr(old, field), getattr(new, field)
                yield Moved(option=new.name, code=code, then=before, now=after)


def _named(question: Question, name: str) -> Option:
    return next(one for one in question.options if one.name == name)


def _judged(today: Today) -> Today:
    """With its status: what was touched, then what flipped, then what is to be looked at."""
    reasons = tuple(_reasons(today))
    codes = {one.code for one in reasons}
    if "touched" in codes:
        status = Status.BROKEN
    elif "flipped" in codes:
        status = Status.FLIPPED
    else:
        status = Status.CHECK if codes else Status.HOLDS
    return replace(today, status=status, reasons=reasons)


def _reasons(today: Today) -> Iterator[Why]:
    if today.touched:
        yield Why(code="touched", facts={"sections": today.touched})
    if today.now is None:
        yield Why(code="refused")
        return
    before, after = today.answer["at_workload"], today.now.at_workload
    first, last = before["cheapest"], after.cheapest
    if last is None:
        yield Why(code="unknown")
    elif first is not None and first != last:
        yield Why(code="flipped", facts={"before": first, "after": last})
    if last is not None and before["class"] != after.call.value:
        facts = {"before": before["class"], "after": after.call.value}
        yield Why(code="call_changed", facts=facts)
    for found in today.bridges:
        share = change_share(found)
        if found.option in (first, last) and share is not None and abs(share) > MOVED_TOO_FAR:
            yield Why(code="cost_moved", option=found.option, facts={"share": share})
    for missing in today.unpriced:
        yield Why(code="unpriced", option=missing.option)
    for end in today.ends:
        if (end.on - today.day).days <= NEAR_END_DAYS:
            code = "ended" if end.on <= today.day else "ends_soon"
            yield Why(code=code, option=end.option, facts={"what": end.what, "on": end.on})
    if today.version.method != today.method:
        facts = {"before": today.version.method, "after": today.method}
        yield Why(code="method_changed", facts=facts)


def change_share(found: Bridge) -> Decimal | None:
    """(today - sealed) / sealed of a monthly cost; None where unknown, or from 0."""
    before, difference = found.exact_before_per_month, found.exact_difference_per_month
    if not before or difference is None:
        return None
    return to_decimal(difference / before)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
