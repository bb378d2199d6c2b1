"""The sweep of a scenario as one costing question: every combination of its lists is an option.

A combination that cannot be bought, or whose price is not to be had, is kept with the reason. Names
that lead nowhere, and lists that no option takes, are wrong input instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from math import prod
from typing import Final, TypeAlias, get_args

from sqlmodel import Session

from catalog.currency import Exchanger
from catalog.errors import InstanceNotFound
from catalog.instance_queries import find_instance
from catalog.named import folded_region, named_model, unknown_name, unknown_region
from catalog.offers import resolve
from catalog.own_prices import LEFT_OUT, OwnPriceUse
from catalog.price_queries import all_regions
from catalog.problems import Problem, Refused, problem
from catalog.refusals import refusing
from catalog.scenario import CapacityFields, DedicatedFields, ProvisionedFields, Scenario
from catalog.scenario_fields import Term, UnitTerm
from catalog.sweep_fields import MOST_CELLS, MOST_COMBINATIONS, SweepFields
from catalog.typed import OptionDocument, workload_of
from catalog.whole_cost import add_on_of, lens_of
from costing import AddOn, Capacity, Option, Question

LISTS: Final = ("models", "hosts", "regions", "terms")
ONE: Final = Decimal(1)

Entry: TypeAlias = str | None
"""An entry of a list; None: the option takes nothing from it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Combination:
    """One way to run a model: an option of the scenario with what it took from the lists."""

    option: str
    kind: str
    model: Entry = None
    host: Entry = None
    region: Entry = None
    term: Entry = None

    @property
    def name(self) -> str:
        """The option's name, then what was taken from the lists."""
        taken = [one for one in (self.model, self.host, self.region, self.term) if one is not None]
        return f"{self.option}: {', '.join(taken)}" if taken else self.option


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusedCombination:
    """A combination that has no option, and why."""

    combination: Combination
    problem: Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """A sweep ready to be priced.

    Attributes:
        question: its options are the combinations that can be bought, in order; None: there are
            none.
        combinations: those of the options, in that order.
        factors: volumes, as factors on the workload.
        models, regions: as they were listed; (None,) where the list was left out.
    """

    question: Question | None
    combinations: tuple[Combination, ...]
    refused: tuple[RefusedCombination, ...]
    factors: tuple[Decimal, ...]
    models: tuple[Entry, ...]
    regions: tuple[Entry, ...]


def swept(session: Session, scenario: Scenario, own: OwnPriceUse = LEFT_OUT) -> Swept:
    """Every combination of a scenario's sweep. Raises Refused: no sweep, a name that is not known,
    two names of one thing, a list that no option takes, too many combinations."""
    if scenario.sweep is None:
        raise Refused([problem("required", ("sweep",), key="sweep")])
    planned = _planned(scenario, scenario.sweep)
    _require_known(session, scenario.sweep, own)
    capacity = _remembered(scenario)
    options: list[Option] = []
    kept: list[Combination] = []
    refused: list[RefusedCombination] = []
    for combination, document in planned:
        try:
            found = _option(session, scenario, document, (own, capacity))
            if combination.region is not None and isinstance(document, DedicatedFields):
                _require_region(found, combination.region)
        except Refused as error:
            why = error.problems[0]
            refused.append(RefusedCombination(combination=combination, problem=why))
        else:
            options.append(replace(found, name=combination.name))
            kept.append(combination)
    return Swept(
        question=_question(Exchanger(session=session, scenario=scenario, own=own), options, kept)
        if options
        else None,
        combinations=tuple(kept),
        refused=tuple(refused),
        factors=_factors(scenario, scenario.sweep),
        models=scenario.sweep.models or (None,),
        regions=scenario.sweep.regions or (None,),
    )


# --- what is combined ----------------------------------------------------------------------------


