"""The command `modelcost evaluate`: a question file over several endpoints and settings."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli_options import Language
from dashboard.terminal import (
    FAILED,
    NO,
    WRONG_INPUT,
    fail,
    guarded,
    read_settings,
    show,
    texts_of,
)

if TYPE_CHECKING:
    from dashboard.chat.batch.report import Report
    from dashboard.chat.batch.session import Wanted
    from dashboard.texts import Texts

INTERRUPTED = 130

Files = list[Path] | None
Numbers = list[int] | None


def add_evaluate_command(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(evaluate)


def evaluate(
    questions: Annotated[
        str, typer.Argument(help="file: csv, yaml or jsonl; or the bundled questions: sample")
    ],
    endpoint: Annotated[list[str], typer.Option(help="who answers, by name; repeatable")],
    document: Annotated[
        Files, typer.Option(help="file to ask about instead of the bundled catalogue; repeatable")
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="connected source to ask about; read first where it changed")
    ] = None,
    top_n: Annotated[
        Numbers, typer.Option(help="passages for the model: 3, 5, 10 or 20; repeatable")
    ] = None,
    strictness: Annotated[Numbers, typer.Option(help="1 to 5; repeatable")] = None,
    chunk_tokens: Annotated[
        Numbers, typer.Option(help="longest passage: 256, 512, 1024 or 1536 tokens; repeatable")
    ] = None,
    judge: Annotated[
        str | None, typer.Option(help="endpoint whose model judges each answer as well")
    ] = None,
    repeats: Annotated[int, typer.Option(help="ask each question so often")] = 1,
    out: Annotated[Path | None, typer.Option(help="write all answers to this CSV file")] = None,
    resume: Annotated[
        Path | None, typer.Option(help="result file to go on with, made where there is none")
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="with --resume: ask failures again")
    ] = False,
    cost_cap: Annotated[
        str | None, typer.Option(help="US dollars at which the run ends itself; default 1")
    ] = None,
    threshold: Annotated[
        str | None, typer.Option(help="exit code 1 where fewer are right, such as 0.9")
    ] = None,
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="answers at a time")] = 4,
    system: Annotated[str, typer.Option(help="system message")] = "",
    examples: Annotated[
        Path | None, typer.Option(help="YAML or JSON: a list of user and assistant texts")
    ] = None,
    max_output_tokens: Annotated[int, typer.Option(help="longest answer")] = 800,
    temperature: Annotated[float, typer.Option(help="0 to 2")] = 0.7,
    region: Annotated[str, typer.Option(help="whose prices")] = "eastus",
    as_json: Annotated[bool, typer.Option("--json", help="print the summary as JSON")] = False,
    lang: Language = "en",
) -> None:
    """Ask every question of a file, and tell how many answers are right and what one costs.

    Judged by rules, not by a model: the expected answer, citations, and numbers that stand in the
    passages. Exit code 1 below the threshold or at the cost cap, 2 wrong input, 3 where an
    endpoint failed throughout, 130 when stopped; --resume goes on.
    """

    def run() -> None:
        from dashboard.chat.batch.session import Wanted
        from dashboard.chat.errors import ChatRefused

        texts = texts_of(lang)
        wanted = Wanted(
            questions=questions,
            endpoints=tuple(endpoint),
            documents=tuple(document or ()),
            source=source,
            top_n=tuple(top_n or (5,)),
            strictness=tuple(strictness or (3,)),
            repeats=repeats,
            system=system,
            examples=examples,
            parameters={"max_output_tokens": max_output_tokens, "temperature": temperature},
            region=region,
            out=out,
            resume=resume,
            retry_failed=retry_failed,
            cost_cap=cost_cap,
            threshold=threshold,
            concurrency=concurrency,
            judge=judge,
            chunk_tokens=tuple(chunk_tokens or ()),
        )
        try:
            report, path = _evaluated(wanted, texts)
        except ChatRefused as refused:
            fail(refused.sentence(texts), WRONG_INPUT)
        _tell(report, path, texts, as_json=as_json)

    try:
        guarded(run)
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None


def _evaluated(wanted: "Wanted", texts: "Texts") -> "tuple[Report, Path]":
    import os

    from dashboard.chat.batch.session import Evaluation, clock_of_machine
    from dashboard.chat.desk import open_desk
    from dashboard.service import open_catalog

    settings = read_settings()
    database = open_catalog(settings)
    try:
        desk = open_desk(settings, database, os.environ)
        return Evaluation(
            wanted=wanted, desk=desk, texts=texts, write=_write, clock=clock_of_machine()
        ).run()
    finally:
        database.close()


def _write(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _tell(report: "Report", path: Path, texts: "Texts", *, as_json: bool) -> None:
    """Print the summary; end with the exit code of how it went."""
    from dashboard.chat.batch.report import ending_lines, report_document, report_text
    from dashboard.chat.batch.run import Ended

    if as_json:
        document = {"result_file": str(path), **report_document(report)}
        show(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))
    else:
        show(report_text(report, texts))
    lines = "\n".join(ending_lines(report, texts))
    if report.failed_throughout or report.ended is Ended.GIVEN_UP:
        fail(lines, FAILED)
    if report.ended is Ended.STOPPED:
        fail(lines, INTERRUPTED)
    if report.ended in (Ended.COST_CAP, Ended.LIMIT) or report.below:
        fail(lines, NO)
