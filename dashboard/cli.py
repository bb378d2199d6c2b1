"""The command `modelcost`: the same answers as the page and REST, for scripts and terminals.

Answers go to stdout, everything else to stderr. Exit codes: 0 ok, 1 the answer is "no" where it is
asked as a gate, 2 wrong input, 3 a source, service or the database failed.
"""

import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from dashboard.cli_commands import add_commands
from dashboard.cli_facts import show_disagreements
from dashboard.cli_options import AsJson, Language, OwnPricesShown, ScenarioName
from dashboard.terminal import (
    NO,
    WRONG_INPUT,
    fail,
    guarded,
    open_what_is_closed,
    opened_catalog,
    read_settings,
    show,
    show_page,
)

BEGAN_AT = time.time()

app = typer.Typer(
    name="modelcost",
    help="Should this language model be bought by the token or run on GPU hosts by the hour?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
snapshot_app = typer.Typer(help="The bundled catalog.", no_args_is_help=True)
db_app = typer.Typer(help="The database.", no_args_is_help=True)
app.add_typer(snapshot_app, name="snapshot")
app.add_typer(db_app, name="db")
add_commands(app)

Limit = Annotated[int, typer.Option(min=1, max=200, help="rows at most")]


def main() -> None:
    """The console script: runs the command and turns every expected failure into one sentence."""
    open_what_is_closed()
    app()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="0: any free port")] = None,
    sync_every: Annotated[
        str | None, typer.Option(help="also sync, at once and after each pause, such as 6h")
    ] = None,
    sync_source: Annotated[
        list[str] | None, typer.Option(help="with --sync-every: only this source; repeatable")
    ] = None,
) -> None:
    """Serve the pages and the REST API until interrupted."""

    def run() -> None:
        from catalog.sync.names import check_source_names
        from dashboard.pauses import read_pause
        from dashboard.serve import serve as serve_forever
        from dashboard.sync_beside import SyncBeside, sync_command

        beside = None
        if sync_every is not None:
            pause = read_pause(sync_every, "--sync-every")
            check_source_names(sync_source or [])
            beside = SyncBeside(sync_command(sync_source or []), pause, sys.stderr)
        elif sync_source:
            raise ValueError("--sync-source: expected together with --sync-every, found alone")
        settings = read_settings()
        changes: dict[str, Any] = {}
        if host is not None:
            changes["host"] = host
        if port is not None:
            changes["port"] = port
        serve_forever(settings.model_copy(update=changes), os.environ, BEGAN_AT, beside)

    guarded(run)


@app.command("break-even")
def break_even(
    scenario: ScenarioName,
    as_json: AsJson = False,
    lang: Language = "en",
    own_prices: OwnPricesShown = False,
    require: Annotated[
        str | None, typer.Option(help="exit with 1 unless this option is clearly the cheapest")
    ] = None,
) -> None:
    """Where the cheapest option changes, and which one is the cheapest at your load."""
    run = partial(_answer, scenario, as_json, lang, own_prices, whole=True, require=require)
    guarded(run)


@app.command()
def estimate(
    scenario: ScenarioName,
    as_json: AsJson = False,
    lang: Language = "en",
    own_prices: OwnPricesShown = False,
) -> None:
    """What each option costs at your load, as line items."""
    guarded(partial(_answer, scenario, as_json, lang, own_prices, whole=False, require=None))


