"""Arguments and options that several commands have, each with its one help text."""

from typing import Annotated

import typer

ScenarioName = Annotated[str, typer.Argument(help="file, - for stdin, or an example: article")]
AsJson = Annotated[bool, typer.Option("--json", help="print the document of the REST API")]
Language = Annotated[str, typer.Option("--lang", help="en or ja")]
OwnPricesShown = Annotated[
    bool, typer.Option("--with-own-prices", help="answer even where costs tell your own prices")
]
Base = Annotated[str | None, typer.Option(help="option that always runs; the first hosts or units")]
Overflow = Annotated[str | None, typer.Option(help="option by the token; the first of them")]
Profile = Annotated[
    str | None,
    typer.Option(help="flat, office_hours or office_hours_with_weekend; office_hours"),
]
