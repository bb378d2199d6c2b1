"""What if a fact is taken away or bent? The verdict changes as predicted on every face at once, and
no number of the answer before is left on any of them: screen, tabs, paper, workbook, REST."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, select, update

from catalog.database import Database
from catalog.problems import Refused
from catalog.settings import Settings, load_settings
from catalog.tables import PRICE
from dashboard.app import create_app
from dashboard.figures.axes import View
from dashboard.pages.decide.address import TABS
from dashboard.pages.decide.state import PageState
from dashboard.pages.decide.studies.tabs import asked_of, refused_study, study
from dashboard.service import example_document, open_catalog
from dashboard.texts import load_texts
from tests.dashboard.commands import fill_folder
from tests.dashboard.components import words
from tests.dashboard.page_results import show

JAPAN = "llama-3.3-70b-japan-east"
TEXT_KINDS = ("csv", "markdown", "focus", "print", "svg")
Document = dict[str, Any]


class Faces:
    """Every face of one installation, asked the same question."""

    def __init__(self, settings: Settings, database: Database, client: TestClient) -> None:
        self.database = database
        self._client = client
        self._page = PageState(database)

    def rest(self, document: Document) -> Any:
        """The answer over REST, or the problem."""
        return self._client.post("/api/v1/break-even", json=document).json()

    def papers(self, document: Document) -> dict[str, str]:
        """Every paper as the text that a person can find in it."""
        found = {}
        for kind in TEXT_KINDS:
            found[kind] = self._client.post(f"/api/v1/exports/{kind}", json=document).text
        answer = self._client.post("/api/v1/exports/xlsx", json=document)
        found["xlsx"] = answer.text if answer.status_code != 200 else _cells(answer.content)
        return found

    def screen(self, document: Document) -> tuple[str, str]:
        """What the page says, and the class of the answer: it is faded where it is stale."""
        shown = show(self._page.judge(plain(document)))
        parts = (shown.summary, shown.basis, shown.tables, shown.problems)
        return " ".join(words(one) for one in parts if one is not None), shown.class_name

    def tabs(self, document: Document) -> str:
        """What stands in the tabs."""
        texts = load_texts("en")
        try:
            asked = asked_of(self.database, document, View(), texts)
        except Refused as refused:
            return words(refused_study(refused, texts))
        return " ".join(words(study(asked, one)) for one in TABS)


@pytest.fixture
def faces(tmp_path: Path) -> Iterator[Faces]:
    """An installation of this test's own, whose catalog it may damage."""
    fill_folder(tmp_path)
    settings = load_settings({"MODELCOST_DATA_DIR": str(tmp_path)})
    database = open_catalog(settings)
    with TestClient(create_app(settings, database), base_url="http://127.0.0.1") as client:
        yield Faces(settings, database, client)
    database.close()


def _cells(content: bytes) -> str:
    """All values of a workbook as a reader without a calculator sees them."""
    book = openpyxl.load_workbook(BytesIO(content), data_only=True)
    return "\n".join(
        str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    )


def plain(document: Any) -> Any:
    """As the form holds it: numbers as text."""
    if isinstance(document, dict):
        return {key: plain(value) for key, value in document.items()}
    if isinstance(document, list):
        return [plain(one) for one in document]
    if isinstance(document, bool):
        return "true" if document else "false"
    return None if document is None else str(document)


def example(name: str) -> Document:
    """A bundled example as JSON carries it."""
    loaded: Document = json.loads(json.dumps(example_document(name), default=str))
    return loaded


def price_ids(answer: Any, option: str) -> list[str]:
    """The catalog rows of the prices of an option."""
    estimates = answer["at_workload"]["estimates"]
    one = next(one for one in estimates if one["name"] == option)
    return [item["price"]["id"] for item in one["line_items"] if item["price"]["id"]]


def month_of(answer: Any, option: str) -> str:
    """The cost a month of an option as the page writes it, without its sign."""
    estimates = answer["at_workload"]["estimates"]
    cost = next(one["cost_per_month"] for one in estimates if one["name"] == option)
    return f"{float(cost):,.0f}"


def require_gone(number: str, faces: Faces, document: Document) -> None:
    """No face tells a number any more, however it groups its digits. A checksum may hold them."""
    said, _ = faces.screen(document)
    everywhere = {**faces.papers(document), "tabs": faces.tabs(document), "screen": said}
    everywhere["rest"] = json.dumps(faces.rest(document))
    grouped, plain_digits = re.escape(number), re.escape(number.replace(",", ""))
    told = re.compile(rf"(?<![0-9A-Za-z.])({grouped}|{plain_digits})(?![0-9A-Za-z])")
    for face, text in everywhere.items():
        assert told.search(text) is None, face


