"""The test chat of one running service: sessions, their spaces, endpoints and rations."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

from anyio import CapacityLimiter

from catalog.database import Database
from catalog.settings import Settings
from dashboard.chat.endpoint_file import load_endpoints
from dashboard.chat.endpoints import Endpoints
from dashboard.chat.index import PassageIndex
from dashboard.chat.limits import limits_of, rations_of
from dashboard.chat.rations import Rations
from dashboard.chat.sample_catalogue import CHUNK_TOKENS, sample_index
from dashboard.chat.sessions import SessionId, Sessions, load_key
from dashboard.chat.sources.shelf import Shelf
from dashboard.chat.spaces import Space, Spaces

if TYPE_CHECKING:
    from dashboard.chat.asked_sources import AskedSources

FILES_AT_ONCE: Final = 2


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who asks. cookie: what the browser is to keep."""

    session: SessionId
    cookie: str


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the routes of the chat share. Made by `open_desk`."""

    settings: Settings
    database: Database
    endpoints: Endpoints
    rations: Rations = field(default_factory=Rations)
    readers: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(FILES_AT_ONCE))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _samples: dict[int, PassageIndex] = field(default_factory=dict)

    def visitor(self, cookie: str | None) -> Visitor:
        """The session of a cookie, or a new one. The key is made with the first visit."""
        session = self.session_of(cookie)
        if session is not None:
            return Visitor(session=session, cookie=self._sessions.renew(session))
        begun, new_cookie = self._sessions.begin()
        return Visitor(session=begun, cookie=new_cookie)

    def session_of(self, cookie: str | None) -> SessionId | None:
        """The session of a cookie; None where there is none, or it is not ours any more."""
        return None if cookie is None else self._sessions.read(cookie)

    def space(self, visitor: Visitor, now: datetime) -> Space:
        """The documents and chats of a session, and nobody else's."""
        return self.spaces.of(visitor.session, now)

    def sample(self) -> PassageIndex:
        """The bundled catalogue, indexed at the first question."""
        with self._lock:
            return self._sample

    def sample_of(self, chunk_tokens: int) -> PassageIndex:
        """The bundled catalogue in passages of at most so many tokens, indexed at first use."""
        if chunk_tokens == CHUNK_TOKENS:
            return self.sample()
        with self._lock:
            if chunk_tokens not in self._samples:
                made = sample_index(self.settings.data_dir, chunk_tokens)
                self._samples[chunk_tokens] = made
            return self._samples[chunk_tokens]

    def sources(self, space: Space) -> "AskedSources":
        """What a session may ask."""
        from dashboard.chat.asked_sources import AskedSources

        return AskedSources(space=space, sample=self.sample, shelf=self.shelf)

    def tidy(self, now: datetime) -> None:
        """What a service does as it starts: spaces that nobody can open any more go, and answers
        that were cut off say so."""
        self.spaces.remove_unused(now)
        self.spaces.mark_cut_off()
        self.shelf.tidy()

    def close(self) -> None:
        """Let go of all files."""
        self.shelf.close()
        self.spaces.close()
        if "_sample" in self.__dict__:
            self._sample.close()
        for index in self._samples.values():
            index.close()

    @cached_property
    def shelf(self) -> Shelf:
        """The data sources that the operator connected."""
        return Shelf(folder=self.settings.data_dir, endpoints=self.endpoints)

    @cached_property
    def spaces(self) -> Spaces:
        """The spaces of all sessions."""
        return Spaces(self.settings.data_dir)

    @cached_property
    def _sessions(self) -> Sessions:
        return Sessions(load_key(self.settings.data_dir))

    @cached_property
    def _sample(self) -> PassageIndex:
        return sample_index(self.settings.data_dir)


def open_desk(settings: Settings, database: Database, environment: Mapping[str, str]) -> Desk:
    """The test chat of this installation.

    environment: where the keys of the endpoints are.
    Raises EndpointFileRefused with everything that is wrong in the operator's file.
    """
    endpoints = load_endpoints(settings, environment)
    rations = Rations(**rations_of(limits_of(settings, endpoints.limits)))
    return Desk(settings=settings, database=database, endpoints=endpoints, rations=rations)
