"""The numbers of a text as values: `1,200`, `12万`, `$1.2 million` and `5 %`, in either language.

Two texts are compared by these values, so that "12,000円" and "1万2千円" are the same price.
Numbers in words ("five", 三十) and in other digits than 0 to 9 are not read.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Final

SMALL_SCALES: Final = {"百": 100, "千": 1000}
LARGE_SCALES: Final = {"万": 10**4, "億": 10**8, "兆": 10**12}
WORD_SCALES: Final = {
    "hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip
SHORT_SCALES: Final = {"k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
"""Only behind an amount of money: 5 m is a length."""

TENTHS: Final = "割"
UNITS: Final = {
    "USD": ("$", "us$", "usd", "dollar", "dollars", "us dollars", "ドル", "米ドル"),
    "JPY": ("¥", "円", "jpy", "yen"),
    "EUR": ("€", "eur", "euro", "euros", "ユーロ"),
    "GBP": ("£", "gbp"),
    "%": ("%", "percent", "per cent", "パーセント", TENTHS),
}
UNIT_OF: Final = {written: unit for unit, all_of_it in UNITS.items() for written in all_of_it}

DIGITS: Final = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{1,100})(?:\.[0-9]{1,100})?"
PLAIN: Final = rf"(?:{DIGITS}|(?<![\w.])\.[0-9]{{1,100}})"
VULGAR: Final = "[¼-¾⅐-⅞]"
SCALES: Final = "[百千万億兆]{1,2}"
AMOUNT: Final = rf"{PLAIN}(?: ?{VULGAR})?(?: ?{SCALES}(?:{DIGITS}(?:{SCALES})?)*)?|{VULGAR}"
BEHIND: Final = (
    r"%|パーセント|割|米?ドル|円|ユーロ|[€$]"
    r"|(?:percent|per cent|(?:us )?dollars?|usd|yen|jpy|euros?|eur|gbp)(?![a-z])"
)
NUMBER: Final = re.compile(
    r"(?P<sign>(?<![\w)\]%.,])[-−▲△](?=[$¥€£]?[0-9.]))?"
    r"(?:(?P<before>us\$|[$¥€£]|(?:usd|jpy|eur|gbp)(?= ?[0-9])) ?)?"
    rf"(?P<amount>{AMOUNT})(?(before)(?:(?P<short>[kmbt])(?![a-z0-9]))?)"
    rf"(?: ?(?P<word>{'|'.join(WORD_SCALES)})(?![a-z]))?(?: ?(?P<behind>{BEHIND}))?"
    r"(?P<range> ?(?:[-–—~〜]|to(?= )|から) ?(?=[$¥€£]?[0-9]))?",
    re.IGNORECASE,
)
TERM: Final = re.compile(rf"(?P<plain>{PLAIN})?(?: ?(?P<vulgar>{VULGAR}))? ?(?P<scales>{SCALES})?")
THOUSANDS_APART: Final = re.compile(r"(?<=[0-9])['’\u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))")
ORDINAL_OF_A_LINE: Final = re.compile(r"^[ \t>]*(?:[-*+] )?[0-9]{1,3}[.)](?=\s)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """One number of a text.

    Attributes:
        value: exact; with its 万 or million.
        unit: USD, JPY, EUR, GBP or %; None where none of them stands beside it.
        written: as it stood in the text, after NFKC.
        start, end: where, in `plain_text` of the text.
    """

    value: Fraction
    unit: str | None
    written: str
    start: int
    end: int

    def agrees_with(self, other: "Number") -> bool:
        """The same value, and no other unit: 5 agrees with 5 %, and 110 $ not with 110 円."""
        return self.value == other.value and (
            self.unit is None or other.unit is None or self.unit == other.unit
        )


def find_numbers(text: str) -> tuple[Number, ...]:
    """The numbers of a text, in order. In "5 to 10 %" and "$5-10" both have the unit."""
    plain = plain_text(text)
    found = list(NUMBER.finditer(plain))
    numbers = [_number(one) for one in found]
    for at, (first, second) in enumerate(pairwise(found)):
        if first["range"] is not None and first.end() == second.start():
            unit = numbers[at].unit or numbers[at + 1].unit
            for one in (at, at + 1):
                numbers[one] = replace(numbers[one], unit=numbers[one].unit or unit)
    return tuple(numbers)


def numbers_not_in(answer: str, sources: Sequence[str]) -> tuple[Number, ...]:
    """The numbers of an answer that stand in no source. The 1. of a list is no number of it."""
    known = [number for source in sources for number in find_numbers(source)]
    by_value: dict[Fraction, list[Number]] = {}
    for number in known:
        by_value.setdefault(number.value, []).append(number)
    return tuple(
        number
        for number in find_numbers(without_ordinals(answer))
        if not any(number.agrees_with(one) for one in by_value.get(number.value, ()))
    )


def without_ordinals(text: str) -> str:
    """The text without the numbers with which the lines of a list begin."""
    return ORDINAL_OF_A_LINE.sub("", text)


def plain_text(text: str) -> str:
    """NFKC, but ¹ ² ① become a space, as they are no digits of the number before; ½ stays."""
    characters = map(_plain, THOUSANDS_APART.sub(",", text))
    return unicodedata.normalize("NFC", "".join(characters))


def _plain(character: str) -> str:
    if character.isascii():
        return character
    if unicodedata.category(character) == "No":
        return character if re.fullmatch(VULGAR, character) else " "
    return unicodedata.normalize("NFKC", character)


def _number(found: re.Match[str]) -> Number:
    value = _value(found["amount"])
    value *= WORD_SCALES.get((found["word"] or "").lower(), 1)
    value *= SHORT_SCALES.get((found["short"] or "").lower(), 1)
    behind = (found["behind"] or "").lower()
    end = found.start("range") if found["range"] is not None else found.end()
    return Number(
        value=(-value if found["sign"] else value) * (10 if behind == TENTHS else 1),
        unit=UNIT_OF.get(behind) or UNIT_OF.get((found["before"] or "").lower()),
        written=found.string[found.start() : end].strip(),
        start=found.start(),
        end=end,
    )


def _value(amount: str) -> Fraction:
    """`1億2千5百万` is 1 x 10^8 + (2 x 1,000 + 5 x 100) x 10^4."""
    total = below = Fraction(0)
    for term in _terms(amount):
        below += term.count * term.small
        if term.large != 1:
            total, below = total + below * term.large, Fraction(0)
    return total + below


@dataclass(frozen=True, kw_only=True, slots=True)
class _Term:
    """`2千万`: count 2, small 1,000, large 10,000."""

    count: Fraction
    small: int
    large: int


def _terms(amount: str) -> Iterator[_Term]:
    for found in TERM.finditer(amount):
        if not found[0].strip():
            continue
        count = Fraction((found["plain"] or "0").replace(",", ""))
        if found["vulgar"]:
            count += Fraction(unicodedata.numeric(found["vulgar"])).limit_denominator(10)
        small = large = 1
        for scale in found["scales"] or "":
            small *= SMALL_SCALES.get(scale, 1)
            large *= LARGE_SCALES.get(scale, 1)
        yield _Term(count=count, small=small, large=large)
