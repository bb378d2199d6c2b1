"""What the operator lets be asked: by the environment, else the endpoints file, else by us."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias

from catalog.chat_limits import COUNTED, NO_LIMIT, WHOSE, checked_limit
from catalog.settings import PREFIX, Settings
from dashboard.chat.endpoint_fields import Fields
from dashboard.chat.endpoints import shown
from dashboard.chat.rations import LIMITS, SERVICE, SESSION, Left, Ration
from dashboard.format import Format
from dashboard.texts import Texts

Origin: TypeAlias = Literal["environment", "endpoints file", "default"]
DEFAULTS: Final[Mapping[str, Ration]] = {"session": SESSION, "service": SERVICE}


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """One limit. value: None: there is none. origin: who said so."""

    whose: str
    limit: str
    value: int | Decimal | None
    origin: Origin

    @property
    def variable(self) -> str:
        """The variable of the environment that sets it."""
        return f"{PREFIX}CHAT_{self.whose}_{self.limit}".upper()

    @property
    def text(self) -> str:
        """As an operator writes it."""
        if self.value is None:
            return NO_LIMIT
        return f"{self.value:f}" if isinstance(self.value, Decimal) else str(self.value)


def read_limits(fields: Fields) -> dict[str, str]:
    """`limits` of the endpoints file, such as {session: {usd_a_day: 2}}, by their names; what is
    wrong is gathered in `fields`."""
    found: dict[str, str] = {}
    whole = fields.named("limits")
    whole.only(*WHOSE)
    for whose in WHOSE:
        inner = whole.named(whose)
        inner.only(*LIMITS)
        for limit in LIMITS:
            text = inner.literal(limit)
            if text is None:
                continue
            try:
                found[f"{whose}_{limit}"] = checked_limit(limit, text)
            except ValueError:
                inner.refuse(
                    "limit_count" if limit in COUNTED else "limit_money", limit, found=shown(text)
                )
    return found


def limits_of(settings: Settings, of_file: Mapping[str, str]) -> tuple[Limit, ...]:
    """Every limit that holds: the session's, then the service's."""
    return tuple(_limit(settings, of_file, whose, limit) for whose in WHOSE for limit in LIMITS)


def rations_of(limits: tuple[Limit, ...]) -> dict[str, Ration]:
    """The rations by `session` and `service`, with our pace of the chat."""
    changes: dict[str, dict[str, Any]] = {whose: {} for whose in WHOSE}
    for one in limits:
        changes[one.whose][one.limit] = one.value
    return {whose: replace(DEFAULTS[whose], **changes[whose]) for whose in WHOSE}


def left_document(one: Left, texts: Texts) -> dict[str, Any]:
    """What is left of a limit as plain data, with the sentence that says so."""
    is_money = isinstance(one.most, Decimal)
    fmt = Format(texts.language, "USD")
    amounts = {
        name: fmt.money(Decimal(value)) if is_money else fmt.exact_count(Decimal(value))
        for name, value in (("most", one.most), ("left", one.left))
    }
    return {
        "whose": one.whose,
        "limit": one.limit,
        "most": f"{one.most:f}" if is_money else str(one.most),
        "left": f"{one.left:f}" if is_money else str(one.left),
        "back_at": one.back_at.isoformat(),
        "sentence": texts(
            f"chat.left.{one.limit}.{one.whose}", at=f"{one.back_at:%H:%M} UTC", **amounts
        ),
    }


def _limit(settings: Settings, of_file: Mapping[str, str], whose: str, limit: str) -> Limit:
    name = f"{whose}_{limit}"
    given = getattr(settings, f"chat_{name}")
    origin: Origin = "environment" if given is not None else "endpoints file"
    text = given if given is not None else of_file.get(name)
    if text is None:
        value = DEFAULTS[whose].most(limit)
        return Limit(whose=whose, limit=limit, value=value, origin="default")
    value = None
    if text != NO_LIMIT:
        value = int(text) if limit in COUNTED else Decimal(text)
    return Limit(whose=whose, limit=limit, value=value, origin=origin)
