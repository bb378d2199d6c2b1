"""What the page asks of the rest: examples, saved scenarios, lists to pick from, and the
judgement."""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from catalog.database import Database
from catalog.drafts import DraftTooLarge, load_draft, save_draft
from catalog.errors import CatalogError
from catalog.problems import Problem, Refused
from catalog.scenario import DedicatedFields, Scenario, parse_scenario
from costing import BreakEven, Capacity
from dashboard.pages.decide import changes
from dashboard.pages.decide.address import Address, with_workload, workload_changes
from dashboard.pages.decide.choices import unchosen, with_choices_first
from dashboard.pages.decide.document import Draft, scenario_of
from dashboard.pages.decide.fields import Choice
from dashboard.pages.decide.lists import list_of, lists_of
from dashboard.pages.decide.start import start, start_with_offers
from dashboard.service import answer, example_document, example_names
from dashboard.texts import Texts

if TYPE_CHECKING:  # it loads NumPy, which the first page does not wait for
    from catalog.capacity import OptionCapacity


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """An answer, or the problems that stand in its way; never both. capacities: what one host
    serves by estimate, of the dedicated options that are judged by it or tell how the weights are
    stored."""

    answer: BreakEven | None = None
    scenario: Scenario | None = None
    capacities: tuple["OptionCapacity", ...] = ()
    problems: tuple[Problem, ...] = ()


class _Estimates:
    """The capacities of one scenario, each estimated once: for its cost and to be shown."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._known: dict[str, OptionCapacity] = {}

    def capacity(self, session: Session, document: DedicatedFields) -> Capacity:
        """What the arithmetic of cost takes."""
        return self.of(session, document).capacity

    def of(self, session: Session, document: DedicatedFields) -> "OptionCapacity":
        """The estimate of an option; names are unique in a scenario."""
        from catalog.capacity import option_capacity

        if document.name not in self._known:
            self._known[document.name] = option_capacity(session, self._scenario, document)
        return self._known[document.name]


class PageState:
    """The page's view of the database. Holds no state of a visitor: that lives in the browser and
    the address."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def example(self, name: str) -> Draft | None:
        """A bundled example as the form holds it; None where there is none of this name."""
        if name not in example_names():
            return None
        return deepcopy(_example(name))

    def examples(self, texts: Texts) -> list[Choice]:
        """The bundled examples to choose from, by their titles."""
        return [{"value": name, "label": texts(f"example.{name}")} for name in example_names()]

    def open(self, address: Address, texts: Texts) -> tuple[Draft, str | None]:
        """The scenario an address names, its workload put in, and what was not followed."""
        remarks = (
            [texts("address.refused", parts=", ".join(address.refused))] if address.refused else []
        )
        if address.also:
            offers = [*filter(None, [address.use.get("offer")]), *address.also]
            with self.database.read() as session:
                begun = start_with_offers(session, address.use, offers)
            return with_workload(begun, address.workload), " ".join(remarks) or None
        if address.use:
            with self.database.read() as session:
                begun = start(session, address.use, texts, datetime.now(UTC).date())
            return with_workload(begun, address.workload), " ".join(remarks) or None
        draft = self._base(address.scenario)
        if draft is None:
            remarks.append(texts("address.unknown_scenario", name=address.scenario))
            draft = self.example("article") or {}
        return with_workload(draft, address.workload), " ".join(remarks) or None

    def lists(self, draft: Draft, texts: Texts) -> dict[str, Sequence[Choice]]:
        """What the fields of this form offer to pick from, by path."""
        with self.database.read() as session:
            return lists_of(session, draft, texts)

    def list(self, path: str, typed: str, draft: Draft, texts: Texts) -> Sequence[Choice]:
        """What one field offers to pick from, for the words typed into it."""
        with self.database.read() as session:
            return list_of(session, draft, path, typed, texts)

    def judge(self, draft: Draft) -> Judged:
        """The answer to what the form says, or all that is wrong with it."""
        try:
            scenario = parse_scenario(scenario_of(draft))
            if open_choices := unchosen(draft):
                return Judged(problems=open_choices)
            # The page is the person's own, on their own machine: it may show their own prices.
            estimates = _Estimates(scenario)
            shown = answer(self.database, scenario, own_prices=True, estimate=estimates.capacity)
            capacities = self._capacities(scenario, estimates)
            return Judged(answer=shown, scenario=scenario, capacities=capacities)
        except Refused as refused:
            return Judged(problems=with_choices_first(draft, refused.problems))

    def _capacities(
        self, scenario: Scenario, estimates: _Estimates
    ) -> tuple["OptionCapacity", ...]:
        hosts = [
            one
            for one in scenario.options
            if isinstance(one, DedicatedFields)
            and (one.capacity == "estimated" or (one.serving and one.serving.weights))
        ]
        if not hosts:
            return ()
        with self.database.read() as session:
            return tuple(estimates.of(session, host) for host in hosts)

    def keep(
        self, draft: Draft, saved: dict[str, Any], address: Address
    ) -> tuple[dict[str, Any], Address]:
        """Make the address say what is on the screen, by the workload alone or by a scenario saved
        here.

        A saved scenario that was opened is never written to: the first change makes one of its own.
        """
        base_name = str(saved.get("scenario") or "article")
        base = self._base(base_name)
        changed = None if base is None else workload_changes(draft, base)
        if changed is not None and (not changed or base_name in example_names()):
            return saved, replace(address, scenario=base_name, workload=changed)
        document = json.dumps(draft, ensure_ascii=False)
        try:
            name = save_draft(self.database, saved.get("draft_id"), document, datetime.now(UTC))
        except DraftTooLarge:  # the page shows the problem at the field that is too long
            return saved, address
        return {**saved, "draft_id": name}, replace(address, scenario=name, workload={})

    def _base(self, name: str) -> Draft | None:
        if name in example_names():
            return self.example(name)
        try:
            draft = json.loads(load_draft(self.database, name))
        except CatalogError:
            return None
        return draft if isinstance(draft, dict) else None

    @staticmethod
    def with_mode(draft: Draft, path: str, mode: str) -> Draft:
        """The scenario after a switch of the form was set."""
        return changes.with_mode(draft, path, mode)


@cache
def _example(name: str) -> Draft:
    """Read once: every change of the form is compared with the example that it began with."""
    return changes.with_form_defaults(plain_draft(example_document(name)))


def plain_draft(value: Any) -> Any:
    """The same data with plain text for numbers as they were written, and for true and false."""
    if isinstance(value, Mapping):
        return {str(key): plain_draft(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain_draft(part) for part in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