def _planned(scenario: Scenario, sweep: SweepFields) -> list[tuple[Combination, OptionDocument]]:
    """The combinations in the order of options, models, hosts, regions, terms."""
    taken = [_taken(document, sweep) for document in scenario.options]
    problems = [
        problem("sweep_list_unused", ("sweep", key), key=key)
        for place, key in enumerate(LISTS)
        if getattr(sweep, key) and not any(lists[place] != (None,) for lists in taken)
    ]
    for index, (document, lists) in enumerate(zip(scenario.options, taken, strict=True)):
        typed = isinstance(document, DedicatedFields) and isinstance(
            document.capacity, CapacityFields
        )
        if typed and max(len(lists[0]), len(lists[1])) > 1:
            problems.append(problem("sweep_of_typed_capacity", ("options", index, "capacity")))
    if problems:
        raise Refused(problems)
    _require_size(scenario, sweep, taken)
    return [
        _combined(scenario, document, entries)
        for document, lists in zip(scenario.options, taken, strict=True)
        for entries in product(*lists)
    ]


def _taken(document: OptionDocument, sweep: SweepFields) -> tuple[tuple[Entry, ...], ...]:
    """What an option takes from each of LISTS; (None,): nothing, since it states its own."""
    nothing: tuple[Entry, ...] = (None,)
    models = nothing if document.model is not None else sweep.models or nothing
    regions = nothing if document.region is not None else sweep.regions or nothing
    if isinstance(document, DedicatedFields):
        if document.price is not None:  # of one host, wherever it stands
            return models, nothing, nothing, nothing
        hosts = nothing if document.instance is not None else sweep.hosts or nothing
        return models, hosts, regions, _terms(document, sweep, get_args(Term))
    if isinstance(document, ProvisionedFields):
        if document.price is not None:
            return (nothing,) * 4
        return models, nothing, regions, _terms(document, sweep, get_args(UnitTerm))
    if document.prices is not None or document.offer is not None:
        return (nothing,) * 4
    return models, nothing, regions, nothing


def _terms(
    document: DedicatedFields | ProvisionedFields, sweep: SweepFields, words: Sequence[str]
) -> tuple[Entry, ...]:
    """The listed terms that things of this kind are sold for, unless the option names its own."""
    if "term" in document.model_fields_set:
        return (None,)
    return tuple(term for term in sweep.terms if term in words) or (None,)


def _require_size(
    scenario: Scenario, sweep: SweepFields, taken: Sequence[tuple[tuple[Entry, ...], ...]]
) -> None:
    counts = [[len(entries) for entries in lists] for lists in taken]
    total = sum(prod(each) for each in counts)
    if total > MOST_COMBINATIONS:
        shown = "; ".join(
            f"{document.name}: {' x '.join(map(str, each))}"
            for document, each in zip(scenario.options, counts, strict=True)
        )
        facts = {"most": f"{MOST_COMBINATIONS:,}", "found": f"{total:,}", "product": shown}
        raise Refused([problem("sweep_too_large", ("sweep",), **facts)])
    volumes = len(_factors(scenario, sweep))
    if total * volumes > MOST_CELLS:
        cells = f"{total:,} x {volumes} = {total * volumes:,}"
        facts = {"most": f"{MOST_CELLS:,}", "found": cells}
        raise Refused([problem("sweep_of_too_many_cells", ("sweep", "volumes"), **facts)])


def _combined(
    scenario: Scenario, document: OptionDocument, entries: Sequence[Entry]
) -> tuple[Combination, OptionDocument]:
    model, host, region, term = entries
    combination = Combination(
        option=document.name, kind=document.kind, model=model, host=host, region=region, term=term
    )
    own: dict[str, Entry] = {
        "model": document.model or model or scenario.model,
        "region": document.region or region or scenario.region,
    }
    if host is not None:
        own["instance"] = host
    if term is not None:
        own["term"] = term
    return combination, document.model_copy(update=own)


def _factors(scenario: Scenario, sweep: SweepFields) -> tuple[Decimal, ...]:
    """Listed volumes in rising order; else the workload and the volumes of the scenario."""
    listed = sweep.volumes or (ONE, *(volume.factor for volume in scenario.volumes))
    return tuple(sorted(set(listed)))


# --- what the names lead to ----------------------------------------------------------------------


