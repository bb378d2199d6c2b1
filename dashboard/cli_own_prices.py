"""Commands about prices of your own: check a file, load it, list and forget files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.terminal import WRONG_INPUT, fail, guarded, opened_catalog, show

if TYPE_CHECKING:
    from catalog.database import Database
    from catalog.own_price_file import OwnPriceRecord

own_prices_app = typer.Typer(help="Contract prices and others of your own.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="CSV, or YAML with a list under prices")]
TEMPLATE = """\
# One price a row. Needed: provider, kind, amount, unit, currency, and model or instance.
# kind: input, cached_input, output, batch_input, batch_output, hosting, instance.
# unit: token, hour.
# deployment (token prices): global, data_zone, regional, unknown. term (instance): on_demand, ...
provider,model,instance,region,deployment,kind,term,amount,per,unit,currency,basis,as_of,owner,note
azure,,Standard_NC24ads_A100_v4,japaneast,,instance,on_demand,4.20,1,hour,USD,contracted,,,no. 17
azure,meta-llama/Llama-3.3-70B-Instruct,,japaneast,regional,input,,0.65,1000000,token,USD,,,,
"""


@own_prices_app.command("template")
def template() -> None:
    """An example file to start from."""
    guarded(lambda: show(TEMPLATE.rstrip()))


@own_prices_app.command("check")
def check(file: File) -> None:
    """Say what is wrong with a file; nothing is loaded."""

    def run() -> None:
        with opened_catalog() as catalog:
            rows, _ = _read(catalog, file)
        show(f"{file}: {len(rows)} prices, nothing wrong.")

    guarded(run)


@own_prices_app.command("load")
def load(
    file: File,
    name: Annotated[str | None, typer.Option(help="name here; default: that of the file")] = None,
) -> None:
    """Load a file; one of the same name is replaced. Own prices come before list prices."""

    def run() -> None:
        from datetime import UTC, datetime

        from catalog.own_price_wins import wins_over_list
        from catalog.own_prices import load_own_prices

        now, known_as = datetime.now(UTC), name or file.name
        with opened_catalog() as catalog:
            rows, sha256 = _read(catalog, file)
            count = load_own_prices(catalog, rows, name=known_as, sha256=sha256, now=now)
            with catalog.read() as session:
                wins = wins_over_list(session, known_as, now.date())
        show(f"{known_as}: {count} prices loaded, {len(wins)} in place of a list price.")
        for win in wins:
            what = win.own.instance_id or win.own.model_id or win.own.offer_id
            place = win.own.region or "any region"
            change = "" if win.difference is None else f" ({win.difference * 100:+.1f} %)"
            show(f"  {what}, {place}, {win.own.term or win.own.kind}{change}")

    guarded(run)


@own_prices_app.command("list")
def list_files() -> None:
    """Files that are loaded; the prices themselves are not shown."""

    def run() -> None:
        from catalog.own_prices import list_own_price_files
        from dashboard.report import table

        with opened_catalog() as catalog, catalog.read() as session:
            files = list_own_price_files(session)
        rows = [[one.name, str(one.rows), f"{one.loaded_at:%Y-%m-%d %H:%M} UTC"] for one in files]
        show(table(["file", "prices", "loaded"], rows))

    guarded(run)


@own_prices_app.command("remove")
def remove(
    name: Annotated[str, typer.Argument(help="name of a loaded file")],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Forget a file and its prices."""

    def run() -> None:
        from catalog.own_prices import remove_own_prices

        if not yes and not typer.confirm(f"Forget the prices of {name}?", err=True):
            fail("Nothing was removed.", WRONG_INPUT)
        with opened_catalog() as catalog:
            count = remove_own_prices(catalog, name)
        show(f"{name}: {count} prices removed.")

    guarded(run)


def _read(catalog: "Database", file: Path) -> "tuple[tuple[OwnPriceRecord, ...], str]":
    """The checked prices of a file and the SHA-256 of its bytes. Raises Refused, OSError."""
    import hashlib
    from datetime import UTC, datetime

    from catalog.own_price_file import read_own_prices

    content = file.read_bytes()
    form = "yaml" if file.suffix.lower() in (".yaml", ".yml") else "csv"
    with catalog.read() as session:
        rows = read_own_prices(
            session,
            content,
            form=form,  # type: ignore[arg-type]
            name=str(file),
            now=datetime.now(UTC),
        )
    return rows, hashlib.sha256(content).hexdigest()
