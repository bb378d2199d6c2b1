"""The European Central Bank's list of the day: what one euro is worth in some thirty currencies.

XML of one small shape, read by a parser that builds no tree and refuses any declaration of
entities before one could be used. The list comes on working days at about 16:00 in Frankfurt; on
other days it is that of the last working day, and says so by its date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from xml.parsers import expat

from pydantic_core import PydanticCustomError

from catalog.errors import SourceFailed
from catalog.records import RateRecord
from catalog.scenario_fields import read_currency, read_date, read_positive
from catalog.source_addresses import ECB_URL
from catalog.sources.origins import place_of
from catalog.sources.raw_rows import unread
from catalog.sources.reading import Page, UnreadRow
from catalog.sources.wire import Sent, Wire

NAME: Final = "ecb"
BASE: Final = "EUR"
LARGEST_BYTES: Final = 1_000_000
"""The list of a day has about 2,000."""
MOST_DEPTH: Final = 20
MOST_ELEMENTS: Final = 1_000

_ENVELOPE: Final = "http://www.gesmes.org/xml/2002-08-01 Envelope"
_CUBE: Final = "http://www.ecb.int/vocabulary/2002-08-01/eurofxref Cube"
_PATH_OF_DAY: Final = (_ENVELOPE, _CUBE, _CUBE)
_PATH_OF_RATE: Final = (*_PATH_OF_DAY, _CUBE)


@dataclass(frozen=True, kw_only=True)
class EcbConfig:
    """Where the list is: ``url`` is the whole address of the file."""

    url: str = ECB_URL
    timeout_seconds: float = 60.0


def make_ecb(config: EcbConfig, wire: Wire, *, now: datetime) -> EcbSource:
    """The source; ``now`` is the moment of reading, in UTC."""
    return EcbSource(config, wire, now=now)


class EcbSource:
    """Rates of the euro on the last working day."""

    name = NAME
    tells_changes = False

    def __init__(self, config: EcbConfig, wire: Wire, *, now: datetime) -> None:
        self._config = config
        self._wire = wire
        self._now = now
        self.scope = config.url

    def fetch(self, since: datetime | None = None, cursor: str | None = None) -> Iterator[Page]:
        """The list; it is always read whole.

        Raises:
            SourceFailed: of the wire; ``bad_status``, ``too_long``, ``not_xml``, ``drift``.
        """
        url = self._config.url
        where = f"GET {place_of(url)}"
        sent = Sent(method="GET", url=url)
        answer = self._wire.send(sent, timeout_seconds=self._config.timeout_seconds)
        if answer.status != 200:
            raise SourceFailed(
                f"{where}: expected status 200, found {answer.status}.", reason="bad_status"
            )
        day, rates = read_list(answer.body, where, latest=(self._now + timedelta(days=1)).date())
        records, rows = self._judged(day, rates)
        if not records:
            raise SourceFailed(
                f"{where}: expected rates of {day}, found none that can be read.", reason="drift"
            )
        yield Page(
            records=tuple(records),
            unread=tuple(rows),
            total=len(rates),
            requests=answer.requests,
        )

    def _judged(
        self, day: date, rates: list[Mapping[str, str]]
    ) -> tuple[list[RateRecord], list[UnreadRow]]:
        """The rates as records; a currency that stands twice is taken from neither row."""
        named = Counter(row.get("currency") for row in rates)
        records: list[RateRecord] = []
        rows: list[UnreadRow] = []
        for place, row in enumerate(rates, start=1):
            currency = row.get("currency")
            key = f"{BASE}/{currency}" if currency else f"row {place}"
            if currency and named[currency] > 1:
                detail = f"currency: {currency} stands {named[currency]} times"
                rows.append(unread(key, dict(row), reason="ambiguous", detail=detail))
                continue
            try:
                quote, rate = _currency(currency), _rate(row.get("rate"))
            except ValueError as error:
                rows.append(unread(key, dict(row), reason="invalid", detail=str(error)))
                continue
            records.append(
                RateRecord(
                    base=BASE,
                    quote=quote,
                    rate=rate,
                    as_of=day,
                    source=NAME,
                    url=self._config.url,
                    fetched_at=self._now,
                )
            )
        return records, rows


def _currency(value: str | None) -> str:
    try:
        found = read_currency(value)
    except PydanticCustomError:
        raise ValueError("currency: expected a three-letter code") from None
    if found == BASE:
        raise ValueError("currency: expected another one than the euro")
    return found


def _rate(value: str | None) -> Decimal:
    try:
        return read_positive(value)
    except PydanticCustomError:
        raise ValueError("rate: expected a number above 0") from None


# --- the shape of the file ---------------------------------------------------------------------


def read_list(body: bytes, where: str, *, latest: date) -> tuple[date, list[Mapping[str, str]]]:
    """The day of the list, and the attributes of its rates as they stand.

    Args:
        body: the file.
        where: of the request, for the message.
        latest: a list of a later day is not believed.

    Raises:
        SourceFailed: ``too_long``, ``not_xml`` (entities among them), ``drift``.
    """
    if len(body) > LARGEST_BYTES:
        found = f"{where}: expected at most {LARGEST_BYTES:,} bytes, found {len(body):,}."
        raise SourceFailed(found, reason="too_long")
    reader = _Reader(where)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = reader.refuse_declarations
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise SourceFailed(
            f"{where}: expected a list of rates as XML, found what is none.", reason="not_xml"
        ) from None
    if len(reader.days) != 1:
        raise reader.drift(f"the rates of one day, found {len(reader.days)} days")
    try:
        day = read_date(reader.days[0])
    except PydanticCustomError:
        raise reader.drift("a day such as 2026-01-31 in time, found another text") from None
    if day > latest:
        raise reader.drift(f"a day up to {latest}, found {day}")
    return day, reader.rates


@dataclass(slots=True)
class _Reader:
    """What the parser meets, element by element; only what is looked for is kept."""

    where: str
    path: list[str] = field(default_factory=list)
    elements: int = 0
    days: list[str] = field(default_factory=list)
    rates: list[Mapping[str, str]] = field(default_factory=list)

    def refuse_declarations(self, *_: object) -> None:
        """A document type is where entities are declared: the list has none."""
        raise SourceFailed(
            f"{self.where}: expected XML without a document type, found one. It was not read.",
            reason="not_xml",
        )

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self.path.append(name)
        self.elements += 1
        if len(self.path) > MOST_DEPTH or self.elements > MOST_ELEMENTS:
            raise self.drift(f"{MOST_ELEMENTS:,} elements, {MOST_DEPTH} deep, at most, found more")
        if self.elements == 1 and name != _ENVELOPE:
            raise self.drift("an Envelope of the bank's, found another document")
        if tuple(self.path) == _PATH_OF_DAY:
            self.days.append(attributes.get("time", ""))
        elif tuple(self.path) == _PATH_OF_RATE:
            self.rates.append(attributes)

    def end(self, _: str) -> None:
        self.path.pop()

    def drift(self, expected: str) -> SourceFailed:
        """The failure of a file of another shape."""
        return SourceFailed(f"{self.where}: expected {expected}.", reason="drift")
