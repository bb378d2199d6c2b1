"""A decision as somebody opens it: the version, the one before, and whether it is theirs."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.database import Database
from catalog.decision_request import DecisionFields
from catalog.decision_seal import SealedVersion, digest, touched
from catalog.decisions import (
    Note,
    Secret,
    find_decision,
    find_version,
    is_held,
    key_secret,
    notes_of,
    save_decision,
    save_version,
    versions_of,
)
from catalog.errors import DecisionNotHeld
from catalog.scenario import Scenario
from dashboard.chat.sessions import SessionId
from dashboard.decisions.sealing import answered


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedDecision:
    """A version with all that stands around it.

    held: whether who opens it saved it, and so may see its typed and contracted prices.
    touched: what of it is not as it was sealed; empty: nothing.
    """

    version: SealedVersion
    previous: SealedVersion | None
    versions: tuple[SealedVersion, ...]
    notes: tuple[Note, ...]
    held: bool
    removed: bool

    @property
    def touched(self) -> tuple[str, ...]:
        """See the class."""
        return touched(self.version, self.previous)


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedDecision:
    """A version that was just sealed. key: shown once, opens the prices in another browser; None
    for a further version, which the first one's key opens."""

    version: SealedVersion
    key: str | None


def session_secret(session: SessionId) -> Secret:
    """By what a browser's session is known as the one that saved a decision: a hash of a hash, so
    that neither leads to the cookie."""
    return Secret(kind="session", sha256=digest(f"decision {session.folder}"))


def secrets_of(session: SessionId | None, key: str | None) -> tuple[Secret, ...]:
    """What somebody who asks has to show."""
    known = () if session is None else (session_secret(session),)
    return known if not key else (*known, key_secret(key))


def open_decision(
    database: Database,
    decision_id: str,
    number: int | None,
    shown: Sequence[Secret],
    *,
    removed_too: bool = False,
) -> OpenedDecision:
    """A version of a decision, None: the newest. Raises DecisionNotFound."""
    with database.read() as session:
        decision = find_decision(session, decision_id, removed_too=removed_too)
        version = find_version(session, decision_id, number, removed_too=removed_too)
        versions = versions_of(session, decision_id)
        notes = notes_of(session, decision_id)
        held = is_held(session, decision_id, [one.sha256 for one in shown])
    before = [one for one in versions if one.number == version.number - 1]
    return OpenedDecision(
        version=version,
        previous=before[0] if before else None,
        versions=tuple(versions),
        notes=tuple(notes),
        held=held,
        removed=decision.removed,
    )


def require_held(database: Database, decision_id: str, shown: Sequence[Secret]) -> None:
    """Refuse what only those may do who saved a decision. Raises DecisionNotFound too."""
    with database.read() as session:
        find_decision(session, decision_id, removed_too=True)
        if is_held(session, decision_id, [one.sha256 for one in shown]):
            return
    raise DecisionNotHeld(
        "Expected who saved this decision, found another browser and no key of it. Ask its owner, "
        "or send the owner's key in the header X-Decision-Key."
    )


def save_new(
    database: Database,
    sent: tuple[DecisionFields, Scenario],
    session: SessionId | None,
    now: datetime,
    *,
    own_prices: bool = False,
) -> SavedDecision:
    """Answer and seal a scenario as a new decision of this session. Raises Refused."""
    unsealed = answered(database, *sent, now, own_prices=own_prices)
    key = secrets.token_urlsafe(24)
    version = save_decision(database, unsealed, secrets_of(session, key))
    return SavedDecision(version=version, key=key)


def save_further(
    database: Database,
    decision_id: str,
    sent: tuple[DecisionFields, Scenario],
    now: datetime,
    *,
    own_prices: bool = False,
) -> SavedDecision:
    """Answer and seal a scenario as the next version. Raises Refused, DecisionNotFound."""
    unsealed = answered(database, *sent, now, own_prices=own_prices)
    return SavedDecision(version=save_version(database, decision_id, unsealed), key=None)
