"""The command `modelcost budget`: money a month at a low, planned and high volume, the buffer."""

import json
from typing import Annotated

import typer

from dashboard.cli_options import AsJson, Language, OwnPricesShown, ScenarioName
from dashboard.terminal import guarded, opened_catalog, show


def add_budget_command(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(budget)


def budget(
    scenario: ScenarioName,
    amount: Annotated[
        str | None, typer.Option(help="money a month that there is, in the scenario's currency")
    ] = None,
    low: Annotated[str | None, typer.Option(help="low volume, times the workload")] = None,
    plan: Annotated[str | None, typer.Option(help="planned volume, times the workload")] = None,
    high: Annotated[str | None, typer.Option(help="high volume, times the workload")] = None,
    as_json: AsJson = False,
    lang: Language = "en",
    own_prices: OwnPricesShown = False,
) -> None:
    """Money a month to ask for: each option at a low, planned and high volume, which one wins at
    each, and the buffer between plan and high.

    The volumes are those of the scenario named low, plan and high; else its smallest, the workload
    and its largest; without any, 0.7, 1 and 1.3 times the workload.
    """

    def run() -> None:
        from dashboard.budget_answer import budget_document
        from dashboard.budget_run import budget_of_bytes, read_budget_request
        from dashboard.budget_text import budget_text
        from dashboard.budget_words import BudgetWords
        from dashboard.format import Format
        from dashboard.sentences import Sentences
        from dashboard.terminal import scenario_content, texts_of

        texts = texts_of(lang)
        asked = read_budget_request({"amount": amount, "low": low, "plan": plan, "high": high})
        content, form = scenario_content(scenario)
        with opened_catalog() as catalog:
            document, found = budget_of_bytes(
                catalog, content, asked, form=form, name=scenario, own_prices=own_prices
            )
        words = BudgetWords(Sentences(texts, Format(lang, found.question.currency)))
        if as_json:
            answer = budget_document(found, document, words)
            show(json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=2))
            return
        show(budget_text(found, words))

    guarded(run)
