"""The sources in the operator's file, and their way through the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.chat.endpoint_file import EndpointFileRefused, read_endpoints
from dashboard.chat.sources.defined import SearchIndex
from dashboard.texts import load_texts
from tests.dashboard.commands import call

BLOB = "kind: azure_blob, base_url: 'https://a.blob.core.windows.net', container: docs"
SEARCH = "kind: azure_search, base_url: 'https://a.search.windows.net', index: products"


def written(*sources: str, folders: str = "[]") -> bytes:
    lines = [f"  - {{{one}}}" for one in sources]
    return "\n".join([f"allowed_folders: {folders}", "sources:", *lines]).encode()


def test_sources_are_read_and_their_keys_come_from_the_environment() -> None:
    content = written(
        f"name: one, {SEARCH}, auth: key, api_key_env: SEARCH_KEY, query_type: semantic",
        f"name: two, {BLOB}, auth: sas, api_key_env: MISSING",
    )

    one, two = read_endpoints(content, {"SEARCH_KEY": "canary-key"}).sources

    assert isinstance(one.holder, SearchIndex)
    assert "semantic" == one.holder.query_type
    assert "canary" not in repr(one)
    assert two.not_ready is not None
    assert "MISSING" in two.not_ready.sentence(load_texts("ja"))


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (f"name: sample, {BLOB}, auth: none", "source_name_taken"),
        ("name: a, kind: folder, path: below", "source_folder_form"),
        ("name: a, kind: folder, path: /etc", "source_folder_outside"),
        (f"name: a, {BLOB}, auth: none, api_key_env: KEY", "source_key_unused"),
        (f"name: a, {BLOB}, auth: none, embeddings: nobody", "source_embeddings"),
        (f"name: a, {BLOB}, auth: key", "endpoint_missing"),
        (f"name: a, {BLOB}, auth: sas, sas_token: canary", "endpoint_secret"),
        (f"name: a, {BLOB.replace('docs', 'Do--cs')}, auth: none", "source_container"),
        (f"name: a, {SEARCH.replace('products', 'A/B')}, auth: entra_id", "source_index"),
        (f"name: a, {SEARCH.replace('search.windows', 'x')}, auth: entra_id", "source_entra"),
        (f"name: a, {SEARCH}, auth: entra_id, fields: {{content: 'a b'}}", "source_field_form"),
        (f"name: a, {BLOB.replace('a.blob.core.windows.net', '169.254.169.254')}, auth: none",
         "address_metadata"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_line(source: str, code: str) -> None:
    with pytest.raises(EndpointFileRefused) as caught:
        read_endpoints(written(source, folders="[/srv]"), {})

    assert code in [one.reason.code for one in caught.value.faults]
    for language in ("en", "ja"):
        sentence = caught.value.sentence(load_texts(language))
        assert "canary" not in sentence
        assert "3" in sentence


def test_each_name_stands_once() -> None:
    with pytest.raises(EndpointFileRefused) as caught:
        read_endpoints(written(*[f"name: a, {BLOB}, auth: none"] * 2), {})

    assert ["source_twice"] == [one.reason.code for one in caught.value.faults]


def test_the_command_reads_a_source_and_asks_it(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "prices.csv").write_text("item,price\nTent,480\n", encoding="utf-8")
    file = tmp_path / "endpoints.yaml"
    file.write_bytes(
        written(f"name: shop, kind: folder, path: '{documents}'", folders=f"['{tmp_path}']")
    )
    (tmp_path / "data").mkdir()

    def chat(*arguments: str) -> tuple[int, str, str]:
        told = call(
            "chat",
            "What does the tent cost?",
            *arguments,
            folder=tmp_path / "data",
            MODELCOST_ENDPOINTS_FILE=str(file),
        )
        return told.exit_code, told.stdout, told.stderr

    code, out, said = chat("--source", "shop")
    assert 0 == code, said
    assert "price: 480" in out
    assert "until the operator removes the source" in said
    assert "1 of 1 files" in said
    code, _, said = chat("--source", "nobody")
    assert (2, True) == (code, "Known here: sample, uploads, none, shop" in said)
    code, _, said = chat("--source", "shop", "--no-documents")
    assert (2, True) == (code, "expected one of them" in said)
