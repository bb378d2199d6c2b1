"""The links by which pages hand a host to Decide: each names a host that the catalog finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from catalog.database import Database
from catalog.instance_queries import find_instance, instance_name
from catalog.settings import load_settings
from catalog.tables import INSTANCE
from dashboard.pages.hosts import host
from dashboard.pages.model import callbacks, compare
from dashboard.pages.visit import Visit, read_visit
from dashboard.service import open_catalog
from tests.dashboard.components import of_kind

LLAMA = "meta-llama/Llama-3.3-70B-Instruct"


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The bundled catalog; only for reading."""
    folder = str(tmp_path_factory.mktemp("hosts"))
    database = open_catalog(load_settings({"MODELCOST_DATA_DIR": folder}))
    yield database
    database.close()


def taken_over(page: Any) -> list[str]:
    """The hosts that the links of a page hand to Decide."""
    asked = [parse_qs(urlsplit(link.href).query) for link in of_kind(page, "A")]
    return [name for one in asked for name in one.get("use_instance", [])]


def test_every_machine_is_found_by_its_shortest_name(catalog: Database) -> None:
    """Azure's by the SKU alone, those of 18 other providers with the provider before it."""
    with catalog.read() as session:
        ids = list(session.execute(select(INSTANCE.c.id)).scalars())
        found = [find_instance(session, instance_name(one)).id for one in ids]

    assert ids == found
    assert {True, False} == {one.startswith("azure/") for one in ids}


@pytest.mark.parametrize(
    ("draw", "path", "query"),
    [
        (callbacks.draw, "/model/meta-llama%2FLlama-3.3-70B-Instruct", ""),
        (compare.draw, "/compare", f"&model={LLAMA}"),
        (host.draw, "/host/gcp%2Fa2-highgpu-2g", ""),
    ],
    ids=["model", "compare", "host"],
)
def test_a_host_of_another_provider_is_handed_over_with_its_provider(
    catalog: Database, draw: Callable[[Visit, Database], Any], path: str, query: str
) -> None:
    """Google's machines in Iowa: by the SKU alone, Decide would look for them at Azure."""
    page = draw(read_visit(path, f"?region=us-central1{query}", language="en"), catalog)

    names = taken_over(page)

    assert {"gcp"} == {name.partition("/")[0] for name in names}
    with catalog.read() as session:
        assert names == [find_instance(session, name).id for name in names]
