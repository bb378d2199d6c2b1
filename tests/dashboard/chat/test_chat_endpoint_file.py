"""The operator's file of endpoints: what it may hold, and how it is refused."""

from __future__ import annotations

import json
import logging
import traceback
from dataclasses import asdict
from pathlib import Path

import pytest
from fastapi.encoders import jsonable_encoder

from catalog.settings import load_settings
from dashboard.chat.endpoint_file import EndpointFileRefused, load_endpoints, read_endpoints
from dashboard.chat.endpoints import Endpoints
from dashboard.chat.errors import ChatRefused
from dashboard.texts import load_texts

CANARY = "canary-secret-value-of-a-key"
WHOLE = """
allowed_networks: [10.20.0.0/16, "127.0.0.0/8", fd12::/16]
endpoints:
  - name: mini
    label: GPT mini in Sweden
    kind: azure
    base_url: https://res.openai.azure.com/openai/v1/
    model: my-deployment
    auth: key
    api_key_env: AZURE_KEY
    catalog_model: gpt-5-mini
    region: swedencentral
    data_stays: Prompts stay in the EU.
    capabilities: {reasoning: true, embeddings: false}
  - {name: signed, kind: azure, base_url: "https://res.services.ai.azure.com/openai/v1",
     model: phi, auth: entra_id}
  - {name: router, kind: huggingface_router, base_url: "https://router.huggingface.co/v1",
     model: "meta-llama/Llama-3.1-8B-Instruct:cheapest", auth: key, api_key_env: HF_TOKEN}
  - {name: near, kind: openai_compatible, base_url: "http://127.0.0.1:11434/v1", model: qwen,
     auth: none, label: 近くの<b>モデル</b>}
"""
ONE = """
endpoints:
  - name: one
    kind: openai_compatible
    base_url: https://api.example.com/v1
    model: m
    auth: none
"""


def read(text: str, **environment: str) -> Endpoints:
    """The endpoints in a text."""
    return read_endpoints(text.encode(), environment)


def refusal(text: str, **environment: str) -> EndpointFileRefused:
    """How a text is refused."""
    with pytest.raises(EndpointFileRefused) as caught:
        read(text, **environment)
    return caught.value


def one(**changed: str) -> str:
    """A file with one endpoint, in which lines are changed; an empty text takes a line away."""
    lines = ONE.splitlines()
    for key, value in changed.items():
        place = next((n for n, line in enumerate(lines) if line.strip("- ").startswith(key)), None)
        line = f"    {key}: {value}" if value else ""
        if place is None:
            lines.append(line)
        else:
            lines[place] = line if "- name" not in lines[place] else f"  -{line[3:] or ' {}'}"
    return "\n".join(lines)


def test_a_whole_file_gives_its_endpoints_in_order() -> None:
    """All kinds, all ways to sign in, and the networks for every one of them."""
    found = read(WHOLE, AZURE_KEY=CANARY, HF_TOKEN=f" {CANARY}\n")

    assert ["mini", "signed", "router", "near"] == [item.name for item in found.items]
    mini = found.named("mini")
    assert mini.target.url == "https://res.openai.azure.com/openai/v1"
    assert (mini.kind, mini.auth, mini.model) == ("azure", "key", "my-deployment")
    assert mini.api_key is not None
    assert CANARY == mini.api_key.get_secret_value()
    assert (True, False) == (mini.capabilities.reasoning, mini.capabilities.embeddings)
    assert "Prompts stay in the EU." == mini.data_stays
    assert "signed" == found.named("signed").label
    assert 3 == len(found.named("near").allowed)
    router = found.named("router")
    assert router.api_key is not None
    assert CANARY == router.api_key.get_secret_value()


def test_an_endpoint_whose_variable_is_not_set_is_listed_with_the_reason() -> None:
    """It is no reason not to start; picking it says what the operator has to do."""
    found = read(WHOLE, HF_TOKEN="with blank")

    lines = {item.name: item.described(load_texts("en")) for item in found.items}
    assert [False, True, False, True] == [line["ready"] for line in lines.values()]
    assert "AZURE_KEY is not set" in lines["mini"]["not_ready"]
    assert "HF_TOKEN holds no key of plain letters" in lines["router"]["not_ready"]
    assert "AZURE_KEYが設定されていない" in str(found.items[0].described(load_texts("ja")))
    with pytest.raises(ChatRefused) as caught:
        found.named("mini")
    assert "endpoint_no_key" == caught.value.code


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ChatRefused) as caught:
        read(ONE).named("two\n<b>")
    with pytest.raises(ChatRefused) as none:
        Endpoints().named("one")

    assert "There is no endpoint two\N{REPLACEMENT CHARACTER}<b>. Known here: one." == str(
        caught.value
    )
    assert "No model is connected" in str(none.value)


