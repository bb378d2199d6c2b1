"""The Settings page: what counts here and where it comes from, and no secret of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dash.development.base_component import Component

from catalog.database import Database
from catalog.own_rate_file import import_own_rates, read_own_rates
from catalog.settings import Settings, load_settings
from dashboard.chat.desk import Desk, open_desk
from dashboard.pages.settings.page import draw
from dashboard.pages.visit import read_visit
from dashboard.service import open_catalog
from dashboard.texts import load_texts
from tests.dashboard.commands import fill_folder
from tests.dashboard.components import of_kind, parts, rows, words

CANARY = "canary-7f3a"
ENDPOINTS = """
endpoints:
  - name: house
    label: Our server
    kind: openai_compatible
    base_url: https://models.example.test/v1
    model: llama
    auth: key
    api_key_env: HOUSE_KEY
limits:
  session:
    answers_an_hour: 7
"""
RATES = """from,to,rate,date,period_from,period_to,owner
USD,JPY,151.25,,2026-04-01,2026-09-30,Treasury
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a password and an operator's file."""
    (tmp_path / "endpoints.yaml").write_text(ENDPOINTS)
    return load_settings(
        {"MODELCOST_DATA_DIR": str(tmp_path), "MODELCOST_HUGGINGFACE_TOKEN": f"hf_{CANARY}"}
    )


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """A catalog of this test's own."""
    fill_folder(settings.data_dir)
    opened = open_catalog(settings)
    yield opened
    opened.close()


def page(
    settings: Settings,
    database: Database,
    environment: Mapping[str, str] | None = None,
    search: str = "",
    cookies: Mapping[str, str] | None = None,
    language: str = "en",
) -> Component:
    """The page as a visitor sees it."""
    given = {"HOUSE_KEY": CANARY} if environment is None else environment
    with closing(open_desk(settings, database, given)) as desk:
        assert isinstance(desk, Desk)
        visit = read_visit("/settings", search, language=language, cookies=cookies)
        return draw(visit, database, desk)


def test_every_setting_stands_with_its_origin_and_no_secret(
    settings: Settings, database: Database
) -> None:
    """The token is masked, the key of the endpoint is nowhere, a limit of the file is named so."""
    shown = page(settings, database)

    table = {row[0]: row[1:] for row in rows(shown) if row[0].startswith("MODELCOST_")}
    assert table["MODELCOST_HUGGINGFACE_TOKEN"] == ["***", "environment"]
    assert table["MODELCOST_PORT"][1] == "default"
    assert table["MODELCOST_CHAT_SESSION_ANSWERS_AN_HOUR"] == ["7", "endpoints file"]
    assert CANARY not in repr(shown)
    assert "models.example.test" not in repr(shown)


def test_a_model_without_its_key_says_so(settings: Settings, database: Database) -> None:
    """Ready with the key in the environment, else the reason."""
    ready = next(row for row in rows(page(settings, database)) if row[0] == "Our server")
    waiting = next(row for row in rows(page(settings, database, {})) if row[0] == "Our server")

    assert ready[-1] == "ready"
    assert "HOUSE_KEY" in waiting[-1]


def test_without_rates_prices_and_models_it_says_how_to_get_them(
    tmp_path: Path,
) -> None:
    """Empty is a sentence and a command, not an empty table."""
    bare = load_settings({"MODELCOST_DATA_DIR": str(tmp_path)})
    with closing(open_catalog(bare)) as database:
        said = words(page(bare, database, {}))

    assert "No rate is stored" in said
    assert "modelcost sync ecb" in said
    assert "No file of own prices is loaded" in said
    assert "No model is connected" in said


def test_own_rates_are_shown_with_period_and_owner(settings: Settings, database: Database) -> None:
    """The company's rate, and whose it is."""
    now = datetime(2026, 11, 26, tzinfo=UTC)
    rates = read_own_rates(RATES.encode(), name="rates.csv", now=now)
    import_own_rates(database, rates, name="rates.csv")

    [row] = [one for one in rows(page(settings, database)) if "USD →" in one[0]]

    assert row == ["1 USD → JPY", "151.25", "Apr 1, 2026 – Sep 30, 2026", "own · Treasury"]


def test_the_page_is_there_in_japanese(settings: Settings, database: Database) -> None:
    """The title and the reason of the region."""
    said = words(page(settings, database, search="?lang=ja&region=japaneast"))

    assert "この環境の設定" in said
    assert "アドレスの指定" in said


@pytest.mark.parametrize(("language", "usual"), [("en", "January"), ("ja", "4月")])
def test_no_fiscal_year_counts_before_one_is_chosen(
    settings: Settings, database: Database, language: str, usual: str
) -> None:
    """What is usual is proposed in the list; nothing is chosen, and January counts."""
    shown = page(settings, database, language=language)

    [select] = [one for one in of_kind(shown, "Select") if one.id == "fiscal-month"]
    assert select.value is None
    assert [usual in one["label"] and one["label"] != usual for one in select.data].count(True) == 1
    [said] = [words(one) for one in parts(shown) if getattr(one, "id", None) == "fiscal-said"]
    assert said == load_texts(language)(
        "settings.fiscal.none", month={"en": "January", "ja": "1月"}[language]
    )


@pytest.mark.parametrize(
    ("cookie", "value"), [("4", "4"), ("12", "12"), ("13", None), ("0", None), ("four", None)]
)
def test_the_month_that_this_browser_kept_is_chosen(
    settings: Settings, database: Database, cookie: str, value: str | None
) -> None:
    """What is no month is as if there were none."""
    shown = page(settings, database, cookies={"modelcost_fiscal_month": cookie})

    [select] = [one for one in of_kind(shown, "Select") if one.id == "fiscal-month"]
    assert select.value == value


@pytest.mark.parametrize(("language", "said"), [("en", "US dollars"), ("ja", "米ドル")])
def test_the_currency_of_the_pages_and_of_a_question_are_told_apart(
    settings: Settings, database: Database, language: str, said: str
) -> None:
    """Above the rates, whether one is stored or not."""
    assert said in words(page(settings, database, language=language))
