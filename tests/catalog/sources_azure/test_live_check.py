"""The live check says what came and what changed; here it asks emulators, never Azure."""

from __future__ import annotations

import pytest

from catalog.settings import load_settings
from catalog.sources.azure_credentials import StaticToken
from scripts.live_check_azure import check_gallery, check_registry, check_retail
from tests.catalog.sources_azure.reading import NOW
from tests.emulators.azure.gallery import Gallery, summary
from tests.emulators.azure.loopback import LoopbackWire, Reply, serving
from tests.emulators.azure.registry import TOKEN, Registries
from tests.emulators.azure.retail import RetailList, meter_row, vm_row

pytestmark = pytest.mark.filterwarnings("ignore:::azure", "ignore:::marshmallow")


def test_the_check_of_the_price_list_tells_rows_reasons_and_new_fields() -> None:
    said: list[str] = []
    rows = [
        vm_row("Standard_NC12s_v3", 8.388, armRegionName="japaneast", carbon=1),
        meter_row("5.4 pp inp Gl 1M Tokens", 5.0, "1M", armRegionName="japaneast"),
    ]
    with serving(RetailList(rows=rows)) as service:
        settings = load_settings({"MODELCOST_AZURE_RETAIL_URL": service.base})
        assert check_retail(settings, LoopbackWire(), NOW, said.append)
    text = "\n".join(said)
    assert "azure_retail: 2 requests; 1 PriceRecord" in text
    assert "unread, unread_meter: 1" in text
    assert "new 1 carbon" in text
    assert "gone none" in text


def test_the_check_of_the_gallery_tells_fields_that_are_gone_and_failures() -> None:
    said: list[str] = []
    row = {key: value for key, value in summary("m").items() if key != "license"}
    with serving(Gallery(rows=[row, row | {"assetId": "x"}], most_rows=1)) as service:
        service.fail('"continuationToken": "1"', Reply(raw=b"<html>"))
        settings = load_settings({"MODELCOST_AZURE_GALLERY_URL": service.base})
        assert not check_gallery(settings, LoopbackWire(), said.append)
    text = "\n".join(said)
    assert "1 GalleryModelRecord" in text
    assert "failed, not_json" in text
    assert "gone license" in text


def test_the_check_of_the_registry_reads_one_page_of_the_first() -> None:
    said: list[str] = []
    with serving(Registries(models={"azureml": {"a": [{}], "b": [{}], "c": [{}]}})) as service:
        settings = load_settings({"MODELCOST_AZURE_REGISTRY_URL": service.base})
        assert check_registry(settings, LoopbackWire(), StaticToken(TOKEN), said.append)
    assert said == ["azure_registry: 4 requests; 2 RegistryModelRecord"]


def test_a_service_that_does_not_answer_prints_no_shape() -> None:
    said: list[str] = []
    settings = load_settings({"MODELCOST_AZURE_GALLERY_URL": "http://127.0.0.1:1"})
    assert not check_gallery(settings, LoopbackWire(), said.append)
    assert said[0] == "azure_gallery: 0 requests; no record"
    assert len(said) == 2
