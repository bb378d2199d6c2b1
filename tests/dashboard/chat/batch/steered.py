"""Endpoints that are real llama.cpp servers, each steered to one kind of answer, and a way to
evaluate them as a person does."""

from __future__ import annotations

import csv
import io
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.dashboard.commands import Told, call, environment_in
from tests.emulators.counted import Relay, relay_to
from tests.emulators.llama.server import KEY, llama_server
from tests.servers import PROGRAM

LLAMA = "meta-llama/Llama-3.3-70B-Instruct"
SAYS = {
    "right": "The TrailWalker Hiking Shoes cost $110 [doc1].",
    "wrong": "The TrailWalker Hiking Shoes cost $987 [doc1].",
    "uncited": "The TrailWalker Hiking Shoes cost $110.",
}
QUESTIONS = (
    "question,expected,must_cite,language\n"
    "How much do the TrailWalker Hiking Shoes cost?,$110,true,en\n"
    "TrailWalker Hiking Shoes price,$110,true,\n"
)
MEASURED = {
    "ttft_seconds", "total_seconds", "output_tokens_per_second", "asked_at", "cached_input_tokens",
    "cache",
}  # fmt: skip
"""Columns that differ from run to run, with the load of the machine and a server's cache."""


@dataclass(frozen=True, kw_only=True)
class Models:
    """The servers. relays: by name, what counts the questions. file: endpoints.yaml."""

    relays: Mapping[str, Relay]
    file: Path

    @property
    def settings(self) -> dict[str, str]:
        """What a process needs to ask them."""
        return {"MODELCOST_ENDPOINTS_FILE": str(self.file), "KEY": KEY, "WRONG": "canary-wrong-key"}

    def count(self) -> int:
        """Questions that all of them were asked."""
        return sum(one.count for one in self.relays.values())


@contextmanager
def running_models(folder: Path) -> Iterator[Models]:
    """The servers of `SAYS`, and endpoints `refused` with a wrong key and `free` without price."""
    with ExitStack() as running:
        relays = {}
        lines = ["allowed_networks: [127.0.0.0/8]", "endpoints:"]
        for name, sentence in SAYS.items():
            place = folder / name
            place.mkdir()
            server = running.enter_context(llama_server(place, f'root ::= "{sentence}"'))
            relays[name] = running.enter_context(relay_to(server.base_url))
            lines.append(_endpoint(name, relays[name].base_url, f"catalog_model: {LLAMA}"))
        lines.append(_endpoint("free", relays["right"].base_url))
        lines.append(_endpoint("refused", relays["right"].base_url, key="WRONG"))
        file = folder / "endpoints.yaml"
        file.write_text("\n".join(lines), encoding="utf-8")
        yield Models(relays=relays, file=file)


def _endpoint(name: str, url: str, more: str = "", *, key: str = "KEY") -> str:
    rest = "kind: openai_compatible, model: tiny, auth: key, region: japaneast"
    priced = f", {more}" if more else ""
    return f'  - {{name: {name}, base_url: "{url}", {rest}, api_key_env: {key}{priced}}}'


@dataclass(frozen=True, kw_only=True)
class Evaluator:
    """Evaluates in a folder of its own: `data` holds the catalog, the rest lies beside it."""

    folder: Path
    models: Models

    def __call__(self, *arguments: str, questions: str = QUESTIONS) -> Told:
        """Call the command in this process on these questions, closely chosen passages."""
        told = call("evaluate", *self.arguments(*arguments, questions=questions),
                    folder=self.data, **self.models.settings)  # fmt: skip
        assert KEY not in told.stdout + told.stderr
        return told

    def start(self, *arguments: str, questions: str = QUESTIONS) -> subprocess.Popen[bytes]:
        """The same as a process of its own, which runs on."""
        return subprocess.Popen(
            [str(PROGRAM), "evaluate", *self.arguments(*arguments, questions=questions)],
            env=environment_in(self.data, **self.models.settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def arguments(self, *arguments: str, questions: str) -> list[str]:
        """With a file of the questions, unless the first argument names one."""
        if arguments and not arguments[0].startswith("-"):
            return list(arguments)
        file = self.folder / "questions.csv"
        file.write_text(questions, encoding="utf-8")
        return [str(file), "--strictness", "5", "--top-n", "3", *arguments]

    @property
    def data(self) -> Path:
        """The data folder."""
        place = self.folder / "data"
        place.mkdir(exist_ok=True)
        return place

    def table(self, name: str) -> list[dict[str, str]]:
        """The rows of a table that was written."""
        text = (self.folder / name).read_text(encoding="utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))


def steady(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows without what differs from run to run."""
    return [{key: cell for key, cell in row.items() if key not in MEASURED} for row in rows]


def is_written(folder: Path, secret: bytes) -> list[str]:
    """Files of a folder, all the way down, that hold a secret."""
    found = []
    for place, _, names in os.walk(folder):
        found += [name for name in names if secret in Path(place, name).read_bytes()]
    return found
