"""What a person has to choose, because any value that stood there unasked would favor one side:
the peak of the load, standby hosts, the people who run hosts. Each comes with a proposal."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from catalog.problems import Problem, problem
from dashboard.pages.decide.document import ON_HOSTS, Draft, get_at, rented_hosts
from dashboard.pages.decide.fields import mode_switch, number_field
from dashboard.texts import Texts

PROPOSED_PEAK = "2"
PROPOSED_STANDBY = "1"
PROPOSED_HOURS = "10"
PROPOSED_RATES: Mapping[str, str] = {"USD": "80", "EUR": "75", "GBP": "65", "JPY": "8000"}
"""Of an hour of work, by currency; assumed. In another currency the hours alone are proposed."""
PEOPLE_MODES = ("none", "hours")
PEOPLE = "people"


def must_choose(draft: Draft, path: str, texts: Texts, label: str) -> Component:
    """A number that is empty until it is chosen."""
    return number_field(
        draft,
        path,
        texts,
        label,
        required=True,
        placeholder=texts("form.choose"),
        classNames={"input": "must-choose"},
    )


def proposal(name: str, index: int, texts: Texts, **facts: str) -> Component:
    """What is proposed, in a button, and why; the page shows it while the choice is open."""
    button = dmc.Button(
        texts(f"form.propose.{name}", **facts),
        id={"type": "action", "name": f"propose-{name}", "index": index},
        variant="light",
        size="compact-xs",
    )
    return html.Div([button, html.Span(texts(f"form.propose.{name}.why"))], className="proposal")


def peak_choice(draft: Draft, texts: Texts) -> Component:
    """The busiest hour over the mean."""
    field = must_choose(draft, "workload.peak_to_mean", texts, "form.peak_to_mean")
    return html.Div([field, proposal("peak", 0, texts, value=PROPOSED_PEAK)], className="choice")


def host_counts(draft: Draft, path: str, texts: Texts) -> Component:
    """The hosts that are paid in any case, and those that stand by."""
    least = number_field(
        draft, f"{path}.minimum_instances", texts, "form.minimum_instances", required=True
    )
    standby = must_choose(draft, f"{path}.spare_instances", texts, "form.spare_instances")
    index = int(path.rpartition(".")[2])
    return html.Div(
        [
            html.Div([least, standby], className="two-columns"),
            proposal("standby", index, texts, value=PROPOSED_STANDBY),
        ],
        className="choice",
    )


def people_fields(draft: Draft, texts: Texts) -> list[Component]:
    """Who runs the hosts: nobody who costs anything, or hours of work a month for each option that
    rents hosts. A question that never said so is not made to, but it is told what that means."""
    index, mode = people_at(draft), people_mode_of(draft)
    shown = [mode_switch(PEOPLE, texts, "form.people", mode, PEOPLE_MODES)]
    if index is None:
        return [*shown, _hint(texts("form.people.unsaid"))]
    path = f"add_ons.{index}"
    rate = _rate(draft)
    facts = {"hours": PROPOSED_HOURS, "rate": rate, "currency": currency_of(draft)}
    offered = proposal("people" if rate else "hours", 0, texts, **facts)
    if mode == "":
        return [*shown, html.Div([offered], className="choice open")]
    if mode == "none":
        return [*shown, _hint(texts("form.people.none.hint"))]
    fields = [
        must_choose(draft, f"{path}.quantity", texts, "form.people_hours"),
        must_choose(draft, f"{path}.amount", texts, "form.people_rate"),
    ]
    row = html.Div(fields, className="two-columns")
    return [*shown, html.Div([row, offered], className="choice")]


def people_at(draft: Draft) -> int | None:
    """Where among the add-ons the people stand; None where the question says nothing of them."""
    for index, add_on in enumerate(draft.get("add_ons") or []):
        if isinstance(add_on, dict) and add_on.get("covers") == PEOPLE:
            return index
    return None


def people_mode_of(draft: Draft) -> str:
    """none, hours, or empty where nothing is chosen."""
    index = people_at(draft)
    said = {} if index is None else draft["add_ons"][index]
    if "counted" in said:
        return str(said["counted"])
    if _is_blank(said.get("amount")):
        return ""
    return "none" if said["amount"] == "0" else "hours"


def with_people_asked(draft: Draft) -> Draft:
    """The same question, which now waits for a word on the people who run its hosts."""
    if people_at(draft) is None:
        draft.setdefault("add_ons", []).append(
            {"covers": PEOPLE, "unit": "month", "applies_to": ON_HOSTS}
        )
    return draft


def with_people(draft: Draft, mode: str) -> Draft:
    """The question with nobody who costs anything, or with hours that are to be typed."""
    new = with_people_asked(copy.deepcopy(draft))
    people = new["add_ons"][people_at(new)]
    people.pop("quantity", None)
    people |= {"counted": mode, "amount": "0" if mode == "none" else ""}
    return new


def with_people_named(draft: Draft, name: str) -> Draft:
    """The line of the answer in which the people will stand gets a name, where it has none."""
    index = people_at(draft)
    if index is not None:
        draft["add_ons"][index].setdefault("name", name)
    return draft


def with_proposal(draft: Draft, name: str, index: int) -> Draft:
    """The question with what was proposed taken."""
    new = copy.deepcopy(draft)
    if name == "peak":
        new.setdefault("workload", {})["peak_to_mean"] = PROPOSED_PEAK
    elif name == "standby":
        option = get_at(new, f"options.{index}")
        if isinstance(option, dict):
            option["spare_instances"] = PROPOSED_STANDBY
    else:
        new = with_people(new, "hours")
        people = new["add_ons"][people_at(new)]
        people |= {"quantity": PROPOSED_HOURS, "amount": _rate(new)}
    return new


def unchosen(draft: Draft) -> tuple[Problem, ...]:
    """What still has to be chosen, in the order of the form."""
    found: list[Problem] = []
    if _is_blank(get_at(draft, "workload.peak_to_mean")):
        found.append(problem("choose_peak", ("workload", "peak_to_mean"), value=PROPOSED_PEAK))
    for index, option in enumerate(draft.get("options") or []):
        dedicated = isinstance(option, dict) and option.get("kind") == "dedicated"
        if dedicated and _is_blank(option.get("spare_instances")):
            place = ("options", index, "spare_instances")
            found.append(problem("choose_standby", place, value=PROPOSED_STANDBY))
    at = people_at(draft)
    if at is None or not rented_hosts(draft):
        return tuple(found)
    if people_mode_of(draft) == "":
        return (*found, problem("choose_people", (PEOPLE,)))
    if people_mode_of(draft) == "hours":
        keys = [key for key in ("quantity", "amount") if _is_blank(draft["add_ons"][at].get(key))]
        found += [problem(f"choose_people_{key}", ("add_ons", at, key)) for key in keys]
    return tuple(found)


def with_choices_first(draft: Draft, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """What is to be chosen before all else that is wrong; what lacks because of it is not said
    twice."""
    first = unchosen(draft)
    said = {one.field for one in first}
    if PEOPLE in said:
        said.add(f"add_ons.{people_at(draft)}.amount")
    return (*first, *(one for one in problems if one.field not in said))


def currency_of(draft: Draft) -> str:
    """The currency in which the prices of a question are typed."""
    return str(draft.get("currency") or "USD")


def _rate(draft: Draft) -> str:
    return PROPOSED_RATES.get(currency_of(draft), "")


def _hint(text: str) -> Component:
    return dmc.Text(text, size="xs", className="hint")


def _is_blank(value: Any) -> bool:
    return value is None or not str(value).strip()