def _require_known(session: Session, sweep: SweepFields, own: OwnPriceUse) -> None:
    problems: list[Problem] = []
    for key, places in (
        ("models", _models(session, sweep, problems)),
        ("hosts", _hosts(session, sweep, problems)),
        ("regions", _regions(session, sweep, own, problems)),
    ):
        seen: set[str] = set()
        for index, name in places:
            if name in seen:
                problems.append(problem("listed_twice", ("sweep", key, index), found=repr(name)))
            seen.add(name)
    if problems:
        raise Refused(problems)


def _models(
    session: Session, sweep: SweepFields, problems: list[Problem]
) -> Iterator[tuple[int, str]]:
    for index, name in enumerate(sweep.models):
        found: list[Problem] = []
        model = named_model(session, name, ("sweep", "models", index), found)
        problems += [replace(one, path=("sweep", "models", index)) for one in found]
        if model is not None:
            yield index, model.id


def _hosts(
    session: Session, sweep: SweepFields, problems: list[Problem]
) -> Iterator[tuple[int, str]]:
    for index, name in enumerate(sweep.hosts):
        try:
            yield index, find_instance(session, name).id
        except InstanceNotFound as missing:
            found = unknown_name("instance", (), name, missing)
            problems.append(replace(found, path=("sweep", "hosts", index)))


def _regions(
    session: Session, sweep: SweepFields, own: OwnPriceUse, problems: list[Problem]
) -> Iterator[tuple[int, str]]:
    known = set(all_regions(session)) if sweep.regions else set()
    for index, name in enumerate(sweep.regions):
        folded = folded_region(name)
        if folded in known or own.knows_region(session, folded):
            yield index, folded
        else:
            problems.append(unknown_region(name, sorted(known), ("sweep", "regions", index)))


# --- the options ---------------------------------------------------------------------------------

_Capacities: TypeAlias = Callable[[Session, DedicatedFields], Capacity]


def _remembered(scenario: Scenario) -> _Capacities:
    """What a host serves, estimated once for every region and term."""
    known: dict[object, Capacity] = {}

    def of(session: Session, document: DedicatedFields) -> Capacity:
        # NumPy is loaded only where it is needed: the first page does not wait for it.
        from catalog.capacity import option_capacity

        anywhere = {"name": "-", "region": None, "term": "on_demand", "price": None}
        asked = document.model_copy(update=anywhere)
        key = asked.model_dump_json()
        if key not in known:
            known[key] = option_capacity(session, scenario, asked).capacity
        return known[key]

    return of


def _option(
    session: Session,
    scenario: Scenario,
    document: OptionDocument,
    how: tuple[OwnPriceUse, _Capacities],
) -> Option:
    alone = scenario.model_copy(
        update={"options": (document,), "add_ons": (), "volumes": (), "model": None, "region": None}
    )
    own, capacity = how
    return resolve(session, alone, own, capacity).options[0]


def _require_region(option: Option, region: str) -> None:
    if option.sold.region is None:
        raise Refused([problem("host_in_no_region", (), region=region)])


def _question(
    exchanger: Exchanger, options: Sequence[Option], combinations: Sequence[Combination]
) -> Question:
    scenario = exchanger.scenario
    names = {document.name for document in scenario.options}
    add_ons: list[AddOn] = []
    for index, document in enumerate(scenario.add_ons):
        for place, name in enumerate(document.applies_to or ()):
            if name not in names:
                path = ("add_ons", index, "applies_to", place)
                raise Refused([problem("unknown_option_name", path, found=repr(name))])
        with refusing(("add_ons", index)):
            add_on = add_on_of(document, exchanger, ("add_ons", index))
        if add_on.applies_to is not None:
            paid = (one.name for one in combinations if one.option in add_on.applies_to)
            add_on = replace(add_on, applies_to=tuple(paid))
        add_ons.append(add_on)
    with refusing(()):
        return Question(
            workload=workload_of(scenario),
            options=tuple(options),
            currency=scenario.currency,
            add_ons=tuple(add_ons),
            support_share=scenario.support_share,
            tax_share=scenario.tax_share,
            lens=lens_of(scenario),
        )
