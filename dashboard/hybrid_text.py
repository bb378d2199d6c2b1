"""The hybrid as plain text for a terminal."""

from decimal import Decimal

from costing import PRESETS, Hybrid, ProfileCost
from dashboard.hybrid_case import HybridAnswer
from dashboard.report import table
from dashboard.sentences import Sentences, why_close


def hybrid_text(answer: HybridAnswer, sentences: Sentences) -> str:
    """The best base, each side alone, the sizes next to it, and what it rests on."""
    texts, fmt, found = sentences.texts, sentences.fmt, answer.hybrid
    title = texts(
        "hybrid.title",
        base=found.base,
        overflow=found.overflow,
        requests=fmt.exact_count(found.requests_per_hour),
        profile=texts(f"hybrid.profile.{found.profile.name}"),
    )
    if found.cost_per_hour is None or found.cost_per_month is None or found.cheapest is None:
        return "\n".join([title, lacking_text(found, sentences)])
    rows = [
        [
            texts("hybrid.both"),
            fmt.money(found.cost_per_hour),
            fmt.money(found.cost_per_month),
            _count(found.base_instances, sentences),
        ],
        _alone(texts("hybrid.alone", option=found.base), found.pure_base, sentences),
        _alone(texts("hybrid.alone", option=found.overflow), found.pure_overflow, sentences),
    ]
    columns = ("option", "per_hour", "per_month", "hosts")
    called = f"hybrid.cheapest.{found.cheapest.value}"
    is_clear = not answer.call.reasons
    lines = [
        title,
        *([texts(called, base=found.base, overflow=found.overflow)] if is_clear else []),
        *cautions(answer, sentences),
        "",
        table([texts(f"table.{column}") for column in columns], rows),
        "",
        served_text(found, sentences),
    ]
    for size, message in ((found.fewer, "hybrid.fewer"), (found.more, "hybrid.more")):
        if size is not None:
            count = _count(size.instances, sentences)
            lines.append(texts(message, count=count, money=fmt.money(size.cost_per_hour)))
    if found.profile.name in PRESETS:
        lines.append(texts("hybrid.profile.ours"))
    lines += dict.fromkeys(sentences.notice(one) for one in answer.notices)
    return "\n".join(lines)


def lacking_text(found: Hybrid, sentences: Sentences) -> str:
    """What is missing, of which option; only for a hybrid without a cost."""
    texts = sentences.texts
    lacking = [
        texts("missing.of", what=texts(f"missing.{one.missing.value}"), option=one.option)
        for one in found.lacking
    ]
    return texts("hybrid.lacking", what=texts("and").join(lacking))


def cautions(answer: HybridAnswer, sentences: Sentences) -> list[str]:
    """Why the cheapest way cannot be called, and what the range of an estimated capacity makes of
    it."""
    said = [sentences.texts(f"verdict.reason.{one.code}") for one in answer.call.reasons]
    if answer.ends is not None:
        said.append(ends_text(answer.ends, sentences))
    return said


def finding_text(answer: HybridAnswer, sentences: Sentences) -> str:
    """Which of the three ways is the cheapest, or that none can be called so, and what each costs a
    month; only for a hybrid with a cost."""
    found, reasons = answer.hybrid, {one.code for one in answer.call.reasons}
    assert found.cost_per_month is not None
    assert found.cheapest is not None
    texts, money = sentences.texts, sentences.fmt.money
    alone = {
        "base_alone": found.pure_base.cost_per_month,
        "overflow_alone": found.pure_overflow.cost_per_month,
    }
    called = {"call": texts(f"call.{why_close(reasons)}")} if reasons else {}
    return texts(
        f"study.hybrid.finding.{'open' if reasons else found.cheapest.value}",
        **called,
        base=found.base,
        overflow=found.overflow,
        count=_count(found.base_instances, sentences),
        money=money(found.cost_per_month),
        **{
            name: texts("hybrid.not_to_be_had") if cost is None else money(cost)
            for name, cost in alone.items()
        },
    )


def ends_text(ends: tuple[Hybrid, Hybrid], sentences: Sentences) -> str:
    """What the best hybrid is with hosts as slow, and as fast, as an estimate of them allows."""
    low, high = (_end(one, sentences) for one in ends)
    return sentences.texts("study.hybrid.ends", base=ends[0].base, low=low, high=high)


def _end(found: Hybrid, sentences: Sentences) -> str:
    if found.cost_per_month is None or found.cheapest is None:
        return sentences.texts("catalog.unknown")
    way = f"study.hybrid.way.{found.cheapest.value}"
    return sentences.texts(
        "study.hybrid.end",
        count=_count(found.base_instances, sentences),
        money=sentences.fmt.money(found.cost_per_month),
        cheapest=sentences.texts(way, base=found.base, overflow=found.overflow),
    )


def served_text(found: Hybrid, sentences: Sentences) -> str:
    """How much of the load the base serves, and how busy it is."""
    texts, fmt = sentences.texts, sentences.fmt
    if found.base_share is None:
        return texts("hybrid.no_load")
    share = fmt.share(found.base_share)
    if found.base_utilization is None:
        return texts("hybrid.served_without_limit", share=share)
    return texts("hybrid.served", share=share, busy=fmt.share(found.base_utilization))


def _alone(name: str, cost: ProfileCost, sentences: Sentences) -> list[str]:
    fmt = sentences.fmt
    if cost.cost_per_hour is None or cost.cost_per_month is None:
        return [name, sentences.texts("hybrid.not_to_be_had"), "", ""]
    return [
        name,
        fmt.money(cost.cost_per_hour),
        fmt.money(cost.cost_per_month),
        _count(cost.peak_instances, sentences),
    ]


def _count(instances: int | None, sentences: Sentences) -> str:
    return "-" if instances is None else sentences.fmt.exact_count(Decimal(instances))
