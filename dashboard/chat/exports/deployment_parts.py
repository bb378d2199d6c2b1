"""What a plan to deploy is made of, and how its values are written for a shell."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

LONGEST_NAME: Final = 32
FALLBACK_NAME: Final = "chat"


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """Tokens of a mean request, and requests an hour at the peak."""

    input_tokens: Fraction
    output_tokens: Fraction
    peak_requests_per_hour: Fraction


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenFile:
    """A file that a command reads."""

    name: str
    content: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One way to deploy. code: `deploy.way.CODE` is its title. documentation: addresses of the
    pages that its flags and keys were taken from."""

    code: str
    documentation: tuple[str, ...]
    commands: tuple[str, ...]
    files: tuple[WrittenFile, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """What a person has to know: `deploy.note.CODE` with its facts."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeploymentPlan:
    """How an option is deployed.

    instances: hosts or units that are paid, spare ones included; None: not known, or none.
    """

    option: str
    kind: str
    model: str | None
    region: str | None
    instances: int | None
    ways: tuple[Way, ...]
    notes: tuple[Note, ...]


def command(program: Sequence[str], flags: Mapping[str, str | int | None]) -> str:
    """A command on several lines, every value quoted. A flag of None stands alone."""
    lines = [shlex.join(program)]
    lines += [
        flag if value is None else f"{flag} {shlex.quote(str(value))}"
        for flag, value in flags.items()
    ]
    return " \\\n  ".join(lines)


def plain_name(text: str) -> str:
    """A name that Azure takes for a deployment: 3 to 32 small letters, digits and hyphens, a letter
    first."""
    name = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
    if not name[:1].isalpha():
        name = f"{FALLBACK_NAME}-{name}".rstrip("-")
    name = name[:LONGEST_NAME].rstrip("-")
    return name if len(name) >= 3 else f"{name}-{FALLBACK_NAME}"