@app.command()
def models(
    search: Annotated[str, typer.Argument(help="words that the names must hold")] = "",
    task: Annotated[str | None, typer.Option(help="such as chat-completion")] = None,
    region: Annotated[str | None, typer.Option(help="sold or hosted in this region")] = None,
    residency: Annotated[
        str | None, typer.Option(help="country that requests must not leave, such as JP")
    ] = None,
    how: Annotated[str | None, typer.Option(help="token, host or either")] = None,
    sort: Annotated[
        str, typer.Option(help="popularity, name, input_price, output_price, size, context")
    ] = "popularity",
    as_json: AsJson = False,
    limit: Limit = 20,
    after: Annotated[str | None, typer.Option(help="`next` of the page before")] = None,
) -> None:
    """Models of the catalog. Their two prices are each the cheapest of any offer, so they may be of
    two offers; the model's page shows them offer by offer."""

    def run() -> None:
        from datetime import UTC, datetime

        from catalog.cheapest import cheapest_in_region
        from catalog.search.query import ModelFilter, search_models
        from dashboard.report import model_rows

        wanted = ModelFilter(
            q=search,
            task=task,
            region=region,
            residency=residency,
            how=how,  # type: ignore[arg-type]
            sort=sort,  # type: ignore[arg-type]
            today=datetime.now(UTC).date(),
        )
        with opened_catalog() as catalog, catalog.read() as session:
            page = search_models(session, wanted, limit, after)
            ids = [model.id for model in page.items]
            place = None if wanted.region is None else wanted.region.strip().casefold()
            here = (
                []
                if place is None or wanted.today is None
                else cheapest_in_region(session, ids, place, wanted.today)
            )
        show_page(page, as_json, lambda models: model_rows(models, here, place))

    guarded(run)


@app.command()
def prices(
    model: Annotated[str, typer.Argument(help="model, or a GPU host with --host")] = "",
    host: Annotated[bool, typer.Option("--host", help="the name is that of a GPU host")] = False,
    region: Annotated[str | None, typer.Option(help="only this region")] = None,
    history: Annotated[bool, typer.Option(help="also prices that are no longer true")] = False,
    disagreements: Annotated[
        bool, typer.Option("--disagreements", help="where sources differ by more than 1 %")
    ] = False,
    as_json: AsJson = False,
    limit: Limit = 50,
    after: Annotated[str | None, typer.Option(help="`next` of the page before")] = None,
) -> None:
    """Prices with source and date."""
    if disagreements:
        show_disagreements(model, as_json)
        return

    def run() -> None:
        from catalog.price_queries import PriceFilter, list_prices
        from dashboard.report import price_rows

        wanted = PriceFilter(
            model=None if host or not model else model,
            instance=model if host else None,
            region=region,
            include_history=history,
        )
        with opened_catalog() as catalog, catalog.read() as session:
            page = list_prices(session, wanted, limit, after)
        show_page(page, as_json, price_rows)

    guarded(run)


@app.command()
def hosts(
    search: Annotated[str, typer.Argument(help="words, such as H100")] = "",
    region: Annotated[str | None, typer.Option(help="with a price in this region")] = None,
    as_json: AsJson = False,
    limit: Limit = 50,
    after: Annotated[str | None, typer.Option(help="`next` of the page before")] = None,
) -> None:
    """GPU hosts of the catalog."""

    def run() -> None:
        from catalog.instance_queries import list_instances
        from dashboard.report import host_rows

        with opened_catalog() as catalog, catalog.read() as session:
            page = list_instances(session, search, region, None, limit, after)
        show_page(page, as_json, host_rows)

    guarded(run)


@app.command()
def examples() -> None:
    """Names of the bundled scenarios."""
    from dashboard.service import example_names

    show("\n".join(example_names()))


@app.command()
def settings() -> None:
    """Every setting with its value and where it comes from."""

    def run() -> None:
        from catalog.settings import describe
        from dashboard.chat.endpoint_file import load_endpoints
        from dashboard.chat.errors import ChatRefused
        from dashboard.chat.limits import limits_of
        from dashboard.report import table

        found = read_settings()
        try:
            limits = limits_of(found, load_endpoints(found, os.environ).limits)
        except ChatRefused as refused:
            fail(str(refused), WRONG_INPUT)
        known = {one.variable: [one.variable, one.text, one.origin] for one in limits}
        rows = [
            known.get(line.name, [line.name, line.value, line.origin]) for line in describe(found)
        ]
        show(table(["setting", "value", "from"], rows))

    guarded(run)


