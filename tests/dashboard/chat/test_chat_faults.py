"""Every fault of a model server: what comes out, and the sentence in both languages."""

from __future__ import annotations

import asyncio
import json

import pytest

from dashboard.chat.client import open_client
from dashboard.chat.events import Delta, Event, Usage
from dashboard.chat.guard import Manners
from dashboard.chat.parameters import Parameters
from dashboard.texts import load_texts
from tests.dashboard.chat.asking import (
    KEY,
    answer_of,
    end_of,
    endpoint_at,
    failure_in,
    text_of,
    usage_of,
)
from tests.emulators.chat_faults import (
    MARKUP,
    SECRET_OF_SERVER,
    Answer,
    events,
    fault_server,
    last,
    piece,
    tokens,
)

TEXTS = {language: load_texts(language) for language in ("en", "ja")}


def asked(fault: str, *, silence_seconds: float = 30, **more: Answer) -> list[Event]:
    """The answer of a server with this fault."""

    async def ask() -> list[Event]:
        async with fault_server(tls=None, **more) as server:
            endpoint = endpoint_at(server.base(fault))
            client = open_client(endpoint, silence_seconds=silence_seconds)
            async with client:
                return await answer_of(endpoint, client=client)

    return asyncio.run(ask())


SAYS = {
    "broken_off": ("broke off before the answer was whole", "途中で接続を切りました"),
    "busy": ("does not say for how long", "待ち時間の指定はありません"),
    "busy_for": ("Ask again in ", "秒後に"),
    "error_in_stream": ("reported an error in the middle", "途中でエラーを返しました"),
    "error_in_stream_code": ("reported the error ", "途中でエラー"),
    "key_refused": ("refused the key or the sign-in", "キーまたはサインインを拒否"),
    "no_credit": ("has no credit left for this key", "利用枠が残っていません"),
    "no_end": ("without saying that its answer is whole", "完了を知らせずに終了しました"),
    "not_a_chat": ("found a web page", "Webページが返りました"),
    "not_found": ("knows no model or deployment named", "というモデルまたはデプロイがありません"),
    "not_understood": ("no event of a chat", "チャットの形式ではないデータ"),
    "prompt_filtered": ("content filter of The near one", "コンテンツフィルターが質問を止めました"),
    "prompt_filtered_category": ("stopped the question, for: ", "質問を止めました(分類: "),
    "question_refused": ("gives no reason that can be shown", "表示できる理由はありません"),
    "question_refused_code": ("refused the question (status 400, ", "拒否しました(ステータス400、"),
    "redirected": ("This is not followed", "転送には従いません"),
    "server_failed": ("failed by itself", "の側で障害が起きました"),
    "setting_refused": ("does not take the setting", "を受け付けません"),
    "too_long": ("together are longer than", "扱える長さを超えています"),
}
"""Words of the sentence of each code, in English and Japanese."""


@pytest.mark.parametrize(
    ("fault", "code", "fact", "wait", "text"),
    [
        ("401", "key_refused", "401", None, ""),
        ("403", "key_refused", "403", None, ""),
        ("404", "not_found", "tiny", None, ""),
        ("404page", "not_found", "404", None, ""),
        ("429", "busy_for", "7", 7, ""),
        ("429date", "busy_for", "30", 30, ""),
        ("429ms", "busy_for", "2", 1.5, ""),
        ("429silent", "busy", "429", None, ""),
        ("429odd", "busy", "429", None, ""),
        ("429far", "busy", "429", None, ""),
        ("429past", "busy_for", "0", 0, ""),
        ("429quota", "no_credit", "429", None, ""),
        ("402", "no_credit", "402", None, ""),
        ("charset", "question_refused", "400", None, ""),
        ("filter-inside", "prompt_filtered", "", None, "Hel"),
        ("filter", "prompt_filtered_category", "violence, jailbreak", None, ""),
        ("filter-bare", "prompt_filtered", "", None, ""),
        ("too-long", "too_long", "tiny", None, ""),
        ("400", "question_refused", "400", None, ""),
        ("400code", "question_refused_code", "invalid_prompt", None, ""),
        ("temperature", "setting_refused", "temperature", None, ""),
        ("413page", "question_refused", "413", None, ""),
        ("500", "server_failed", "500", None, ""),
        ("503page", "server_failed", "503", 3, ""),
        ("302", "redirected", "302", None, ""),
        ("307", "redirected", "307", None, ""),
        ("error-inside", "error_in_stream_code", "500", None, "Hel"),
        ("error-markup", "error_in_stream", "", None, "Hel"),
        ("cut", "broken_off", "", None, "Hel"),
        ("reset", "broken_off", "", None, ""),
        ("no-http", "broken_off", "", None, ""),
        ("no-json", "not_understood", "", None, "Hel"),
        ("no-utf8", "not_understood", "", None, "Hel"),
        ("no-event", "not_understood", "", None, "Hel"),
        ("text-number", "not_understood", "", None, "Hel"),
        ("packed", "not_understood", "", None, ""),
        ("page", "not_a_chat", "", None, ""),
        ("json", "no_end", "", None, ""),
        ("empty", "no_end", "", None, ""),
        ("no-end", "no_end", "", None, "Hel"),
        ("tool", "no_end", "", None, "Hel"),
    ],
)
def test_each_fault_has_its_outcome_and_its_sentence_in_both_languages(
    fault: str, code: str, fact: str, wait: float | None, text: str
) -> None:
    """What came before is kept; nothing that the server said of itself is in a sentence."""
    found = asked(fault)

    failed = failure_in(found)
    assert (code, wait) == (failed.code, failed.retry_after_seconds)
    assert (text, bool(text)) == (text_of(found), failed.partial_kept)
    sentences = [failed.sentence(TEXTS[language]) for language in ("en", "ja")]
    for words, part in zip(sentences, SAYS[code], strict=True):
        assert part in words
        assert fact in words
        assert "The near one" in words
    for words in (*sentences, repr(found)):
        assert "<" not in words
        assert "script" not in words
        assert SECRET_OF_SERVER not in words
        assert KEY not in words


