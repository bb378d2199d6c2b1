"""Prices of the user's own in the database: loaded file by file, first in rank, in no list.

They read a table of their own, so that no list, history or export of prices can show them. What may
show an answer that uses one has to be asked for: its cost tells the price. See `OwnPriceUse`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from pydantic import BaseModel, ConfigDict
from rapidfuzz import process
from sqlalchemy import ColumnElement, RowMapping, delete, insert, or_, select
from sqlmodel import Session

from catalog.database import Database
from catalog.errors import OwnPriceFileNotFound
from catalog.folding import safe_text
from catalog.own_price_file import OwnPriceRecord
from catalog.problems import Path, Problem, Refused, problem
from catalog.store import write_rows
from catalog.tables import OWN_PRICE, OWN_PRICE_FILE
from catalog.views import OwnPrice
from catalog.views import Price as PriceRow

SOURCE: Final = "own prices"
FLAG: Final = "own_price"
WHAT: Final = (
    "provider", "offer_id", "model_id", "instance_id", "region", "deployment", "kind", "term",
)  # fmt: skip
"""What is priced, in the order of `OwnPriceRecord.what`."""


class OwnPriceFile(BaseModel):
    """A file of own prices that was loaded: its name, the SHA-256 of its bytes, rows, moment."""

    model_config = ConfigDict(frozen=True)

    name: str
    sha256: str
    rows: int
    loaded_at: datetime


def load_own_prices(
    database: Database,
    rows: Sequence[OwnPriceRecord],
    *,
    name: str,
    sha256: str,
    now: datetime,
) -> int:
    """Store the prices of one file in one transaction; a file of the same name is replaced.

    Args:
        database: where to.
        rows: what :func:`catalog.own_price_file.read_own_prices` gave.
        name: the name of the file here.
        sha256: of the bytes of the file, in hex.
        now: current time in UTC.

    Returns:
        Number of prices.

    Raises:
        Refused: another file prices the same thing; names both files and lines. Or no row.
    """
    if not rows:
        raise Refused([problem("no_rows", ())], name=name)
    with database.write() as session:
        _require_new(session, rows, name)
        session.execute(delete(OWN_PRICE).where(OWN_PRICE.c.file_name == name))
        file = OwnPriceFile(name=name, sha256=sha256, rows=len(rows), loaded_at=now)
        write_rows(session, OWN_PRICE_FILE, [dict(file)])
        session.execute(insert(OWN_PRICE), [_row(record, file) for record in rows])
    return len(rows)


def list_own_price_files(session: Session) -> list[OwnPriceFile]:
    """Every loaded file in order of name."""
    query = select(OWN_PRICE_FILE).order_by(OWN_PRICE_FILE.c.name)
    return [OwnPriceFile.model_validate(dict(row)) for row in session.execute(query).mappings()]


def remove_own_prices(database: Database, name: str) -> int:
    """Forget a file and its prices; gives the number of prices.

    Raises:
        OwnPriceFileNotFound: no file was loaded under this name; carries the nearest names.
    """
    with database.write() as session:
        known = [file.name for file in list_own_price_files(session)]
        if name not in known:
            nearest = [found[0] for found in process.extract(name, known, limit=3)]
            hint = f"Loaded: {', '.join(nearest)}." if nearest else "None is loaded."
            raise OwnPriceFileNotFound(
                f"Expected the name of a loaded file of own prices, found {name!r}. {hint}",
                name=name,
                nearest=nearest,
            )
        removed = session.execute(delete(OWN_PRICE).where(OWN_PRICE.c.file_name == name))
        session.execute(delete(OWN_PRICE_FILE).where(OWN_PRICE_FILE.c.name == name))
        return int(getattr(removed, "rowcount", 0))


def own_prices_for_model(session: Session, model_id: str, today: date) -> list[OwnPrice]:
    """Own token and hosting prices of a model that still hold on this day."""
    return _current(session, [OWN_PRICE.c.model_id == safe_text(model_id)], today)


def own_prices_for_instance(
    session: Session, instance_id: str, region: str, term: str, today: date
) -> list[OwnPrice]:
    """Own prices of a host in a region for a term that still hold on this day."""
    conditions = [
        OWN_PRICE.c.instance_id == safe_text(instance_id),
        OWN_PRICE.c.region == safe_text(region),
        OWN_PRICE.c.term == safe_text(term),
    ]
    return _current(session, conditions, today)


def own_offer_prices(session: Session, offer_id: str, today: date) -> list[OwnPrice]:
    """Own prices of an offer, one's own or a stored one that they replace, on this day."""
    return _current(session, [OWN_PRICE.c.offer_id == safe_text(offer_id)], today)


