"""The command `modelcost reprice`: what an answer cost then and costs now, why, and a gate."""

from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli_options import Language, OwnPricesShown, ScenarioName
from dashboard.terminal import NO, fail, guarded, opened_catalog, show

if TYPE_CHECKING:
    from dashboard.reprice_run import RepriceFindings, RepriceRequest
    from dashboard.reprice_words import RepriceWords


def add_reprice_command(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(reprice)


def reprice(
    scenario: ScenarioName,
    then: Annotated[str, typer.Option("--then", help="the earlier day, such as 2026-01-31")],
    now: Annotated[str | None, typer.Option("--now", help="default: the current prices")] = None,
    rate_then: Annotated[
        str | None,
        typer.Option(help="units of the scenario's currency for 1 USD on the earlier day"),
    ] = None,
    gate: Annotated[
        str | None,
        typer.Option(help="exit with 1 if the cheapest changed or a cost moved by more percent"),
    ] = None,
    said: Annotated[
        list[str] | None,
        typer.Option(help="NAME=COST that an option was said to cost a month then; repeatable"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the document of REST")] = False,
    lang: Language = "en",
    own_prices: OwnPricesShown = False,
) -> None:
    """The same scenario at the prices of two days: what each option cost and costs, the parts of
    the difference, which prices moved, and whether another option is the cheapest.

    Prices of a day are those that held when it ended (UTC). Machines, their capacity and typed
    prices are as today on both days. A price that is not known on a day is named, and its cost is
    unknown.
    """

    def run() -> None:
        from dashboard.reprice_run import RepriceRequest

        request = RepriceRequest(
            then=then,
            now=now,
            rate_then=rate_then,
            gate=gate,
            said=tuple(said or ()),
            own_prices=own_prices,
        )
        _show(scenario, request, lang, as_json=as_json)

    guarded(run)


def _show(name: str, request: "RepriceRequest", lang: str, *, as_json: bool) -> None:
    import json

    from dashboard.format import Format
    from dashboard.reprice_answer import reprice_document
    from dashboard.reprice_run import reprice_of_bytes
    from dashboard.reprice_words import RepriceWords
    from dashboard.terminal import scenario_content, texts_of

    texts = texts_of(lang)
    content, form = scenario_content(name)
    with opened_catalog() as catalog:
        found = reprice_of_bytes(catalog, content, request, form=form, name=name)
    words = RepriceWords(texts, Format(texts.language, found.repriced.now.question.currency))
    if as_json:
        document = reprice_document(found, words)
        show(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))
    else:
        show(_text(found, words))
    if found.reasons:
        sentences = [words.reason(reason, found) for reason in found.reasons]
        fail(texts("space").join(dict.fromkeys(sentences)), NO)


def _text(found: "RepriceFindings", words: "RepriceWords") -> str:
    from costing.bridge import At

    texts = words.texts
    parts = [words.headline(found), "", _options(found, words)]
    for option in found.repriced.options:
        lines = [words.moved(part) for part in option.bridge.parts]
        gaps = [gap for gap in option.bridge.gaps if gap.at is not At.BETWEEN]
        lines += [words.gap(gap, found) for gap in gaps]
        lines += [words.change(change, found) for change in option.changes]
        if lines:
            parts += ["", f"{option.name}:", *(f"- {line}" for line in dict.fromkeys(lines))]
    if found.unknown:
        parts += ["", texts("reprice.unpriced.title")]
        parts += [
            f"- {words.unknown(one.option, one.day, one.problem.message)}" for one in found.unknown
        ]
    return "\n".join([*parts, "", texts("reprice.assumed")])


def _options(found: "RepriceFindings", words: "RepriceWords") -> str:
    from dashboard.report import table

    texts, rows = words.texts, []
    for one in found.repriced.options:
        before, after = one.bridge.before_per_month, one.bridge.after_per_month
        moved = "?" if before is None or after is None else words.signed(after - before)
        rows.append(
            [one.name, words.cents(before), words.cents(after), moved, words.share(one.change)]
        )
    days = (words.fmt.date(found.then), words.fmt.date(found.now))
    head = [texts("plan.option"), *(texts("reprice.month_on", day=day) for day in days)]
    return table([*head, texts("reprice.difference"), texts("reprice.share")], rows)