@pytest.mark.parametrize(
    ("fault", "reason", "text", "output_tokens", "english", "japanese"),
    [
        ("whole", "stop", "Hello", 2, "The answer is whole.", "最後まで届きました"),
        ("filtered", "content_filter", "Hel", 1, "content filter ended", "フィルターにより"),
        ("length", "length", "Hel", 1, "at the limit of its length", "長さの上限で"),
        ("cut-after-end", "stop", "Hel", None, "The answer is whole.", "最後まで届きました"),
        ("no-usage", "stop", "Hello", None, "The answer is whole.", "最後まで届きました"),
        ("usage-odd", "stop", "Hel", None, "The answer is whole.", "最後まで届きました"),
        ("usage-each", "stop", "Hello", 2, "The answer is whole.", "最後まで届きました"),
    ],
)  # fmt: skip
def test_an_answer_that_a_server_ends_tells_how_and_counts_only_what_it_was_told(
    fault: str, reason: str, text: str, output_tokens: int | None, english: str, japanese: str
) -> None:
    found = asked(fault)

    end = end_of(found)
    usage = usage_of(found)
    assert reason == end.reason
    assert text == text_of(found)
    assert output_tokens == (None if usage is None else usage.output_tokens)
    assert "model-7" == end.provider_model
    assert english in end.sentence(TEXTS["en"])
    assert japanese in end.sentence(TEXTS["ja"])


def test_usage_in_every_event_is_the_last_one_and_no_sum() -> None:
    """1 and 2 and 2 output tokens are 2; what was cached comes from the last as well."""
    expected = Usage(input_tokens=10, output_tokens=2, cached_input_tokens=3)

    assert expected == usage_of(asked("usage-each"))


def test_parts_of_usage_are_unknown_where_the_server_does_not_tell_them() -> None:
    """Not told is None; told as nothing is 0; more than the whole is no number at all."""
    odd = {**tokens(2, cached=11), "completion_tokens_details": {"reasoning_tokens": True}}
    body = events(piece("Hello"), piece(finish="stop"), last(odd))

    assert Usage(
        input_tokens=10, output_tokens=2, cached_input_tokens=4, reasoning_tokens=0
    ) == usage_of(asked("whole"))
    assert Usage(input_tokens=10, output_tokens=2) == usage_of(asked("odd", odd=Answer(body=body)))


def test_a_server_that_falls_silent_is_left_after_a_while() -> None:
    """In the middle of an answer, and before its first byte."""
    middle, first = asked("silent", silence_seconds=0.3), asked("dumb", silence_seconds=0.3)

    assert ("too_slow", "Hel") == (failure_in(middle).code, text_of(middle))
    assert "too_slow" == failure_in(first).code
    assert "silent for too long" in failure_in(first).sentence(TEXTS["en"])
    assert "長い間データが届かない" in failure_in(first).sentence(TEXTS["ja"])


