"""What the tests of the test chat may ask for: a real model server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.emulators.llama.server import LlamaServer, llama_server


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaServer]:
    """llama.cpp's own server with a tiny model, steered by a grammar; one for all tests."""
    with llama_server(tmp_path_factory.mktemp("llama")) as server:
        yield server
