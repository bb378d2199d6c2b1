"""What deploys an option, as the command line writes it, and commands as a shell reads them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.dashboard.commands import call


def deployed(folder: Path, scenario: Any, option: str) -> Any:
    """The document of the command line, for an example or a document."""
    named = isinstance(scenario, str)
    return call(
        "deploy", scenario if named else "-", "--option", option, "--json",
        folder=folder, stdin="" if named else json.dumps(scenario),
    ).document()  # fmt: skip


def words_of(text: str) -> list[str]:
    """The words of a command as a real shell makes them of it."""
    script = f"set -- {text}\nprintf '%s\\0' \"$@\""
    done = subprocess.run(
        ["sh"], input=script.encode("utf-8", "replace"), capture_output=True, check=True
    )
    return done.stdout.decode().split("\0")[:-1]


def flags_of(text: str) -> dict[str, str]:
    """The flags of a command as a shell reads them; the words before them under ``."""
    words = words_of(text)
    found: dict[str, str] = {"": " ".join(word for word in words if not word.startswith("-"))}
    for at, word in enumerate(words):
        if word.startswith("--"):
            found[word] = words[at + 1] if at + 1 < len(words) else ""
    return found


def way(document: Any, code: str) -> Any:
    [found] = [one for one in document["ways"] if one["code"] == code]
    return found


def files_of(found: Any) -> dict[str, str]:
    return {one["name"]: one["content"] for one in found["files"]}


def codes(document: Any) -> list[str]:
    return [one["code"] for one in document["notes"]]


def on_hosts(**changed: Any) -> dict[str, Any]:
    """Hosts whose capacity is estimated."""
    return {
        "version": 1,
        "model": "meta-llama/Llama-3.3-70B-Instruct",
        "region": "japaneast",
        "currency": "USD",
        "workload": {
            "requests_per_hour": 8000, "input_tokens": 1024, "output_tokens": 512,
            "cached_input_share": 0, "peak_to_mean": 2, "tpot_seconds": "0.1",
        },
        "options": [
            {
                "name": "Hosts", "kind": "dedicated", "instance": "Standard_ND96isr_H200_v5",
                "minimum_instances": 1, "spare_instances": 1,
                "price": {"amount": "50", "per": 1, "unit": "hour"}, **changed,
            }
        ],
    }  # fmt: skip