@pytest.mark.parametrize(
    ("text", "line", "field", "code"),
    [
        (one(modle="x"), 8, "endpoints.0.modle", "endpoint_key_nearest"),
        (one(zzz="x"), 8, "endpoints.0.zzz", "endpoint_key_unknown"),
        (one(api_key=CANARY), 8, "endpoints.0.api_key", "endpoint_secret"),
        (one(key=CANARY), 8, "endpoints.0.key", "endpoint_secret"),
        (one(**{"api-key": CANARY}), 8, "endpoints.0.api-key", "endpoint_secret"),
        (one(hf_token=CANARY), 8, "endpoints.0.hf_token", "endpoint_secret"),
        (one(password=CANARY), 8, "endpoints.0.password", "endpoint_secret"),
        (one(auth="key", api_key_env=CANARY), 8, "endpoints.0.api_key_env", "endpoint_variable"),
        (one(auth="key", api_key_env="hf_AbC"), 8, "endpoints.0.api_key_env", "endpoint_variable"),
        (one(auth="key"), 3, "endpoints.0.api_key_env", "endpoint_missing"),
        (one(api_key_env="KEY"), 8, "endpoints.0.api_key_env", "endpoint_key_unused"),
        (one(auth=""), 3, "endpoints.0.auth", "endpoint_missing"),
        (one(auth="basic"), 7, "endpoints.0.auth", "endpoint_not_one_of"),
        (one(auth="[key]"), 7, "endpoints.0.auth", "endpoint_text"),
        (one(auth=f"{CANARY}"), 7, "endpoints.0.auth", "endpoint_not_one_of"),
        (one(auth="entra_id"), 7, "endpoints.0.auth", "endpoint_entra"),
        (one(kind="ollama"), 4, "endpoints.0.kind", "endpoint_not_one_of"),
        (one(kind="azure"), 5, "endpoints.0.base_url", "endpoint_azure_path"),
        (one(name='"a b"'), 3, "endpoints.0.name", "endpoint_name"),
        (one(name='"<b>"'), 3, "endpoints.0.name", "endpoint_name"),
        (one(name='""'), 3, "endpoints.0.name", "endpoint_text"),
        (one(model=""), 3, "endpoints.0.model", "endpoint_missing"),
        (one(model="{a: 1}"), 6, "endpoints.0.model", "endpoint_text"),
        (one(label='"a\\nb"'), 8, "endpoints.0.label", "endpoint_text"),
        (one(region="r" * 301), 8, "endpoints.0.region", "endpoint_text"),
        (one(capabilities="reasoning"), 8, "endpoints.0.capabilities", "endpoint_not_named"),
        (one(capabilities="{reasoning: yes}"), 8, "endpoints.0.capabilities.reasoning",
         "endpoint_truth"),
        (one(capabilities="{vision: true}"), 8, "endpoints.0.capabilities.vision",
         "endpoint_key_unknown"),
        (one(base_url="http://api.example.com/v1"), 5, "endpoints.0.base_url", "address_open"),
        (one(base_url="http://127.0.0.1/v1"), 5, "endpoints.0.base_url", "address_here"),
        (one(base_url="https://169.254.169.254"), 5, "endpoints.0.base_url", "address_metadata"),
        (one(base_url=f"https://me:{CANARY}@host/v1"), 5, "endpoints.0.base_url", "address_user"),
        (one(base_url=f"https://host/v1?key={CANARY}"), 5, "endpoints.0.base_url",
         "address_query"),
        (one(base_url="https://host/v1/chat/completions/"), 5, "endpoints.0.base_url",
         "endpoint_asked_path"),
        (one(base_url="nonsense"), 5, "endpoints.0.base_url", "address_scheme"),
        (ONE + ONE.split("endpoints:\n")[1], 8, "endpoints.1.name", "endpoint_twice"),
        ("endpoints: {}", 1, "endpoints", "endpoint_not_listed"),
        ("endpoints: [a]", 1, "endpoints.0", "endpoint_not_named"),
        ("allowed_networks: []", 1, "endpoints", "endpoint_missing"),
        ("endpoint: []\nendpoints: []", 1, "endpoint", "endpoint_key_nearest"),
        ("- name: one", 1, "", "endpoint_not_named"),
        ("allowed_networks: [8.8.8.0/24]\nendpoints: []", 1, "allowed_networks",
         "endpoint_network_public"),
        ("allowed_networks: [0.0.0.0/0]\nendpoints: []", 1, "allowed_networks",
         "endpoint_network_public"),
        ("allowed_networks: ['::/0']\nendpoints: []", 1, "allowed_networks",
         "endpoint_network_public"),
        ("allowed_networks: [169.254.0.0/16]\nendpoints: []", 1, "allowed_networks",
         "endpoint_network_public"),
        ("allowed_networks: [10.0.0.1/8]\nendpoints: []", 1, "allowed_networks",
         "endpoint_network"),
        ("allowed_networks: 10.0.0.0/8\nendpoints: []", 1, "allowed_networks",
         "endpoint_not_listed"),
        (f"endpoints: [{'{},' * 101}]", 1, "endpoints", "endpoint_too_many"),
        ("endpoints: [", 1, "", "broken_document"),
        ("", 1, "", "broken_document"),
        ("endpoints: &a []\nallowed_networks: *a", 1, "", "broken_document"),
        ("endpoints: []\nendpoints: []", 2, "endpoints", "duplicate_key"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_name_and_line_in_both_languages(
    text: str, line: int, field: str, code: str
) -> None:
    """A key that stands where it should not is never repeated."""
    refused = refusal(text)

    faults = [(one.reason.code, one.field, one.line) for one in refused.faults]
    assert (code, field, line) in faults
    for language, start in (("en", "endpoints.yaml cannot"), ("ja", "endpoints.yamlは")):
        words = refused.sentence(load_texts(language))
        assert words.startswith(start)
        assert field in words
        assert "{" not in words.replace("{a: 1}", "")
        assert CANARY not in words
    assert CANARY not in f"{refused!r} {refused} {refused.faults!r}"


def test_everything_that_is_wrong_is_told_at_once_in_order() -> None:
    refused = refusal(one(modle="x", auth="basic", base_url="ftp://host"))

    assert ["base_url", "auth", "modle"] == [
        fault.field.removeprefix("endpoints.0.") for fault in refused.faults
    ]
    assert 4 == len(str(refused).splitlines())


@pytest.mark.parametrize(
    "host", ["evil.example.com", "res.openai.azure.com.evil.example", "evilazure.com"]
)
def test_a_token_of_azure_goes_to_azure_only(host: str) -> None:
    """It opens everything that this machine may do there."""
    text = one(kind="azure", auth="entra_id", base_url=f"https://{host}/openai/v1")

    assert "endpoint_entra" == refusal(text).faults[0].reason.code


def test_a_key_is_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    """Not printed, not in text, not in JSON, not in a log, not in a traceback."""
    found = read(WHOLE, AZURE_KEY=CANARY, HF_TOKEN=CANARY)

    with caplog.at_level(logging.DEBUG):
        logging.getLogger("modelcost.test").warning("%r %s", found, found.items[0])
    described = [item.described(load_texts("ja")) for item in found.items]
    try:
        raise RuntimeError(found)
    except RuntimeError:
        trace = traceback.format_exc()
    plain = json.dumps(asdict(found), default=str)
    encoded = json.dumps(jsonable_encoder(found.items[0]))
    said = (repr(found), str(found.items), caplog.text, json.dumps(described), trace)
    for words in (*said, plain, encoded):
        assert CANARY not in words
    assert "AZURE_KEY" not in json.dumps(described)
    assert "azure.com" not in json.dumps(described)


def test_there_is_no_endpoint_without_a_file(tmp_path: Path) -> None:
    """The chat starts without a model; a file that a setting names must be there."""
    empty = load_settings({"MODELCOST_DATA_DIR": str(tmp_path)})
    named = load_settings({"MODELCOST_ENDPOINTS_FILE": str(tmp_path / "mine.yaml")})

    assert Endpoints() == load_endpoints(empty, {})
    with pytest.raises(ChatRefused) as caught:
        load_endpoints(named, {})
    assert "Expected the file mine.yaml that MODELCOST_ENDPOINTS_FILE names" in str(caught.value)


def test_a_file_is_read_from_the_data_folder_or_where_a_setting_says(tmp_path: Path) -> None:
    (tmp_path / "endpoints.yaml").write_text(ONE, encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(one(name="mine"), encoding="utf-8")
    here = {"MODELCOST_DATA_DIR": str(tmp_path)}
    there = {**here, "MODELCOST_ENDPOINTS_FILE": str(tmp_path / "mine.yaml")}

    assert "one" == load_endpoints(load_settings(here), {}).items[0].name
    assert "mine" == load_endpoints(load_settings(there), {}).items[0].name


def test_a_file_that_cannot_be_read_is_named_without_its_folder(tmp_path: Path) -> None:
    """A folder in its place; bytes that are no text."""
    (tmp_path / "endpoints.yaml").mkdir()

    with pytest.raises(ChatRefused) as caught:
        load_endpoints(load_settings({"MODELCOST_DATA_DIR": str(tmp_path)}), {})

    assert "endpoint_file_unreadable" == caught.value.code
    assert str(tmp_path) not in str(caught.value)
    with pytest.raises(EndpointFileRefused) as bytes_refused:
        read_endpoints(b"\xff\xfe", {})
    assert "not_utf8" == bytes_refused.value.faults[0].reason.code
