"""Bounds that a process sets on itself before it opens a file of somebody else's.

They hold for whatever a reader does, also where it is wrong. Linux keeps all of them. macOS does
not bound the address space, so there a thread watches the memory in use. Where Python has no
`resource` (Windows) only the clock of the parent and the readers' own limits hold.
"""

import os
import sys
import threading
from collections.abc import Callable
from typing import Final, NoReturn

from dashboard.chat.documents.limits import Limits

NEEDS_TOO_MUCH_MEMORY: Final = 3
"""Exit code of a process whose memory reached its bound."""

WATCH_SECONDS: Final = 0.05
GRACE_SECONDS: Final = 2
"""Between the signal that ends a process at its computing time and the one it cannot outlive."""

_OUTSIDE: Final = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")


def bind_process(limits: Limits) -> None:
    """Bound memory, computing time, written files, connections and programs of this process."""
    sys.addaudithook(_stay_inside)
    if sys.platform == "win32":
        return
    import resource

    _lower(resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + GRACE_SECONDS)
    _lower(resource.RLIMIT_CORE, 0, 0)
    _lower(resource.RLIMIT_FSIZE, 0, 0)
    if sys.platform == "linux":
        _lower(resource.RLIMIT_AS, limits.memory_bytes, limits.memory_bytes)
    else:
        watch_memory(limits.memory_bytes, _peak_bytes)


def watch_memory(most_bytes: int, peak_bytes: Callable[[], int]) -> None:
    """Look at the memory in use again and again, and end this process above the bound."""

    def watch() -> None:
        pause = threading.Event()
        while not pause.wait(WATCH_SECONDS):
            if peak_bytes() > most_bytes:
                os._exit(NEEDS_TOO_MUCH_MEMORY)

    threading.Thread(target=watch, daemon=True).start()


def _peak_bytes() -> int:
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _lower(kind: int, soft: int, hard: int) -> None:
    """Set a bound unless a lower one is set already."""
    import resource

    _, most = resource.getrlimit(kind)
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(kind, (soft, hard))


def _stay_inside(event: str, _: object) -> None:
    """A reader has no business with the network or with other programs."""
    if event.startswith(_OUTSIDE):
        _refuse(event)


def _refuse(event: str) -> NoReturn:
    raise PermissionError(f"{event}: a file that is read may not reach outside")