def own_prices_of_file(session: Session, name: str, today: date) -> list[OwnPrice]:
    """The prices of one file that still hold on this day."""
    return _current(session, [OWN_PRICE.c.file_name == safe_text(name)], today)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnPriceUse:
    """How own prices take part in a question.

    Attributes:
        today: the day on which they must hold; None: they take no part at all.
        asked: whether the asker wants answers that tell an own price. Where not, an option that
            would use one is refused: it is neither priced by a list price nor shown.
    """

    today: date | None = None
    asked: bool = False

    def of_model(self, session: Session, model_id: str) -> Sequence[PriceRow]:
        """Candidates beside the stored prices of a model."""
        return [] if self.today is None else own_prices_for_model(session, model_id, self.today)

    def of_offer(self, session: Session, offer_id: str) -> Sequence[PriceRow]:
        """Candidates beside the stored prices of an offer."""
        return [] if self.today is None else own_offer_prices(session, offer_id, self.today)

    def of_instance(
        self, session: Session, instance_id: str, region: str, term: str
    ) -> Sequence[PriceRow]:
        """Candidates beside the stored prices of a host."""
        if self.today is None:
            return []
        return own_prices_for_instance(session, instance_id, region, term, self.today)

    def knows_region(self, session: Session, region: str) -> bool:
        """Whether a price of one's own names this region, perhaps of a provider of one's own."""
        query = select(OWN_PRICE.c.id).where(OWN_PRICE.c.region == safe_text(region)).limit(1)
        return self.today is not None and session.execute(query).first() is not None

    def require_asked(
        self, rows: Sequence[PriceRow], kinds: Collection[str], option: str, path: Path
    ) -> None:
        """Refuse an option that would use an own price of one of these kinds unasked.

        Raises:
            Refused: own_price_not_asked, with nothing of the price in it.
        """
        used = any(isinstance(row, OwnPrice) and row.kind in kinds for row in rows)
        if used and not self.asked:
            raise Refused([problem("own_price_not_asked", path, name=repr(option))])


LEFT_OUT: Final = OwnPriceUse()
"""Own prices take no part."""


def _current(
    session: Session, conditions: Sequence[ColumnElement[bool]], today: date
) -> list[OwnPrice]:
    holds = or_(OWN_PRICE.c.valid_to.is_(None), OWN_PRICE.c.valid_to >= today)
    # One without a date is known to have held from when it was written down here.
    loaded = OWN_PRICE.c.as_of.is_(None) & (
        OWN_PRICE.c.loaded_at < _midnight(today + timedelta(days=1))
    )
    began = or_(OWN_PRICE.c.as_of <= today, loaded)
    query = (
        select(OWN_PRICE)
        .where(*conditions, holds, began)
        .order_by(OWN_PRICE.c.offer_id, OWN_PRICE.c.kind, OWN_PRICE.c.id)
    )
    return [_own_price(row) for row in session.execute(query).mappings()]


def _own_price(row: RowMapping) -> OwnPrice:
    last = row["valid_to"]
    ends = None if last is None else _midnight(last + timedelta(days=1))
    begins = row["loaded_at"] if row["as_of"] is None else _midnight(row["as_of"])
    if ends is not None and begins >= ends:
        begins = _midnight(last)
    same = ("offer_id", "model_id", "instance_id", "region", "deployment", "kind", "term")
    amounts = ("id", "amount", "per", "unit", "currency", "basis", "as_of", "owner")
    return OwnPrice(
        **{column: row[column] for column in (*same, *amounts)},
        series=row["id"],
        provider_id=row["provider"],
        derived="typed",
        valid_from=begins,
        valid_to=ends,
        fetched_at=row["loaded_at"],
        source=SOURCE,
        source_key=f"{row['file_name']}:{row['line']}",
        flags=(FLAG,),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _row(record: OwnPriceRecord, file: OwnPriceFile) -> Mapping[str, Any]:
    return {
        **dict(record),
        "id": _identifier(record, file.sha256),
        "file_name": file.name,
        "loaded_at": file.loaded_at,
    }


def _identifier(record: OwnPriceRecord, sha256: str) -> str:
    """``o-`` and 16 hex digits of what is priced and of the whole file.

    The amount alone is not in it: who knows what is priced could find it out by trying.
    """
    text = json.dumps([*record.what, sha256], ensure_ascii=False, separators=(",", ":"))
    return "o-" + hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def _require_new(session: Session, rows: Sequence[OwnPriceRecord], name: str) -> None:
    """Refuse rows whose price another file states."""
    columns = [OWN_PRICE.c[column] for column in WHAT]
    query = select(OWN_PRICE.c.file_name, OWN_PRICE.c.line, *columns)
    stated = {
        tuple(row[2:]): (row[0], row[1])
        for row in session.execute(query.where(OWN_PRICE.c.file_name != name))
    }
    problems = [
        Problem(
            code="own_price_elsewhere",
            path=("kind",),
            facts=problem("own_price_elsewhere", (), name=there[0], other_line=there[1]).facts,
            line=record.line,
        )
        for record in rows
        if (there := stated.get(record.what)) is not None
    ]
    if problems:
        raise Refused(problems, name=name)
