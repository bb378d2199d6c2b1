"""Azure's retail price list, read live: GPU hosts, models by the token, hourly fees of models.

The list is asked for region by region: hosts with one query, all AI services with another. All rows
of a query are read before any of them is judged, because only then it shows whether a thing is
priced twice; so a page of this source is one query, and the cursor names the next one. The list's
own ``$skip`` is not stable while prices change, and is never used by a later process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlsplit

from catalog.errors import SourceFailed
from catalog.regions import COUNTRY_OF_REGION
from catalog.sources.azure_answers import ask, place_of, unread
from catalog.sources.azure_retail_hosts import HostRules, host_prices
from catalog.sources.azure_retail_rows import (
    CURRENCY,
    Taken,
    each_once,
    read_rows,
)
from catalog.sources.azure_retail_tokens import model_prices
from catalog.sources.reading import Page, UnreadRow
from catalog.sources.wire import Sent, Wire

DEFAULT_URL: Final = "https://prices.azure.com"
PATH: Final = "/api/retail/prices"
API_VERSION: Final = "2023-01-01-preview"

HOST_SERVICES: Final = ("Virtual Machines",)
MODEL_SERVICES: Final = ("Foundry Models", "Foundry Tools", "Cognitive Services")
"""Names of the AI services: two of today and the one before 2025-09."""

AZURE_REGIONS: Final = tuple(sorted(name for name in COUNTRY_OF_REGION if "-" not in name))
UNUSABLE_REGIONS: Final = frozenset({"brazilus", "centraluseuap", "eastus2euap"})
"""Regions whose rows carry no usable product name, so that Windows cannot be told apart."""

PLACES_WITHOUT_REGION: Final = ("Global", "US Gov")
"""What stands in place of a region on some rows of models."""

SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = {"westus3": ("westus3", "WestUS3")}
"""Regions that the list spells in several ways; its filters tell capitals apart."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AzureRetailSettings:
    """What is read.

    Attributes:
        base_url: scheme, host and prefix; the documented path is appended.
        regions: in small letters.
        hosts, models: which of the two kinds of rows.
        host_rules: which sizes.
        timeout_seconds: for one request.
    """

    base_url: str = DEFAULT_URL
    regions: tuple[str, ...] = AZURE_REGIONS
    hosts: bool = True
    models: bool = True
    host_rules: HostRules = field(default_factory=HostRules)
    timeout_seconds: float = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Query:
    """One question to the list, and its name in a cursor."""

    kind: str
    region: str
    services: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.region}"


