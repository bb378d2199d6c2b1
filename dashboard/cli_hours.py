"""The command `modelcost hours`: options over the hours of a day or week."""

import json
from typing import Annotated

import typer

from dashboard.cli_options import AsJson, Language, OwnPricesShown, ScenarioName
from dashboard.terminal import guarded, opened_catalog, show


def add_hours_command(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(hours)


def hours(
    scenario: ScenarioName,
    profile: Annotated[
        str | None,
        typer.Option(
            help="flat, office_hours or office_hours_with_weekend; that of the scenario, else "
            "office_hours"
        ),
    ] = None,
    as_json: AsJson = False,
    lang: Language = "en",
    own_prices: OwnPricesShown = False,
) -> None:
    """What each option costs over the hours of a day or week, hosts always on or by the hour. The
    profile takes the place of the scenario's peak."""

    def run() -> None:
        from dashboard.format import Format
        from dashboard.hours import hours_bytes, hours_document
        from dashboard.hours_text import hours_text
        from dashboard.sentences import Sentences
        from dashboard.terminal import scenario_content, texts_of

        texts = texts_of(lang)
        content, form = scenario_content(scenario)
        with opened_catalog() as catalog:
            document, found = hours_bytes(
                catalog, content, profile, form=form, name=scenario, own_prices=own_prices
            )
        sentences = Sentences(texts, Format(lang, found.question.currency))
        if as_json:
            answer = hours_document(document, found, sentences)
            show(json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=2))
            return
        show(hours_text(found, sentences))

    guarded(run)
