"""Provisioned throughput of a scenario as a costing option: what a unit costs, and what it carries.

What is typed is taken as typed; else the price of a unit is the fee that the provider publishes for
the family of the model, the deployment and the term, and the sizing is the row of the model. The
price lists name numbers of regions, not regions: that stays said beside the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import RowMapping, select
from sqlmodel import Session

from catalog.currency import Exchanger, Money
from catalog.problems import Path, Refused, problem
from catalog.scenario import ProvisionedFields, SizingFields
from catalog.tables import MANAGED_FEE, PTU_SIZING
from catalog.typed import typed_price
from catalog.views import flags_of
from costing import Price, Provenance, Provisioned, RequestShape, Sold, Unit

HOURLY: Final = "hourly"
MONTHS_OF_TERM: Final = {"reserved_1m": 1, "reserved_1y": 12}
_TERM_OF_FEE: Final = {"reserved_1m": "1 Month", "reserved_1y": "1 Year"}
_RESERVATIONS: Final = "Azure AI Foundry Provisioned Throughput Reservation"
_PRODUCT_OF_PUBLISHER: Final = {
    "openai": "Azure OpenAI",
    "deepseek-ai": "Deepseek model family",
    "xai": "Grok model family",
    "xai-org": "Grok model family",
    "meta-llama": "Llama models",
    "mistralai": "Mistral Models",
}
GOVERNMENT: Final = "usgov"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Model and region that the option runs, resolved; None where the scenario names none.

    day: on which the price must have held; None: now.
    """

    model: str | None
    region: str | None
    day: date | None = None


def provisioned_option(
    exchanger: Exchanger,
    document: ProvisionedFields,
    place: Place,
    shape: RequestShape | None,
    path: Path,
) -> Provisioned:
    """The option. Raises Refused: no sizing of the model or deployment, no price, a currency
    without a rate, and costing.InvalidValue or InvalidQuestion for numbers that contradict."""
    flags: list[str] = []
    if document.price is not None:
        price = typed_price(document.price, exchanger.scenario.currency)
    else:
        price, checked = _unit_price(exchanger, document, place, path)
        flags += [] if checked else ["unit_region_not_checked"]
    sizing, basis = _sizing(exchanger.session, document, place, path)
    return Provisioned(
        name=document.name,
        price=price,
        minimum_units=sizing.minimum_units,
        step_units=sizing.step_units,
        input_tokens_per_minute_per_unit=sizing.input_tokens_per_minute_per_unit,
        output_token_weight=sizing.output_token_weight,
        weight_basis=basis,
        maximum_units=document.maximum_units,
        shape=shape,
        sold=Sold(
            model=place.model,
            provider=document.provider,
            region=place.region,
            deployment=document.deployment,
            term=document.term,
            flags=tuple(flags),
        ),
    )


def _sizing(
    session: Session, document: ProvisionedFields, place: Place, path: Path
) -> tuple[SizingFields, str]:
    if document.sizing is not None:
        return document.sizing, "documented" if document.sizing.output_token_weight else "unknown"
    deployment = _required_deployment(document, path)
    if place.model is None:
        raise Refused([problem("required", (*path, "model"), key="model")])
    query = select(PTU_SIZING).where(PTU_SIZING.c.model_id == place.model)
    row = session.execute(query).mappings().first()
    if row is None:
        raise Refused([problem("no_unit_sizing", path, model=place.model)])
    side = "regional" if deployment == "regional" else "global"
    minimum, step = row[f"{side}_minimum_ptu"], row[f"{side}_step_ptu"]
    carried = row["input_tokens_per_minute_per_ptu"]
    if minimum is None or step is None or carried is None:
        found = problem("units_not_offered", path, model=place.model, deployment=deployment)
        raise Refused([found])
    sizing = SizingFields(
        minimum_units=minimum,
        step_units=step,
        input_tokens_per_minute_per_unit=carried,
        output_token_weight=row["output_token_weight"],
    )
    return sizing, row["output_token_weight_basis"]


def _unit_price(
    exchanger: Exchanger,
    document: ProvisionedFields,
    place: Place,
    path: Path,
) -> tuple[Price, bool]:
    """The fee of one unit, and whether its list names the region."""
    deployment = _required_deployment(document, path)
    product = _product(place.model) if document.term == HOURLY else _RESERVATIONS
    query = select(MANAGED_FEE).where(
        MANAGED_FEE.c.provider_id == document.provider,
        MANAGED_FEE.c.kind == ("ptu_hourly" if document.term == HOURLY else "ptu_reservation"),
        MANAGED_FEE.c.deployment == deployment,
        MANAGED_FEE.c.term.is_not_distinct_from(_TERM_OF_FEE.get(document.term)),
    )
    rows = [
        row
        for row in exchanger.session.execute(query.order_by(MANAGED_FEE.c.id)).mappings()
        if product in row["product"].split("|")
        and _holds_in(row, place.region)
        and _held_on(row, place.day)
    ]
    named = [row for row in rows if _names(row, place.region)]
    chosen = (named or rows)[:1]
    if not chosen:
        name = place.model or "a unit"
        raise Refused(
            [problem("no_unit_price", path, term=document.term, model=name, deployment=deployment)]
        )
    return _price(chosen[0], exchanger, document.term, path), bool(named)


def _price(row: RowMapping, exchanger: Exchanger, term: str, path: Path) -> Price:
    """A reservation is published for its whole term, an hourly fee by the hour."""
    months = MONTHS_OF_TERM.get(term)
    money = Money(amount=row["amount"], per=Decimal(months or 1), currency=row["currency"])
    provenance = Provenance(
        source=row["source"],
        url=row["url"],
        as_of=row["as_of"],
        derived="published",
        price_id=row["id"],
        flags=flags_of(row),
    )
    unit = Unit.HOUR if months is None else Unit.MONTH
    return exchanger.converted(money, unit, provenance, path)


def _required_deployment(document: ProvisionedFields, path: Path) -> str:
    if document.deployment is None:
        raise Refused([problem("required", (*path, "deployment"), key="deployment")])
    return document.deployment


def _product(model: str | None) -> str:
    """The name under which the price list has the units of a model's family."""
    publisher = (model or "").partition("/")[0].casefold()
    return _PRODUCT_OF_PUBLISHER.get(publisher, "")


def _holds_in(row: RowMapping, region: str | None) -> bool:
    """Rows of the government's regions name them and hold there only; others hold elsewhere."""
    of_government = GOVERNMENT in (row["region_scope"] or "")
    if of_government or (region or "").startswith(GOVERNMENT):
        return of_government and _names(row, region)
    return True


def _held_on(row: RowMapping, day: date | None) -> bool:
    """Fees have no history: one is known to have held from the day on which it was read."""
    return day is None or (row["as_of"] is not None and row["as_of"] <= day)


def _names(row: RowMapping, region: str | None) -> bool:
    return region is not None and region in (row["region_scope"] or "").split("|")
