"""The questions that every face must answer alike: one file for each kind, and the examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from catalog.document import read_document
from dashboard.service import example_names, scenario_bytes

SCENARIOS = Path(__file__).with_name("scenarios")
QUESTIONS = (*example_names(), *sorted(file.stem for file in SCENARIOS.glob("*.yaml")))
"""Names of bundled examples, and of the files beside this one."""


def name_of(question: str) -> str:
    """What the command line takes: the example's name, or the path of the file."""
    return question if question in example_names() else str(SCENARIOS / f"{question}.yaml")


def document_of(question: str) -> dict[str, Any]:
    """The scenario as plain data for a request body, numbers as they were written."""
    content, form = scenario_bytes(name_of(question))
    value: dict[str, Any] = read_document(content, form=form).value
    return value
