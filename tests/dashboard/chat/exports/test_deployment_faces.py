"""What deploys an option on the command line and by REST; names that try to leave their place."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

import httpx
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.chat.exports.deployment_parts import command, plain_name
from dashboard.chat.exports.deployment_text import deployment_text
from dashboard.service import example_document
from dashboard.texts import LANGUAGES, load_texts
from tests.dashboard.chat.exports.deployments import (
    on_hosts,
    words_of,
)
from tests.dashboard.chat.exports.setups import hostile_texts
from tests.dashboard.commands import call, refusal
from tests.dashboard.documents import article

MIXED = "gpt-4o-or-llama-japan-east"
HOSTS = "Llama-3.3-70B on hosts"
NAME_OF_AZURE = re.compile(r"[a-z][a-z0-9-]{1,30}[a-z0-9]")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "name", ["x\n$(touch pwned)\n`touch pwned`", "'; touch pwned #", "<RESOURCE_GROUP> <NOBODY>"]
)
def test_a_hostile_name_is_a_comment_of_a_script_that_a_shell_reads(
    tmp_path: Path, lang: str, name: str
) -> None:
    scenario = on_hosts(name=name, instance=f"Standard_{name[:12]}".replace("\n", " "))
    told = call(
        "deploy", "-", "--option", name, "--lang", lang, folder=tmp_path,
        stdin=json.dumps(scenario),
    )  # fmt: skip

    checked = subprocess.run(
        ["bash", "-n"], input=told.stdout.encode(), capture_output=True, check=True
    )

    assert (0, b"") == (told.exit_code, checked.stderr)
    outside = re.sub(r"<<'END_OF_FILE'\n.*?\nEND_OF_FILE\n", "\n", told.stdout, flags=re.DOTALL)
    live = "\n".join(shlex.split(outside, comments=True))
    assert "touch" not in live.replace(scenario["options"][0]["instance"], "")
    deployment = told.stdout.partition("cat > deployment.yml <<'END_OF_FILE'\n")[2]
    read = yaml.safe_load(deployment.partition("END_OF_FILE")[0])
    assert scenario["options"][0]["instance"].strip() == read["instance_type"]


def test_the_command_line_and_rest_give_the_same_document(server_url: str, tmp_path: Path) -> None:
    told = call("deploy", MIXED, "--option", HOSTS, "--json", folder=tmp_path).document()

    answer = httpx.post(
        f"{server_url}/api/v1/deployments",
        json=example_document(MIXED),
        params={"option": HOSTS},
        timeout=30,
    )

    assert 200 == answer.status_code
    assert told == answer.json()
    assert "price" not in json.dumps({**told, "scenario": None}).lower()


def test_an_option_that_does_not_exist_is_refused_with_those_that_do(
    server_url: str, tmp_path: Path
) -> None:
    lines = refusal(call("deploy", "article", "--option", "Nobody", folder=tmp_path), 2)
    answer = httpx.post(
        f"{server_url}/api/v1/deployments", json=article(), params={"option": "Nobody"}, timeout=30
    )

    says = "Expected one of Per token, Three hosts, found 'Nobody'."
    assert lines[0].endswith(f"option: {says}")
    assert (422, says) == (answer.status_code, answer.json()["detail"])


def test_an_option_has_to_be_named(server_url: str) -> None:
    answer = httpx.post(f"{server_url}/api/v1/deployments", json=article(), timeout=30)

    assert 422 == answer.status_code
    assert "option" == answer.json()["errors"][0]["field"]


@given(st.lists(hostile_texts.map(lambda text: text.replace("\0", "")), min_size=1, max_size=4))
@settings(deadline=None, max_examples=60)
def test_every_value_of_a_command_is_one_word_of_the_shell(values: list[str]) -> None:
    flags = {f"--flag-{at}": value for at, value in enumerate(values)}

    words = words_of(command(("az", "do it"), flags))

    whole = [text.encode("utf-8", "replace").decode() for text in values]
    pairs = zip(flags, whole, strict=True)
    assert ["az", "do it", *(word for pair in pairs for word in pair)] == words


@given(hostile_texts)
def test_any_name_becomes_one_that_azure_takes(text: str) -> None:
    assert NAME_OF_AZURE.fullmatch(plain_name(text))


@given(hostile_texts)
def test_no_text_of_a_person_leaves_its_comment(text: str) -> None:
    document = {"option": text, "notes": [{"text": text}], "placeholders": [], "ways": []}

    script = deployment_text(document, load_texts("en"))

    assert all(line.startswith("#") for line in script.splitlines())
