"""The command `modelcost plan`: costs month by month, fiscal years, payback, what stays owed."""

from typing import Annotated

import typer

from dashboard.cli_options import Language, OwnPricesShown, ScenarioName
from dashboard.terminal import guarded, opened_catalog, show


def add_plan_command(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(plan)


def plan(
    scenario: ScenarioName,
    as_json: Annotated[
        bool, typer.Option("--json", help="print the document of the REST API, month by month")
    ] = False,
    lang: Language = "en",
    own_prices: OwnPricesShown = False,
) -> None:
    """What each option costs over time: by fiscal year, in cash and amortized, with the month of
    payback and what stays to be paid if demand stops."""
    guarded(lambda: _show_plan(scenario, lang, as_json=as_json, own_prices=own_prices))


def _show_plan(name: str, lang: str, *, as_json: bool, own_prices: bool) -> None:
    import json

    from dashboard.format import Format
    from dashboard.plan_answer import plan_document
    from dashboard.plan_report import plan_text
    from dashboard.sentences import Sentences
    from dashboard.service import plan_of_bytes
    from dashboard.terminal import scenario_content, texts_of

    texts = texts_of(lang)
    content, form = scenario_content(name)
    with opened_catalog() as catalog:
        scenario, answer = plan_of_bytes(
            catalog, content, form=form, name=name, own_prices=own_prices
        )
    sentences = Sentences(texts, Format(lang, answer.question.currency))
    if as_json:
        document = plan_document(answer, scenario, sentences)
        show(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))
        return
    show(plan_text(answer, scenario, sentences))
