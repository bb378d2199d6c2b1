"""How every decision stands, judged beside the requests: filters and orders over all of them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, text

from catalog.database import Database
from catalog.decision_heads import DecisionHead, decision_heads, decision_owners
from catalog.decision_request import read_decision
from catalog.decisions import DecisionFilter
from catalog.errors import CursorInvalid, QueryInvalid
from catalog.facts_digest import facts_digest
from catalog.paging import make_spot
from catalog.tables import PRICE
from dashboard.decisions.list_document import list_document, read_wanted
from dashboard.decisions.listing import SCOPE, Wanted, list_decisions
from dashboard.decisions.opened import save_further, save_new
from dashboard.decisions.standings import Standings
from dashboard.decisions.today import Status
from tests.dashboard.decisions.questions import (
    SEALED,
    content,
    scale_price,
    scenario,
    set_rate,
    typed,
)

LONG = 60
MARGIN = Wanted(filter=DecisionFilter(), sort="margin", wait_seconds=LONG)


class Gate:
    """A clock that keeps the thread of the judgements waiting until it is opened."""

    def __init__(self, now: datetime = SEALED) -> None:
        self.now = now
        self.opened = threading.Event()

    def __call__(self) -> datetime:
        if threading.current_thread().name == "standings":
            assert self.opened.wait(LONG)
        return self.now


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.opened.set()


@pytest.fixture
def standings(catalog: Database, gate: Gate) -> Iterator[Standings]:
    made = Standings(catalog, gate)
    yield made
    gate.opened.set()
    made.close()


def save(catalog: Database, title: str, **changes: Any) -> str:
    sent = read_decision(content(title=title, evidence=[], **changes))
    return save_new(catalog, sent, None, SEALED).version.decision_id


def with_price(amount: str) -> dict[str, Any]:
    """A host at the catalog's price against tokens at this one."""
    host, tokens = scenario()["options"]
    prices = {"input": typed(amount), "output": typed(amount)}
    return scenario(options=[host, tokens | {"prices": prices}])


def with_term(term: str) -> dict[str, Any]:
    """A host under a commitment, at a typed price."""
    host, tokens = scenario()["options"]
    paid = {"amount": "3", "per": "1", "unit": "hour"}
    return scenario(options=[host | {"term": term, "price": paid}, tokens])


def heads_of(catalog: Database, wanted: DecisionFilter | None = None) -> list[DecisionHead]:
    with catalog.read() as session:
        return decision_heads(session, wanted or DecisionFilter())


def titles(catalog: Database, standings: Standings, wanted: Wanted) -> list[str]:
    found = list_decisions(standings, heads_of(catalog, wanted.filter), wanted, 50)
    return [one.head.title for one in found.rows]


def flip_the_host(catalog: Database, *ids: str) -> None:
    """Make the host's catalog price ten times as high."""
    with catalog.read() as session:
        query = text("SELECT facts FROM decision_version WHERE decision_id = :id")
        facts = json.loads(session.execute(query, {"id": ids[0]}).scalar_one())
    [host] = [one["price"]["id"] for one in facts["prices"] if one["code"] == "host_price"]
    scale_price(catalog, host, "10")


def test_a_filter_by_status_is_over_all_decisions_and_says_how_many_are_judged(
    catalog: Database, standings: Standings, gate: Gate
) -> None:
    """Nothing is judged at first, and nothing passes; in the end the flipped ones stand there."""
    dear = [save(catalog, f"Tokens {number}", scenario=with_price("1")) for number in range(3)]
    save(catalog, "Cheap tokens", scenario=with_price("0.000001"))
    flip_the_host(catalog, *dear)
    wanted = Wanted(filter=DecisionFilter(), status=Status.HOLDS)

    first = list_decisions(standings, heads_of(catalog), wanted, 50)
    gate.opened.set()
    last = list_decisions(standings, heads_of(catalog), replace(wanted, wait_seconds=LONG), 50)

    assert (0, 4, False, ()) == (first.judged, first.of, first.is_complete, first.rows)
    assert (4, 4, True, 1) == (last.judged, last.of, last.is_complete, last.total)
    assert ["Cheap tokens"] == [one.head.title for one in last.rows]
    assert (1, 4) == (last.counts[Status.HOLDS], sum(last.counts.values()))


