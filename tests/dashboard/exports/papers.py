"""Papers for tests: of examples and questions in files, of made-up scenarios, in both languages."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from catalog.database import Database
from catalog.scenario import parse_scenario
from dashboard.exports.paper import Paper, paper_of
from dashboard.format import Format
from dashboard.sentences import Sentences
from dashboard.service import answer, open_catalog
from dashboard.texts import load_texts
from tests.contracts.questions import document_of
from tests.dashboard.commands import filled_catalog


@functools.cache
def catalog() -> Database:
    """The bundled catalog, opened once."""
    from catalog.settings import load_settings

    return open_catalog(load_settings({"MODELCOST_DATA_DIR": str(filled_catalog().parent)}))


def paper(scenario: Mapping[str, Any], language: str = "en", seal: str | None = None) -> Paper:
    """The paper of a scenario as plain data."""
    parsed = parse_scenario(dict(scenario))
    found = answer(catalog(), parsed)
    fmt = Format(language, found.question.currency)
    return paper_of(found, parsed, Sentences(load_texts(language), fmt), seal)


def example_paper(name: str, language: str = "en") -> Paper:
    """The paper of a bundled example, or of a question of the contract tests."""
    return paper(document_of(name), language)
