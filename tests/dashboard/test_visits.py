"""What an address says of a visit, and the addresses that the pages make."""

from __future__ import annotations

import pytest

from dashboard.pages.places import NAVIGATION, PART_OF, name_in, page_title, place_of
from dashboard.pages.visit import Visit, decide_link, host_path, model_path, read_visit
from dashboard.texts import load_texts


def visit(
    search: str = "",
    *,
    language: str = "en",
    cookies: dict[str, str] | None = None,
    path: str = "/catalog",
) -> Visit:
    return read_visit(path, search, language=language, cookies=cookies)


@pytest.mark.parametrize(
    ("search", "language", "cookie", "region", "who"),
    [
        ("", "en", None, "eastus", "language"),
        ("", "ja", None, "japaneast", "language"),
        ("?lang=ja", "en", None, "japaneast", "language"),
        ("", "ja", "swedencentral", "swedencentral", "browser"),
        ("?region=us-east-1", "ja", "swedencentral", "us-east-1", "address"),
        ("?region=", "en", None, "eastus", "language"),
        ("?region=<b>", "en", "x;y", "eastus", "language"),
    ],
)
def test_the_region_is_that_of_the_address_else_of_the_browser_else_of_the_language(
    search: str, language: str, cookie: str | None, region: str, who: str
) -> None:
    """What is no region's name is not taken for one."""
    cookies = {} if cookie is None else {"modelcost_region": cookie}
    found = visit(search, language=language, cookies=cookies)

    assert (region, who) == (found.region, found.region_from)


def test_a_link_keeps_language_and_theme_and_nothing_else() -> None:
    """A filter of one page is none of another; what a link itself says is kept."""
    found = visit("?lang=ja&theme=dark&q=secret&region=japaneast")

    assert "/hosts?region=eastus&lang=ja&theme=dark" == found.link("/hosts", region="eastus")
    assert "/hosts" == visit("?q=x").link("/hosts")


def test_the_link_to_decide_holds_public_ids_only() -> None:
    """Model, offer or instance, and region; what is not known is left out."""
    here = visit("?lang=ja")
    offer = decide_link(here, "a/b", "japaneast", offer_id="azure/x y")
    host = decide_link(visit(), None, "eastus", instance="NC24")

    assert "/?use_model=a%2Fb&use_offer=azure%2Fx+y&use_region=japaneast&lang=ja" == offer
    assert "/?use_instance=NC24&use_region=eastus" == host


@pytest.mark.parametrize("name", ["meta-llama/Llama-3", "a?b#c%2F", "日本語/モデル", "<img src=x>"])
def test_any_name_passes_through_a_path_and_back(name: str) -> None:
    """Slashes, question marks and percent signs are parts of a name, not of the address."""
    for path in (model_path(name), host_path(name)):
        assert 2 == path.count("/")
        assert name == name_in(path)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/", "decide"),
        ("/catalog", "catalog"),
        ("/hosts/", "hosts"),
        ("/compare", "compare"),
        ("/model/a%2Fb", "model"),
        ("/host/a", "host"),
        ("/model/", None),
        ("/model/%20", None),
        ("/catalogue", None),
        ("/api", None),
    ],
)
def test_a_path_has_one_page_or_none(path: str, place: str | None) -> None:
    """And every page has a title in both languages, and an entry of the navigation."""
    assert place == place_of(path)
    if place is not None:
        assert PART_OF.get(place, place) in NAVIGATION
        titles = {page_title(path, load_texts(language)) for language in ("en", "ja")}
        assert all("modelcost" in title for title in titles)