def test_the_margin_is_of_the_option_that_was_decided_and_below_0_where_another_is_cheaper(
    catalog: Database, standings: Standings, gate: Gate
) -> None:
    """In order of the margin the narrowest, which has flipped, stands first; backwards last."""
    gate.opened.set()
    flipped = save(catalog, "Host", scenario=with_price("0.01"))
    save(catalog, "Tokens", scenario=with_price("0.000001"))
    flip_the_host(catalog, flipped)

    found = list_decisions(standings, heads_of(catalog), MARGIN, 50)

    margins = [one.judgement.margin for one in found.rows if one.judgement]
    assert ["Host", "Tokens"] == [one.head.title for one in found.rows]
    assert margins[0] is not None
    assert margins[0] < Decimal(0) < (margins[1] or 0)
    assert ["Tokens", "Host"] == titles(catalog, standings, replace(MARGIN, sort="-margin"))


def test_an_end_that_is_not_known_stands_last_whichever_way_the_order_goes(
    catalog: Database, standings: Standings, gate: Gate
) -> None:
    """Commitments of one year and of three, and a decision without one."""
    gate.opened.set()
    for title, changes in (
        ("Three years", with_term("reserved_3y")),
        ("None", scenario()),
        ("One year", with_term("reserved_1y")),
    ):
        save(catalog, title, scenario=changes)

    up = titles(catalog, standings, replace(MARGIN, sort="commitment"))
    down = titles(catalog, standings, replace(MARGIN, sort="-commitment"))

    assert ["One year", "Three years", "None"] == up
    assert ["Three years", "One year", "None"] == down


@pytest.mark.parametrize(
    "sort",
    ["title", "-title", "sealed", "status", "then", "now", "margin", "-margin", "moves", "owner"],
)
def test_every_page_together_is_every_decision_once(
    catalog: Database, standings: Standings, gate: Gate, sort: str
) -> None:
    """Page by page of two, in any order."""
    gate.opened.set()
    ids = {save(catalog, f"Bot {number}", owner=f"Team {number % 2}") for number in range(5)}
    seen: list[str] = []
    after = None

    for _ in range(3):
        document = list_document(catalog, standings, replace(MARGIN, sort=sort), (2, after), "en")
        seen += [one["id"] for one in document["items"]]
        after = document["next"]

    assert (len(seen), set(seen), after) == (5, ids, None)
    assert document["judged"] == {
        "done": 5,
        "of": 5,
        "complete": True,
        "counts": document["judged"]["counts"],
    }


def test_a_moved_price_a_new_day_and_a_new_version_are_judged_anew(
    catalog: Database, standings: Standings, gate: Gate
) -> None:
    """What was known is not shown for what it is not of."""
    gate.opened.set()
    decided = save(catalog, "Bot")
    before = standings.awaited(heads_of(catalog), LONG)
    gate.opened.clear()

    def is_known() -> bool:
        return decided in standings.known(heads_of(catalog), ask=False)

    assert list(before) == [decided]
    assert is_known()
    gate.now += timedelta(days=1)
    assert not is_known()
    gate.opened.set()
    standings.awaited(heads_of(catalog), LONG)
    gate.opened.clear()
    assert is_known()
    save_further(catalog, decided, read_decision(content(title="Again")), SEALED)
    assert not is_known()
    gate.opened.set()
    standings.awaited(heads_of(catalog), LONG)
    set_rate(catalog, SEALED.date(), "151")
    assert not is_known()


