"""Which passages go into the prompt, and why others do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dashboard.chat.errors import ChatRefused
from dashboard.chat.index import Hit, PassageIndex
from dashboard.chat.passages import Passage
from dashboard.chat.retrieval import DropReason, RetrievalSettings, choose, retrieve
from dashboard.texts import load_texts


def hits(*scores: float) -> list[Hit]:
    return [
        Hit(
            passage_id=number,
            document_id=1,
            title="Boots",
            passage=Passage(number=number, text=f"text {number}"),
            score=score,
        )
        for number, score in enumerate(scores, start=1)
    ]


@pytest.mark.parametrize(("strictness", "kept"), [(1, 5), (2, 5), (3, 4), (4, 3), (5, 2)])
def test_a_stricter_search_keeps_only_what_is_nearly_as_near(strictness: int, kept: int) -> None:
    settings = RetrievalSettings(strictness=strictness, top_n=5)

    retrieved = choose(hits(10, 7, 5, 3, 1.5), settings)

    assert [one.number for one in retrieved.kept] == list(range(1, kept + 1))
    assert [one.hit.passage_id for one in retrieved.dropped] == list(range(kept + 1, 6))
    assert {one.reason for one in retrieved.dropped} <= {DropReason.BELOW_STRICTNESS}


def test_what_is_beyond_top_n_is_told_with_its_share_of_the_best() -> None:
    retrieved = choose(hits(8, 8, 8, 4), RetrievalSettings(top_n=3))

    [beyond] = retrieved.dropped
    assert (beyond.reason, beyond.share_of_best) == (DropReason.BEYOND_TOP_N, 0.5)
    assert [one.share_of_best for one in retrieved.kept] == [1, 1, 1]


def test_the_same_text_is_given_to_the_model_once() -> None:
    first, second, third = hits(3, 2, 2)
    twin = Hit(passage_id=9, document_id=2, title="Copy", passage=first.passage, score=second.score)

    retrieved = choose([first, twin, third], RetrievalSettings())

    assert [one.hit.passage_id for one in retrieved.kept] == [1, 3]
    assert [(one.hit.title, one.reason) for one in retrieved.dropped] == [
        ("Copy", DropReason.SAME_TEXT)
    ]


def test_scores_of_zero_are_all_equally_near() -> None:
    assert len(choose(hits(0, 0), RetrievalSettings(strictness=5)).kept) == 2


def test_nothing_found_is_nothing_kept(tmp_path: Path) -> None:
    index = PassageIndex(tmp_path / "index.sqlite")

    retrieved = retrieve(index, "anything", RetrievalSettings())

    assert (retrieved.kept, retrieved.dropped) == ((), ())


@pytest.mark.parametrize(
    ("values", "english"),
    [
        ({"top_n": 4}, "top_n: expected one of 3, 5, 10, 20, found 4."),
        ({"strictness": 0}, "strictness: expected one of 1, 2, 3, 4, 5, found 0."),
        ({"chunk_tokens": 1000}, "chunk_tokens: expected one of 256, 512, 1024, 1536, found 1000."),
    ],
)
def test_a_setting_that_is_not_offered_is_refused_by_name(
    values: dict[str, Any], english: str
) -> None:
    with pytest.raises(ChatRefused) as refused:
        RetrievalSettings(**values)

    assert english == str(refused.value)
    [name] = values
    assert refused.value.sentence(load_texts("ja")).startswith(f"{name}: ")
