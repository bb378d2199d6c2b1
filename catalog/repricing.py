"""A scenario with the prices of two days, for a comparison of what it cost and what it costs.

Prices have a past here; machines, sizing, measured runs and typed prices do not and are as today on
both days. An option without a known price on one day is kept without it: unknown, never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from pydantic_core import PydanticCustomError
from sqlalchemy import func, select
from sqlmodel import Session

from catalog.offers import Estimate, resolve
from catalog.own_prices import OwnPriceUse
from catalog.problems import Path, Problem, Refused, problem
from catalog.scenario import DedicatedFields, Residency, Scenario, ServerlessFields, TokenPrices
from catalog.scenario_fields import TypedPrice, read_date, read_number, read_positive
from catalog.tables import OWN_PRICE, PRICE
from costing import Capacity, Option, Question, Serverless

V = TypeVar("V")


@dataclass(frozen=True, kw_only=True, slots=True)
class TwoDays:
    """The days that are compared. now: None: the prices that are current.

    rate_then: units of the scenario's currency for one US dollar on the earlier day; None: the rate
    that the scenario states holds for both.
    """

    then: date
    now: date | None = None
    rate_then: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnknownPrice:
    """An option that has no known price on a day (None: now), and what was looked for."""

    option: str
    day: date | None
    problem: Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class PricedTwice:
    """The question of a scenario on both days; at_rate_then: the later one at the earlier rate."""

    then: Question
    now: Question
    at_rate_then: Question | None
    unknown: tuple[UnknownPrice, ...]


def read_two_days(then: str, now: str | None, rate_then: str | None, today: date) -> TwoDays:
    """The days as typed. Raises Refused with every problem: no day, in the future, out of order,
    no rate above 0."""
    problems: list[Problem] = []
    first = _read(read_date, then, ("then",), problems)
    last = None if now is None else _read(read_date, now, ("now",), problems)
    rate = None if rate_then is None else _read(read_positive, rate_then, ("rate_then",), problems)
    for name, day in (("then", first), ("now", last)):
        if day is not None and day > today:
            problems.append(problem("future_date", (name,), today=today, found=day))
    if first is not None and last is not None and first > last:
        problems.append(problem("days_in_order", ("then",), now=last, found=first))
    if problems or first is None:
        raise Refused(problems)
    return TwoDays(then=first, now=last, rate_then=rate)


def read_percent(percent: str) -> Decimal:
    """The percent of a gate as typed. Raises Refused where it is no number of 0 or more."""
    problems: list[Problem] = []
    found = _read(read_number, percent, ("gate",), problems)
    if found is None:
        raise Refused(problems)
    return found


def read_said(said: Sequence[str], scenario: Scenario) -> dict[str, Decimal]:
    """What options were said to cost a month, each typed as NAME=COST. Raises Refused with every
    problem: no such form, no option of this name, a name twice, no number of 0 or more."""
    problems: list[Problem] = []
    found: dict[str, Decimal] = {}
    names = {option.name for option in scenario.options}
    for place, text in enumerate(said):
        name, equals, cost = text.rpartition("=")
        path: Path = ("said", place)
        if not equals:
            problems.append(problem("said_form", path, found=repr(text)))
        elif name not in names:
            problems.append(problem("unknown_option_name", path, found=repr(name)))
        elif name in found:
            problems.append(problem("duplicate_name", path, found=repr(name)))
        else:
            known = _read(read_number, cost, path, problems)
            found[name] = Decimal(0) if known is None else known
    if problems:
        raise Refused(problems)
    return found


def priced_twice(
    session: Session, scenario: Scenario, days: TwoDays, today: date, *, own_prices: bool = False
) -> PricedTwice:
    """The questions of both days. own_prices: see `OwnPriceUse`.

    Raises Refused as `resolve` does on either day; for a day before the first price of the catalog;
    for an option without a price on both days; and for a rate where the scenario states none.
    """
    _require_prices_by(session, days.then)
    _require_prices_by(session, days.now or today, "now")
    estimate = _remembered(scenario)
    old = _at_rate(scenario, days.rate_then)

    def on(asked: Scenario, day: date | None) -> tuple[Question, dict[int, Problem]]:
        own = OwnPriceUse(today=day or today, asked=own_prices)
        return _on_day(session, asked, own, estimate, day)

    now, gone = on(scenario, days.now)
    then, not_yet = on(old, days.then)
    never = [gone[place] for place in sorted(gone.keys() & not_yet.keys())]
    if never:
        raise Refused(never)
    names = [option.name for option in scenario.options]
    missing = ((days.then, not_yet), (days.now, gone))
    return PricedTwice(
        then=then,
        now=now,
        at_rate_then=None if old is scenario else on(old, days.now)[0],
        unknown=tuple(
            UnknownPrice(option=names[place], day=day, problem=lacking[place])
            for day, lacking in missing
            for place in sorted(lacking)
        ),
    )


def priced_today(
    session: Session, scenario: Scenario, today: date, *, own_prices: bool = False
) -> tuple[Question, tuple[UnknownPrice, ...]]:
    """The question at the prices that are current; an option that has none any more is kept without
    it. Raises Refused as `resolve` does. own_prices: see `OwnPriceUse`."""
    own = OwnPriceUse(today=today, asked=own_prices)
    question, lacking = _on_day(session, scenario, own, _remembered(scenario), None)
    return question, tuple(
        UnknownPrice(option=scenario.options[place].name, day=None, problem=lacking[place])
        for place in sorted(lacking)
    )


def _on_day(
    session: Session, scenario: Scenario, own: OwnPriceUse, estimate: Estimate, day: date | None
) -> tuple[Question, dict[int, Problem]]:
    """The question, and by their places the options that are in it without a price."""
    try:
        return resolve(session, scenario, own, estimate, day), {}
    except Refused as refused:
        lacking: dict[int, Problem] = {}
        for one in refused.problems:
            found = _no_price(session, scenario, one, day)
            if found is None:
                raise
            lacking[int(one.path[1])] = found
    question = resolve(session, _with_stand_ins(scenario, lacking), own, estimate, day)
    options = [
        _without_price(option) if place in lacking else option
        for place, option in enumerate(question.options)
    ]
    return replace(question, options=tuple(options)), lacking


def _no_price(
    session: Session, scenario: Scenario, found: Problem, day: date | None
) -> Problem | None:
    """The problem where it says no more than that an option has no price on this day."""
    if found.path[:1] != ("options",):
        return None
    # What has a price in no region yet need not have its region named: the other day has decided.
    if found.code == "required" and found.path[-1] == "region" and day is not None:
        return found
    if found.code in ("no_price", "no_unit_price"):
        return found
    offer = str(getattr(scenario.options[int(found.path[1])], "offer", ""))
    if found.code not in ("no_price_on_day", "unknown_offer") or not _ever_sold(session, offer):
        return None
    return problem("no_price_on_day", found.path[:2], name=offer, day=day or "today")


def _ever_sold(session: Session, offer: str) -> bool:
    return any(
        session.execute(select(table.c.id).where(table.c.offer_id == offer).limit(1)).first()
        for table in (PRICE, OWN_PRICE)
    )


def _with_stand_ins(scenario: Scenario, lacking: Iterable[int]) -> Scenario:
    """The scenario with typed prices where none is known: they are taken away again.

    Where such an option may run is not checked: nothing is said of its cost.
    """
    options: list[Any] = list(scenario.options)
    for place in lacking:
        document = options[place]
        if isinstance(document, ServerlessFields):
            changes: dict[str, Any] = {"prices": TokenPrices(), "offer": None}
        else:
            changes = {"price": TypedPrice(amount=Decimal(0), per=Decimal(1), unit="hour")}
        options[place] = document.model_copy(update=changes)
    return scenario.model_copy(update={"options": tuple(options), "residency": Residency()})


def _without_price(option: Option) -> Option:
    return option if isinstance(option, Serverless) else replace(option, price=None)


def _remembered(scenario: Scenario) -> Estimate:
    """What one host serves, estimated once for all days: it has no past."""
    found: dict[str, Capacity] = {}

    def estimate(session: Session, document: DedicatedFields) -> Capacity:
        # NumPy is loaded only where it is needed.
        from catalog.capacity import option_capacity

        if document.name not in found:
            found[document.name] = option_capacity(session, scenario, document).capacity
        return found[document.name]

    return estimate


def _at_rate(scenario: Scenario, rate: Decimal | None) -> Scenario:
    """The scenario with another rate of its currency; itself where none is given."""
    if rate is None:
        return scenario
    currency = scenario.currency
    stated = scenario.rates.get(currency)
    if stated is None:
        raise Refused([problem("rate_without_need", ("rate_then",), currency=currency)])
    changed = stated.model_copy(update={"per_usd": rate})
    return scenario.model_copy(update={"rates": {**scenario.rates, currency: changed}})


def _require_prices_by(session: Session, day: date, name: str = "then") -> None:
    """Refuse a day that ended before any price is known to have begun."""
    dated = PRICE.c.flags.not_like('%"start_unknown"%')
    first = session.execute(select(func.min(PRICE.c.valid_from)).where(dated)).scalar_one()
    if first is None:
        raise Refused([problem("no_prices", (name,))])
    if day < first.date():
        raise Refused([problem("before_first_price", (name,), first=first.date(), found=day)])


def _read(reader: Callable[[Any], V], value: str, path: Path, problems: list[Problem]) -> V | None:
    """The value that a field of a scenario would have; None with one problem more where none."""
    try:
        return reader(value)
    except PydanticCustomError as error:
        problems.append(problem(error.type, path, **(error.context or {})))
        return None
