"""The program serving its test chat, with real llama.cpp servers as the operator's endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.dashboard.chat.talking import NEDAN, PRICE
from tests.dashboard.commands import fill_folder
from tests.emulators.llama.server import KEY, llama_server
from tests.servers import running_server

WRONG = "canary-key-that-is-wrong"
LLAMA = "meta-llama/Llama-3.3-70B-Instruct"
ENDPOINTS = """
allowed_networks: [127.0.0.0/8]
endpoints:
  - {{name: english, label: In English, base_url: "{english}", {rest}, catalog_model: {model}}}
  - {{name: japanese, label: In Japanese, base_url: "{japanese}", {rest}, catalog_model: {model}}}
  - {{name: endless, label: Without end, base_url: "{endless}", {rest}}}
  - {{name: refused, label: Wrong key, base_url: "{english}", {wrong}}}
  - {{name: missing, label: No key, base_url: "{english}", {missing}}}
"""
REST = "kind: openai_compatible, model: tiny, auth: key, region: japaneast, api_key_env: {}"
GRAMMARS = {
    "english": f'root ::= "{PRICE}"',
    "japanese": f'root ::= "{NEDAN}"',
    "endless": 'root ::= "word " root',
}


@contextmanager
def chat_service(folder: Path) -> Iterator[str]:
    """URL of a service whose endpoints answer one sentence, another, words without end, or not."""
    with ExitStack() as running:
        urls = {}
        for name, grammar in GRAMMARS.items():
            place = folder / name
            place.mkdir()
            urls[name] = running.enter_context(llama_server(place, grammar)).base_url
        fill_folder(folder / "data")
        named = {"rest": "KEY", "wrong": "WRONG", "missing": "MISSING"}
        written = ENDPOINTS.format(
            **urls, **{name: REST.format(key) for name, key in named.items()}, model=LLAMA
        )
        (folder / "data" / "endpoints.yaml").write_text(written, encoding="utf-8")
        yield running.enter_context(running_server(folder, KEY=KEY, WRONG=WRONG))
