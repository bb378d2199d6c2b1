"""Commands about rates between currencies: your company's own, and those that were read."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.terminal import WRONG_INPUT, fail, guarded, opened_catalog, show

if TYPE_CHECKING:
    from catalog.rates import Rate

rates_app = typer.Typer(
    help="Rates between currencies, with date and source.", no_args_is_help=True
)

TEMPLATE = """\
# One rate a row: for one unit of `from` you pay `rate` units of `to`.
# Needed: from, to, rate, owner (who says so), and a date, or first and last day of a period.
from,to,rate,date,period_from,period_to,owner
USD,JPY,150,,2026-10-01,2026-12-31,Group treasury
USD,EUR,0.92,2026-11-25,,,Group treasury
"""


@rates_app.command("template")
def template() -> None:
    """An example file of own rates to start from."""
    guarded(lambda: show(TEMPLATE.rstrip()))


@rates_app.command("import")
def import_file(file: Annotated[Path, typer.Argument(help="CSV of own rates")]) -> None:
    """Store the rates of a file, all or none. A rate that is there already changes nothing."""

    def run() -> None:
        from datetime import UTC, datetime

        from catalog.own_rate_file import import_own_rates, read_own_rates

        rates = read_own_rates(file.read_bytes(), name=str(file), now=datetime.now(UTC))
        with opened_catalog() as catalog:
            new = import_own_rates(catalog, rates, name=str(file))
        show(f"{file}: {len(rates)} rates, {new} new.")

    guarded(run)


@rates_app.command("list")
def list_them(
    source: Annotated[str | None, typer.Option(help="ecb, own or sample")] = None,
    history: Annotated[bool, typer.Option(help="also earlier days")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print the document of REST")] = False,
    limit: Annotated[int, typer.Option(min=1, max=200, help="rows at most")] = 100,
    after: Annotated[str | None, typer.Option(help="`next` of the page before")] = None,
) -> None:
    """Rates with day and source, your own among them; the sample where it is asked for."""

    def run() -> None:
        from catalog.rates import RateFilter
        from dashboard.rates import listed_rates, rates_document
        from dashboard.report import table

        wanted = RateFilter(source=source, own=True, history=history)
        with opened_catalog() as catalog, catalog.read() as session:
            page = listed_rates(session, wanted, limit, after)
        if as_json:
            show(json.dumps(rates_document(page), ensure_ascii=False, indent=2))
            return
        head = ["1 unit of", "is", "currency", "day or period", "source", "owner"]
        show(table(head, [_cells(rate) for rate in page.items]))
        show(f"{len(page.items)} of {page.total}")
        if any(rate.sample for rate in page.items):
            show(f"Sample rates of {page.items[0].as_of}, not of today.")

    guarded(run)


@rates_app.command("remove")
def remove(
    owner: Annotated[str, typer.Argument(help="whose own rates")],
    base: Annotated[str | None, typer.Option("--from", help="only from this currency")] = None,
    quote: Annotated[str | None, typer.Option("--to", help="only to this currency")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Forget own rates of an owner: all of them, or those of one pair."""

    def run() -> None:
        from catalog.rates import remove_own_rates

        if (base is None) != (quote is None):
            fail("Expected --from and --to together, found one of them.", WRONG_INPUT)
        if not yes and not typer.confirm(f"Forget the own rates of {owner}?", err=True):
            fail("Nothing was removed.", WRONG_INPUT)
        pair = None if base is None or quote is None else (base, quote)
        with opened_catalog() as catalog:
            count = remove_own_rates(catalog, owner, pair)
        show(f"{owner}: {count} rates removed.")

    guarded(run)


def _cells(rate: "Rate") -> list[str]:
    from catalog.problems import cut

    days = f"{rate.as_of}" + (f" to {rate.valid_to}" if rate.valid_to else "")
    return [rate.base, f"{rate.rate:f}", rate.quote, days, rate.source, cut(rate.owner or "")]
