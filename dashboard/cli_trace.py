"""The command `modelcost trace`: every number of an estimate with its formula and its sources."""

from typing import Annotated

import typer

from dashboard.cli_options import Language, OwnPricesShown, ScenarioName
from dashboard.terminal import guarded, opened_catalog, show


def add_trace_command(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(trace)


def trace(
    scenario: ScenarioName,
    option: Annotated[str | None, typer.Option(help="only this option; default: all")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the document of REST")] = False,
    lang: Language = "en",
    own_prices: OwnPricesShown = False,
) -> None:
    """Where each number of an estimate comes from: its formula, the numbers that it reads, and
    below them their own, down to what was typed, what a price row states and what a host serves.

    Evaluating the formulas from the bottom up gives the costs exactly.
    """

    def run() -> None:
        import json

        from dashboard.terminal import scenario_content, texts_of
        from dashboard.trace_answer import trace_document, trace_text, traces_of_bytes

        texts = texts_of(lang)
        content, form = scenario_content(scenario)
        with opened_catalog() as catalog:
            asked, question, found = traces_of_bytes(
                catalog, content, form=form, name=scenario, option=option, own_prices=own_prices
            )
        if as_json:
            document = trace_document(asked, question, found)
            show(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))
        else:
            show(trace_text(found, texts))

    guarded(run)