@app.command()
def version() -> None:
    """The version of the program."""
    from dashboard import __version__

    show(__version__)


@snapshot_app.command("build")
def snapshot_build(
    source: Annotated[Path, typer.Option("--from", help="folder with the reference files")],
    price_map: Annotated[Path, typer.Option(help="litellm wheel; its price map is read as data")],
    target: Annotated[Path | None, typer.Option("--to", help="default: the bundled one")] = None,
    built_on: Annotated[str | None, typer.Option(help="day of the build, 2026-01-31")] = None,
    own_runs: Annotated[Path | None, typer.Option(help="folder of own_runs.csv: catalog")] = None,
) -> None:
    """Build the bundled catalog out of reference data."""

    def run() -> None:
        from datetime import UTC, date, datetime

        from catalog.snapshot.build import build_snapshot
        from catalog.snapshot.layout import SNAPSHOT_FOLDER
        from catalog.snapshot.price_map import read_price_map
        from catalog.snapshot.vendor_library import read_vendor_library

        try:
            day = date.fromisoformat(built_on) if built_on else datetime.now(UTC).date()
        except ValueError:
            fail(f"Expected --built-on as a day such as 2026-01-31, found {built_on!r}.", 2)
        folder = target or SNAPSHOT_FOLDER
        prices = read_price_map(price_map)
        built = build_snapshot(source, folder, day, prices, read_vendor_library(), own_runs)
        show(built.model_dump_json(indent=2))

    guarded(run)


@snapshot_app.command("info")
def snapshot_info() -> None:
    """What the bundled catalog holds, file by file, with source, date and licence."""

    def run() -> None:
        from catalog.snapshot.layout import SNAPSHOT_FOLDER
        from catalog.snapshot.read import read_manifest

        show(read_manifest(SNAPSHOT_FOLDER)[0].model_dump_json(indent=2))

    guarded(run)


@db_app.command("status")
def db_status() -> None:
    """Where the database is and whether its schema is current."""

    def run() -> None:
        from catalog.schema import database_status

        show(database_status(read_settings()).model_dump_json(indent=2))

    guarded(run)


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Bring the schema up to date; a SQLite file is backed up first."""

    def run() -> None:
        with opened_catalog() as catalog:
            show(f"current: {catalog.location}")

    guarded(run)


@db_app.command("backup")
def db_backup() -> None:
    """Copy a SQLite database to a dated file beside it."""

    def run() -> None:
        from datetime import UTC, datetime

        from catalog.schema import backup

        show(str(backup(read_settings(), datetime.now(UTC))))

    guarded(run)


def _answer(
    name: str, as_json: bool, lang: str, own_prices: bool, *, whole: bool, require: str | None
) -> None:
    import json

    from costing.verdict import Call
    from dashboard.answer import answer_document, estimates_document
    from dashboard.format import Format
    from dashboard.report import answer_text
    from dashboard.sentences import Sentences
    from dashboard.service import answer_bytes
    from dashboard.terminal import scenario_content, texts_of

    texts = texts_of(lang)
    content, form = scenario_content(name)
    with opened_catalog() as catalog:
        scenario, answer = answer_bytes(
            catalog, content, form=form, name=name, own_prices=own_prices
        )
    sentences = Sentences(texts, Format(lang, answer.question.currency))
    document = (answer_document if whole else estimates_document)(answer, scenario, sentences)
    if as_json:
        show(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        show(answer_text(answer, sentences, whole=whole))
    if require is not None:
        names = [option.name for option in answer.question.options]
        if require not in names:
            fail(f"Expected --require to name one of {', '.join(names)}, found {require!r}.", 2)
        verdict = answer.at_workload
        if verdict.cheapest != require or verdict.call is not Call.CLEAR:
            fail(f"{require} is not clearly the cheapest: {sentences.call(verdict)}.", NO)
