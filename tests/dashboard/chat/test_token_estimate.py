"""Token counts before the call: near what a real tokenizer counts, and never above the bound."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.chat.token_estimate import (
    TEMPLATE_TOKENS,
    TEMPLATE_TOKENS_PER_MESSAGE,
    TokenEstimate,
    estimate_messages,
    estimate_tokens,
    learned_ratio,
)

ENGLISH = (
    "The TrailWalker Hiking Shoes cost $110 and weigh 840 grams a pair. They are made of "
    "water-resistant leather, with a sole that grips on wet rock. Return them within 30 days if "
    "they do not fit; the receipt is enough. Do not dry them next to a heater, because the glue "
    "becomes soft."
)
JAPANESE = (
    "トレイルウォーカーのハイキングシューズは1足12,000円(税込)です。防水加工の革を使用し、濡れた岩"
    "の上でも滑りにくい靴底を備えています。サイズが合わない場合は、レシートを添えて30日以内に返品"
    "してください。ストーブの近くで乾かすと接着剤が柔らかくなりますので、おやめください。"
)
CODE = (
    "def break_even(fixed: Decimal, per_token: Decimal) -> Decimal | None:\n"
    '    """Load at which both cost the same."""\n'
    "    if per_token <= 0:\n        return None\n    return fixed / per_token\n\n\n"
    'for host in hosts:\n    print(f"{host.name}: {host.usd_per_hour * 730:,.2f}")\n'
)
MIXED = (
    "API の応答は JSON です。`GET /api/v1/models?q=llama` を呼ぶと、items・total・next が返ります。"
    "For errors, see application/problem+json(RFC 9457)。上限は 200 件です。"
)
EMOJI = "Great shoes! 👍👍 Would buy again 🥾⛰️ 5/5 ⭐⭐⭐⭐⭐"


@pytest.mark.parametrize(
    ("text", "counted"),
    [(ENGLISH, 65), (JAPANESE, 100), (CODE, 73), (MIXED, 57), (EMOJI, 21)],
    ids=["english", "japanese", "code", "mixed", "emoji"],
)
def test_an_estimate_is_near_what_o200k_counts(text: str, counted: int) -> None:
    """Counted once with the o200k_base encoding of the package bpe-openai 0.1.4."""
    estimated = estimate_tokens(text)

    assert 0.8 * counted <= estimated <= 1.25 * counted
    assert counted <= estimated * Fraction(5, 4)


@pytest.mark.parametrize(
    ("text", "thousandths"),
    [
        ("abc", 675), ("123", 1350), ("+-", 1100), ("かなカナー", 3600), ("価格", 1800),
        ("ｶﾅ", 1440), ("。", 1200), ("👍", 1200), ("𠮷", 900), (" \n\t　", 0), ("", 0), ("々", 900),
        ("é", 1200),
    ],
)  # fmt: skip
def test_each_class_of_characters_has_its_weight(text: str, thousandths: int) -> None:
    """Rounded up at the end only, so a thousand times the text shows the weight itself."""
    assert thousandths == estimate_tokens(text * 1000)


def test_an_empty_text_is_no_tokens_and_any_letter_is_at_least_one() -> None:
    assert 0 == estimate_tokens("")
    assert 1 == estimate_tokens("a")


def test_a_learned_ratio_moves_the_estimate() -> None:
    """Counted 130 and 260 where 100 and 200 were estimated."""
    ratio = learned_ratio([(130, 100), (260, 200)])

    assert Fraction(13, 10) == ratio
    assert 1170 == estimate_tokens("価" * 1000, ratio=ratio)


def test_a_long_text_weighs_more_in_the_ratio_than_a_short_one() -> None:
    assert Fraction(1010, 1010) == learned_ratio([(1000, 990), (10, 20)])


@pytest.mark.parametrize("pairs", [[], [(0, 10)], [(10, 0)]])
def test_without_a_count_there_is_no_ratio(pairs: list[tuple[int, int]]) -> None:
    """Unknown is None; nothing is corrected by it."""
    assert learned_ratio(pairs) is None


@pytest.mark.parametrize("ratio", [Fraction(0), Fraction(-1, 2)])
def test_a_ratio_that_is_not_above_zero_is_refused(ratio: Fraction) -> None:
    with pytest.raises(ValueError, match="ratio: expected a number above 0"):
        estimate_tokens("text", ratio=ratio)


def test_messages_are_planned_with_a_quarter_more_and_bounded_by_their_bytes() -> None:
    """1,000 characters of 0.9 tokens and 3 bytes in two messages."""
    template = TEMPLATE_TOKENS + 2 * TEMPLATE_TOKENS_PER_MESSAGE

    assert TokenEstimate(about=900, planned=1125, most=3000 + template) == estimate_messages(
        ["価" * 500, "格" * 500]
    )


def test_no_estimate_is_above_the_bound_whatever_was_learned() -> None:
    """Not even where a ratio came from a broken count."""
    estimate = estimate_messages(["word " * 100], ratio=Fraction(1000))

    assert estimate.most == estimate.about == estimate.planned


@given(st.lists(st.text(alphabet=st.characters())))
def test_the_bound_is_never_below_the_plan(contents: list[str]) -> None:
    """Half of a pair of surrogates too, which has no UTF-8 of its own."""
    estimate = estimate_messages([*contents, "\ud83d"])

    assert 0 <= estimate.about <= estimate.planned <= estimate.most
