"""How the public gallery is walked, when a scan counts as whole, and how rows are tidied."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from catalog.errors import SourceFailed
from catalog.sources.azure_gallery import AzureGallery, AzureGallerySettings, GalleryFilter
from catalog.sources.reading import Page
from catalog.sync_records import GalleryModelRecord
from tests.emulators.azure.gallery import Gallery, asset_id, contract, summary
from tests.emulators.azure.loopback import LoopbackWire, Reply, serving


def source(base: str, **changes: Any) -> AzureGallery:
    return AzureGallery(AzureGallerySettings(base_url=base, **changes), LoopbackWire())


def scan(gallery: Gallery, **changes: Any) -> tuple[list[Page], SourceFailed | None]:
    """All pages, and the failure after them."""
    pages: list[Page] = []
    with serving(gallery) as service:
        try:
            pages += source(service.base, **changes).fetch()
        except SourceFailed as failed:
            return pages, failed
    return pages, None


def names(pages: list[Page]) -> list[str]:
    return [
        record.name
        for page in pages
        for record in page.records
        if isinstance(record, GalleryModelRecord)
    ]


def one(**changes: Any) -> GalleryModelRecord:
    pages, failed = scan(Gallery(rows=[summary("m", **changes)]))
    assert failed is None
    (record,) = pages[0].records
    assert isinstance(record, GalleryModelRecord)
    return record


def rows(count: int) -> list[dict[str, Any]]:
    return [summary(f"m{number:02}") for number in range(count)]


def test_the_gallery_is_walked_in_order_of_name_until_no_token_comes() -> None:
    gallery = Gallery(rows=rows(5), most_rows=2)
    pages, failed = scan(gallery)
    assert failed is None
    assert names(pages) == ["m00", "m01", "m02", "m03", "m04"]
    assert [question["continuationToken"] for question in gallery.questions] == [None, "2", "4"]
    assert gallery.questions[0] == {
        "filters": [],
        "order": [{"field": "name", "direction": "asc"}],
        "pageSize": 100,
        "includeTotalResultCount": True,
        "continuationToken": None,
    }
    assert [page.total for page in pages] == [5, 5, 5]
    assert [page.cursor is None for page in pages] == [False, False, True]


@pytest.mark.parametrize("last_token", [None, "", " "])
def test_null_and_blank_tokens_both_mean_the_end(last_token: str | None) -> None:
    pages, failed = scan(Gallery(rows=rows(3), most_rows=2, last_token=last_token))
    assert failed is None
    assert len(pages) == 2


def test_nobody_signs_in() -> None:
    with serving(Gallery(rows=rows(1))) as service:
        list(source(service.base).fetch())
        assert "authorization" not in service.asked[0].headers


def test_a_summary_is_read_with_its_seven_digits_of_a_second() -> None:
    record = one(
        azureOffers=["standard-paygo", "VM"],
        lifecycle="preview",
        deprecation={"inferenceRetirementDate": "2026-08-30T00:00:00.0000000Z"},
    )
    assert (record.asset_id, record.registry, record.name) == (asset_id("m"), "azureml", "m")
    assert record.created_at == datetime(2025, 1, 8, 17, 2, 3, 123456, tzinfo=UTC)
    assert (record.context_tokens, record.max_output_tokens) == (16384, 16384)
    assert record.sold_as == ("standard-paygo", "VM")
    assert record.lifecycle == "preview"
    assert record.inference_retired_on == date(2026, 8, 30)


def test_what_is_blank_or_null_is_unknown() -> None:
    record = one(
        publisher=None,
        license=" ",
        createdTime=" ",
        displayName="",
        azureOffers=None,
        modelLimits=None,
        inferenceTasks=None,
        deprecation={"inferenceRetirementDate": " "},
    )
    assert (record.publisher, record.license, record.display_name) == (None, None, None)
    assert (record.created_at, record.inference_retired_on) == (None, None)
    assert (record.context_tokens, record.max_output_tokens) == (None, None)
    assert (record.tasks, record.sold_as) == ((), None)


def test_an_empty_list_of_offers_is_not_the_same_as_none() -> None:
    assert one(azureOffers=[]).sold_as == ()


@pytest.mark.parametrize("word", ["chat-completion", "chat-completions", "chatCompletion", "chat"])
def test_the_words_for_chat_become_one(word: str) -> None:
    assert one(inferenceTasks=[word, "embeddings", word]).tasks == ("chat-completion", "embeddings")


def test_a_context_that_the_name_contradicts_is_flagged() -> None:
    limits = {"textLimits": {"inputContextWindow": 131072, "maxOutputTokens": 4096}}
    name = "Phi-3-small-8k-instruct"
    record = one(name=name, assetId=asset_id(name), modelLimits=limits)
    assert (record.context_tokens, record.flags) == (131072, ("context_conflict",))


def test_the_long_shape_names_the_hub_id_and_reads_like_the_short_one() -> None:
    pages, failed = scan(Gallery(rows=[contract("m")]), whole_contracts=True)
    assert failed is None
    (record,) = pages[0].records
    assert isinstance(record, GalleryModelRecord)
    assert (record.registry, record.name, record.version) == ("azureml", "m", "1")
    assert (record.huggingface_id, record.publisher) == ("org/m", "Organisation")
    assert (record.context_tokens, record.max_output_tokens) == (8192, 4096)
    assert record.tasks == ("chat-completion",)
    assert record.created_at == datetime(2025, 1, 8, 17, 2, 3, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    "row",
    [
        "x",
        None,
        {},
        summary("m", assetId=None),
        summary("m", assetId="azureml://registries/azureml/models/m"),
        summary("m", createdTime="yesterday"),
        summary("m", deprecation={"inferenceRetirementDate": "soon"}),
        summary("m", publisher="half of a pair \ud800"),
    ],
)
def test_a_row_that_does_not_read_costs_only_itself(row: Any) -> None:
    pages, failed = scan(Gallery(rows=[row, summary("n")]))
    assert failed is None
    assert names(pages) == ["n"]
    (unread,) = pages[0].unread
    assert unread.reason == "invalid"


def test_odd_lists_and_limits_of_a_row_are_unknown_and_not_an_error() -> None:
    record = one(
        inferenceTasks="chat-completion",
        modelLimits={"textLimits": {"inputContextWindow": "16384", "maxOutputTokens": -1}},
    )
    assert (record.tasks, record.context_tokens, record.max_output_tokens) == ((), 16384, None)


def test_a_total_that_moves_is_read_anew_until_a_scan_stands_still() -> None:
    gallery = Gallery(rows=rows(4), most_rows=2)

    def grow(page: int) -> None:
        if page == 1:
            gallery.rows.append(summary("m99"))

    gallery.drift = grow
    pages, failed = scan(gallery)
    assert failed is None
    assert len(pages) == 3 + 3
    assert pages[-1].cursor is None
    assert names(pages)[-5:] == ["m00", "m01", "m02", "m03", "m99"]


def test_a_row_that_repeats_between_pages_is_read_anew_too() -> None:
    gallery = Gallery(rows=rows(4), most_rows=2)

    def insert(page: int) -> None:
        if page == 1:
            gallery.rows.insert(0, summary("m-new"))
            gallery.rows.pop()

    gallery.drift = insert
    pages, failed = scan(gallery)
    assert failed is None
    assert names(pages) == ["m00", "m01", "m02", "m-new", "m00", "m01", "m02"]


def test_a_gallery_that_never_stands_still_ends_as_unstable_after_three_scans() -> None:
    gallery = Gallery(rows=rows(4), most_rows=2)
    gallery.drift = lambda page: gallery.rows.insert(0, summary(f"new{page}"))
    pages, failed = scan(gallery)
    assert failed is not None
    assert failed.reason == "unstable"
    assert {"m00", "m01", "m02", "m03"} <= set(names(pages))
    assert pages[-1].cursor is None
    assert max(json.loads(page.cursor)["scan"] for page in pages if page.cursor) == 3


def test_fewer_rows_than_the_total_says_are_no_whole_scan() -> None:
    pages, failed = scan(Gallery(rows=rows(3), total_of=lambda page: 7))
    assert failed is not None
    assert failed.reason == "unstable"
    assert "7 models" in failed.message
    assert len(pages) == 3


def test_without_a_total_a_scan_without_repeats_is_whole() -> None:
    pages, failed = scan(Gallery(rows=rows(3), total_of=lambda page: None))
    assert failed is None
    assert [page.total for page in pages] == [None]


def test_a_token_that_comes_again_ends_the_scan_instead_of_looping() -> None:
    with serving(Gallery(rows=rows(5), most_rows=2)) as service:
        again = {"totalCount": 5, "summaries": [], "continuationToken": "2"}
        service.fail('"continuationToken": "2"', Reply(body=again), times=99)
        with pytest.raises(SourceFailed) as caught:
            list(source(service.base).fetch())
        assert len(service.asked) == 3 * 2
    assert caught.value.reason == "unstable"


def test_a_later_process_goes_on_at_the_token_and_can_still_tell_that_all_came() -> None:
    gallery = Gallery(rows=rows(5), most_rows=2)
    with serving(gallery) as service:
        first = next(source(service.base).fetch())
        rest = list(source(service.base).fetch(cursor=first.cursor))
    assert names([first, *rest]) == ["m00", "m01", "m02", "m03", "m04"]
    assert [question["continuationToken"] for question in gallery.questions] == [None, "2", "4"]
    assert rest[-1].cursor is None


def test_a_failure_half_way_keeps_the_pages_before_it() -> None:
    with serving(Gallery(rows=rows(5), most_rows=2)) as service:
        service.fail('"continuationToken": "2"', Reply(status=500, body={}))
        reading = source(service.base).fetch()
        first = next(reading)
        with pytest.raises(SourceFailed) as caught:
            next(reading)
    assert caught.value.reason == "server_error"
    assert first.cursor is not None
    assert json.loads(first.cursor)["token"] == "2"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(status=429, body={}, headers={"Retry-After": "7"}), "limited"),
        (Reply(raw=b'{"totalCount": 5, "summ'), "not_json"),
        (Reply(body={"totalCount": 5}), "unexpected"),
        (Reply(body={"totalCount": 5, "summaries": {}}), "unexpected"),
        (Reply(body={"totalCount": 5, "summaries": []}, cut=9), "cut"),
    ],
)
def test_an_answer_that_is_no_page_stops_with_a_reason(reply: Reply, reason: str) -> None:
    with serving(Gallery(rows=rows(1))) as service:
        service.fail("", reply)
        with pytest.raises(SourceFailed) as caught:
            list(source(service.base).fetch())
    assert caught.value.reason == reason


def test_an_unknown_filter_is_told_with_the_fields_that_the_gallery_knows() -> None:
    wanted = GalleryFilter(field="freshness", operator="eq", values=("new",))
    _, failed = scan(Gallery(rows=[]), filters=(wanted,))
    assert failed is not None
    assert failed.reason == "refused"
    assert "Valid fields: name, publisher" in failed.message


def test_filters_are_sent_and_named_in_the_scope() -> None:
    gallery = Gallery(rows=rows(1))
    wanted = GalleryFilter(field="azureOffers", operator="contains", values=("standard-paygo",))
    scan(gallery, filters=(wanted,))
    assert gallery.questions[0]["filters"] == [
        {"field": "azureOffers", "operator": "contains", "values": ["standard-paygo"]}
    ]
    filtered = source("http://127.0.0.1:1", filters=(wanted,)).scope
    assert filtered == 'filters=[["azureOffers", "contains", "standard-paygo"]]'
    assert source("http://127.0.0.1:1").scope == "filters=[]"


@pytest.mark.parametrize("cursor", ["x", "[]", '{"place": 1}'])
def test_a_cursor_of_another_source_is_refused(cursor: str) -> None:
    with pytest.raises(SourceFailed) as caught:
        list(source("http://127.0.0.1:1").fetch(cursor=cursor))
    assert caught.value.reason == "cursor"


def test_the_default_is_the_public_address() -> None:
    with serving(Gallery(rows=rows(1))) as service:
        wire = LoopbackWire({"https://api.catalog.azureml.ms": service.base})
        list(AzureGallery(AzureGallerySettings(), wire).fetch())
    assert wire.sent[0].url == "https://api.catalog.azureml.ms/asset-gallery/v1.0/models"
