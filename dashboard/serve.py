"""Starts the service: database, snapshot, port, then one line that says where it is."""

import asyncio
import ipaddress
import socket
import sys
import time
from collections.abc import Mapping
from typing import Final

import uvicorn

from catalog.settings import Settings
from dashboard.chat.errors import ChatRefused
from dashboard.errors import CannotServe
from dashboard.service import open_catalog
from dashboard.sync_beside import SyncBeside

STARTED_AT: Final = "MODELCOST_STARTED_AT"


class _Server(uvicorn.Server):
    """Ends what runs beside it before it ends itself, whichever signal it was."""

    def __init__(self, config: uvicorn.Config, beside: SyncBeside | None) -> None:
        super().__init__(config)
        self._beside = beside

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._beside is not None:
            await self._beside.stop()
        await super().shutdown(sockets)


def serve(
    settings: Settings,
    environment: Mapping[str, str],
    began_at: float,
    beside: SyncBeside | None = None,
) -> None:
    """Serve until interrupted. began_at: epoch seconds of the process; the script that called it
    may have begun earlier. beside: syncs meanwhile. Raises CannotServe, CatalogError.
    """
    _require_loopback(settings.host)
    listener = _listen(settings.host, settings.port)
    try:
        database = open_catalog(settings)
        from dashboard.app import create_app  # the heavy part, once the port is known to be free

        app = create_app(settings, database, environment)
    except ChatRefused as refused:
        listener.close()
        raise CannotServe(str(refused)) from None
    except BaseException:
        listener.close()
        raise
    port = listener.getsockname()[1]
    began = _began(environment, began_at)
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
    url = f"http://{_shown(settings.host)}:{port}"
    asyncio.run(_run(_Server(config, beside), listener, url, began, beside))


async def _run(
    server: uvicorn.Server,
    listener: socket.socket,
    url: str,
    began: float,
    beside: SyncBeside | None,
) -> None:
    async def announce() -> None:
        while not server.started:
            await asyncio.sleep(0.01)
        seconds = max(0.0, time.time() - began)
        sys.stdout.write(f"modelcost is ready at {url} (started in {seconds:.1f} s)\n")
        sys.stdout.flush()
        if beside is not None:
            beside.start()

    announcing = asyncio.create_task(announce())
    try:
        await server.serve(sockets=[listener])
    except (KeyboardInterrupt, asyncio.CancelledError):
        server.should_exit = True
    finally:
        announcing.cancel()
        if beside is not None:
            await beside.stop()


def _require_loopback(host: str) -> None:
    """Nobody is asked who they are yet, so nobody outside this machine may reach the service."""
    try:
        local = host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        local = False
    if not local:
        raise CannotServe(
            f"Expected a loopback address such as 127.0.0.1, found {host!r}. This version has no "
            "sign-in, so it does not listen where others can reach it; use an SSH tunnel instead."
        )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        reason = "is in use" if error.errno in (98, 48) else f"cannot be used ({error.strerror})"
        raise CannotServe(
            f"Port {port} of {host} {reason}. Stop what uses it, or choose another with --port."
        ) from None
    return listener


def _began(environment: Mapping[str, str], began_at: float) -> float:
    try:
        return float(environment.get(STARTED_AT, began_at))
    except ValueError:
        return began_at


def _shown(host: str) -> str:
    return f"[{host.strip('[]')}]" if ":" in host else host