class AzureRetail:
    """The source ``azure_retail``."""

    name = "azure_retail"
    tells_changes = False

    def __init__(self, settings: AzureRetailSettings, wire: Wire, *, now: datetime) -> None:
        self._settings = settings
        self._wire = wire
        self._now = now
        kinds = "+".join(query for query in ("hosts", "models") if getattr(settings, query))
        sizes = "gpu" if settings.host_rules.gpu_only else "all"
        extra = ",".join(sorted(settings.host_rules.sizes))
        self.scope = f"{kinds};sizes={sizes}{extra and '+'}{extra};regions=" + ",".join(
            settings.regions
        )

    def fetch(self, since: datetime | None = None, cursor: str | None = None) -> Iterator[Page]:
        """One page a query. The list cannot tell what changed, so ``since`` is passed over.

        Raises:
            SourceFailed: no answer, another currency than USD, a next link to another host.
        """
        del since
        queries = self._queries()
        names = [query.name for query in queries]
        if cursor is not None and cursor not in names:
            raise SourceFailed(
                f"Expected a cursor of these regions, found {cursor!r}. Start from the beginning.",
                reason="cursor",
            )
        first = 0 if cursor is None else names.index(cursor)
        for place, query in enumerate(queries[first:], start=first + 1):
            following = names[place] if place < len(names) else None
            yield self._page(query, following)

    def _queries(self) -> list[_Query]:
        settings, queries = self._settings, []
        if settings.hosts:
            queries += [
                _Query(kind="hosts", region=region, services=HOST_SERVICES)
                for region in settings.regions
            ]
        if settings.models:
            queries += [
                _Query(kind="models", region=region, services=MODEL_SERVICES)
                for region in (*settings.regions, *PLACES_WITHOUT_REGION)
            ]
        return queries

    def _page(self, query: _Query, following: str | None) -> Page:
        if query.region in UNUSABLE_REGIONS:
            detail = "rows of this region carry no usable product name; it was not asked for"
            row = unread(query.name, "unusable_region", detail, query.region)
            return Page(records=(), unread=(row,), cursor=following)
        unread_rows: list[UnreadRow] = []
        raw_rows, requests = self._rows(query, unread_rows)
        if not raw_rows and query.region not in PLACES_WITHOUT_REGION:
            detail = "no row at all for a region that exists: it may be spelled otherwise there"
            unread_rows.append(unread(query.name, "empty_region", detail, query.services))
        rows, repeated = each_once(read_rows(raw_rows, unread_rows))
        if repeated:
            detail = f"{repeated} rows came twice: the list changed while it was read"
            unread_rows.append(unread(query.name, "pages_moved", detail, repeated))
        if query.kind == "hosts":
            taken = host_prices(rows, self._settings.host_rules, self._now)
        else:
            taken = model_prices(rows, self._now)
        return Page(
            records=tuple(taken.records),
            unread=(*unread_rows, *taken.unread, *_left_out(query.name, taken)),
            cursor=following,
            requests=requests,
        )

    def _rows(self, query: _Query, unread_rows: list[UnreadRow]) -> tuple[list[Any], int]:
        """All rows of a query, page after page until the link to a next one is null."""
        rows: list[Any] = []
        url: str | None = self._first_url(query)
        met: set[str] = set()
        while url is not None:
            met.add(url)
            body = ask(
                self._wire,
                Sent(method="GET", url=url, headers={"Accept": "application/json"}),
                timeout_seconds=self._settings.timeout_seconds,
            )
            items = _items(body, url)
            rows += items
            count = body.get("Count")
            if isinstance(count, int) and count != len(items):
                detail = f"Count says {count}, Items holds {len(items)}"
                unread_rows.append(unread(query.name, "count_differs", detail, count))
            url = next_url(body.get("NextPageLink"), self._settings.base_url)
            if url in met:
                raise SourceFailed(
                    f"Expected a further page of {query.name}, found a link to one already read. "
                    "Try again later.",
                    reason="loop",
                )
        return rows, len(met)

    def _first_url(self, query: _Query) -> str:
        base = self._settings.base_url.rstrip("/")
        regions = SPELLINGS.get(query.region, (query.region,))
        wanted = " and ".join(
            (_one_of("serviceName", query.services), _one_of("armRegionName", regions))
        )
        return (
            f"{base}{PATH}?api-version={API_VERSION}&currencyCode={quote(_quoted(CURRENCY))}"
            f"&$filter={quote(wanted, safe='')}"
        )


def next_url(link: object, base_url: str) -> str | None:
    """The address of the next page, on the host that was asked; None: there is none.

    The list writes the port of https into its links (``:443``), which is dropped.

    Raises:
        SourceFailed: the link leads to another host, or is no address.
    """
    if link is None or link == "":
        return None
    if not isinstance(link, str):
        raise SourceFailed(
            f"Expected a next link as text, found {type(link).__name__}.", reason="unexpected"
        )
    to, base = urlsplit(link), urlsplit(base_url)
    if _host(link) != _host(base_url):
        raise SourceFailed(
            f"Expected a next page on {base.netloc}, found a link to {to.netloc}. "
            "It was not followed.",
            reason="other_host",
        )
    return f"{base.scheme}://{base.netloc}{to.path}?{to.query}"


def _host(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    default = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname, port if port is not None else default


def _items(body: Mapping[str, Any], url: str) -> list[Any]:
    currency, items = body.get("BillingCurrency"), body.get("Items")
    if currency != CURRENCY:
        raise SourceFailed(
            f"Expected prices in {CURRENCY} from {place_of(url)}, found {currency!r}. "
            "Nothing of this page was taken.",
            reason="wrong_currency",
        )
    if not isinstance(items, list):
        raise SourceFailed(
            f"Expected a list of Items from {place_of(url)}, found {type(items).__name__}. "
            "The service may have changed; run the live check.",
            reason="unexpected",
        )
    return items


def _one_of(field: str, values: tuple[str, ...]) -> str:
    tests = [f"{field} eq {_quoted(value)}" for value in values]
    return tests[0] if len(tests) == 1 else f"({' or '.join(tests)})"


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _left_out(name: str, taken: Taken) -> list[UnreadRow]:
    """What was left out by rule, a line a rule with the number of its rows."""
    return [
        unread(f"{name}/{reason}", f"left_out_{reason}", f"{count} rows", count)
        for reason, count in sorted(taken.left_out.items())
        if count
    ]
