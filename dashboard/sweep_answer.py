"""The answer to `sweep` as one document: what the command line prints and REST sends.

Money and other exact numbers are strings, unknown is null.
"""

from collections.abc import Iterator
from dataclasses import replace

from catalog.scenario import scenario_document
from catalog.sweeps import Combination
from costing import HOURS_PER_MONTH, Estimate, Notice, Question, decimal_text
from costing.notices import notices
from costing.sweep_ranking import Cell, Ranked
from costing.units import exact, to_decimal
from dashboard.answer import Document, notice_document, number_text
from dashboard.sentences import Sentences
from dashboard.sweep_run import MapRow, SweepFindings, Winner


def sweep_document(found: SweepFindings, sentences: Sentences) -> Document:
    """The cheapest by volume, the winner map, what has no price and why, remarks on those shown."""
    swept = found.swept
    volumes = zip(swept.factors, found.cells, found.cheapest, strict=False)
    priced, refused = len(swept.combinations), len(swept.refused)
    return {
        "scenario": scenario_document(found.scenario),
        "currency": found.scenario.currency,
        "size": {
            "combinations": priced + refused,
            "refused": refused,
            "volumes": len(swept.factors),
            "cells": priced * len(swept.factors),
        },
        "volumes": [
            {
                "load_factor": decimal_text(factor),
                "requests_per_hour": decimal_text(to_decimal(cell.load)),
                "requests_per_month": decimal_text(to_decimal(cell.load * exact(HOURS_PER_MONTH))),
                "cheapest": [_ranked(one, found) for one in cheapest],
            }
            for factor, cell, cheapest in volumes
        ],
        "winner_map": [_map_row(row, found) for row in found.map],
        "unpriced": [
            combination_document(combination) | {"missing": [what.value for what in one.missing]}
            for combination, one in unpriced(found)
        ],
        "refused": [
            combination_document(one.combination)
            | {"code": one.problem.code, "message": one.problem.message}
            for one in swept.refused
        ],
        "warnings": [notice_document(one, sentences) for one in remarks(found)],
    }


def unpriced(found: SweepFindings) -> Iterator[tuple[Combination, Estimate]]:
    """Combinations that can be bought but whose cost is not known, with what is missing."""
    if not found.cells:
        return
    cell = found.cells[0]
    for place, combination in enumerate(found.swept.combinations):
        one = cell.at(place)
        if one.missing:
            yield combination, one


def remarks(found: SweepFindings) -> tuple[Notice, ...]:
    """What a reader must know of the combinations that are named as the cheapest anywhere."""
    named = {one.place for cheapest in found.cheapest for one in cheapest}
    named |= {
        winner.first.place
        for row in found.map
        for winner in row.winners
        if winner.first is not None
    }
    if not named:
        return ()
    cell, places = found.cells[0], sorted(named)
    question = _of(cell, places)
    return notices(question, [cell.at(place) for place in places])


def _of(cell: Cell, places: list[int]) -> Question:
    options = tuple(cell.question.options[place] for place in places)
    return replace(cell.question, options=options, add_ons=())


def combination_document(one: Combination) -> Document:
    """What was combined; null: not taken from a list."""
    return {
        "name": one.name,
        "option": one.option,
        "kind": one.kind,
        "model": one.model,
        "host": one.host,
        "region": one.region,
        "term": one.term,
    }


def _ranked(one: Ranked, found: SweepFindings) -> Document:
    estimate = one.estimate
    return combination_document(found.swept.combinations[one.place]) | {
        "cost_per_hour": number_text(estimate.cost_per_hour),
        "cost_per_month": number_text(estimate.cost_per_month),
        "instances": estimate.instances,
        "prices_as_of": None
        if estimate.prices_as_of is None
        else estimate.prices_as_of.isoformat(),
    }


def _map_row(row: MapRow, found: SweepFindings) -> Document:
    return {
        "model": row.model,
        "region": row.region,
        "winners": [
            _winner(winner, found) | {"load_factor": decimal_text(factor)}
            for factor, winner in zip(found.swept.factors, row.winners, strict=True)
        ],
    }


def _winner(winner: Winner, found: SweepFindings) -> Document:
    first, second = (
        None if one is None else _ranked(one, found) for one in (winner.first, winner.second)
    )
    return {
        "cheapest": first,
        "second": second,
        "class": winner.call.value,
        "reasons": [reason.code for reason in winner.reasons],
    }
