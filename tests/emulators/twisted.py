"""Services that answer truly but for some requests, whose true answer is twisted.

``Twisting`` is mixed into an emulator; ``TwistedService`` serves one of Azure's services on the
server that knows how to break connections.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.emulators.azure import loopback as azure
from tests.emulators.hub import HubEmulator
from tests.emulators.loopback import Loopback, Reply, Seen
from tests.emulators.price_lists import PriceLists
from tests.emulators.rate_lists import RateList

Twist = Callable[[Reply], Reply]


@dataclass(kw_only=True)
class Plan:
    """What is twisted: ``times`` answers to fitting requests after the first ``after``."""

    twist: Twist
    pattern: re.Pattern[str]
    after: int
    times: int
    met: int = 0


class Twisting(Loopback):
    """Mixed in before an emulator."""

    plan: Plan | None = None

    def twist(self, twist: Twist, *, path: str = "", after: int = 0, times: int = 1) -> None:
        """Twist the answers to requests whose path fits."""
        self.plan = Plan(twist=twist, pattern=re.compile(path), after=after, times=times)

    def heal(self) -> None:
        """Answer truly from now on, and forget what was seen."""
        self.plan = None
        super().heal()

    def reply_to(self, request: Seen) -> Reply:
        """The true answer, or what becomes of it."""
        reply = super().reply_to(request)
        plan = self.plan
        if plan is None or not plan.pattern.search(request.path):
            return reply
        plan.met += 1
        is_due = plan.after < plan.met <= plan.after + plan.times
        return plan.twist(reply) if is_due else reply


class TwistedHub(Twisting, HubEmulator):
    """The Hub."""


class TwistedPriceLists(Twisting, PriceLists):
    """The router and the price map."""


class TwistedRateList(Twisting, RateList):
    """Rates of the day."""


class TwistedService(Twisting):
    """One of Azure's services."""

    def __init__(self, service: Callable[[azure.Asked], azure.Reply]) -> None:
        super().__init__()
        self.service = service

    def answer(self, request: Seen) -> Reply:
        """As the service answers."""
        asked = azure.Asked(
            method=request.method,
            target=request.path,
            headers=request.headers,
            body=request.body,
        )
        reply = self.service(asked)
        return Reply(
            status=reply.status,
            content=reply.body if reply.raw is None else reply.raw,
            headers=tuple(reply.headers.items()),
        )
