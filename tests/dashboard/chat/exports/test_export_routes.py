"""The route: a chat with a real server, taken along in three forms, by nobody but its session."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from catalog.settings import load_settings
from dashboard.app import create_app
from dashboard.chat.index import PassageIndex
from dashboard.chat.passages import Passage
from dashboard.chat.retrieval import TOP_N
from dashboard.service import open_catalog
from tests.dashboard.commands import fill_folder
from tests.emulators.llama.server import LlamaServer

FORMS = ("prompty", "python", "curl")
VARIABLE = "CANARY_VARIABLE_OF_THE_OPERATOR"
ENDPOINTS = """
allowed_networks: [127.0.0.0/8]
endpoints:
  - {{name: near, label: Canary label, kind: openai_compatible, base_url: {url}, model: tiny,
     auth: key, api_key_env: {variable}, data_stays: Canary of where it stays}}
  - {{name: other, kind: openai_compatible, base_url: {url}, model: other-model, auth: key,
     api_key_env: {variable}, capabilities: {{reasoning: true}}}}
"""
SAFE_NAME = re.compile(r'attachment; filename="modelcost-chat-\d+-\d+\.(prompty|zip|sh)"')


@pytest.fixture
def folder(tmp_path: Path, llama: LlamaServer) -> Path:
    """A data folder with two endpoints and a filled catalog."""
    text = ENDPOINTS.format(url=llama.base_url, variable=VARIABLE)
    (tmp_path / "endpoints.yaml").write_text(text)
    fill_folder(tmp_path)
    return tmp_path


@pytest.fixture
def site(folder: Path, llama: LlamaServer) -> Iterator[TestClient]:
    """The service as one browser sees it."""
    settings = load_settings({"MODELCOST_DATA_DIR": str(folder)})
    database = open_catalog(settings)
    app = create_app(settings, database, {VARIABLE: llama.key})
    yield TestClient(app, base_url="http://127.0.0.1")
    database.close()


def ask(site: TestClient, question: str = "How much do the shoes cost?", **asked: Any) -> Any:
    """Ask; the event `meta`, which names chat and turn."""
    body = {
        "question": question,
        "endpoints": ["near"],
        "parameters": {"temperature": "0", "seed": 1, "max_output_tokens": 8},
        **asked,
    }
    answer = site.post("/api/v1/chat", json=body)
    assert 200 == answer.status_code, answer.text
    [meta] = re.findall(r"^event: meta\ndata: (.*)$", answer.text, re.MULTILINE)
    return json.loads(meta)


def export(site: TestClient, told: Any, form: str, **asked: str) -> Any:
    path = f"/api/v1/chats/{told['chat']}/turns/{told['turn']}/export/{form}"
    return site.get(path, params=asked)


def whole_text(answer: Any) -> str:
    """All bytes of a download; of an archive, those of its files."""
    if answer.headers["content-type"] != "application/zip":
        return str(answer.text)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return "\n".join(archive.read(name).decode("latin-1") for name in archive.namelist())


@pytest.mark.parametrize("form", FORMS)
def test_a_turn_is_a_download_with_a_safe_name_for_its_session_alone(
    site: TestClient, form: str
) -> None:
    told = ask(site, 'Shoes "; rm -rf / \r\nset-cookie: x=y ../../etc')

    answer = export(site, told, form)

    assert 200 == answer.status_code
    assert SAFE_NAME.fullmatch(answer.headers["content-disposition"])
    assert "no-store" == answer.headers["cache-control"]
    site.cookies.clear()
    strange = export(site, told, form)
    assert 404 == strange.status_code
    assert "application/problem+json" == strange.headers["content-type"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("endpoint", ["near", "other"])
def test_no_export_tells_a_key_an_address_or_a_variable_of_the_operator(
    site: TestClient, llama: LlamaServer, folder: Path, form: str, endpoint: str
) -> None:
    told = ask(site, endpoints=["near", "other"])

    text = whole_text(export(site, told, form, endpoint=endpoint))

    assert "CHAT_API_KEY" in text
    address = llama.base_url.removeprefix("http://").removesuffix("/v1")
    for secret in (llama.key, address, "127.0.0.1", VARIABLE, "Canary", str(folder)):
        assert secret not in text
    session = site.cookies["modelcost_session"]
    assert session.partition(".")[0] not in text


def test_each_endpoint_has_its_own_model_and_only_settings_that_it_takes(site: TestClient) -> None:
    """A model that reasons gets no temperature."""
    told = ask(site, endpoints=["near", "other"])

    first, near, other = (
        export(site, told, "curl", **asked).text
        for asked in ({}, {"endpoint": "near"}, {"endpoint": "other"})
    )

    assert first == near
    assert '"model": "tiny"' in near
    assert '"temperature": 0' in near
    assert '"model": "other-model"' in other
    assert '"temperature"' not in other


def test_settings_of_the_pane_are_those_of_the_export(site: TestClient) -> None:
    parameters = {
        "temperature": 0.25, "top_p": 0.5, "presence_penalty": 1, "frequency_penalty": -1,
        "seed": 5, "max_output_tokens": 9, "stop": ["STOP"],
    }  # fmt: skip
    told = ask(
        site,
        parameters=parameters,
        retrieval={"top_n": TOP_N[0], "strictness": 1, "in_scope": False},
        past_messages=4,
    )

    text = export(site, told, "prompty").text

    for line in (
        "temperature: 0.25", "topP: 0.5", "presencePenalty: 1", "frequencyPenalty: -1", "seed: 5",
        "maxOutputTokens: 9", '- "STOP"', "top_n_documents: 3", "strictness: 1", "in_scope: false",
        "past_messages_to_include: 4", "source: sample",
    ):  # fmt: skip
        assert f"{line}\n" in text


@pytest.mark.parametrize(
    ("asked", "wanted", "status", "says"),
    [
        ({"endpoints": []}, {}, 422, "No model was asked this question"),
        ({}, {"endpoint": "other"}, 422, "It was answered by: near."),
    ],
)
def test_what_cannot_be_exported_is_refused_with_the_reason(
    site: TestClient, asked: dict[str, Any], wanted: dict[str, str], status: int, says: str
) -> None:
    answer = export(site, ask(site, **asked), "curl", **wanted)

    assert status == answer.status_code
    assert says in answer.json()["detail"]


def test_a_turn_that_was_asked_anew_and_one_of_another_chat_are_not_found(
    site: TestClient,
) -> None:
    first = ask(site)
    second = ask(site, chat=first["chat"], replaces=first["turn"])
    other = ask(site)

    assert 404 == export(site, first, "curl").status_code
    assert 200 == export(site, second, "curl").status_code
    mixed = {"chat": first["chat"], "turn": other["turn"]}
    assert 404 == export(site, mixed, "curl").status_code


def test_a_form_that_does_not_exist_is_refused_by_name(site: TestClient) -> None:
    answer = export(site, {"chat": 1, "turn": 1}, "docx")

    assert 422 == answer.status_code
    assert "form" == answer.json()["errors"][0]["field"]


def test_a_deleted_document_leaves_the_program_and_takes_the_others(
    site: TestClient, folder: Path
) -> None:
    """The program searches anew; the others would need the words that were deleted."""
    ask(site)
    [space] = (folder / "chat").iterdir()
    documents = PassageIndex(space / "documents.sqlite")
    number = documents.add("T", "md", [Passage(number=1, text="canarywords of shoes")])
    told = ask(site, source="uploads")
    assert "canarywords" in export(site, told, "curl").text
    documents.remove(number)

    gone = [export(site, told, form) for form in FORMS]

    assert [422, 200, 422] == [one.status_code for one in gone]
    assert "has been deleted" in gone[0].json()["detail"]
    assert "canarywords" not in whole_text(gone[1])


def test_an_endpoint_that_is_no_longer_set_up_is_named(
    site: TestClient, folder: Path, llama: LlamaServer
) -> None:
    told = ask(site)
    cookie = site.cookies["modelcost_session"]
    (folder / "endpoints.yaml").write_text("endpoints: []\n")
    settings = load_settings({"MODELCOST_DATA_DIR": str(folder)})
    database = open_catalog(settings)
    later = TestClient(create_app(settings, database, {}), base_url="http://127.0.0.1")
    later.cookies.set("modelcost_session", cookie)

    answer = export(later, told, "curl")

    database.close()
    assert 422 == answer.status_code
    assert "The endpoint near answered this question" in answer.json()["detail"]
