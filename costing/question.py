"""One question: a workload, the options that could carry it, what is added to them, how far to
look."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from costing.add_ons import AddOn, Lens
from costing.errors import InvalidQuestion
from costing.options import Option, Serverless
from costing.units import exact, require_quantity
from costing.workload import RequestShape, Volume, Workload

DEFAULT_SEARCH_FACTOR = 100
"""The search for crossings ends at this multiple of the workload unless the question says
otherwise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What is asked. All money is in `currency`; `search_to_requests_per_hour` None means 100 x
    the workload.

    support_share: of all costs of an option, put on top of them; tax_share: of these and the
    support; of all options alike. lens: whether what is paid already counts.

    Raises InvalidQuestion with the path of the field: no option, two options or volumes of one
    name, an add-on for an option that is not there, a price in another currency, a share of support
    or tax above 1.
    """

    workload: Workload
    options: tuple[Option, ...]
    currency: str
    add_ons: tuple[AddOn, ...] = ()
    volumes: tuple[Volume, ...] = ()
    search_to_requests_per_hour: Decimal | None = None
    support_share: Decimal = Decimal(0)
    tax_share: Decimal = Decimal(0)
    lens: Lens = Lens.FULL

    def __post_init__(self) -> None:
        if not self.options:
            raise InvalidQuestion(
                field="options", reason="expected at least one option, found none"
            )
        _require_names("options", [option.name for option in self.options])
        _require_names("volumes", [volume.name for volume in self.volumes])
        names = {option.name for option in self.options}
        for index, add_on in enumerate(self.add_ons):
            for position, name in enumerate(add_on.applies_to or ()):
                if name not in names:
                    raise InvalidQuestion(
                        field=f"add_ons.{index}.applies_to.{position}",
                        reason=f"expected the name of an option, found {name!r}",
                    )
            self._require_currency(f"add_ons.{index}", add_on.price.currency)
        for index, option in enumerate(self.options):
            for price in option.prices:
                self._require_currency(f"options.{index}", price.currency)
        if self.search_to_requests_per_hour is not None:
            require_quantity(
                "search_to_requests_per_hour", self.search_to_requests_per_hour, positive=True
            )

        for name in ("support_share", "tax_share"):
            share = getattr(self, name)
            require_quantity(name, share)
            if share > 1:
                raise InvalidQuestion(
                    field=name, reason=f"expected a share from 0 to 1, found {share:f}"
                )

    def _require_currency(self, field: str, currency: str) -> None:
        if currency != self.currency:
            raise InvalidQuestion(
                field=field, reason=f"expected prices in {self.currency}, found one in {currency}"
            )

    @property
    def search_limit(self) -> Fraction:
        """Requests an hour up to which crossings are looked for; 0 where the workload is 0."""
        if self.search_to_requests_per_hour is not None:
            return exact(self.search_to_requests_per_hour)
        return self.workload.requests_per_hour * DEFAULT_SEARCH_FACTOR

    def shape_of(self, option: Option) -> RequestShape:
        """The request shape that counts for this option: its own, else the workload's."""
        return option.shape or self.workload.shape

    def billed(self, option: Option) -> Option:
        """The option with the prices that its requests are billed at: where they step up with the
        length, those of the mean length."""
        return option.at(self.shape_of(option)) if isinstance(option, Serverless) else option

    def add_ons_of(self, option: Option) -> tuple[AddOn, ...]:
        """The add-ons that this option pays; of the marginal lens those that are not paid yet."""
        return tuple(
            add_on
            for add_on in self.add_ons
            if (add_on.applies_to is None or option.name in add_on.applies_to)
            and not (self.lens is Lens.MARGINAL and add_on.already_paid)
        )

    @property
    def surcharge_factor(self) -> Fraction:
        """What support and tax make of every cost: (1 + support share) * (1 + tax share)."""
        return (1 + exact(self.support_share)) * (1 + exact(self.tax_share))


def _require_names(field: str, names: list[str]) -> None:
    counts = Counter(names)
    for index, name in enumerate(names):
        if not name.strip():
            raise InvalidQuestion(
                field=f"{field}.{index}.name", reason="expected a name, found an empty one"
            )
        if counts[name] > 1 and names.index(name) < index:
            raise InvalidQuestion(
                field=f"{field}.{index}.name",
                reason=f"expected a name of its own, found {name!r} twice",
            )
