"""The command `modelcost risk`: how sure an answer is, as text or as the document of REST."""

from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli_options import Language, OwnPricesShown, ScenarioName
from dashboard.terminal import guarded, opened_catalog, show

if TYPE_CHECKING:
    from dashboard.risk_run import RiskFindings
    from dashboard.risk_words import RiskWords


def add_risk_command(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(risk)


def risk(
    scenario: ScenarioName,
    draws: Annotated[int, typer.Option(min=100, max=50_000, help="states of the world")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="one seed, one answer")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="print the document of REST")] = False,
    lang: Language = "en",
    own_prices: OwnPricesShown = False,
) -> None:
    """How often each option is the cheapest, how far costs and break-even may be off, which input
    matters most, and the values at which the answer turns.

    What is not known is stated under `uncertainty` in the scenario; else the load is taken as 30 %
    and the output length as 25 % less or more (P10, P90), and hosts by the range of their estimate.
    """

    def run() -> None:
        import json

        from dashboard.format import Format
        from dashboard.risk_answer import risk_document
        from dashboard.risk_run import RiskRun, risk_of_bytes
        from dashboard.risk_words import RiskWords
        from dashboard.terminal import scenario_content, texts_of

        texts = texts_of(lang)
        content, form = scenario_content(scenario)
        asked = RiskRun(draws=draws, seed=seed, own_prices=own_prices)
        with opened_catalog() as catalog:
            found = risk_of_bytes(catalog, content, asked, form=form, name=scenario)
        words = RiskWords(texts, Format(texts.language, found.question.currency))
        if as_json:
            document = risk_document(found, words)
            show(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))
        else:
            show(_text(found, words))

    guarded(run)


def _text(found: "RiskFindings", words: "RiskWords") -> str:
    from dashboard.risk_words import assumptions_of

    texts = words.texts
    parts = [words.headline(found), "", _options(found, words), ""]
    parts += [words.break_even(one) for one in found.risk.break_evens]
    parts += ["", texts("risk.assumed")]
    parts += [f"- {words.assumption(one)}" for one in assumptions_of(found)]
    parts += ["", _tornado(found, words)]
    if found.inverses:
        parts += ["", texts("risk.turns")]
        parts += [f"- {words.turn(one)}" for one in found.inverses]
    return "\n".join(parts)


def _options(found: "RiskFindings", words: "RiskWords") -> str:
    from dashboard.report import table

    rows = []
    for one in found.risk.options:
        cost = one.cost_per_hour
        ends = (None,) * 3 if cost is None else (cost.p10, cost.p50, cost.p90)
        share = one.probability_cheapest
        rows.append(
            [
                one.name,
                "?" if share is None else words.part(share),
                *(words.monthly(end) for end in ends),
                words.monthly(one.expected_regret_per_hour),
            ]
        )
    columns = ("option", "cheapest", "p10", "p50", "p90", "regret")
    return table([words.texts(f"risk.table.{column}") for column in columns], rows)


def _tornado(found: "RiskFindings", words: "RiskWords") -> str:
    from dashboard.report import table

    rows = []
    for one in found.tornado.swings:
        which = one.swing.input
        cells = [words.input(which, one.swing.option) + (" *" if one.capacity_kept else "")]
        for end in (one.low, one.high):
            cells += [words.value(which, end.value), words.monthly(end.gap_per_hour)]
            cells.append(end.cheapest or "?")
        rows.append(cells)
    columns = ("input", "low", "gap", "winner", "high", "gap", "winner")
    lines = [
        words.texts("risk.tornado"),
        table([words.texts(f"risk.table.{column}") for column in columns], rows),
    ]
    if any(one.capacity_kept for one in found.tornado.swings):
        lines.append("* " + words.texts("risk.capacity_kept"))
    return "\n".join(lines)
