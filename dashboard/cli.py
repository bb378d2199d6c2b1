"""The command `modelcost`: the same answers as the page and REST, for scripts and terminals.

Answers go to stdout, everything else to stderr. Exit codes: 0 ok, 1 the answer is "no" where it is
asked as a gate, 2 wrong input, 3 a source, service or the database failed.
"""

import io
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from dashboard.cli_facts import add_fact_commands
from dashboard.cli_own_prices import own_prices_app

if TYPE_CHECKING:
    from catalog.database import Database
    from catalog.problems import Refused
    from catalog.settings import Settings

BEGAN_AT = time.time()
OK, NO, WRONG_INPUT, FAILED = 0, 1, 2, 3

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
app.add_typer(own_prices_app, name="own-prices")
add_fact_commands(app)

ScenarioName = Annotated[str, typer.Argument(help="file, - for stdin, or an example: article")]
AsJson = Annotated[bool, typer.Option("--json", help="print the document of the REST API")]
Language = Annotated[str, typer.Option("--lang", help="en or ja")]
OwnPricesShown = Annotated[
    bool, typer.Option("--with-own-prices", help="answer even where costs tell your own prices")
]
Limit = Annotated[int, typer.Option(min=1, max=200, help="rows at most")]


def main() -> None:
    """The console script: runs the command and turns every expected failure into one sentence."""
    _open_what_is_closed()
    app()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="0: any free port")] = None,
) -> None:
    """Serve the pages and the REST API until interrupted."""

    def run() -> None:
        from dashboard.serve import serve as serve_forever

        settings = _settings()
        changes: dict[str, Any] = {}
        if host is not None:
            changes["host"] = host
        if port is not None:
            changes["port"] = port
        serve_forever(settings.model_copy(update=changes), os.environ, BEGAN_AT)

    _guarded(run)


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
    _guarded(run)


@app.command()
def estimate(
    scenario: ScenarioName,
    as_json: AsJson = False,
    lang: Language = "en",
    own_prices: OwnPricesShown = False,
) -> None:
    """What each option costs at your load, as line items."""
    _guarded(partial(_answer, scenario, as_json, lang, own_prices, whole=False, require=None))


@app.command()
def models(
    search: Annotated[str, typer.Argument(help="words that the name must hold")] = "",
    as_json: AsJson = False,
    limit: Limit = 20,
    after: Annotated[str | None, typer.Option(help="`next` of the page before")] = None,
) -> None:
    """Models of the catalog."""

    def run() -> None:
        from catalog.model_queries import search_models
        from dashboard.report import model_rows

        with _catalog() as catalog, catalog.read() as session:
            page = search_models(session, search, limit, after)
        _print_page(page, as_json, model_rows)

    _guarded(run)


@app.command()
def prices(
    model: Annotated[str, typer.Argument(help="model, or a GPU host with --host")] = "",
    host: Annotated[bool, typer.Option("--host", help="the name is that of a GPU host")] = False,
    region: Annotated[str | None, typer.Option(help="only this region")] = None,
    history: Annotated[bool, typer.Option(help="also prices that are no longer true")] = False,
    as_json: AsJson = False,
    limit: Limit = 50,
    after: Annotated[str | None, typer.Option(help="`next` of the page before")] = None,
) -> None:
    """Prices with source and date."""

    def run() -> None:
        from catalog.price_queries import PriceFilter, list_prices
        from dashboard.report import price_rows

        wanted = PriceFilter(
            model=None if host or not model else model,
            instance=model if host else None,
            region=region,
            include_history=history,
        )
        with _catalog() as catalog, catalog.read() as session:
            page = list_prices(session, wanted, limit, after)
        _print_page(page, as_json, price_rows)

    _guarded(run)


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

        with _catalog() as catalog, catalog.read() as session:
            page = list_instances(session, search, region, None, limit, after)
        _print_page(page, as_json, host_rows)

    _guarded(run)


@app.command()
def examples() -> None:
    """Names of the bundled scenarios."""
    from dashboard.service import example_names

    _print("\n".join(example_names()))


@app.command()
def settings() -> None:
    """Every setting with its value and where it comes from."""

    def run() -> None:
        from catalog.settings import describe
        from dashboard.report import table

        rows = [[line.name, line.value, line.origin] for line in describe(_settings())]
        _print(table(["setting", "value", "from"], rows))

    _guarded(run)


@app.command()
def version() -> None:
    """The version of the program."""
    from dashboard import __version__

    _print(__version__)


