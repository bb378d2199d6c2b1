"""One visit of a page: where the reader is, in which language and theme, and for which region.

The address says it all. What it leaves open comes from the browser: its language, and the region
that was chosen here last, which it keeps in a cookie.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from dashboard.pages.decide.address import LANGUAGES, THEMES

REGION_COOKIE: Final = "modelcost_region"
FISCAL_COOKIE: Final = "modelcost_fiscal_month"
REGION_OF_LANGUAGE: Final[Mapping[str, str]] = {"ja": "japaneast"}
REGION_OF_OTHERS: Final = "eastus"
LONGEST_VALUE: Final = 200
COUNTRY: Final = re.compile("[A-Za-z]{2}", re.ASCII)
CATALOG, MODEL, COMPARE, HOSTS, HOST = "/catalog", "/model/", "/compare", "/hosts", "/host/"
SYNC: Final = "/sync"
CHAT: Final = "/chat"
BATCH: Final = "/batch"
ACTUAL: Final = "/actual"
DECISIONS: Final = "/decisions"
SETTINGS: Final = "/settings"


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """What an address and its browser say.

    Attributes:
        path, search: as in the address, percent-encoded; search with its question mark, or empty.
        parameters: the pairs of the search, in order.
        language: of the texts. theme: auto, light or dark.
        region: of the prices. region_from: address, browser, or language: who chose it.
        fiscal_month: in which fiscal years start, 1 to 12; None: not chosen in this browser.
    """

    path: str
    search: str
    parameters: tuple[tuple[str, str], ...]
    language: str
    theme: str
    region: str
    region_from: str
    fiscal_month: int | None = None

    def all(self, name: str) -> list[str]:
        """Every value of a parameter, in order."""
        return [value for key, value in self.parameters if key == name]

    @property
    def residency(self) -> str | None:
        """The code of the country that requests must not leave; None: nothing is asked."""
        asked = self.all("residency")
        return asked[0].upper() if asked and COUNTRY.fullmatch(asked[0]) else None

    def link(self, path: str, **parameters: str) -> str:
        """The address of another page, in the language and theme that this address asks for."""
        asked: dict[str, str] = dict(self.parameters)
        kept: dict[str, str] = {key: asked[key] for key in ("lang", "theme") if key in asked}
        query = urlencode([*parameters.items(), *kept.items()])
        return f"{path}?{query}" if query else path


def read_visit(
    path: str | None,
    search: str | None,
    *,
    language: str,
    cookies: Mapping[str, str] | None = None,
) -> Visit:
    """Read an address. language: what the browser prefers, where the address names none."""
    text = (search or "").lstrip("?")
    pairs = tuple(
        (name, value[:LONGEST_VALUE])
        for name, value in parse_qsl(text, keep_blank_values=True, errors="replace")
    )
    asked = dict(pairs)
    language = asked["lang"] if asked.get("lang") in LANGUAGES else language
    region, region_from = _region(asked, cookies or {}, language)
    return Visit(
        path=path or "/",
        search=f"?{text}" if text else "",
        parameters=pairs,
        language=language,
        theme=asked["theme"] if asked.get("theme") in THEMES else "auto",
        region=region,
        region_from=region_from,
        fiscal_month=fiscal_month_of(cookies or {}),
    )


def fiscal_month_of(cookies: Mapping[str, str]) -> int | None:
    """The month that was chosen on the Settings page of this browser; None: none, or no month."""
    text = cookies.get(FISCAL_COOKIE, "")
    known = {str(month): month for month in range(1, 13)}
    return known.get(text)


def model_path(model_id: str) -> str:
    """The path of the page of a model; slashes and signs of its id are percent-encoded."""
    return MODEL + quote(model_id, safe="")


def host_path(instance_id: str) -> str:
    """The path of the page of a GPU host."""
    return HOST + quote(instance_id, safe="")


def decide_link(
    visit: Visit,
    model_id: str | None,
    region: str | None,
    *,
    offer_id: str | None = None,
    instance: str | None = None,
) -> str:
    """The address at which the Decide page takes over a model with an offer or a host.

    Public ids only, never a price. instance: the name by which the catalog finds the host.
    """
    wanted = {
        "use_model": model_id,
        "use_offer": offer_id,
        "use_instance": instance,
        "use_region": region,
        "use_residency": visit.residency,
    }
    return visit.link("/", **{name: value for name, value in wanted.items() if value is not None})


def _region(asked: Mapping[str, str], cookies: Mapping[str, str], language: str) -> tuple[str, str]:
    if asked.get("region", "").replace("-", "").isalnum():
        return asked["region"], "address"
    kept = cookies.get(REGION_COOKIE, "")
    if kept.replace("-", "").isalnum():
        return kept[:LONGEST_VALUE], "browser"
    return REGION_OF_LANGUAGE.get(language, REGION_OF_OTHERS), "language"
