"""The command `modelcost chat`: one question about documents, answered in the terminal."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dashboard.cli_options import Language
from dashboard.terminal import FAILED, WRONG_INPUT, fail, guarded, read_settings, show, texts_of

if TYPE_CHECKING:
    from dashboard.chat.desk import Desk
    from dashboard.texts import Texts

Several = list[str] | None
Files = list[Path] | None


def add_chat_command(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(chat)


def chat(
    question: Annotated[str, typer.Argument(help="the question; - reads it from stdin")],
    endpoint: Annotated[
        Several, typer.Option(help="who answers, by name; repeatable, at most three")
    ] = None,
    document: Annotated[
        Files, typer.Option(help="file to ask about instead of the bundled catalogue; repeatable")
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="connected source to ask about; read first where it changed")
    ] = None,
    no_documents: Annotated[bool, typer.Option("--no-documents", help="ask without any")] = False,
    system: Annotated[str, typer.Option(help="system message")] = "",
    examples: Annotated[
        Path | None, typer.Option(help="YAML or JSON: a list of user and assistant texts")
    ] = None,
    playground: Annotated[
        Path | None,
        typer.Option(help="settings file of the classic chat playground; other options go first"),
    ] = None,
    top_n: Annotated[int, typer.Option(help="passages for the model: 3, 5, 10 or 20")] = 5,
    strictness: Annotated[int, typer.Option(help="1 to 5; 5 keeps only the nearest")] = 3,
    region: Annotated[str, typer.Option(help="whose prices")] = "eastus",
    as_json: Annotated[
        bool, typer.Option("--json", help="print all that REST tells, as one document")
    ] = False,
    lang: Language = "en",
) -> None:
    """Ask about documents. Without --endpoint nothing is generated: the passages, and what the
    question would cost. Exit code 3 where an answer failed."""

    def run() -> None:
        from dashboard.chat.errors import ChatRefused
        from dashboard.chat.example_file import read_example_file

        texts = texts_of(lang)
        text = sys.stdin.read() if question == "-" else question
        own = "none" if no_documents else "uploads" if document else "sample"
        if source is not None and own != "sample":
            fail(texts("chat.cli.one_source"), WRONG_INPUT)
        body: dict[str, Any] = {
            "question": text,
            "endpoints": endpoint or [],
            "source": source or own,
            "system": system,
            "retrieval": {"top_n": top_n, "strictness": strictness},
            "region": region,
        }
        try:
            if playground is not None:
                body |= _of_playground(playground, texts)
                body["system"] = system or body["system"]
            if examples is not None:
                body["examples"] = [asdict(one) for one in read_example_file(examples)]
            told = _asked(body, document or [], texts)
        except ChatRefused as refused:
            fail(refused.sentence(texts), WRONG_INPUT)
        if as_json:
            show(json.dumps(told, ensure_ascii=False, allow_nan=False, indent=2))
        else:
            show(_words(told, texts))
        if any(one["state"] == "failed" for one in told["answers"]):
            fail(texts("chat.cli.failed"), FAILED)

    guarded(run)


def _of_playground(file: Path, texts: "Texts") -> dict[str, Any]:
    """Settings of a playground's file; what became of each stands in stderr. Who answers is named
    by --endpoint alone, because an answer costs money."""
    from dashboard.chat.errors import ChatRefused
    from dashboard.chat.playground_taken import take_over

    try:
        content = file.read_bytes()
    except OSError:
        raise ChatRefused("examples_unreadable", file=file.name) from None
    found = take_over(content, (), texts)
    for name, lines in (("taken", found.taken), ("left", found.left)):
        if lines:
            _say("\n".join([texts(f"chat.page.playground_{name}"), *(f"- {one}" for one in lines)]))
    return found.settings


def _asked(body: Mapping[str, Any], files: list[Path], texts: "Texts") -> dict[str, Any]:
    """The events of a question put together. What it needs of a space is gone afterwards."""
    import os
    import tempfile

    from dashboard.chat.asked import read_asked
    from dashboard.chat.desk import open_desk
    from dashboard.service import open_catalog

    asked = read_asked(body)
    settings = read_settings()
    database = open_catalog(settings)
    desk = open_desk(settings, database, os.environ)
    try:
        with tempfile.TemporaryDirectory(prefix="modelcost-") as folder:
            return _conversed(desk, asked, files, Path(folder), texts)
    finally:
        desk.close()
        database.close()


def _conversed(
    desk: "Desk", asked: Any, files: list[Path], folder: Path, texts: "Texts"
) -> dict[str, Any]:
    import anyio

    from dashboard.chat.conversation import conversation_of
    from dashboard.chat.sources.told import read_aloud
    from dashboard.chat.spaces import Space
    from dashboard.chat.uploads import add_upload

    space = Space(folder)
    for file in files:
        add_upload(space.documents, file, file.name, asked.retrieval.chunk_tokens, texts)
    read_aloud(desk.shelf, asked.source, texts, _say)
    endpoints = [desk.endpoints.named(name) for name in asked.endpoints]
    told: dict[str, Any] = {"answers": [{"endpoint": one.name, "text": ""} for one in endpoints]}
    places: dict[int, dict[str, Any]] = {}

    async def take(name: str, data: Mapping[str, Any]) -> None:
        if name == "meta":
            told["passages"], told["dropped"] = data["passages"], data["dropped"]
            for answer, one in zip(told["answers"], data["answers"], strict=True):
                places[one["answer"]] = answer
                answer["label"] = one["label"]
        elif "answer" not in data:
            told["without_model"] = dict(data)
        elif name == "delta":
            places[data["answer"]]["text"] += data["text"]
        elif name in ("done", "error"):
            kept = {key: value for key, value in data.items() if key not in ("answer", "html")}
            places[data["answer"]].update({"state": "failed"} | kept)

    conversation = conversation_of(desk.sources(space), desk.database, texts, lambda _money: None)
    try:
        anyio.run(conversation.run, asked, endpoints, take)
    finally:
        space.close()
    return told


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _words(told: Mapping[str, Any], texts: "Texts") -> str:
    """What was told, as a person reads it in a terminal."""
    lines = [
        f"[doc{one['number']}] {one['title']}: {' '.join(one['text'].split())[:160]}"
        for one in told["passages"]
    ] or [texts("chat.page.passages_none")]
    for answer in told["answers"]:
        lines += ["", f"{answer['label']}:", answer["text"] or "–"]
        if answer["state"] == "failed":
            lines.append(answer["message"])
        lines += _facts(answer, texts)
    if "without_model" in told:
        found = told["without_model"]
        lines += ["", texts("chat.page.nothing_generated"), _about(found, texts)]
        lines += [f"  {one['cost']:>14} USD  {one['model_id']}" for one in found["models"]]
    return "\n".join(lines)


def _about(found: Mapping[str, Any], texts: "Texts") -> str:
    return texts(
        "chat.page.about_tokens",
        input=f"{found['input_tokens_about']:,}",
        planned=f"{found['input_tokens_planned']:,}",
        output=f"{found['output_tokens_assumed']:,}",
    )


def _facts(answer: Mapping[str, Any], texts: "Texts") -> list[str]:
    usage, money = answer.get("usage"), answer.get("money")
    if usage is None:
        return [texts("chat.page.no_usage")]
    lines = [
        texts(
            "chat.page.tokens",
            input=f"{usage['input_tokens']:,}",
            output=f"{usage['output_tokens']:,}",
        )
    ]
    if money is not None:
        for way in ("by_token", "on_host"):
            missing = texts("chat.page.no_price" if way == "by_token" else "chat.page.no_host")
            cost = missing if money[way] is None else f"{money[way]['cost']} USD"
            lines.append(f"{texts(f'chat.page.{way}')} {cost}")
    return lines
