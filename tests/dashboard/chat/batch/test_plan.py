"""What a plan asks, about how much that is, and whether it may cost that."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from catalog.database import Database
from dashboard.chat.batch.estimate import (
    EndpointEstimate,
    Estimate,
    estimate,
    read_cap,
    read_threshold,
    require_allowed,
)
from dashboard.chat.batch.plan import Plan, Setting
from dashboard.chat.endpoints import Endpoint
from dashboard.chat.errors import ChatRefused
from dashboard.chat.token_estimate import estimate_messages
from dashboard.texts import load_texts
from tests.dashboard.chat.asking import NOON, endpoint_at
from tests.dashboard.chat.batch.plans import TOP, plan_of
from tests.dashboard.chat.batch.steered import LLAMA

MILLION = 10**6


def endpoint(name: str = "near", **changed: Any) -> Endpoint:
    """An endpoint of this machine, whose model is sold in Japan."""
    return endpoint_at("http://127.0.0.1:9/v1", name=name, region="japaneast", **changed)


def in_both(make: Callable[[], object]) -> tuple[str, str]:
    """A refusal in English and Japanese."""
    with pytest.raises(ChatRefused) as caught:
        make()
    english, japanese = (caught.value.sentence(load_texts(one)) for one in ("en", "ja"))
    assert english != japanese
    return english, japanese


def test_a_plan_asks_everything_once(tmp_path: Path) -> None:
    """Questions x endpoints x settings x repeats, repeats of a question as far apart as can be."""
    settings = (TOP, Setting(top_n=10, strictness=1))
    plan = plan_of(tmp_path, [endpoint("a"), endpoint("b")], settings=settings, repeats=2)

    jobs = [*plan.jobs("a"), *plan.jobs("b")]

    assert 24 == plan.answers == len(jobs) == len(set(jobs))
    assert [1] * 6 + [2] * 6 == [job.repeat for job in plan.jobs("a")]
    assert [0, 1, 2, 0, 1, 2] == [job.question for job in plan.jobs("a")][:6]


def test_the_estimate_is_that_of_the_prompts_and_the_catalog(
    catalog: Database, tmp_path: Path
) -> None:
    """0.71 dollars a million tokens, with 150 assumed to be written to each answer."""
    plan = plan_of(tmp_path, [endpoint("a", catalog_model=LLAMA), endpoint("b")], repeats=2)

    found = estimate(plan, catalog, NOON.date())

    read = 2 * sum(
        estimate_messages(one.content for one in plan.prompt(question, TOP).messages).planned
        for question in plan.questions.questions
    )
    priced = found.of("a")
    assert (6, read, 900) == (priced.answers, priced.input_tokens, priced.output_tokens)
    assert Decimal(read + 900) * Decimal("0.71") / MILLION == priced.cost == found.cost
    assert (None, ("b",)) == (found.of("b").cost, found.unpriced)


def test_a_model_that_nobody_sells_there_has_no_cost(catalog: Database, tmp_path: Path) -> None:
    """Unknown, not free."""
    plan = plan_of(tmp_path, [endpoint(catalog_model="nobody/sells-this")])

    assert ("near",) == estimate(plan, catalog, NOON.date()).unpriced


def costing(usd: str) -> Estimate:
    """An estimate of so many dollars."""
    one = EndpointEstimate(
        endpoint="a", answers=1, input_tokens=1, output_tokens=0,
        usd_per_input_token=Fraction(usd), usd_per_output_token=Fraction(0),
    )  # fmt: skip
    return Estimate(endpoints=(one,))


def test_a_small_run_needs_no_cap_and_a_dear_one_does() -> None:
    """A dollar is allowed; what is named holds, also where it is less."""
    assert Decimal(1) == require_allowed(costing("1"), None)
    assert Decimal("0.2") == require_allowed(costing("5"), Decimal("0.2"))
    english, japanese = in_both(lambda: require_allowed(costing("1.001"), None))
    assert "estimated at 1.00 US dollars, more than the 1 it may cost unasked" in english
    assert "--cost-capで上限を指定してください" in japanese


@pytest.mark.parametrize("text", ["0", "-1", "1e3", "", "nan", "1,5", "٣"])
def test_a_cap_is_a_plain_amount_above_0(text: str) -> None:
    english, japanese = in_both(lambda: read_cap(text))

    assert f"Cost cap: expected an amount of US dollars above 0 such as 2.50, found {text}." == (
        english
    )
    assert "米ドルの金額を指定してください" in japanese
    assert Decimal("2.50") == read_cap(" 2.50 ")


@pytest.mark.parametrize("text", ["0", "1.01", "90", "90%", "-0.5", "x"])
def test_a_threshold_is_a_share(text: str) -> None:
    english, japanese = in_both(lambda: read_threshold(text))

    assert (
        f"--threshold: expected a share above 0 and up to 1 such as 0.9, found {text}." == english
    )
    assert "0より大きく1以下の割合" in japanese
    assert [Decimal("0.9"), Decimal(1)] == [read_threshold(one) for one in ("0.9", "1")]


PLANS = [
    ({"endpoints": ()}, "Expected at least one model that answers, found none.", "1つ以上"),
    ({"endpoints": (endpoint(), endpoint())}, "expected each name once", "同じ名前は1回だけ"),
    ({"repeats": 0}, "Repeats: expected 1 to 100, found 0.", "1から100まで"),
    ({"repeats": 101}, "Repeats: expected 1 to 100, found 101.", "1から100まで"),
    ({"settings": (Setting(top_n=4, strictness=3),)}, "top_n: expected one of 3, 5, 10, 20, found "
     "4.", "top_n"),
    ({"settings": (Setting(top_n=3, strictness=6),)}, "strictness: expected one of 1, 2, 3, 4, 5",
     "strictness"),
    ({"settings": (TOP, TOP)}, "Expected each number of passages and each strictness once.",
     "1回だけ"),
    ({"system": "x" * 20_001}, "System message: expected at most 20,000 letters.",
     "20,000文字まで"),
    ({"repeats": 100, "count": 2_000}, "Expected at most 100,000 answers in one run, found 200,000",
     "1回の実行は100,000回答まで"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "english", "japanese"), PLANS)
def test_a_plan_that_cannot_be_asked_is_refused_by_name(
    tmp_path: Path, changed: dict[str, Any], english: str, japanese: str
) -> None:
    def make() -> Plan:
        return plan_of(tmp_path, **({"endpoints": (endpoint(),)} | changed))

    told = in_both(make)

    assert english in told[0]
    assert japanese in told[1]
