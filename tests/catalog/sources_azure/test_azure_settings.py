"""The settings of Azure's sources: true public addresses by default, and refusals."""

from __future__ import annotations

import pytest

from catalog.azure_addresses import AZURE_REGISTRIES
from catalog.errors import SettingInvalid
from catalog.settings import load_settings
from catalog.sources import azure_gallery, azure_registry, azure_retail


def test_the_defaults_are_the_public_addresses_that_the_sources_know() -> None:
    settings = load_settings({})
    assert settings.azure_gallery_url == azure_gallery.DEFAULT_URL
    assert settings.azure_registry_url == azure_registry.DISCOVERY_URL
    assert settings.azure_retail_url == azure_retail.DEFAULT_URL
    assert settings.azure_registry_names == AZURE_REGISTRIES


def test_another_address_and_other_registries_are_taken_without_blanks_and_slashes() -> None:
    settings = load_settings(
        {
            "MODELCOST_AZURE_GALLERY_URL": "http://mirror.example/gallery/",
            "MODELCOST_AZURE_REGISTRY_URL": "http://127.0.0.1:8099",
            "MODELCOST_AZURE_RETAIL_URL": " https://mirror.example ",
            "MODELCOST_AZURE_REGISTRIES": " azureml, azureml-meta,,azureml ",
        }
    )
    assert settings.azure_gallery_url == "http://mirror.example/gallery"
    assert settings.azure_registry_url == "http://127.0.0.1:8099"
    assert settings.azure_retail_url == "https://mirror.example"
    assert settings.azure_registry_names == ("azureml", "azureml-meta")


@pytest.mark.parametrize(
    ("variable", "value", "part"),
    [
        ("AZURE_RETAIL_URL", "prices.azure.com", "found 'prices.azure.com'"),
        ("AZURE_RETAIL_URL", "ftp://prices.azure.com", "found 'ftp:"),
        ("AZURE_RETAIL_URL", "https://", "found 'https://'"),
        ("AZURE_RETAIL_URL", "https://prices.azure.com:x", "no number"),
        ("AZURE_GALLERY_URL", "https://host/?q=1", "after the path"),
        ("AZURE_GALLERY_URL", "https://user:secret@host", "a user or a password"),
        ("AZURE_REGISTRY_URL", "http://azure.example", "plain http to another machine"),
        ("AZURE_REGISTRIES", "azureml,../x", "found '../x'"),
        ("AZURE_REGISTRIES", " , ", "found none"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_variable(
    variable: str, value: str, part: str
) -> None:
    with pytest.raises(SettingInvalid) as caught:
        load_settings({f"MODELCOST_{variable}": value})
    assert caught.value.variable == f"MODELCOST_{variable}"
    assert part in caught.value.message
    assert "secret" not in caught.value.message
