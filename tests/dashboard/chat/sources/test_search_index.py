"""An index of Azure AI Search: its fields, its results, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from dashboard.chat.addresses import read_target
from dashboard.chat.endpoints import Endpoints
from dashboard.chat.errors import ChatRefused
from dashboard.chat.retrieval import DropReason, RetrievalSettings, Retrieved
from dashboard.chat.sources.defined import QueryType, SearchIndex, Service, Source
from dashboard.chat.sources.libraries import FoundPassages, Library
from dashboard.chat.sources.shelf import Shelf
from dashboard.texts import load_texts
from tests.dashboard.chat.asking import HERE
from tests.emulators.azure.loopback import Loopback, Reply, serving
from tests.emulators.azure.search import KEY, SearchAccount, failed, text_field

FIELDS = [
    text_field("id", key=True, searchable=False),
    text_field("name"),
    text_field("chunk"),
    text_field("link", searchable=False),
]


def document(number: int, score: float, rerank: float | None = None) -> dict[str, Any]:
    return {
        "@search.score": score,
        "@search.rerankerScore": rerank,
        "id": str(number),
        "name": f"Sheet {number}",
        "chunk": f"The tent costs {number}.",
        "link": "https://shop.example/tent",
    }


def library_of(
    folder: Path, server: Loopback, query: QueryType = "simple", **fields: str
) -> tuple[Shelf, Library]:
    service = Service(
        target=read_target(server.base, HERE), auth="key", key=SecretStr(KEY), allowed=HERE
    )
    index = SearchIndex(service=service, name="products", query_type=query, fields=fields)
    source = Source(name="products", label="Products", holder=index)
    shelf = Shelf(folder=folder, endpoints=Endpoints(sources=(source,)))
    return shelf, shelf.library("products", lambda: FoundPassages(folder / "found.sqlite"))


def asked(library: Library, strictness: int = 3) -> Retrieved:
    return library.retrieve('tent -"price" (now)', RetrievalSettings(strictness=strictness))


def refusal(folder: Path, account: SearchAccount, query: QueryType, **fields: str) -> ChatRefused:
    with serving(account) as server, pytest.raises(ChatRefused) as caught:
        asked(library_of(folder, server, query, **fields)[1])
    for language in ("en", "ja"):
        sentence = caught.value.sentence(load_texts(language))
        assert KEY not in sentence
        assert "{" not in sentence
    return caught.value


def test_results_are_kept_or_dropped_and_a_citation_opens_its_passage(tmp_path: Path) -> None:
    account = SearchAccount(fields=FIELDS, documents=[document(1, 8.0), document(2, 1.0)])
    with serving(account) as server:
        _, library = library_of(tmp_path, server)
        found = asked(library)
        body = server.asked[-1].body.decode()

    [kept], [dropped] = found.kept, found.dropped
    assert ("Sheet 1", "The tent costs 1.") == (kept.hit.title, kept.hit.passage.text)
    assert DropReason.BELOW_STRICTNESS is dropped.reason
    again = library.passage(kept.hit.passage_id)
    assert again is not None
    assert ("https://shop.example/tent",) == again.passage.places
    assert '\\"' not in body


def test_the_ranker_is_judged_by_its_own_scale(tmp_path: Path) -> None:
    """Strictness 3 keeps what it gives 2 of 4."""
    documents = [document(1, 1.0, 1.9), document(2, 1.0, 2.1)]
    account = SearchAccount(fields=FIELDS, documents=documents, semantic=("plain",))
    with serving(account) as server:
        found = asked(library_of(tmp_path, server, "semantic")[1])

    assert ["Sheet 2"] == [one.hit.title for one in found.kept]
    assert ["Sheet 1"] == [one.hit.title for one in found.dropped]


def test_an_index_that_cannot_be_used_is_refused_by_name(tmp_path: Path) -> None:
    no_text = SearchAccount(fields=[FIELDS[0]])
    plain = SearchAccount(fields=FIELDS)

    assert "source_no_text_field" == refusal(tmp_path, no_text, "simple").code
    assert "source_no_semantic" == refusal(tmp_path, plain, "semantic").code
    assert "source_no_vector" == refusal(tmp_path, plain, "vector").code
    unknown = refusal(tmp_path, plain, "simple", content="body")
    assert ("source_field_unknown", "body") == (unknown.code, unknown.facts["found"])


def test_a_key_that_may_not_read_the_definition_needs_the_fields_of_the_operator(
    tmp_path: Path,
) -> None:
    account = SearchAccount(fields=FIELDS, documents=[document(1, 1.0)], reads_schema=False)

    assert "source_schema_forbidden" == refusal(tmp_path, account, "simple").code
    wrong = refusal(tmp_path, account, "simple", content="body", key="id")
    assert ("source_question_refused", "InvalidRequestParameter") == (
        wrong.code,
        wrong.facts["code"],
    )
    with serving(account) as server:
        found = asked(library_of(tmp_path, server, "simple", content="chunk", key="id")[1])
    assert ["The tent costs 1."] == [one.hit.passage.text for one in found.kept]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (failed(403, "Forbidden"), "source_key_refused"),
        (failed(404, "ResourceNotFound"), "source_not_found"),
        (Reply(status=429, body={}, headers={"Retry-After": "3"}), "source_busy_for"),
        (Reply(status=302, headers={"Location": "http://127.0.0.1:9/"}), "source_redirected"),
        (Reply(raw=b"<html>"), "source_not_understood"),
        (Reply(body={"value": [{"@search.score": "NaN"}]}), "source_not_understood"),
        (Reply(body={"value": []}, cut=3), "source_cut"),
    ],
)
def test_a_search_that_fails_says_so(tmp_path: Path, reply: Reply, code: str) -> None:
    account = SearchAccount(fields=FIELDS)
    with serving(account) as server:
        server.fail("/docs/search", reply)
        library = library_of(tmp_path, server)[1]
        with pytest.raises(ChatRefused) as caught:
            asked(library)

    assert code == caught.value.code
    assert KEY not in caught.value.sentence(load_texts("ja"))
