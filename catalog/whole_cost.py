"""Whole costs of a scenario as costing values: add-ons and presets, owned hosts, hours, lens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from catalog.currency import Exchanger, Money
from catalog.problems import Path
from catalog.scenario import DedicatedFields, Scenario
from catalog.whole_cost_fields import AddOnFields, OwnedFields, ProfileFields
from costing import (
    ALWAYS_ON,
    PRESETS,
    AddOn,
    Billing,
    BillingMode,
    Lens,
    LoadProfile,
    OwnedHost,
    Price,
    Provenance,
    Unit,
)

TYPED_PROFILE: Final = "typed"
"""The name of a profile whose hours a person typed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """An add-on that has a name. source: where its price comes from, in words."""

    name: str
    amount: Decimal
    unit: Unit
    currency: str
    source: str


ADD_ON_PRESETS: Final[Mapping[str, Preset]] = {
    "azure_ai_search_basic": Preset(
        name="Azure AI Search Basic",
        amount=Decimal("73.73"),
        unit=Unit.MONTH,
        currency="USD",
        source=(
            "one search unit of the Basic tier, as public cost notes repeat it for East US "
            "(0.101 USD an hour); not read from a price list"
        ),
    ),
}
"""Assumed prices: the article names the add-on and no price, and no source of ours lists it."""


def lens_of(scenario: Scenario) -> Lens:
    """The lens of a scenario; full where it says none."""
    return Lens(scenario.lens)


def add_on_of(add_on: AddOnFields, exchanger: Exchanger, path: Path) -> AddOn:
    """An add-on on all options or the named ones. Raises Refused for a preset in a currency without
    a rate, costing.CostingError for values that mean nothing."""
    if add_on.preset is not None:
        preset = ADD_ON_PRESETS[add_on.preset]
        name, price = (
            add_on.name or preset.name,
            _preset_price(preset, exchanger, (*path, "preset")),
        )
    else:
        assert add_on.name is not None  # parse_scenario requires these without a preset
        name, price = add_on.name, _typed_price(add_on, exchanger.scenario.currency)
    return AddOn(
        name=name,
        price=price,
        applies_to=add_on.applies_to,
        quantity=add_on.quantity,
        already_paid=add_on.already_paid,
        once=add_on.unit == "once",
    )


def owned_host(owned: OwnedFields, currency: str, lens: Lens) -> OwnedHost:
    """A host of one's own; through the marginal lens without a purchase that is paid already."""
    return OwnedHost(
        currency=currency,
        purchase_price=owned.purchase_price,
        residual_value=owned.residual_value,
        useful_life_months=owned.useful_life_months,
        power_kilowatts=owned.power_kilowatts,
        power_usage_effectiveness=owned.power_usage_effectiveness,
        price_per_kilowatt_hour=owned.price_per_kilowatt_hour,
        people_hours_per_month=owned.people_hours_per_month,
        people_price_per_hour=owned.people_price_per_hour,
        colocation_fee_per_month=owned.colocation_fee_per_month,
        purchase_counts=not (lens is Lens.MARGINAL and owned.already_paid),
        provenance=_provenance(owned),
    )


def is_by_the_hour(option: DedicatedFields) -> bool:
    """Whether the hosts of an option follow the load hour by hour."""
    return option.billing == "hourly"


def billing_of(option: DedicatedFields) -> Billing:
    """How the hosts of an option follow the load; minutes of a cold start: they scale to zero."""
    if not is_by_the_hour(option):
        return ALWAYS_ON
    return Billing(
        mode=BillingMode.HOURLY,
        scale_to_zero=option.cold_start_minutes is not None,
        cold_start_minutes=option.cold_start_minutes,
    )


def profile_of(scenario: Scenario) -> LoadProfile | None:
    """The hours of the load, if the scenario says any. Raises costing.InvalidValue."""
    fields = scenario.profile
    if fields is None:
        return None
    if isinstance(fields, ProfileFields):
        return LoadProfile(name=TYPED_PROFILE, weights=fields.weights, source=fields.source)
    return PRESETS[fields]


def _typed_price(add_on: AddOnFields, currency: str) -> Price:
    assert add_on.amount is not None
    assert add_on.unit is not None
    once = add_on.unit == "once"
    return Price(
        amount=add_on.amount,
        per=Decimal(add_on.months or 1) if once else add_on.per,
        unit=Unit.MONTH if add_on.unit == "once" else Unit(add_on.unit),
        currency=currency,
        provenance=_provenance(add_on),
    )


def _preset_price(preset: Preset, exchanger: Exchanger, path: Path) -> Price:
    money = Money(amount=preset.amount, per=Decimal(1), currency=preset.currency)
    origin = Provenance(source=preset.source, derived="assumed")
    price = exchanger.converted(money, preset.unit, origin, path)
    # Converted or not, it stays an assumption.
    return replace(price, provenance=replace(price.provenance, derived="assumed"))


def _provenance(typed: AddOnFields | OwnedFields) -> Provenance:
    return Provenance(
        source=typed.source,
        url=typed.url,
        as_of=typed.as_of,
        owner=typed.owner,
        basis=typed.basis,
    )
