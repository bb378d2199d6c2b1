"""For whom a page is drawn: the visit, its words and numbers, the day, the region by name."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from dashboard.format import Format
from dashboard.pages.parts import region_name
from dashboard.pages.visit import Visit
from dashboard.texts import Texts, load_texts


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """What every part of a page needs. today: offers and hosts that ended by it are past."""

    visit: Visit
    texts: Texts
    fmt: Format
    today: date

    @property
    def place(self) -> str:
        """The name of the region whose prices are shown."""
        return region_name(self.visit.region, self.texts)

    def day(self, day: date | None) -> str:
        """A price date, or that the source gives none."""
        return self.texts("table.undated") if day is None else self.fmt.date(day)

    def is_over(self, end: date | None) -> bool:
        """Whether a known end is not ahead any more."""
        return end is not None and end <= self.today

    def end(self, end: date) -> str:
        """An end in words: it was, or it is announced."""
        name = "model.retired" if self.is_over(end) else "model.retires"
        return self.texts(name, day=self.fmt.date(end))


def reader_of(visit: Visit) -> Reader:
    """The reader of a visit, today; money is in USD, the currency of the prices."""
    texts = load_texts(visit.language)
    today = datetime.now(UTC).date()
    return Reader(visit=visit, texts=texts, fmt=Format(texts.language, "USD"), today=today)
