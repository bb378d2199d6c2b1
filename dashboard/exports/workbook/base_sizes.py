"""The rows of the sizes of a base, and the cells that they are counted from."""

from dataclasses import dataclass
from typing import ClassVar, Final

from dashboard.exports.workbook.book import Formula, Sheet
from dashboard.exports.workbook.line_items import NOTHING
from dashboard.texts import Texts

COLUMNS: Final = ("size", "paid", "serving", "serves", "overflow", "share", "cost", "month")
"""size: 0 is the smallest base, each further one a host or whole step more. serves: requests an
hour that it can serve; overflow: those by the token, the mean of the hours."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """The cells of what a cost is made of.

    load, highest: requests an hour, the mean and of the highest hour. price: one host or unit an
    hour; own, other: a request on the base and by the token. fixed, base_fixed, overflow_fixed:
    money an hour of both sides and of each alone. steps: hosts or steps that one request an hour
    takes, 0 without a limit. first: the size of the second row. loads: those of all hours.
    """

    load: str
    highest: str
    price: str
    own: str
    other: str
    fixed: str
    base_fixed: str
    overflow_fixed: str
    steps: str
    minimum: str
    spare: str
    step: str
    maximum: str
    first: str
    loads: str
    hours: int

    def paid(self, size: str) -> str:
        """Hosts or units of a size."""
        return f"IF({size}=0,{self.minimum},(INT({self.minimum}/{self.step})+{size})*{self.step})"

    def paid_alone(self) -> str:
        """Hosts or units of a base that serves the highest hour alone."""
        by_load = f"ROUNDUP(ROUND({self.highest}*{self.steps},9),0)"
        needed = f"IF({self.steps}=0,IF({self.highest}>0,1,0),{by_load})"
        return f"MAX({self.minimum},({needed}+{self.spare})*{self.step})"

    def cost(self, paid: str, overflow: str) -> str:
        """Money an hour with so many paid and so many requests an hour by the token."""
        used = f"{self.own}*({self.load}-{overflow})+{self.other}*{overflow}"
        return f"{self.fixed}+{paid}*{self.price}+{used}"


class Sizes:
    """The table while it is filled, and what its best row says."""

    COUNT: ClassVar[int] = 60
    """Rows after that of the smallest base."""

    def __init__(self, texts: Texts, sheet: Sheet, terms: Terms, hours_per_month: str) -> None:
        self._texts = texts
        self._sheet = sheet
        self._terms = terms
        self._hours_per_month = hours_per_month
        self._top = 0

    def fill(self) -> None:
        """The head and a row a size."""
        sheet = self._sheet
        sheet.add(*[(self._texts(f"papers.hybrid.{name}"), "head") for name in COLUMNS])
        self._top = sheet.row
        for place in range(self.COUNT + 1):
            before = sheet.ref(sheet.row - 1, 0)
            self._row(("0", self._terms.first)[place] if place < 2 else f"{before}+1")

    def _row(self, size: str) -> None:
        sheet, terms = self._sheet, self._terms
        number, paid, serving, serves, overflow, _, cost, _ = (
            sheet.ref(sheet.row, column) for column in range(len(COLUMNS))
        )
        above = f'SUMIF({terms.loads},">"&{serves})-{serves}*COUNTIF({terms.loads},">"&{serves})'
        # Rounded, so that of sizes with one cost the smallest is found.
        money = f"ROUND({terms.cost(paid, overflow)},9)"
        sheet.add(
            (Formula(size), "integer"),
            (Formula(terms.paid(number)), "integer"),
            (Formula(f"MAX(0,INT({paid}/{terms.step})-{terms.spare})"), "integer"),
            (Formula(self._serves(serving)), "load"),
            (Formula(f"({above})/{terms.hours}"), "load"),
            (Formula(f"IF({terms.load}=0,0,1-{overflow}/MAX({terms.load},1E-9))"), "share"),
            (Formula(f"IF({paid}>{terms.maximum},{NOTHING},{money})"), "money_or_dash"),
            (Formula(f"IF({cost}>=1E+90,NA(),{cost}*{self._hours_per_month})"), "money"),
        )

    def _serves(self, serving: str) -> str:
        steps = self._terms.steps
        return f"IF({steps}=0,IF({serving}>0,{NOTHING},0),{serving}/{steps})"

    @property
    def least(self) -> str:
        """The lowest cost an hour."""
        return f"MIN({self.column('cost')})"

    def best(self, what: str) -> str:
        """A column of the cheapest row, the first of equal ones."""
        return f"INDEX({self.column(what)},{self._place})"

    def is_cut_off(self) -> str:
        """Whether a size outside the rows could be cheaper still."""
        terms, last = self._terms, self._sheet.ref(self._top + self.COUNT, 1)
        below = f"AND({self._place}=2,{terms.first}>1)"
        above = f"AND({self._place}={self.COUNT + 1},{last}+{terms.step}<={terms.maximum})"
        return f"OR({below},{above})"

    def column(self, what: str) -> str:
        """The cells of a column."""
        at = COLUMNS.index(what)
        return self._sheet.span((self._top, at), (self._top + self.COUNT, at))

    def head(self, what: str) -> str:
        """The head of a column."""
        return self._sheet.ref(self._top - 1, COLUMNS.index(what))

    @property
    def _place(self) -> str:
        return f"MATCH({self.least},{self.column('cost')},0)"
