"""What the tests of the batch test may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dashboard.chat.batch.steered import Evaluator, Models, running_models


@pytest.fixture(scope="package")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Models]:
    """Three real servers, started at the first test that asks."""
    with running_models(tmp_path_factory.mktemp("models")) as found:
        yield found


@pytest.fixture
def evaluate(models: Models, tmp_path: Path) -> Evaluator:
    """Calls the command in a folder of the test's own."""
    return Evaluator(folder=tmp_path, models=models)
