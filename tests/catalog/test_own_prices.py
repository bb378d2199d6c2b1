"""Prices of one's own: checked whole, first in rank, private, replaced by name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.database import Database
from catalog.offers import resolve
from catalog.own_price_file import OwnPriceRecord, read_own_prices
from catalog.own_prices import (
    OwnPriceUse,
    list_own_price_files,
    load_own_prices,
    own_prices_for_instance,
    remove_own_prices,
)
from catalog.price_queries import PriceFilter, list_prices
from catalog.problems import Refused
from catalog.scenario import parse_scenario
from costing import Dedicated

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
HEAD = "provider,model,instance,region,deployment,kind,term,amount,per,unit,currency"
HOST = "azure,,NC24ads_A100_v4,japaneast,,instance,,4.2001,1,hour,USD"
TOKEN = "azure,meta-llama/Llama-3.3-70B-Instruct,,japaneast,regional,input,,0.65,1000000,token,USD"
SKU = "azure/Standard_NC24ads_A100_v4"


def read(database: Database, *lines: str) -> tuple[OwnPriceRecord, ...]:
    content = "\n".join(lines).encode()
    with database.read() as session:
        return read_own_prices(session, content, form="csv", name="own.csv", now=NOW)


def problems(database: Database, *lines: str) -> list[tuple[int | None, str, str]]:
    with pytest.raises(Refused) as caught:
        read(database, *lines)
    return [(one.line, one.field, one.code) for one in caught.value.problems]


def test_a_good_file_becomes_rows_with_the_ids_of_the_catalog(bundled: Database) -> None:
    """Defaults: contracted, on demand; numbers exact."""
    host, token = read(bundled, HEAD, HOST, TOKEN)

    assert (SKU, "on_demand", "contracted", Decimal("4.2001")) == (
        host.instance_id,
        host.term,
        host.basis,
        host.amount,
    )
    assert ("meta-llama/Llama-3.3-70B-Instruct", "regional") == (token.model_id, token.deployment)


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("4.2001", "-1", "amount"),
        ("4.2001", "NaN", "amount"),
        ("4.2001", "1e400", "amount"),
        ("4.2001", "cheap", "amount"),
        ("4.2001", "", "amount"),
        ("4.2001", "0", "amount"),
        ("hour", "token", "unit"),
        ("hour", "minute", "unit"),
        ("USD", "usd", "currency"),
        ("USD", "XQZ", "currency"),
        ("japaneast", "japanest", "region"),
        ("NC24ads_A100_v4", "NC25ads", "instance"),
        ("instance,,", "lease,,", "kind"),
        ("instance,,", "instance,for ever,", "term"),
        (",1,hour", ",0,hour", "per"),
    ],
)
def test_a_wrong_cell_is_refused_at_its_line_and_column(
    bundled: Database, old: str, new: str, column: str
) -> None:
    """The rest of the file is judged too, and nothing is loaded."""
    found = problems(bundled, HEAD, TOKEN, HOST.replace(old, new, 1))

    assert (3, column) in {(line, field) for line, field, _ in found}


def test_wrong_columns_and_rows_twice_are_refused(bundled: Database) -> None:
    """With the nearest column and the line of the first row."""
    assert "column_unknown" in {
        code for _, _, code in problems(bundled, HEAD.replace("region", "regoin"), HOST)
    }
    assert [(3, "row_twice")] == [
        (line, code) for line, _, code in problems(bundled, HEAD, HOST, HOST)
    ]
    assert ["no_rows"] == [code for _, _, code in problems(bundled, HEAD)]


@given(text=st.text(max_size=300))
def test_any_text_gives_rows_or_problems(bundled_sqlite: Database, text: str) -> None:
    """Never another exception."""
    found = 0
    with bundled_sqlite.read() as session:
        try:
            found = len(read_own_prices(session, text.encode(), form="csv", name="o", now=NOW))
        except Refused as refused:
            found = len(refused.problems)

    assert found > 0


def _question(database: Database, own: OwnPriceUse) -> Dedicated:
    scenario = parse_scenario(
        {
            "version": "1",
            "region": "japaneast",
            "workload": {
                "requests_per_hour": "10",
                "input_tokens": "10",
                "output_tokens": "10",
                "peak_to_mean": "1",
            },
            "options": [
                {
                    "name": "Hosts",
                    "kind": "dedicated",
                    "instance": "NC24ads_A100_v4",
                    "minimum_instances": "1",
                    "spare_instances": "0",
                }
            ],
        }
    )
    with database.read() as session:
        [option] = resolve(session, scenario, own).options
    assert isinstance(option, Dedicated)
    return option


def test_an_own_price_comes_before_the_list_price_and_only_when_asked_for(
    own_shop: Database,
) -> None:
    """5.326 is Azure's list price there; without asking, the option is refused, not priced."""
    today = NOW.date()

    own = _question(own_shop, OwnPriceUse(today=today, asked=True))
    listed = _question(own_shop, OwnPriceUse())
    with pytest.raises(Refused) as caught:
        _question(own_shop, OwnPriceUse(today=today))

    assert own.price is not None
    assert (Decimal("4.2001"), "contracted", "typed") == (
        own.price.amount,
        own.price.provenance.basis,
        own.price.provenance.derived,
    )
    assert "own_price_used" in own.sold.flags
    assert listed.price is not None
    assert Decimal("5.326") == listed.price.amount
    assert ["own_price_not_asked"] == [one.code for one in caught.value.problems]
    assert "4.2001" not in str(caught.value)


def test_own_prices_are_in_no_list_of_prices(own_shop: Database) -> None:
    """They read another table, so no export of prices can hold them."""
    after = None
    with own_shop.read() as session:
        while True:
            wanted = PriceFilter(instance=SKU, include_history=True)
            page = list_prices(session, wanted, 500, after)
            assert Decimal("4.2001") not in {price.amount for price in page.items}
            after = page.next
            if after is None:
                break


def test_a_file_of_the_same_name_replaces_and_another_with_the_same_price_is_refused(
    own_shop: Database,
) -> None:
    """Both files and lines are named."""
    cheaper = read(own_shop, HEAD, HOST.replace("4.2001", "4.1"))
    load_own_prices(own_shop, cheaper, name="own.csv", sha256="b" * 64, now=NOW)
    with own_shop.read() as session:
        [found] = own_prices_for_instance(session, SKU, "japaneast", "on_demand", date(2026, 12, 1))

    with pytest.raises(Refused) as caught:
        load_own_prices(own_shop, cheaper, name="other.csv", sha256="c" * 64, now=NOW)

    assert Decimal("4.1") == found.amount
    assert "own.csv" in str(caught.value)
    assert 1 == remove_own_prices(own_shop, "own.csv")
    with own_shop.read() as session:
        assert [] == list_own_price_files(session)
