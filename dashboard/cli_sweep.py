"""The command `modelcost sweep`: every combination of a scenario's lists, who wins where."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli_options import AsJson, Language, OwnPricesShown
from dashboard.terminal import guarded, opened_catalog, show

if TYPE_CHECKING:
    from costing.sweep import Executor

MOST_WORKERS = 64


def add_sweep_command(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(sweep)


def sweep(
    scenario: Annotated[str, typer.Argument(help="file with a `sweep`, or - for stdin")],
    cheapest: Annotated[
        int, typer.Option(min=1, max=100, help="how many to name at each volume")
    ] = 5,
    workers: Annotated[
        int, typer.Option(min=1, max=MOST_WORKERS, help="processes; same answer, bit for bit")
    ] = 1,
    csv: Annotated[
        Path | None, typer.Option(help="also write every combination at every volume here")
    ] = None,
    as_json: AsJson = False,
    lang: Language = "en",
    own_prices: OwnPricesShown = False,
) -> None:
    """Price models x hosts x regions x terms x volumes: the cheapest of all, who wins for each
    model and region at each volume, and what has no price and why.

    The lists stand under `sweep` in the scenario; an option takes from them what it leaves out.
    """

    def run() -> None:
        import json

        from dashboard.format import Format
        from dashboard.sentences import Sentences
        from dashboard.sweep_answer import sweep_document
        from dashboard.sweep_run import sweep_answer, sweep_of_bytes
        from dashboard.sweep_table import sweep_csv
        from dashboard.sweep_text import sweep_text
        from dashboard.terminal import scenario_content, texts_of

        texts = texts_of(lang)
        content, form = scenario_content(scenario)
        with opened_catalog() as catalog:
            document, swept = sweep_of_bytes(
                catalog, content, form=form, name=scenario, own_prices=own_prices
            )
        with _executor(workers) as executor:
            found = sweep_answer(document, swept, cheapest, executor, workers)
        if csv is not None:
            csv.write_text(sweep_csv(found), encoding="utf-8")
        sentences = Sentences(texts, Format(lang, document.currency))
        if as_json:
            answer = sweep_document(found, sentences)
            show(json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=2))
            return
        show(sweep_text(found, sentences))

    guarded(run)


@contextmanager
def _executor(workers: int) -> "Iterator[Executor | None]":
    """This process alone for one worker, else a pool of processes."""
    if workers == 1:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield pool
