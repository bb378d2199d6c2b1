"""The seal of a decision: which text is hashed, and what a record tells when it was touched.

    section hash = SHA-256(canonical JSON of the section), for scenario, facts, answer, evidence
    seal         = SHA-256(canonical JSON of the head and of the four section hashes)

The head names decision, number, title, owner, moment, engine, method and the seal of the version
before, so that no version can be changed, left out or put between two others in silence. Canonical:
keys in order, no spaces, UTF-8. Pure: no clock, no database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from catalog.exact_texts import utc_text

FORMAT: Final = 1
SECTIONS: Final = ("scenario", "facts", "answer", "evidence")
HEAD: Final = "head"
HASHES: Final = "section_hashes"
PREVIOUS: Final = "previous_version"


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedVersion:
    """A version of a decision as it is stored.

    Attributes:
        decision_id, number: which one; numbers start at 1.
        title, owner: as typed. sealed_at: in UTC.
        engine, method: versions of the program and of its arithmetic.
        scenario, facts, answer, evidence: canonical JSON.
        previous_sha256: the seal of the version before; None for the first.
        section_hashes: canonical JSON of the hash of each section. sha256: the seal, in hex.
    """

    decision_id: str
    number: int
    title: str
    owner: str
    sealed_at: datetime
    engine: str
    method: str
    scenario: str
    facts: str
    answer: str
    evidence: str
    previous_sha256: str | None
    section_hashes: str
    sha256: str

    def section(self, name: str) -> Any:
        """A section as data. Raises ValueError where its text is no JSON any more."""
        return json.loads(getattr(self, name))


@dataclass(frozen=True, kw_only=True, slots=True)
class Unsealed:
    """What is to be sealed, without the place that it gets: sections as data."""

    title: str
    owner: str
    sealed_at: datetime
    engine: str
    method: str
    scenario: Any
    facts: Any
    answer: Any
    evidence: Any


def canonical(value: Any) -> str:
    """The one JSON text of a value. Raises ValueError for NaN or infinity."""
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )


def seal(
    unsealed: Unsealed, decision_id: str, number: int, previous_sha256: str | None
) -> SealedVersion:
    """The version with its hashes, at its place among the versions of its decision."""
    sections = {name: canonical(getattr(unsealed, name)) for name in SECTIONS}
    hashes = {name: digest(text) for name, text in sections.items()}
    open_version = SealedVersion(
        decision_id=decision_id,
        number=number,
        title=unsealed.title,
        owner=unsealed.owner,
        sealed_at=unsealed.sealed_at,
        engine=unsealed.engine,
        method=unsealed.method,
        previous_sha256=previous_sha256,
        section_hashes=canonical(hashes),
        sha256="",
        **sections,
    )
    values = {name: getattr(open_version, name) for name in open_version.__slots__}
    return SealedVersion(**values | {"sha256": seal_of(open_version, hashes)})


def touched(version: SealedVersion, previous: SealedVersion | None) -> tuple[str, ...]:
    """What of a stored version is not as it was sealed; empty: all of it is.

    Names sections, else `head` (title, owner, moment, versions or the seal itself),
    `section_hashes`, and `previous_version` where the version before is missing or has another
    seal. previous: the stored version before; None for the first.
    """
    found = {name: digest(getattr(version, name)) for name in SECTIONS}
    stored = _hashes(version.section_hashes)
    names: list[str] = []
    if seal_of(version, found) != version.sha256:
        names = [name for name in SECTIONS if stored.get(name) != found[name]] or [HEAD]
    elif stored != found:
        names = [HASHES]
    if version.number > 1 and (previous is None or previous.sha256 != version.previous_sha256):
        names.append(PREVIOUS)
    return tuple(names)


def seal_of(version: SealedVersion, hashes: Mapping[str, str]) -> str:
    """The seal over the head of a version and these hashes of its sections."""
    head = {
        "format": FORMAT,
        "decision": version.decision_id,
        "number": version.number,
        "title": version.title,
        "owner": version.owner,
        "sealed_at": utc_text(version.sealed_at),
        "engine": version.engine,
        "method": version.method,
        "previous_sha256": version.previous_sha256,
        "sections": dict(hashes),
    }
    return digest(canonical(head))


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _hashes(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
