"""The only place where numbers are rounded and written for a reader: Decimal in, text out."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache

from babel.dates import format_date, format_timedelta, get_month_names
from babel.numbers import get_currency_symbol

LOCALES = {"en": "en_US", "ja": "ja_JP"}
WHOLE_FROM = Decimal(1000)
ENGLISH_SCALE = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"))
JAPANESE_SCALE = ((Decimal(10) ** 12, "兆"), (Decimal(10) ** 8, "億"), (Decimal(10) ** 4, "万"))
EXACT_BELOW = Decimal(100_000)
NO_DECIMALS = frozenset({"JPY", "KRW"})
WIDE = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Format:
    """How one language writes numbers, money in one currency, and dates."""

    language: str
    currency: str

    def money(self, amount: Decimal) -> str:
        """Money of a cost: cents up to 1,000, whole units above; a small amount keeps two
        digits."""
        places = 0 if abs(amount) >= WHOLE_FROM or self.currency in NO_DECIMALS else 2
        rounded = _places(amount, places)
        if amount != 0 and abs(rounded) < Decimal(10) ** (1 - places):
            rounded = _significant(amount, 2)
        return self._with_symbol(rounded, places)

    def unit_price(self, amount: Decimal) -> str:
        """A price as published, every digit of it: 0.00067 stays 0.00067."""
        return self._with_symbol(amount, 0)

    def list_price(self, amount: Decimal) -> str:
        """A price in a column of prices: every digit, at least two after the point."""
        return self._with_symbol(amount, 2)

    def money_short(self, amount: Decimal) -> str:
        """Money for an axis or a card: $13.4k, $1.2M; ¥1.3万."""
        sign, size = ("-" if amount < 0 else ""), abs(amount)
        if self.language == "ja":
            text = self._scaled(size, JAPANESE_SCALE)
        else:
            scale = (*ENGLISH_SCALE, (Decimal(1000), "k"))
            text = self._scaled(size, scale)
        return f"{sign}{self.symbol}{text}"

    @property
    def symbol(self) -> str:
        """The currency's sign in this language."""
        return _symbol(self.currency, LOCALES[self.language])

    def count(self, number: Decimal) -> str:
        """A large count with four digits that matter: 12.83M, 1,283万; exact below 100,000."""
        if abs(number) < EXACT_BELOW:
            return self.exact_count(number)
        return self._scaled(number, JAPANESE_SCALE if self.language == "ja" else ENGLISH_SCALE, 4)

    def about(self, number: Decimal) -> str:
        """A count that is an estimate, with the two digits that it bears: 13M, 120万, 8,600."""
        scale = JAPANESE_SCALE if self.language == "ja" else ENGLISH_SCALE
        return self._scaled(_significant(number, 2), scale, 2)

    def exact_count(self, number: Decimal) -> str:
        """A count to the unit from 100 on, with two digits after the point from 1 on, else with
        three digits that matter: never a false 0."""
        if abs(number) < 1:
            return _grouped(_significant(number, 3))
        return _grouped(_places(number, 0 if abs(number) >= 100 else 2))

    def to_places(self, number: Decimal, places: int) -> str:
        """A measurement with so many digits after the point, zeros too: 0.40."""
        return _grouped(_places(number, places), least_places=places)

    def gibibytes(self, amount: Decimal) -> str:
        """An amount of memory to a tenth; a small one keeps a digit that matters."""
        return _grouped(_places(amount, 1) or _significant(amount, 1), least_places=1)

    def share(self, ratio: Decimal) -> str:
        """A ratio as percent: whole above 10 %, else one digit after the point; never a false 0."""
        percent = ratio * 100
        rounded = _places(percent, 0 if abs(percent) >= 10 else 1)
        if percent != 0 and rounded == 0:
            rounded = _significant(percent, 1)
        space = "" if self.language == "ja" else " "
        return f"{_grouped(rounded)}{space}%"

    def date(self, day: date) -> str:
        """A day in words of the language, unambiguous: Mar 17, 2024."""
        return str(format_date(day, format="medium", locale=LOCALES[self.language]))

    def month_name(self, month: int) -> str:
        """A month of the year, 1 to 12, by its name: April, 4月."""
        return str(get_month_names("wide", "stand-alone", LOCALES[self.language])[month])

    def moment(self, when: datetime) -> str:
        """A moment to the minute: Nov 26, 2026, 03:04 UTC."""
        utc = when.astimezone(UTC)
        comma = "" if self.language == "ja" else ","
        return f"{self.date(utc.date())}{comma} {utc:%H:%M} UTC"

    def span(self, span: timedelta) -> str:
        """A length of time in its largest unit: 3 hours, 9 days."""
        return str(format_timedelta(span, threshold=1, locale=LOCALES[self.language]))

    def _scaled(
        self, number: Decimal, scale: tuple[tuple[Decimal, str], ...], digits: int = 3
    ) -> str:
        rounded = _significant(number, digits)
        for size, name in scale:
            if abs(rounded) >= size:
                return f"{_grouped(_significant(number / size, digits))}{name}"
        return _grouped(rounded)

    def _with_symbol(self, amount: Decimal, places: int) -> str:
        sign = "-" if amount < 0 else ""
        return f"{sign}{self.symbol}{_grouped(amount.copy_abs(), least_places=places)}"


@cache
def _symbol(currency: str, locale: str) -> str:
    """A chart asks for it hundreds of times."""
    return str(get_currency_symbol(currency, locale=locale))


@cache
def _quantum(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


def _places(number: Decimal, places: int) -> Decimal:
    return number.quantize(_quantum(places), ROUND_HALF_EVEN, WIDE)


def _significant(number: Decimal, digits: int) -> Decimal:
    if number == 0:
        return Decimal(0)
    places = digits - 1 - number.adjusted()
    rounded = _places(number, places)
    return rounded if rounded.adjusted() == number.adjusted() else _places(number, places - 1)


def _grouped(number: Decimal, *, least_places: int = 0) -> str:
    """Plain digits with commas every three, zeros at the end dropped down to `least_places`."""
    text = f"{number:,f}"
    whole, point, fraction = text.partition(".")
    fraction = fraction.rstrip("0").ljust(least_places, "0")
    if (not point and least_places == 0) or not fraction:
        return whole if whole != "-0" else "0"
    return f"{whole}.{fraction}"
