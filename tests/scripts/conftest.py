"""The workshop that the tests of the scripts work in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scripts.workshop import PYTHON, UV, Workshop


@pytest.fixture
def bare(tmp_path: Path) -> Workshop:
    """A machine with neither Python nor uv nor a browser."""
    return Workshop(tmp_path)


@pytest.fixture
def workshop(bare: Workshop) -> Workshop:
    """A machine with Python and uv."""
    bare.put("python3", PYTHON)
    bare.put("uv", UV)
    return bare