def test_a_version_that_was_followed_while_it_waited_is_left_out(
    catalog: Database, standings: Standings, gate: Gate
) -> None:
    """Its heads are old; it is told as not judged, and the waiting ends."""
    decided = save(catalog, "Bot")
    old = heads_of(catalog)
    save_further(catalog, decided, read_decision(content(title="Again")), SEALED)
    gate.opened.set()

    assert standings.awaited(old, LONG) == {}


def test_a_failure_of_the_program_is_told_and_the_others_are_judged(
    catalog: Database,
    standings: Standings,
    gate: Gate,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One that cannot be judged is to be looked at; the log names it."""
    bad, good = save(catalog, "Bad"), save(catalog, "Good")
    judge = "dashboard.decisions.standings.today_of"
    from dashboard.decisions.today import today_of

    def failing(database: Database, version: Any, *rest: Any) -> Any:
        if version.decision_id == bad:
            raise ZeroDivisionError("by a test")
        return today_of(database, version, *rest)

    monkeypatch.setattr(judge, failing)
    gate.opened.set()

    found = standings.awaited(heads_of(catalog), LONG)

    assert [one.code for one in found[bad].reasons] == ["failed"]
    assert found[bad].status is Status.CHECK
    assert "failed" not in [one.code for one in found[good].reasons]
    assert f"decision {bad} could not be judged" in caplog.text


def test_the_digest_is_another_after_each_kind_of_change(catalog: Database) -> None:
    """A price that was corrected in its place, one more row, and nothing at all."""

    def digest() -> str:
        with catalog.read() as session:
            return facts_digest(session)

    first = digest()
    assert digest() == first
    with catalog.read() as session:
        [price] = session.execute(text("SELECT id FROM price WHERE amount <> '0' LIMIT 1")).one()
    scale_price(catalog, price, "2")
    second = digest()
    assert second != first
    with catalog.write() as session:
        row = session.execute(PRICE.select().limit(1)).mappings().one()
        later = dict(row) | {"id": "one more", "series": "one more", "amount": Decimal(0)}
        session.execute(insert(PRICE).values(**later))
    assert digest() != second


def test_owners_are_each_named_once(catalog: Database) -> None:
    for owner in ("ben", "Aoi", "Aoi"):
        save(catalog, "Bot", owner=owner)
    with catalog.read() as session:
        assert ["Aoi", "ben"] == decision_owners(session)


@pytest.mark.parametrize(
    ("after", "sort"),
    [
        ("no cursor", "margin"),
        (make_spot(SCOPE, ["margin", "unknown"]), "margin"),
        (make_spot("decision", ["margin", "x"]), "margin"),
    ],
)
def test_a_cursor_of_another_list_is_refused(
    catalog: Database, standings: Standings, gate: Gate, after: str, sort: str
) -> None:
    gate.opened.set()
    save(catalog, "Bot")
    with pytest.raises(CursorInvalid, match="'next' value of a page"):
        list_decisions(standings, heads_of(catalog), replace(MARGIN, sort=sort), 50, after)


@pytest.mark.parametrize(
    ("status", "sort", "said"),
    [
        ("held", "sealed", "status: expected one of holds, flipped, check, broken, found 'held'"),
        (None, "age", "sort: expected one of title, owner, sealed, status, then, now, margin,"),
        (None, "--margin", "found '--margin'"),
    ],
)
def test_a_wrong_filter_is_refused_with_what_is_known(
    status: str | None, sort: str, said: str
) -> None:
    with pytest.raises(QueryInvalid, match=said):
        read_wanted(DecisionFilter(), status, sort)


def test_a_list_without_standings_judges_nothing(catalog: Database, standings: Standings) -> None:
    """The gate is closed, so that waiting would not end."""
    save(catalog, "Bot")
    wanted = Wanted(filter=DecisionFilter(), standing=False, wait_seconds=LONG)

    document = list_document(catalog, standings, wanted, (20, None), "en")

    assert "judged" not in document
    assert "status" not in document["items"][0]
    assert datetime.fromisoformat(document["items"][0]["created_at"]).astimezone(UTC) == SEALED
