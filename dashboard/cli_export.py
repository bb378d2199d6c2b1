"""The command `modelcost export`: an answer as a workbook, page for paper, table or record."""

import sys
from pathlib import Path
from typing import Annotated, cast

import typer

from dashboard.cli_options import (
    Base,
    Language,
    Overflow,
    OwnPricesShown,
    Profile,
    ScenarioName,
)
from dashboard.terminal import WRONG_INPUT, fail, guarded, opened_catalog, show


def add_export_command(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(export)


def export(
    scenario: ScenarioName,
    kind: Annotated[
        str,
        typer.Option("--as", help="xlsx, csv, markdown, focus (1.2), print (HTML) or svg"),
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", help="file to write; - for stdout, xlsx excepted")
    ] = "-",
    lang: Language = "en",
    own_prices: OwnPricesShown = False,
    base: Base = None,
    overflow: Overflow = None,
    profile: Profile = None,
) -> None:
    """Take an answer away: an Excel workbook of live formulas, a page for paper with boxes to sign,
    a table, a decision record, rows in the shape of FOCUS 1.2, or the chart as a drawing. Base,
    overflow and profile are those of the workbook's sheet of them."""

    def run() -> None:
        from dashboard.export_run import export_of_bytes
        from dashboard.exports.kinds import KINDS, Kind
        from dashboard.hybrid_case import HybridRequest
        from dashboard.terminal import scenario_content, texts_of

        texts = texts_of(lang)
        if kind not in KINDS:
            fail(f"Expected --as {', '.join(KINDS)}, found {kind!r}.", WRONG_INPUT)
        if kind == "xlsx" and output == "-":
            fail("A workbook needs a file: add -o FILE.xlsx.", WRONG_INPUT)
        content, form = scenario_content(scenario)
        with opened_catalog() as catalog:
            file = export_of_bytes(
                catalog,
                content,
                cast(Kind, kind),
                texts,
                form=form,
                name=scenario,
                own_prices=own_prices,
                hybrid=HybridRequest(base=base, overflow=overflow, profile=profile),
            )
        if output == "-":
            show(file.content.decode("utf-8").rstrip("\n"))
            return
        Path(output).write_bytes(file.content)
        sys.stderr.write(f"{output}: {len(file.content):,} bytes\n")

    guarded(run)
