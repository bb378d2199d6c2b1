"""The recommendation as one document: what `modelcost recommend --json` prints and REST sends.

Money is text (`costing.decimal_text`), what the capacity model computes is a number, unknown is
null. Every word of a reason or flag stands beside its sentence in the language of `texts`.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from catalog.database import Database
from catalog.document import Form, read_document
from catalog.problems import Refused, at_places
from catalog.recommendation import Loser, RankedHost, Recommendation, RegionRanking, recommend
from catalog.recommendation_hosts import Flag, PricedHost
from catalog.recommendation_request import RecommendationRequest, read_request
from catalog.scenario import Scenario, parse_scenario, scenario_document
from costing import decimal_text
from costing.architecture import Precision
from costing.capacity import Band
from costing.capacity_reasons import Reason
from dashboard.answer import Document, exchange_document
from dashboard.capacity_words import words_of
from dashboard.texts import Texts

FIRST_LOSERS = 5


def recommend_bytes(
    database: Database,
    content: bytes,
    asked: Mapping[str, Any],
    *,
    form: Form,
    name: str = "",
) -> tuple[Scenario, RecommendationRequest, Recommendation]:
    """The scenario in the bytes of a file or request with its recommendation, as of today.

    Raises Refused with every problem found, each of the document with its line.
    """
    request = read_request({**asked, "today": datetime.now(UTC).date()})
    document = read_document(content, form=form, name=name)
    scenario = parse_scenario(document.value, document.places, name)
    try:
        with database.read() as session:
            return scenario, request, recommend(session, scenario, request)
    except Refused as refused:
        raise Refused(at_places(refused.problems, document.places), name=name) from None


def recommendation_document(
    scenario: Scenario, request: RecommendationRequest, found: Recommendation, texts: Texts
) -> Document:
    """The whole answer."""
    return {
        "scenario": scenario_document(scenario),
        "request": request.model_dump(mode="json"),
        "model_id": found.model_id,
        "shape_source": found.shape_source,
        "twin": found.twin,
        "currency": found.currency,
        "exchange": None if found.exchange is None else exchange_document(found.exchange),
        "mean_requests_per_hour": found.mean_requests_per_hour,
        "peak_requests_per_hour": found.peak_requests_per_hour,
        "reasons": [_reason(one, texts) for one in found.reasons],
        "regions": [_region(one, texts) for one in found.regions],
        "losers": [_group(group, texts) for group in losers_by_reason(found.losers)],
        "prices_as_of": _day(oldest_price(found)),
    }


def losers_by_reason(losers: Sequence[Loser]) -> list[Sequence[Loser]]:
    """Losers of one word together, the largest group first; each group in its own order."""
    groups: dict[str, list[Loser]] = {}
    for one in losers:
        groups.setdefault(code_of(one), []).append(one)
    return [groups[code] for code in sorted(groups, key=lambda code: (-len(groups[code]), code))]


def first_of(group: Sequence[Loser]) -> list[Loser]:
    """The first machines of a group, each at one place only."""
    firsts = {one.machine.host.name: one for one in reversed(group)}
    return [one for one in group if firsts[one.machine.host.name] is one][:FIRST_LOSERS]


def code_of(loser: Loser) -> str:
    """The word of the reason."""
    return loser.why.value if isinstance(loser.why, Flag) else loser.why.code.value


def why_text(loser: Loser, texts: Texts) -> str:
    """The reason as a sentence."""
    return (
        flag_text(loser.why, texts) if isinstance(loser.why, Flag) else words_of(texts, loser.why)
    )


def flag_text(flag: Flag, texts: Texts) -> str:
    """A flag as a sentence."""
    return texts(f"recommend.flag.{flag.value}")


def oldest_price(found: Recommendation) -> date | None:
    """The oldest date of the prices told in full; None where none has one."""
    told = [one.machine.as_of for region in found.regions for one in region.ranked]
    return min((day for day in told if day is not None), default=None)


def precision_text(precision: Precision) -> str:
    """How weights are stored: one word, or two where experts differ."""
    if precision.rest is precision.experts:
        return precision.rest.value
    return f"{precision.experts.value}/{precision.rest.value}"


def _region(ranking: RegionRanking, texts: Texts) -> Document:
    careful = ranking.careful
    return {
        "region": ranking.region,
        "priced": ranking.priced,
        "serving": ranking.total,
        "winner": None if ranking.winner is None else _ranked(ranking.winner, texts),
        "alternatives": [_ranked(one, texts) for one in ranking.ranked[1:]],
        "careful_winner": None if careful is None else _ranked(careful, texts),
    }


def _ranked(one: RankedHost, texts: Texts) -> Document:
    answer, case, plan = one.answer, one.answer.case, dict(one.plans)["p50"]
    return {
        **_machine(one.machine),
        "hosts": dict(one.hosts),
        "utilization": None if plan is None else plan.utilization,
        "cost_per_hour": decimal_text(one.cost_per_hour),
        "cost_per_month": decimal_text(one.cost_per_month),
        "careful_cost_per_hour": _number(one.careful_cost_per_hour),
        "price_per_hour": decimal_text(one.price_per_hour),
        "price": _price(one.machine),
        "weights": precision_text(case.precision),
        "cache": case.cache.value,
        "arrangement": {
            "tensor": case.arrangement.tensor,
            "pipeline": case.arrangement.pipeline,
            "data": case.arrangement.data,
            "gpus": case.arrangement.gpus,
            "replicas": answer.replicas,
        },
        "limit": answer.limit.value,
        "requests_in_flight": answer.batch,
        "tpot_seconds": answer.tpot_seconds,
        "ttft_seconds": answer.ttft_seconds,
        "requests_per_second": _band(answer.requests_per_second),
        "output_tokens_per_second": _band(answer.output_tokens_per_second),
        "evidence": answer.evidence.value,
        "measurements": answer.measurements,
        "sources": list(answer.sources),
        "reasons": [_reason(reason, texts) for reason in answer.reasons],
        "flags": [{"code": flag.value, "text": flag_text(flag, texts)} for flag in one.flags],
    }


def _group(group: Sequence[Loser], texts: Texts) -> Document:
    return {
        "code": code_of(group[0]),
        "prices": len(group),
        "hosts": len({one.machine.host.name for one in group}),
        "first": [
            _machine(one.machine)
            | {"price": _price(one.machine)}
            | {"facts": dict(one.why.facts) if isinstance(one.why, Reason) else {}}
            | {"text": why_text(one, texts)}
            for one in first_of(group)
        ],
    }


def _machine(machine: PricedHost) -> Document:
    return {
        "instance_id": machine.host.name,
        "sku": machine.sku,
        "provider_id": machine.provider_id,
        "region": machine.region,
        "gpu_model": machine.gpu_model,
        "gpu_count": _number(machine.host.gpu_count),
    }


def _price(machine: PricedHost) -> Document:
    """The row as published."""
    return {
        "id": machine.price_id,
        "amount": decimal_text(machine.usd_per_hour),
        "per": "1",
        "unit": "hour",
        "currency": "USD",
        "source": machine.source,
        "as_of": _day(machine.as_of),
    }


def _reason(reason: Reason, texts: Texts) -> Document:
    return {
        "code": reason.code.value,
        "facts": dict(reason.facts),
        "lifts": [lift.value for lift in reason.lifts],
        "text": words_of(texts, reason),
    }


def _band(band: Band) -> Document:
    return {"p10": band.p10, "p50": band.p50, "p90": band.p90}


def _number(value: Decimal | None) -> str | None:
    return None if value is None else decimal_text(value)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