def test_a_deleted_price_of_japan_leaves_no_winner_and_no_old_number(faces: Faces) -> None:
    """Without the price of the host nobody can say what is the cheapest, and every face says so."""
    document = example(JAPAN)
    before = faces.rest(document)
    assert before["verdict"]["at_workload"]["class"] != "unknown"
    old = month_of(before, "H200 host in Japan East")
    assert old in faces.screen(document)[0]

    [row] = price_ids(before, "H200 host in Japan East")
    with faces.database.write() as session:
        session.execute(delete(PRICE).where(PRICE.c.id == row))
    after = faces.rest(document)

    told = json.dumps(after)
    assert "price" in told
    if "verdict" in after:
        assert after["verdict"]["at_workload"]["class"] == "unknown"
        assert after["at_workload"]["cheapest"] is None
    else:
        assert after["status"] == 422
    require_gone(old, faces, document)


def test_a_price_that_aged_by_200_days_forbids_a_call(faces: Faces) -> None:
    """The gap stays as it is; the dates are now too far apart, or further than before."""
    document = example("llama-3.3-70b-three-volumes")
    before = faces.rest(document)
    ids = [
        row for one in before["at_workload"]["estimates"] for row in price_ids(before, one["name"])
    ]
    with faces.database.write() as session:
        days = {
            row: session.execute(select(PRICE.c.as_of).where(PRICE.c.id == row)).scalar_one()
            for row in ids
        }
        newest = max(day for day in days.values() if day is not None)
        for row in ids:
            # All of one day first, so that only the one that ages is apart.
            session.execute(update(PRICE).where(PRICE.c.id == row).values(as_of=newest))
    same_day = faces.rest(document)
    cheapest = same_day["at_workload"]["cheapest"]
    assert same_day["verdict"]["at_workload"]["class"] == "clear"

    with faces.database.write() as session:
        aged = newest - timedelta(days=200)
        for row in price_ids(same_day, cheapest):
            session.execute(update(PRICE).where(PRICE.c.id == row).values(as_of=aged))
    after = faces.rest(document)

    assert after["at_workload"]["cheapest"] == cheapest
    assert after["verdict"]["at_workload"]["class"] == "too_close"
    assert "dates too far apart" in faces.screen(document)[0]
    papers = faces.papers(document)
    assert "dates too far apart" in papers["print"]
    assert "dates too far apart" in papers["markdown"]
    assert aged.isoformat() in papers["csv"]
    assert aged.isoformat() in json.dumps(after)


def test_a_standby_host_moves_the_verdict_everywhere(faces: Faces) -> None:
    """At 9.5M requests a month three hosts win; with one standby four are paid and tokens win."""
    document = example("article-with-capacity")
    document["workload"]["requests_per_hour"] = "13100"
    before = faces.rest(document)
    assert before["at_workload"]["cheapest"] == "GPU hosts"
    old = month_of(before, "GPU hosts")

    document["options"][1]["spare_instances"] = "1"
    after = faces.rest(document)

    assert after["at_workload"]["cheapest"] == "Per token"
    hosts = next(one for one in after["at_workload"]["estimates"] if one["name"] == "GPU hosts")
    assert hosts["instances"] == 4
    assert float(hosts["cost_per_hour"]) == 4 * 6.12
    assert (
        "Clearly cheaper: Per token" in faces.screen(document)[0]
        or "too close" in faces.screen(document)[0]
    )
    require_gone(old, faces, document)


def test_a_global_price_under_a_residency_is_refused_by_name(faces: Faces) -> None:
    """Requests that may be processed anywhere never satisfy Japan; no face gives a number."""
    document = example(JAPAN)
    old = month_of(faces.rest(document), "Per token, global")
    document["residency"] = {"processing": "JP"}

    after = faces.rest(document)

    assert after["status"] == 422
    assert "global" in json.dumps(after)
    assert "stale" in faces.screen(document)[1]
    require_gone(old, faces, document)


def test_a_70b_at_16_bits_on_one_a100_has_no_capacity_and_no_cost(faces: Faces) -> None:
    """141 GB of weights do not fit into 80: no number of such hosts serves it."""
    document = example(JAPAN)
    document["options"][1] = {
        "name": "One A100",
        "kind": "dedicated",
        "instance": "Standard_NC24ads_A100_v4",
        "minimum_instances": "1",
        "spare_instances": "0",
        "term": "on_demand",
        "price": {"amount": "3.67", "per": "1", "unit": "hour"},
        "serving": {"weights": "bf16"},
    }

    after = faces.rest(document)

    host = next(one for one in after["at_workload"]["estimates"] if one["name"] == "One A100")
    assert host["cost_per_month"] is None
    assert after["verdict"]["at_workload"]["class"] == "unknown"
    said, _ = faces.screen(document)
    assert "One A100" in said
    require_gone("2,679", faces, document)
