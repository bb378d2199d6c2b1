"""The command `modelcost hybrid`: a base of hosts or units with overflow by the token."""

import json
from typing import Annotated

import typer

from dashboard.cli_options import (
    AsJson,
    Base,
    Language,
    Overflow,
    OwnPricesShown,
    Profile,
    ScenarioName,
)
from dashboard.terminal import guarded, opened_catalog, show


def add_hybrid_command(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(hybrid)


def hybrid(
    scenario: ScenarioName,
    base: Base = None,
    overflow: Overflow = None,
    profile: Profile = None,
    trace: Annotated[
        bool, typer.Option("--trace", help="every number with its formula and its sources")
    ] = False,
    as_json: AsJson = False,
    lang: Language = "en",
    own_prices: OwnPricesShown = False,
) -> None:
    """How many hosts or PTU should always run, and how much should go by the token, over the hours
    of a day or week. The profile takes the place of the scenario's peak."""

    def run() -> None:
        from dashboard.format import Format
        from dashboard.hybrid import hybrid_bytes, hybrid_document
        from dashboard.hybrid_case import HybridRequest
        from dashboard.hybrid_text import hybrid_text
        from dashboard.sentences import Sentences
        from dashboard.terminal import scenario_content, texts_of
        from dashboard.trace_answer import hybrid_trace_text

        texts = texts_of(lang)
        content, form = scenario_content(scenario)
        asked = HybridRequest(base=base, overflow=overflow, profile=profile)
        with opened_catalog() as catalog:
            parsed, answer = hybrid_bytes(
                catalog, content, asked, form=form, name=scenario, own_prices=own_prices
            )
        sentences = Sentences(texts, Format(lang, parsed.currency))
        if as_json:
            shown = hybrid_document(parsed, answer, sentences, with_trees=trace)
            show(json.dumps(shown, ensure_ascii=False, allow_nan=False, indent=2))
            return
        show(hybrid_text(answer, sentences))
        if trace:
            show("\n" + hybrid_trace_text(answer.traced, texts))

    guarded(run)
