"""The recommendation as a person reads it in a terminal: a table a region, then the words."""

from collections.abc import Sequence
from decimal import Decimal

from catalog.recommendation import Loser, RankedHost, Recommendation, RegionRanking
from catalog.recommendation_request import RecommendationRequest
from catalog.scenario import Scenario
from costing import Exchange
from costing.notices import rate_notice
from dashboard.capacity_words import words_of
from dashboard.format import Format
from dashboard.recommendation import first_of, flag_text, losers_by_reason, precision_text, why_text
from dashboard.report import table
from dashboard.sentences import Sentences
from dashboard.texts import Texts

_HEAD = (
    *("host", "gpus", "hosts", "hour", "month", "careful", "full", "spread"),
    *("tpot", "ttft", "limit", "evidence", "as_of", "notes"),
)


def recommendation_text(
    scenario: Scenario,
    request: RecommendationRequest,
    found: Recommendation,
    texts: Texts,
    language: str,
) -> str:
    """The answer: what was asked, a table a region, notes, and who was left out."""
    words = _Words(texts, Format(language, found.currency))
    parts = [words.asked(scenario, request, found)]
    if found.exchange is not None:
        parts.append(words.rate(found.exchange, found.model_id))
    parts += [words_of(texts, reason) for reason in found.reasons]
    for region in found.regions:
        parts.append("\n".join(words.region(region)))
    if not found.regions and not found.reasons:
        parts.append(texts("recommend.nobody"))
    if words.notes:
        lines = [f"[{number}] {note}" for note, number in words.notes.items()]
        parts.append("\n".join([texts("recommend.notes"), *lines]))
    if found.losers:
        parts.append(words.losers(found.losers))
    return "\n\n".join(parts)


class _Words:
    """Texts and numbers of one answer; notes: each once, with the number it has in the tables."""

    def __init__(self, texts: Texts, fmt: Format) -> None:
        self.notes: dict[str, int] = {}
        self._texts, self._fmt = texts, fmt

    def rate(self, exchange: Exchange, name: str) -> str:
        """At which rate costs were converted."""
        return Sentences(self._texts, self._fmt).notice(rate_notice(exchange, name))

    def asked(
        self, scenario: Scenario, request: RecommendationRequest, found: Recommendation
    ) -> str:
        """The question in two sentences."""
        texts, load, serving = self._texts, scenario.workload, request.serving
        question = texts(
            "recommend.asked",
            model=found.model_id,
            peak=self._fmt.count(Decimal(str(found.peak_requests_per_hour))),
            mean=self._fmt.count(Decimal(str(found.mean_requests_per_hour))),
            input=self._fmt.exact_count(load.input_tokens),
            output=self._fmt.exact_count(load.output_tokens),
        )
        targets = [
            texts(f"recommend.target.{name}", seconds=self._fmt.exact_count(seconds))
            for name, seconds in (("ttft", load.ttft_seconds), ("tpot", load.tpot_seconds))
            if seconds is not None
        ] or [texts("recommend.target.none")]
        served = texts(
            "recommend.served.tuned" if serving.tuned else "recommend.served",
            engine=serving.engine,
            weights=", ".join(request.weights or (texts("recommend.weights.published"),)),
            spare=str(request.spare_hosts),
        )
        return "\n".join([question, texts("space").join([*targets, served])])

    def region(self, ranking: RegionRanking) -> list[str]:
        """A heading, the table, and who is cheapest where the hosts are slow."""
        texts = self._texts
        place = ranking.region or texts("recommend.region.none")
        facts = {"region": place, "serving": str(ranking.total), "priced": str(ranking.priced)}
        lines = [texts("recommend.region", **facts)]
        if ranking.winner is None:
            return [*lines, texts("recommend.nobody")]
        head = [texts(f"recommend.head.{name}") for name in _HEAD]
        lines.append(table(head, [self._row(one) for one in ranking.ranked]))
        careful = ranking.careful
        if careful is None:
            lines.append(texts("recommend.careful.none"))
        elif careful.machine.host.name != ranking.winner.machine.host.name:
            assert careful.careful_cost_per_hour is not None  # else it were not the careful one
            lines.append(
                texts(
                    "recommend.careful",
                    host=careful.machine.host.name,
                    hosts=str(dict(careful.hosts)["p10"]),
                    cost=self._fmt.money(careful.careful_cost_per_hour),
                )
            )
        return lines

    def losers(self, losers: Sequence[Loser]) -> str:
        """How many for which reason, the first names, and the reason of the first of them."""
        texts = self._texts
        rows = [
            [
                str(len(group)),
                ", ".join(one.machine.sku for one in first_of(group)[:3]),
                why_text(group[0], texts),
            ]
            for group in losers_by_reason(losers)
        ]
        machines = len({one.machine.host.name for one in losers})
        title = texts("recommend.losers", prices=str(len(losers)), hosts=str(machines))
        head = [texts(f"recommend.losers.{name}") for name in ("prices", "first", "why")]
        return "\n".join([title, table(head, rows)])

    def _row(self, one: RankedHost) -> list[str]:
        texts, fmt, answer = self._texts, self._fmt, one.answer
        machine, arrangement, plan = one.machine, answer.case.arrangement, dict(one.plans)["p50"]
        careful, count = one.careful_cost_per_hour, machine.host.gpu_count
        ends = [str(number or "?") for number in (dict(one.hosts)[end] for end in ("p90", "p10"))]
        gpus = arrangement.tensor * arrangement.pipeline
        spread = f"{answer.replicas} x {gpus}" + (
            f" x {arrangement.data}" if arrangement.data > 1 else ""
        )
        return [
            machine.host.name,
            f"{count:f} x {machine.gpu_model}" if count is not None else "?",
            f"{one.hosts_paid} ({'-'.join(ends)})",
            fmt.money(one.cost_per_hour),
            fmt.money(one.cost_per_month),
            "?" if careful is None else fmt.money(careful),
            "?" if plan is None else fmt.share(Decimal(str(plan.utilization))),
            f"{spread} {precision_text(answer.case.precision)}",
            self._seconds(answer.tpot_seconds),
            self._seconds(answer.ttft_seconds),
            texts(f"recommend.limit.{answer.limit.value}"),
            texts(f"evidence.{answer.evidence.value}"),
            texts("table.undated") if machine.as_of is None else fmt.date(machine.as_of),
            " ".join(self._noted(one)),
        ]

    def _noted(self, one: RankedHost) -> list[str]:
        told = [flag_text(flag, self._texts) for flag in one.flags]
        told += [words_of(self._texts, reason) for reason in one.answer.reasons]
        numbers = [self.notes.setdefault(note, len(self.notes) + 1) for note in told]
        return [f"[{number}]" for number in sorted(numbers)]

    def _seconds(self, seconds: float) -> str:
        return f"{self._fmt.exact_count(Decimal(str(seconds)))} s"
