"""The command `modelcost recommend`: the cheapest hosts of each region for a load."""

import json
import sys
from typing import Annotated

import typer

from dashboard.cli_options import AsJson, Language, ScenarioName
from dashboard.terminal import WRONG_INPUT, fail, guarded, opened_catalog, show

Several = list[str] | None


def add_recommend_command(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(recommend)


def recommend(
    scenario: ScenarioName,
    region: Annotated[
        Several, typer.Option(help="instead of the scenario's region; repeatable")
    ] = None,
    all_regions: Annotated[
        bool, typer.Option("--all-regions", help="every region with a price")
    ] = False,
    provider: Annotated[
        Several, typer.Option(help="only hosts of this provider; repeatable")
    ] = None,
    weights: Annotated[
        Several,
        typer.Option(help="how weights are stored, such as fp8; repeatable: the cheapest of them"),
    ] = None,
    engine: Annotated[
        str | None, typer.Option(help="vllm, tensorrt-llm or sglang; vllm unless told")
    ] = None,
    tuned: Annotated[bool, typer.Option("--tuned", help="settings that were searched")] = False,
    spare: Annotated[int, typer.Option(min=0, max=1000, help="standby hosts")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=200, help="hosts a region at most")] = 10,
    as_json: AsJson = False,
    lang: Language = "en",
) -> None:
    """The cheapest hosts of each region that carry a load within its targets, and why others do
    not. The options of the scenario are not read."""

    def run() -> None:
        from dashboard.recommendation import recommend_bytes, recommendation_document
        from dashboard.recommendation_text import recommendation_text
        from dashboard.service import scenario_bytes
        from dashboard.texts import LANGUAGES, load_texts

        if lang not in LANGUAGES:
            fail(f"Expected --lang {' or '.join(LANGUAGES)}, found {lang!r}.", WRONG_INPUT)
        asked = {
            "regions": region or None,
            "all_regions": all_regions,
            "providers": provider or None,
            "weights": weights or None,
            "engine": engine,
            "tuned": tuned,
            "spare_hosts": spare,
            "limit": limit,
        }
        content, form = (
            (sys.stdin.buffer.read(), "yaml") if scenario == "-" else scenario_bytes(scenario)
        )
        if scenario == "-" and content.lstrip()[:1] in (b"{", b"["):
            form = "json"
        with opened_catalog() as catalog:
            answer = recommend_bytes(
                catalog,
                content,
                asked,
                form=form,  # type: ignore[arg-type]
                name=scenario,
            )
        texts = load_texts(lang)
        if as_json:
            document = recommendation_document(*answer, texts)
            show(json.dumps(document, ensure_ascii=False, indent=2))
        else:
            show(recommendation_text(*answer, texts, lang))

    guarded(run)
