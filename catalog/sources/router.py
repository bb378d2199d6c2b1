"""The Hub's router: which inference providers serve a model, at what price, and how fast.

One page, without sign-in, chat models only. A provider without a price is an offer without one,
never a free one; a price of 0 stands only where the router says that it is free.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from catalog.errors import SourceFailed
from catalog.records import PriceRecord, ProviderRecord, Record
from catalog.sold_records import OfferRecord
from catalog.source_addresses import ROUTER_URL
from catalog.sources.raw_rows import RawObject, RowInvalid, checked, json_of, unread
from catalog.sources.reading import Page, UnreadRow
from catalog.sources.wire import Sent, Wire
from catalog.sync_records import RouterServiceRecord

NAME: Final = "router"
SOURCE_NAME: Final = "Hugging Face router"
RANK: Final = 2
FREE: Final = "free"
NOT_LIVE: Final = "not_live"
PER_TOKENS: Final = Decimal(1_000_000)

_PREFIX: Final = "huggingface-router"
_CENT_OF_A_CENT: Final = Decimal("0.000001")
"""Floats at the router carry noise: 1.0399999999999998 is 1.04."""
_THOUSANDTH: Final = Decimal("0.001")
_KINDS: Final = ("input", "output")


@dataclass(frozen=True, kw_only=True)
class RouterConfig:
    """Where the router is: ``base_url`` is scheme, host and prefix."""

    base_url: str = ROUTER_URL
    timeout_seconds: float = 60.0


class _Taken(NamedTuple):
    seller: ProviderRecord
    records: list[Record]
    unread: list[UnreadRow]


def make_router(config: RouterConfig, wire: Wire, *, now: datetime) -> RouterSource:
    """The source; ``now`` is the moment of reading, in UTC."""
    return RouterSource(config, wire, now=now)


class RouterSource:
    """Offers and prices of the inference providers."""

    name = NAME
    tells_changes = False

    def __init__(self, config: RouterConfig, wire: Wire, *, now: datetime) -> None:
        self._url = f"{config.base_url.rstrip('/')}/v1/models"
        self._timeout_seconds = config.timeout_seconds
        self._wire = wire
        self._now = now
        self.scope = self._url

    def fetch(self, since: datetime | None = None, cursor: str | None = None) -> Iterator[Page]:
        """The one page; it is always read whole.

        Raises:
            SourceFailed: of the wire; ``bad_status``, ``not_json``, ``drift``.
        """
        where = f"GET {self._url}"
        sent = Sent(method="GET", url=self._url, headers={"Accept": "application/json"})
        answer = self._wire.send(sent, timeout_seconds=self._timeout_seconds)
        if answer.status != 200:
            raise SourceFailed(
                f"{where}: expected status 200, found {answer.status}.", reason="bad_status"
            )
        content = json_of(answer.body, where)
        models = content.get("data") if isinstance(content, dict) else None
        if not isinstance(models, list):
            raise SourceFailed(
                f"{where}: expected an object with a list in data, found another kind of JSON.",
                reason="drift",
            )
        providers: dict[str, ProviderRecord] = {}
        records: list[Record] = []
        rows: list[UnreadRow] = []
        for number, raw in enumerate(models, start=1):
            try:
                model = RawObject(raw)
                model_id = model.required_text("id")
                served = model.fields.get("providers")
                if not isinstance(served, list):
                    raise model.wrong("providers", "a list")
            except RowInvalid as error:
                rows.append(unread(f"model {number}", raw, reason="invalid", detail=str(error)))
                continue
            for place, one in enumerate(served):
                try:
                    taken = self._taken(model_id, one)
                except RowInvalid as error:
                    key = f"{model_id} [{place}]"
                    rows.append(unread(key, one, reason="invalid", detail=str(error)))
                    continue
                providers.setdefault(taken.seller.id, taken.seller)
                records.extend(taken.records)
                rows.extend(taken.unread)
        yield Page(
            records=(*providers.values(), *records),
            unread=tuple(rows),
            total=len(models),
            requests=answer.requests,
        )

    def _taken(self, model_id: str, raw: Any) -> _Taken:
        """What one provider offers for a model.

        Raises:
            RowInvalid: a field is not of its kind; then nothing of it is taken.
        """
        served = RawObject(raw)
        provider = served.required_text("provider")
        provider_id = f"{_PREFIX}/{provider}"
        offer_id = f"{_PREFIX}/{provider}/{model_id}"
        status = served.text("status")
        amounts = _amounts(served)
        seller = checked(
            ProviderRecord,
            {
                "id": provider_id,
                "name": f"{provider} by the Hugging Face router",
                "url": self._url,
            },
        )
        offer = checked(
            OfferRecord,
            {
                "id": offer_id,
                "provider_id": provider_id,
                "model_id": model_id,
                "model_key": model_id,
                "deployment": "unknown",
                "flags": () if status in (None, "live") else (NOT_LIVE,),
            },
        )
        service = self._service(model_id, provider, status, served)
        prices: list[Record] = []
        zeros: list[UnreadRow] = []
        for kind, (amount, is_free) in amounts.items():
            if amount == 0 and not is_free:
                detail = f"pricing.{kind}: 0, and the router does not say that it is free"
                zeros.append(unread(offer_id, raw, reason="zero_placeholder", detail=detail))
                continue
            prices.append(self._price(offer, kind, amount, is_free=is_free))
        return _Taken(seller, [offer, service, *prices], zeros)

    def _service(
        self, model_id: str, provider: str, status: str | None, served: RawObject
    ) -> RouterServiceRecord:
        return checked(
            RouterServiceRecord,
            {
                "model_id": model_id,
                "provider": provider,
                "context_tokens": served.count("context_length"),
                "output_tokens_per_second": _rounded(served.number("throughput")),
                "first_token_latency_ms": _rounded(served.number("first_token_latency_ms")),
                "supports_tools": served.truth("supports_tools"),
                "supports_structured_output": served.truth("supports_structured_output"),
                "status": status,
                "as_of": self._now.date(),
            },
        )

    def _price(
        self, offer: OfferRecord, kind: str, amount: Decimal, *, is_free: bool
    ) -> PriceRecord:
        return checked(
            PriceRecord,
            {
                "offer_id": offer.id,
                "model_id": offer.model_id,
                "provider_id": offer.provider_id,
                "deployment": offer.deployment,
                "kind": kind,
                "amount": amount,
                "per": PER_TOKENS,
                "unit": "token",
                "currency": "USD",
                "valid_from": self._now,
                "as_of": self._now.date(),
                "fetched_at": self._now,
                "source": SOURCE_NAME,
                "source_key": offer.id.removeprefix(f"{_PREFIX}/"),
                "url": self._url,
                "flags": (FREE,) if is_free else (),
                "rank": RANK,
            },
        )


def _amounts(served: RawObject) -> dict[str, tuple[Decimal, bool]]:
    """USD for a million tokens by kind, and whether it is free; nothing where no price is given."""
    is_free = served.truth("is_free") or False
    pricing = served.nested("pricing") or RawObject({}, "pricing")
    amounts = {kind: pricing.number(kind) for kind in _KINDS}
    for kind, amount in amounts.items():
        if amount is not None and amount < 0:
            raise pricing.wrong(kind, "a price from 0")
        if amount and is_free:
            raise pricing.wrong(kind, "0, because is_free is true")
    if is_free:
        return dict.fromkeys(_KINDS, (Decimal(0), True))
    return {
        kind: (amount.quantize(_CENT_OF_A_CENT), False)
        for kind, amount in amounts.items()
        if amount is not None
    }


def _rounded(number: Decimal | None) -> Decimal | None:
    """A measurement to three places; None where nothing was measured, which some write as 0."""
    rounded = Decimal(0) if number is None else number.quantize(_THOUSANDTH)
    return rounded if rounded > 0 else None
