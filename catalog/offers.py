"""Rows and typed prices become costing options here, and nowhere else.

What the scenario names is looked up, what is typed is taken as typed, and whatever cannot be
settled (no price, several that differ, a place it may not run in) is refused with the reason and
the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import TypeAlias

from sqlmodel import Session

from catalog.currency import Exchanger
from catalog.errors import InstanceNotFound
from catalog.instance_queries import find_instance
from catalog.named import folded_region, named_model, unknown_name, unknown_region
from catalog.own_prices import FLAG as OWN_PRICE_FLAG
from catalog.own_prices import LEFT_OUT, OwnPriceUse
from catalog.price_queries import (
    all_regions,
    instance_prices,
    names_region,
    regions_of,
)
from catalog.problems import Path, Problem, Refused, problem
from catalog.provisioned import Place, provisioned_option
from catalog.refusals import refusing
from catalog.regions import country_of
from catalog.scenario import (
    DedicatedFields,
    ProvisionedFields,
    Scenario,
    ServerlessFields,
)
from catalog.settle import no_price, settled
from catalog.token_offers import offer_remarks, offer_rows, placed_rows
from catalog.typed import (
    TOKEN_KINDS,
    OptionDocument,
    capacity_of,
    shape_of,
    typed_price,
    typed_steps,
    typed_token_prices,
    workload_of,
)
from catalog.views import Price as PriceRow
from catalog.whole_cost import add_on_of, is_by_the_hour, lens_of, owned_host
from costing import (
    Capacity,
    Dedicated,
    Option,
    OwnedHost,
    Price,
    PriceStep,
    Question,
    RequestShape,
    Serverless,
    Sold,
    Volume,
)

BATCH_FLAG = "batch_within_a_day"
BY_THE_HOUR_FLAG = "billed_by_the_hour"
SHOWN_FLAGS = frozenset(
    {"historical", "hosting_fee_of_fine_tuned_variant", "input_above_output_suspect"}
)

Estimate: TypeAlias = Callable[[Session, DedicatedFields], Capacity]
"""What one host of an option of the scenario serves."""


def resolve(
    session: Session,
    scenario: Scenario,
    own: OwnPriceUse = LEFT_OUT,
    estimate: Estimate | None = None,
    day: date | None = None,
) -> Question:
    """The scenario as a costing question. own: how prices of the user's own take part.

    estimate: who estimates capacities, for a caller that wants more of them than the answer holds.
    day: with the prices that held when this day ended; None: current ones. Machines, sizing and
    measured runs have no past: they are as today.

    Raises Refused with every problem found: unknown model, region, host or offer, no price or an
    ambiguous one, a residency that is not kept, a currency without a rate, fields that contradict.
    """
    return _Resolver(session, scenario, own, estimate, day).question()


@dataclass(slots=True)
class _Resolver:
    session: Session
    scenario: Scenario
    own: OwnPriceUse
    estimate: Estimate | None
    day: date | None

    def question(self) -> Question:
        problems: list[Problem] = []
        model = self._model(self.scenario.model, ("model",), problems)
        region = self._region(self.scenario.region, ("region",), problems)
        options: list[Option] = []
        for index, document in enumerate(self.scenario.options):
            try:
                options.append(self._option(document, ("options", index), model, region))
            except Refused as refused:
                problems += refused.problems
        # A name that leads nowhere is one problem, not also one that the option has none.
        unknown = {found.path[0] for found in problems if len(found.path) == 1}
        problems = [
            found for found in problems if found.code != "required" or found.path[-1] not in unknown
        ]
        # A rate that is missing is one problem, however many prices need it.
        problems = list({(one.code, one.path): one for one in problems}.values())
        names = {document.name for document in self.scenario.options}
        problems += [
            problem("unknown_option_name", ("add_ons", i, "applies_to", j), found=repr(name))
            for i, add_on in enumerate(self.scenario.add_ons)
            for j, name in enumerate(add_on.applies_to or ())
            if name not in names
        ]
        if problems:
            raise Refused(problems)
        with refusing(()):
            return self._question(options)

    def _question(self, options: Sequence[Option]) -> Question:
        scenario, currency = self.scenario, self.scenario.currency
        with refusing(("workload",)):
            workload = workload_of(scenario)
        add_ons = []
        for index, add_on in enumerate(scenario.add_ons):
            with refusing(("add_ons", index)):
                add_ons.append(add_on_of(add_on, self._exchanger(), ("add_ons", index)))
        return Question(
            workload=workload,
            options=tuple(options),
            currency=currency,
            add_ons=tuple(add_ons),
            volumes=tuple(
                Volume(name=volume.name, factor=volume.factor) for volume in scenario.volumes
            ),
            search_to_requests_per_hour=scenario.search_to_requests_per_hour,
            support_share=scenario.support_share,
            tax_share=scenario.tax_share,
            lens=lens_of(scenario),
        )

    def _option(
        self, document: OptionDocument, path: Path, model: str | None, region: str | None
    ) -> Option:
        problems: list[Problem] = []
        if document.model is not None:
            model = self._model(document.model, (*path, "model"), problems)
        if document.region is not None:
            region = self._region(document.region, (*path, "region"), problems)
        if problems:
            raise Refused(problems)
        with refusing(path):
            shape = shape_of(self.scenario, document)
        if isinstance(document, DedicatedFields):
            option: Option = self._dedicated(document, path, model, region, shape)
        elif isinstance(document, ProvisionedFields):
            place = Place(model=model, region=region, day=self.day)
            with refusing(path):
                option = provisioned_option(self._exchanger(), document, place, shape, path)
        else:
            option = self._serverless(document, path, model, region, shape)
        self._require_residency(option, path)
        return option

    # --- pay per token -------------------------------------------------------------------------

    def _serverless(
        self,
        document: ServerlessFields,
        path: Path,
        model: str | None,
        region: str | None,
        shape: RequestShape | None,
    ) -> Serverless:
        looked_up = document.prices is None and document.offer is None
        if (document.prices is not None and document.offer is not None) or (
            looked_up and (document.provider is None or document.deployment is None)
        ):
            raise Refused([problem("price_forms", path)])
        flags: tuple[str, ...] = ()
        steps: tuple[PriceStep, ...] = ()
        deployment, provider = document.deployment, document.provider
        if document.prices is not None:
            steps = typed_steps(document.prices, self.scenario.currency, (*path, "prices"))
            prices = typed_token_prices(document.prices, self.scenario.currency, (*path, "prices"))
        else:
            rows = self._offer_rows(document, path, model, region)
            self.own.require_asked(rows, _kinds_of(document.mode), document.name, path)
            prices, flags = self._token_prices(rows, document.mode, path)
            tokens = ceil((shape or self.scenario.workload).input_tokens)
            flags = (*flags, *offer_remarks(self.session, rows, tokens, path))
            first = rows[0]
            provider = first.provider_id
            deployment = first.deployment
            model = first.model_id or model
            region = first.region or region
        flags = (*flags, *_own_price_used(*prices.values()))
        if document.mode == "batch":
            flags = (*flags, BATCH_FLAG)
        if deployment == "global":
            flags = (*flags, "may_process_elsewhere")
        sold = Sold(
            model=model, provider=provider, region=region, deployment=deployment, flags=flags
        )
        with refusing((*path, "prices")):
            return Serverless(
                name=document.name,
                input=prices["input"],
                output=prices["output"],
                cached_input=prices["cached_input"],
                hosting=prices["hosting"],
                steps=steps,
                shape=shape,
                sold=sold,
            )

    def _offer_rows(
        self, document: ServerlessFields, path: Path, model: str | None, region: str | None
    ) -> list[PriceRow]:
        if document.offer is not None:
            return offer_rows(self.session, self.own, document.offer, path, self.day)
        return placed_rows(self.session, self.own, document, (model, region, self.day), path)

    def _token_prices(
        self, rows: Sequence[PriceRow], mode: str, path: Path
    ) -> tuple[dict[str, Price | None], tuple[str, ...]]:
        prices: dict[str, Price | None] = {}
        flags: list[str] = []
        for kind in TOKEN_KINDS:
            asked = f"batch_{kind}" if mode == "batch" and kind != "hosting" else kind
            candidates = [row for row in rows if row.kind == asked]
            if not candidates:
                prices[kind] = None
                continue
            chosen, disagree = settled(candidates, path)
            prices[kind] = self._exchanger().price_of(chosen, path)
            flags += [flag for flag in chosen.flags if flag in SHOWN_FLAGS]
            flags += ["sources_disagree"] if disagree else []
        sources = {price.provenance.source for price in prices.values() if price is not None}
        several = len(sources) > 1
        flags += ["sources_mixed"] if several else []
        return prices, tuple(dict.fromkeys(flags))

    # --- hosts ---------------------------------------------------------------------------------

    def _dedicated(
        self,
        document: DedicatedFields,
        path: Path,
        model: str | None,
        region: str | None,
        shape: RequestShape | None,
    ) -> Dedicated:
        flags: list[str] = []
        instance_id, provider = None, None
        if document.instance is not None:
            try:
                instance = find_instance(self.session, document.instance)
                instance_id, provider = instance.id, instance.provider_id
                rented = document.owned is None
                flags += ["host_retired"] if rented and instance.retired_on is not None else []
            except InstanceNotFound as missing:
                if document.price is None and document.owned is None:
                    raise Refused(
                        [unknown_name("instance", path, document.instance, missing)]
                    ) from None
                flags.append("instance_not_in_catalog")
        owned: OwnedHost | None = None
        price: Price | None = None
        if document.owned is not None:
            with refusing((*path, "owned")):
                owned = owned_host(document.owned, self.scenario.currency, lens_of(self.scenario))
            price = owned.price
        elif document.price is not None:
            with refusing((*path, "price")):
                price = typed_price(document.price, self.scenario.currency)
        else:
            price, region, disagree = self._host_price(document, path, instance_id, region)
            flags += ["sources_disagree"] if disagree else []
            flags += ["host_region_not_stated"] if region is None else []
        flags += _own_price_used(price)
        flags += [BY_THE_HOUR_FLAG] if is_by_the_hour(document) else []
        sold = Sold(
            model=model,
            provider=provider,
            region=region,
            instance=document.instance,
            term=None if owned is not None else document.term,
            flags=tuple(flags),
        )
        with refusing(path):
            return Dedicated(
                name=document.name,
                price=price,
                minimum_instances=document.minimum_instances,
                spare_instances=document.spare_instances,
                maximum_instances=document.maximum_instances,
                capacity=self._capacity(document),
                shape=shape,
                sold=sold,
                owned=owned,
                interruption_share=document.interruption_share,
            )

    def _capacity(self, document: DedicatedFields) -> Capacity:
        if document.capacity != "estimated":
            return capacity_of(document.capacity)
        if self.estimate is not None:
            return self.estimate(self.session, document)
        # NumPy is loaded only where it is needed: the first page does not wait for it.
        from catalog.capacity import option_capacity

        return option_capacity(self.session, self.scenario, document).capacity

    def _host_price(
        self, document: DedicatedFields, path: Path, instance_id: str | None, region: str | None
    ) -> tuple[Price, str | None, bool]:
        if instance_id is None:
            raise Refused([problem("required", (*path, "instance"), key="instance")])
        rows = self._host_rows(instance_id, region, document.term) if region is not None else []
        elsewhere = regions_of(self.session, instance_id, document.term, self.day)
        anywhere = [] if rows else self._host_rows(instance_id, None, document.term)
        if anywhere and not elsewhere:  # a provider that names no region where it sells
            region, rows = None, anywhere
        elif region is None:
            raise Refused([problem("required", (*path, "region"), key="region")])
        self.own.require_asked(rows, ("instance",), document.name, path)
        if not rows:
            name = instance_id.rpartition("/")[2]
            raise Refused([no_price(path, document.term, name, region, elsewhere)])
        chosen, disagree = settled(rows, path)
        return self._exchanger().price_of(chosen, path), region, disagree

    def _host_rows(self, instance_id: str, region: str | None, term: str) -> list[PriceRow]:
        stored = instance_prices(self.session, instance_id, region, term, self.day)
        if region is None:
            return stored
        return [*self.own.of_instance(self.session, instance_id, region, term), *stored]

    def _exchanger(self) -> Exchanger:
        return Exchanger(session=self.session, scenario=self.scenario, own=self.own)

    # --- what both share -----------------------------------------------------------------------

    def _model(self, name: str | None, path: Path, problems: list[Problem]) -> str | None:
        model = None if name is None else named_model(self.session, name, path, problems)
        return None if model is None else model.id

    def _region(self, name: str | None, path: Path, problems: list[Problem]) -> str | None:
        if name is None:
            return None
        folded = folded_region(name)
        if names_region(self.session, folded) or self.own.knows_region(self.session, folded):
            return folded
        problems.append(unknown_region(name, all_regions(self.session), path))
        return None

    def _require_residency(self, option: Option, path: Path) -> None:
        country = self.scenario.residency.processing
        if country is None:
            return
        sold = option.sold
        reason = None
        if not isinstance(option, Dedicated) and sold.deployment != "regional":
            reason = f"its deployment is {sold.deployment or 'not stated'}"
        elif country_of(sold.region) != country.strip().upper():
            reason = f"its region is {sold.region or 'not stated'}"
        if reason is not None:
            raise Refused([problem("residency_refused", path, country=country, reason=reason)])


def _kinds_of(mode: str) -> tuple[str, ...]:
    """Kinds of price rows that an option of this mode takes."""
    if mode == "standard":
        return TOKEN_KINDS
    return tuple(kind if kind == "hosting" else f"batch_{kind}" for kind in TOKEN_KINDS)


def _own_price_used(*prices: Price | None) -> list[str]:
    """The flag of an option one of whose prices is the user's own."""
    flags = [flag for price in prices if price is not None for flag in price.provenance.flags]
    return ["own_price_used"] if OWN_PRICE_FLAG in flags else []
