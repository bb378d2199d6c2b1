"""Callbacks run beside the event loop, and the log says why one failed."""

from __future__ import annotations

import logging
import threading
from contextvars import ContextVar

import anyio
import pytest
from dash.exceptions import PreventUpdate

from dashboard.callback import offload

ASKED: ContextVar[str] = ContextVar("asked", default="nothing")


def test_a_callback_runs_in_another_thread_and_keeps_the_request() -> None:
    """Dash keeps the request in a context variable, which goes along."""

    @offload
    def answer(one: int, *, other: int) -> tuple[int, str, int]:
        return one + other, ASKED.get(), threading.get_ident()

    async def ask() -> tuple[int, str, int]:
        ASKED.set("the page")
        return await answer(3, other=4)

    total, asked, thread = anyio.run(ask)

    assert (7, "the page") == (total, asked)
    assert threading.get_ident() != thread
    assert "answer" == answer.__name__


def test_while_a_callback_computes_another_one_is_answered() -> None:
    """The first waits for what only the second gives; on the event loop neither would end."""
    given = threading.Event()

    @offload
    def first() -> bool:
        return given.wait(timeout=60)

    @offload
    def second() -> None:
        given.set()

    found: list[bool] = []

    async def both() -> None:
        async def ask_first() -> None:
            found.append(await first())

        async def ask_second() -> None:
            await second()

        async with anyio.create_task_group() as group:
            group.start_soon(ask_first)
            group.start_soon(ask_second)

    anyio.run(both)

    assert [True] == found


def test_a_failure_is_logged_and_raised(caplog: pytest.LogCaptureFixture) -> None:
    """Dash answers 500 without a word."""

    @offload
    def broken() -> None:
        raise ZeroDivisionError("of the host count")

    with caplog.at_level(logging.ERROR, "modelcost.pages"), pytest.raises(ZeroDivisionError):
        anyio.run(broken)

    [record] = caplog.records
    assert "the callback broken failed" == record.getMessage()
    assert record.exc_info is not None


def test_nothing_to_update_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    """PreventUpdate is how a callback says so."""

    @offload
    def unchanged() -> None:
        raise PreventUpdate

    with caplog.at_level(logging.DEBUG, "modelcost.pages"), pytest.raises(PreventUpdate):
        anyio.run(unchanged)

    assert [] == caplog.records