@snapshot_app.command("build")
def snapshot_build(
    source: Annotated[Path, typer.Option("--from", help="folder with the reference files")],
    price_map: Annotated[Path, typer.Option(help="litellm wheel; its price map is read as data")],
    target: Annotated[Path | None, typer.Option("--to", help="default: the bundled one")] = None,
    built_on: Annotated[str | None, typer.Option(help="day of the build, 2026-01-31")] = None,
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
            _fail(f"Expected --built-on as a day such as 2026-01-31, found {built_on!r}.", 2)
        folder = target or SNAPSHOT_FOLDER
        prices = read_price_map(price_map)
        built = build_snapshot(source, folder, day, prices, read_vendor_library())
        _print(built.model_dump_json(indent=2))

    _guarded(run)


@snapshot_app.command("info")
def snapshot_info() -> None:
    """What the bundled catalog holds, file by file, with source, date and licence."""

    def run() -> None:
        from catalog.snapshot.layout import SNAPSHOT_FOLDER
        from catalog.snapshot.read import read_manifest

        _print(read_manifest(SNAPSHOT_FOLDER)[0].model_dump_json(indent=2))

    _guarded(run)


@db_app.command("status")
def db_status() -> None:
    """Where the database is and whether its schema is current."""

    def run() -> None:
        from catalog.schema import database_status

        _print(database_status(_settings()).model_dump_json(indent=2))

    _guarded(run)


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Bring the schema up to date; a SQLite file is backed up first."""

    def run() -> None:
        with _catalog() as catalog:
            _print(f"current: {catalog.location}")

    _guarded(run)


@db_app.command("backup")
def db_backup() -> None:
    """Copy a SQLite database to a dated file beside it."""

    def run() -> None:
        from datetime import UTC, datetime

        from catalog.schema import backup

        _print(str(backup(_settings(), datetime.now(UTC))))

    _guarded(run)


def _answer(
    name: str, as_json: bool, lang: str, own_prices: bool, *, whole: bool, require: str | None
) -> None:
    import json

    from costing.verdict import Call
    from dashboard.answer import answer_document, estimates_document
    from dashboard.format import Format
    from dashboard.report import answer_text
    from dashboard.sentences import Sentences
    from dashboard.service import answer_bytes, scenario_bytes
    from dashboard.texts import LANGUAGES, load_texts

    if lang not in LANGUAGES:
        _fail(f"Expected --lang {' or '.join(LANGUAGES)}, found {lang!r}.", WRONG_INPUT)
    content, form = (sys.stdin.buffer.read(), "yaml") if name == "-" else scenario_bytes(name)
    if name == "-" and content.lstrip()[:1] in (b"{", b"["):
        form = "json"
    with _catalog() as catalog:
        scenario, answer = answer_bytes(
            catalog,
            content,
            form=form,  # type: ignore[arg-type]
            name=name,
            own_prices=own_prices,
        )
    sentences = Sentences(load_texts(lang), Format(lang, answer.question.currency))
    document = (answer_document if whole else estimates_document)(answer, scenario, sentences)
    if as_json:
        _print(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        _print(answer_text(answer, sentences, whole=whole))
    if require is not None:
        names = [option.name for option in answer.question.options]
        if require not in names:
            _fail(f"Expected --require to name one of {', '.join(names)}, found {require!r}.", 2)
        verdict = answer.at_workload
        if verdict.cheapest != require or verdict.call is not Call.CLEAR:
            _fail(f"{require} is not clearly the cheapest: {sentences.call(verdict)}.", NO)


def _guarded(run: Callable[[], None]) -> None:
    """Run a command; every expected failure becomes its sentence and exit code."""
    from catalog.errors import (
        CatalogError,
        ModelAmbiguous,
        NotInCatalog,
        QueryInvalid,
        SettingInvalid,
    )
    from catalog.problems import Refused
    from dashboard.errors import CannotServe

    try:
        run()
    except Refused as refused:
        _fail(_problem_lines(refused), WRONG_INPUT)
    except (ModelAmbiguous, NotInCatalog, QueryInvalid, SettingInvalid, ValueError) as error:
        _fail(str(error), WRONG_INPUT)
    except (CatalogError, CannotServe) as error:
        _fail(str(error), FAILED)
    except OSError as error:
        _fail(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), FAILED)


def _problem_lines(refused: "Refused") -> str:
    lines = []
    for problem in refused.problems:
        place = ":".join(
            str(part)
            for part in (refused.name, problem.line, problem.column)
            if part not in (None, "")
        )
        field = f" {problem.field}:" if problem.field else ""
        lines.append(
            f"{place}:{field} {problem.message}" if place else f"{field} {problem.message}"
        )
    return "\n".join(line.strip() for line in lines)


def _settings() -> "Settings":
    from catalog.settings import load_settings

    return load_settings(os.environ)


@contextmanager
def _catalog() -> "Iterator[Database]":
    from dashboard.service import open_catalog

    catalog = open_catalog(_settings())
    try:
        yield catalog
    finally:
        catalog.close()


def _print_page(page: Any, as_json: bool, rows: Callable[[Any], str]) -> None:
    if as_json:
        _print(page.model_dump_json(indent=2))
        return
    _print(rows(page.items))
    if page.next is not None:
        sys.stderr.write(f"{len(page.items)} of {page.total}; more with --after {page.next}\n")


def _print(text: str) -> None:
    """Print at once, so that a full disk or a closed pipe is met here and not at exit.

    A reader that closed the pipe (`| head`) has seen enough: the exit code stays that of the
    answer.
    """
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is left over
        if not isinstance(error, BrokenPipeError):
            raise


def _open_what_is_closed() -> None:
    """A caller may close a stream (`<&-`), and an encoding may lack a letter; neither is a
    crash."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _fail(message: str, code: int) -> NoReturn:
    sys.stderr.write(f"modelcost: {message}\n")
    raise typer.Exit(code)
