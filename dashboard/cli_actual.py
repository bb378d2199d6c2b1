"""The command `modelcost actual`: what was really used and paid, against the estimate."""

import json
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli_options import AsJson, Language, OwnPricesShown, ScenarioName
from dashboard.terminal import WRONG_INPUT, fail, guarded, opened_catalog, show


def add_actual_command(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(actual)


def actual(
    scenario: ScenarioName,
    files: Annotated[
        list[Path],
        typer.Argument(help="one or two scrapes of vLLM's /metrics (earlier first), or a CSV"),
    ],
    hours: Annotated[str, typer.Option(help="hours that the use took")],
    option: Annotated[
        str | None, typer.Option(help="option that was used; else the cheapest")
    ] = None,
    model: Annotated[str | None, typer.Option(help="model, where a file names several")] = None,
    requests: Annotated[
        str | None, typer.Option(help="requests, where a bill does not count them")
    ] = None,
    as_scenario: Annotated[
        bool, typer.Option("--scenario", help="print the scenario that the use makes, as YAML")
    ] = False,
    as_json: AsJson = False,
    lang: Language = "en",
    own_prices: OwnPricesShown = False,
) -> None:
    """Hold what was used and paid against the estimate: tokens, requests, cached share, latency,
    cost, and why they differ: volume, length, price.

    Read are vLLM's /metrics (two scrapes, or one since the start), OpenAI's usage export, Azure's
    cost export, and the CSV of `modelcost evaluate`.
    """

    def run() -> None:
        from dashboard.actuals.actual_answer import actual_document, actual_text, scenario_yaml
        from dashboard.actuals.actual_run import actual_of_files
        from dashboard.actuals.used import ActualsRefused
        from dashboard.terminal import scenario_content, texts_of

        texts = texts_of(lang)
        content, form = scenario_content(scenario)
        contents = [path.read_bytes() for path in files]
        asked = {"hours": hours, "option": option, "model": model, "requests": requests}
        try:
            with opened_catalog() as catalog:
                document, found = actual_of_files(
                    catalog, (content, form, scenario), contents, asked, own_prices=own_prices
                )
        except ActualsRefused as refused:
            fail(refused.sentence(texts), WRONG_INPUT)
        if as_scenario:
            show(scenario_yaml(found, document).rstrip())
        elif as_json:
            answer = actual_document(found, document, texts)
            show(json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=2))
        else:
            show(actual_text(found, document, texts))

    guarded(run)
