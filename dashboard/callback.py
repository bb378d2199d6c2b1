"""How Dash callbacks are registered here: none of them may block the event loop that serves
everyone."""

import functools
import logging
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

import anyio.to_thread
from dash.exceptions import PreventUpdate

LOG = logging.getLogger("modelcost.pages")
P = ParamSpec("P")
R = TypeVar("R")


def offload(function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """A coroutine that runs a plain function in a worker thread; Dash's context variables go along.

    A plain `def` callback would run on the event loop and freeze every other request for its time.
    """

    @functools.wraps(function)
    async def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return await anyio.to_thread.run_sync(functools.partial(function, *args, **kwargs))
        except PreventUpdate:
            raise
        except Exception:
            # Dash answers 500 without a word; the log of the server must say why.
            LOG.exception("the callback %s failed", function.__name__)
            raise

    return run
