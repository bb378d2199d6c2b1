"""Builders of scenario documents, and what is found wrong with them."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.database import Database
from catalog.document import Form, read_document
from catalog.offers import resolve
from catalog.problems import Path, Problem, Refused
from catalog.scenario import Scenario, parse_scenario
from costing import Dedicated, Question, Serverless


def typed(amount: str = "6.12", unit: str = "hour", **other: Any) -> dict[str, Any]:
    """A price as a person types it."""
    return {"amount": amount, "per": "1", "unit": unit, **other}


def per_token(**other: Any) -> dict[str, Any]:
    """An option by the token, with both prices typed."""
    prices = {"input": typed("0.002", "token"), "output": typed("0.008", "token")}
    return {"name": "Per token", "kind": "serverless", "prices": prices, **other}


def looked_up(**other: Any) -> dict[str, Any]:
    """An option by the token whose prices are left to the catalog."""
    return {"name": "Per token", "kind": "serverless", **other}


def on_hosts(**other: Any) -> dict[str, Any]:
    """An option on hosts, without a price."""
    counts = {"minimum_instances": "1", "spare_instances": "0"}
    return {"name": "Hosts", "kind": "dedicated", **counts, **other}


def load(**other: Any) -> dict[str, Any]:
    """The load and the mean request."""
    tokens = {"input_tokens": "1000", "output_tokens": "500", "peak_to_mean": "1"}
    return {"requests_per_hour": "10", **tokens, **other}


def document(*options: dict[str, Any], **other: Any) -> dict[str, Any]:
    """A whole scenario as plain data, with one typed option unless others are given."""
    listed = list(options or (per_token(),))
    return {"version": "1", "workload": load(), "options": listed, **other}


def changed(path: Path, value: Any) -> dict[str, Any]:
    """A good scenario of both kinds of option in which one value is another."""
    whole = document(per_token(), on_hosts(price=typed()))
    *above, last = path
    part: Any = whole
    for step in above:
        part = part[step]
    part[last] = value
    return whole


def without(path: Path) -> dict[str, Any]:
    """A good scenario of both kinds of option that lacks one key."""
    whole = changed(path, None)
    part: Any = whole
    for step in path[:-1]:
        part = part[step]
    del part[path[-1]]
    return whole


def reading_problem(content: bytes | str, form: Form = "yaml") -> Problem:
    """The one problem for which this content cannot be read."""
    with pytest.raises(Refused) as caught:
        read_document(content, form=form, name="a file")
    assert "a file" == caught.value.name
    (found,) = caught.value.problems
    return found


def parse_problems(value: Any) -> tuple[Problem, ...]:
    """Everything that is wrong with a scenario by itself."""
    with pytest.raises(Refused) as caught:
        parse_scenario(value)
    return caught.value.problems


def parse_problem(value: Any) -> Problem:
    """The one thing that is wrong with a scenario by itself."""
    (found,) = parse_problems(value)
    return found


def read_scenario(text: str, form: Form = "yaml") -> Scenario:
    """A scenario out of a file's text."""
    found = read_document(text, form=form)
    return parse_scenario(found.value, found.places)


def ask(database: Database, value: Any) -> Question:
    """The scenario with what the catalog says, ready to be computed."""
    with database.read() as session:
        return resolve(session, parse_scenario(value))


def ask_serverless(database: Database, option: dict[str, Any], **other: Any) -> Serverless:
    """One option by the token, resolved."""
    (found,) = ask(database, document(option, **other)).options
    assert isinstance(found, Serverless)
    return found


def ask_dedicated(database: Database, option: dict[str, Any], **other: Any) -> Dedicated:
    """One option on hosts, resolved."""
    (found,) = ask(database, document(option, **other)).options
    assert isinstance(found, Dedicated)
    return found


def resolve_problems(database: Database, value: Any) -> tuple[Problem, ...]:
    """Everything for which a good scenario cannot be resolved."""
    scenario = parse_scenario(value)
    with database.read() as session, pytest.raises(Refused) as caught:
        resolve(session, scenario)
    return caught.value.problems


def resolve_problem(database: Database, value: Any) -> Problem:
    """The one thing for which a good scenario cannot be resolved."""
    (found,) = resolve_problems(database, value)
    return found
