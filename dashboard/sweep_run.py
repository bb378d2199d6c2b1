"""From the bytes of a scenario to its sweep: who wins where, and the cheapest of all.

The catalog is closed before anything is computed. Costs of all combinations at all volumes are
arrays; whoever is shown is computed again, exactly. A winner is too close to call where the second
costs less than 10 % more, where their price dates lie far apart, or where slow or fast hosts would
have another winner.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from catalog.database import Database
from catalog.document import Form, read_document
from catalog.own_prices import OwnPriceUse
from catalog.problems import Refused, at_places
from catalog.scenario import Scenario, parse_scenario
from catalog.sweeps import Entry, Swept, swept
from costing import Call, Question, Reason, Verdict
from costing.band import UNSURE_CAPACITY, at_ends
from costing.sweep import Axis, Executor, Sweep, SweepResult, run_sweep
from costing.sweep_ranking import Cell, Ranked, cell_of
from costing.verdict import judge

DEFAULT_CHEAPEST: Final = 5
MOST_CHEAPEST: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Winner:
    """Who is the cheapest at one place of the map; None: nobody has a cost there.

    second: the next, of the same place. call and reasons: as of a verdict between the two.
    """

    first: Ranked | None
    second: Ranked | None
    call: Call
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class MapRow:
    """Winners of one model in one region, by volume; None: the list was left out."""

    model: Entry
    region: Entry
    winners: tuple[Winner, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SweepFindings:
    """The whole answer; cells: by volume. cheapest: of all combinations, by volume."""

    scenario: Scenario
    swept: Swept
    cells: tuple[Cell, ...]
    cheapest: tuple[tuple[Ranked, ...], ...]
    map: tuple[MapRow, ...]


def sweep_of_bytes(
    database: Database,
    content: bytes,
    *,
    form: Form,
    name: str = "",
    own_prices: bool = False,
) -> tuple[Scenario, Swept]:
    """The scenario in the bytes of a file or request, and its combinations. Raises Refused."""
    document = read_document(content, form=form, name=name)
    scenario = parse_scenario(document.value, document.places, name)
    own = OwnPriceUse(today=datetime.now(UTC).date(), asked=own_prices)
    try:
        with database.read() as session:
            return scenario, swept(session, scenario, own)
    except Refused as refused:
        raise Refused(at_places(refused.problems, document.places), name=name) from None


def sweep_answer(
    scenario: Scenario,
    found: Swept,
    count: int = DEFAULT_CHEAPEST,
    executor: Executor | None = None,
    workers: int = 1,
) -> SweepFindings:
    """Who wins where. executor: anything with a `map`; workers: into how many parts it is cut."""
    if found.question is None:
        return SweepFindings(scenario=scenario, swept=found, cells=(), cheapest=(), map=())
    chunk = -(-len(found.factors) // workers)
    ends = at_ends(found.question) or ()
    results = [
        _result(question, found.factors, executor, chunk) for question in (found.question, *ends)
    ]
    cells = [_cells(result, len(found.factors)) for result in results]
    rows = [
        MapRow(
            model=model,
            region=region,
            winners=_winners(cells, _places(found, model, region)),
        )
        for model in found.models
        for region in found.regions
    ]
    return SweepFindings(
        scenario=scenario,
        swept=found,
        cells=tuple(cells[0]),
        cheapest=tuple(cell.cheapest(count) for cell in cells[0]),
        map=tuple(rows),
    )


def _result(
    question: Question, factors: Sequence[Decimal], executor: Executor | None, chunk: int
) -> SweepResult:
    axis = Axis(name="load_factor", values=tuple(factors))
    return run_sweep(Sweep(question=question, axes=(axis,)), executor, chunk_cells=chunk)


def _cells(result: SweepResult, volumes: int) -> list[Cell]:
    return [cell_of(result, (place,)) for place in range(volumes)]


def _places(found: Swept, model: Entry, region: Entry) -> list[int]:
    """Combinations of a model and region; those that take neither from the lists are in all."""
    return [
        place
        for place, one in enumerate(found.combinations)
        if one.model in (None, model) and one.region in (None, region)
    ]


def _winners(cells: Sequence[Sequence[Cell]], places: Sequence[int]) -> tuple[Winner, ...]:
    """By volume. cells: as estimated, then with slow and with fast hosts if any are estimated."""
    return tuple(
        _winner(at, [end.cheapest(1, places) for end in ends], places)
        for at, *ends in zip(*cells, strict=True)
    )


def _winner(cell: Cell, ends: Sequence[tuple[Ranked, ...]], places: Sequence[int]) -> Winner:
    ranked = cell.cheapest(2, places)
    if not ranked:
        return Winner(first=None, second=None, call=Call.UNKNOWN)
    verdict = _judged(cell, ranked)
    call, reasons = verdict.call, verdict.reasons
    if any([one.place for one in end] != [ranked[0].place] for end in ends):
        call, reasons = Call.TOO_CLOSE, (*reasons, Reason(code=UNSURE_CAPACITY))
    second = ranked[1] if len(ranked) > 1 else None
    return Winner(first=ranked[0], second=second, call=call, reasons=reasons)


def _judged(cell: Cell, ranked: Sequence[Ranked]) -> Verdict:
    options = tuple(cell.question.options[one.place] for one in ranked)
    names = {option.name for option in options}
    add_ons = tuple(
        one
        if one.applies_to is None
        else replace(one, applies_to=tuple(name for name in one.applies_to if name in names))
        for one in cell.question.add_ons
    )
    pair = replace(cell.question, options=options, add_ons=add_ons)
    return judge(pair, "cell", cell.load)