def test_a_server_that_does_not_run_cannot_be_reached() -> None:
    """Nobody listens on the port any more."""

    async def ask() -> list[Event]:
        async with fault_server() as server:
            endpoint = endpoint_at(server.base("whole"))
        return await answer_of(endpoint)

    failed = failure_in(asyncio.run(ask()))

    assert "unreachable" == failed.code
    assert "cannot be reached" in failed.sentence(TEXTS["en"])
    assert "接続できません" in failed.sentence(TEXTS["ja"])


def test_an_answer_without_end_is_cut_off_at_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """One event that never ends would fill the memory; so would events that never end."""
    monkeypatch.setattr("dashboard.chat.guard.CHAT_MANNERS", Manners(most_bytes=3_000_000))
    start = events(piece("Hel"), done=False)
    one, many = start + b"data: " + b"x" * 2_000_000, start + b": still here\n\n" * 300_000
    refused = b"x" * 2_000_000

    found = asked("line", line=Answer(body=one))
    failed = failure_in(found)
    assert ("too_large", "Hel") == (failed.code, text_of(found))
    assert "too_large" == failure_in(asked("many", many=Answer(body=many))).code
    error = Answer(status="400 Bad Request", body=refused)
    assert "too_large" == failure_in(asked("refused", refused=error)).code
    assert "more than any answer holds" in failed.sentence(TEXTS["en"])
    assert "あり得ない量" in failed.sentence(TEXTS["ja"])


def test_markup_in_the_name_of_a_model_is_no_name() -> None:
    """The text of the answer is the model's and passes as it is; its escaping is the page's."""
    odd = {**piece(f"Hel {MARKUP}", finish="stop"), "model": MARKUP}

    found = asked("odd", odd=Answer(body=events(odd)))

    assert end_of(found).provider_model is None
    assert f"Hel {MARKUP}" == text_of(found)


def test_half_letters_of_two_events_become_one() -> None:
    """Some servers cut an emoji in two; a half that stays alone becomes a mark, never an error."""
    raw = [json.dumps(piece("PLACE")).replace("PLACE", half) for half in ("a\\ud83d", "\\ude00b")]
    whole = Answer(body=events(*raw, piece(finish="stop")))
    half = Answer(body=events(raw[0], piece(finish="stop")))

    assert "a😀b" == text_of(asked("joined", joined=whole))
    assert "a\N{REPLACEMENT CHARACTER}" == text_of(asked("half", half=half))


def test_thinking_is_told_apart_from_the_answer() -> None:
    """Two names are in use for it; the answer is text only."""
    body = events(
        piece(reasoning_content="So "),
        piece(reasoning="then"),
        piece("Yes"),
        piece(finish="stop"),
    )

    found = asked("think", think=Answer(body=body))

    assert [Delta(reasoning="So "), Delta(reasoning="then"), Delta(text="Yes")] == found[:3]


def test_a_server_that_ignores_the_cap_is_stopped_from_here() -> None:
    """More events and text than the tokens have, or a count above them; the rest is not shown."""

    async def ask(body: bytes) -> list[Event]:
        async with fault_server(runs=Answer(body=body, hangs=True)) as server:
            endpoint = endpoint_at(server.base("runs"))
            found = await answer_of(endpoint, parameters=Parameters(max_output_tokens=3))
            await asyncio.wait_for(server.left.wait(), 30)
        return found

    many = asyncio.run(ask(events(*[piece("word ") for _ in range(50)], done=False)))
    counted = asyncio.run(ask(events(piece("a", usage=tokens(9)), done=False)))
    large = asyncio.run(ask(events(piece("a" * 2_000), piece("b"), done=False)))

    for found in (many, counted, large):
        assert "stopped_by_us" == end_of(found).reason
    assert "word " * 4 == text_of(many)
    assert "a" * 2_000 == text_of(large)
    assert "stopped from here" in end_of(many).sentence(TEXTS["en"])
    assert "こちらから止めました" in end_of(many).sentence(TEXTS["ja"])


def test_a_server_that_sends_single_letters_is_not_taken_for_one_that_ignores_the_cap() -> None:
    """Nine letters in nine events are two tokens here; the server itself ends at the cap."""
    body = events(*[piece(letter) for letter in "two words"], piece(finish="length"))

    async def ask() -> list[Event]:
        async with fault_server(letters=Answer(body=body)) as server:
            endpoint = endpoint_at(server.base("letters"))
            return await answer_of(endpoint, parameters=Parameters(max_output_tokens=2))

    found = asyncio.run(ask())

    assert ("two words", "length") == (text_of(found), end_of(found).reason)
