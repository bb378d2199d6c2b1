"""Arguments and options that several commands have, each with its one help text."""

from typing import Annotated

import typer

ScenarioName = Annotated[str, typer.Argument(help="file, - for stdin, or an example: article")]
AsJson = Annotated[bool, typer.Option("--json", help="print the document of the REST API")]
Language = Annotated[str, typer.Option("--lang", help="en or ja")]
OwnPricesShown = Annotated[
    bool, typer.Option("--with-own-prices", help="answer even where costs tell your own prices")
]
