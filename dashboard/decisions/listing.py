"""The list of decisions: filtered and sorted by how each stands, over all of them.

What is not judged yet is never taken for something: it passes no filter by status, stands behind
what is judged where the order is by how decisions stand, and is counted.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from catalog.decision_heads import DecisionHead
from catalog.decisions import DecisionFilter
from catalog.paging import make_spot, read_spot, wrong_cursor
from dashboard.decisions.judgement import Judgement
from dashboard.decisions.standings import Standings
from dashboard.decisions.today import Status

SCOPE: Final = "standing"
URGENT: Final = (Status.BROKEN, Status.FLIPPED, Status.CHECK, Status.HOLDS)
"""Every status, the most urgent one first."""
Value: TypeAlias = str | int | float
Place: TypeAlias = tuple[int, Value, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is asked of the list.

    Attributes:
        status: None: any. sort: a name of `SORTS`, with a minus: the other way round.
        standing: whether how each stands is told; a filter by status or such an order needs it.
        ahead: judge those that are not on this page too.
        wait_seconds: for judgements that are not made yet, at most.
    """

    filter: DecisionFilter
    status: Status | None = None
    sort: str = "sealed"
    standing: bool = True
    ahead: bool = False
    wait_seconds: float = 0

    @property
    def needs_all(self) -> bool:
        """Whether what stands on a page depends on how every decision stands."""
        return self.status is not None or self.sort.removeprefix("-") in OF_JUDGEMENT


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A decision, and how it stands; None: not judged yet."""

    head: DecisionHead
    judgement: Judgement | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A page of the list.

    Attributes:
        total: decisions behind all filters, as far as they are judged. first: the place of the
            first row among them, from 1.
        judged, of: how many of those that words, owner and removal let through are judged.
        counts: how many of them have each status.
    """

    rows: tuple[Row, ...]
    total: int
    first: int
    judged: int
    of: int
    counts: Mapping[Status, int]
    next: str | None

    @property
    def is_complete(self) -> bool:
        """Whether every decision that could be in the list is judged."""
        return self.judged == self.of


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _name(name: str | None) -> str | None:
    return None if name is None else name.casefold()


OF_HEAD: Final[Mapping[str, Callable[[DecisionHead], Value]]] = {
    "title": lambda head: head.title.casefold(),
    "owner": lambda head: head.owner.casefold(),
    "sealed": lambda head: -head.sealed_at.timestamp(),
}
"""Orders that need no judgement; the newest seal stands first."""
OF_JUDGEMENT: Final[Mapping[str, Callable[[Judgement], Value | None]]] = {
    "status": lambda one: URGENT.index(one.status),
    "then": lambda one: _name(one.decided),
    "now": lambda one: None if one.now is None else _name(one.now.cheapest),
    "margin": lambda one: None if one.margin is None else float(one.margin),
    "moves": lambda one: None if one.moves is None else -one.moves,
    "retirement": lambda one: _day(one.retirement),
    "commitment": lambda one: _day(one.commitment),
}
"""Orders by how decisions stand: the urgent, the narrow, the most moved, the next end first."""
SORTS: Final = (*OF_HEAD, *OF_JUDGEMENT)


def list_decisions(
    standings: Standings,
    heads: Sequence[DecisionHead],
    wanted: Wanted,
    limit: int,
    after: str | None = None,
) -> Listed:
    """A page of these decisions, which are all that words, owner and removal let through.

    Raises CursorInvalid where `after` is of no such list.
    """
    name = wanted.sort.removeprefix("-")
    last = None if after is None else _last_of(after, heads, wanted.sort)
    if wanted.needs_all:
        known = standings.awaited(heads, wanted.wait_seconds)
    else:
        known = standings.known(heads, ask=wanted.ahead)
    kept = [one for one in heads if wanted.status in (None, _status(known.get(one.id)))]
    ordered = _ordered(kept, known, wanted.sort)
    begin = 0
    if last is not None:
        spot = _place(last, known.get(last.id), name)
        places = enumerate(place for place, _ in ordered)
        behind = (at for at, place in places if _is_behind(place, spot, wanted.sort))
        begin = next(behind, len(ordered))
    page = ordered[begin : begin + limit]
    if wanted.standing and not wanted.needs_all:
        awaited = standings.awaited([head for _, head in page], wanted.wait_seconds)
        known = {**known, **awaited}
    more = len(ordered) > begin + limit
    counts = Counter(one.status for one in known.values())
    return Listed(
        rows=tuple(Row(head=head, judgement=known.get(head.id)) for _, head in page),
        total=len(ordered),
        first=begin + 1,
        judged=len(known),
        of=len(heads),
        counts={one: counts[one] for one in URGENT},
        next=make_spot(SCOPE, [wanted.sort, page[-1][1].id]) if more else None,
    )


def _status(judgement: Judgement | None) -> Status | str:
    return "not judged" if judgement is None else judgement.status


def _ordered(
    heads: Sequence[DecisionHead], known: Mapping[str, Judgement], sort: str
) -> list[tuple[Place, DecisionHead]]:
    """In order of the values; behind them those without one, the newest first, either way."""
    name = sort.removeprefix("-")
    placed = [(_place(one, known.get(one.id), name), one) for one in heads]
    first = [pair for pair in placed if pair[0][0] == 0]
    last = [pair for pair in placed if pair[0][0] == 1]
    first.sort(key=lambda pair: pair[0], reverse=sort.startswith("-"))
    last.sort(key=lambda pair: pair[0], reverse=True)
    return first + last


def _place(head: DecisionHead, judgement: Judgement | None, name: str) -> Place:
    if name in OF_HEAD:
        return 0, OF_HEAD[name](head), head.id
    value = None if judgement is None else OF_JUDGEMENT[name](judgement)
    return (1, head.created_at.isoformat(), head.id) if value is None else (0, value, head.id)


def _is_behind(place: Place, spot: Place, sort: str) -> bool:
    """Whether a place comes after the last one of the page before, in this order."""
    if place[0] != spot[0]:
        return place[0] > spot[0]
    descending = place[0] == 1 or sort.startswith("-")
    return place < spot if descending else place > spot


def _last_of(after: str, heads: Sequence[DecisionHead], sort: str) -> DecisionHead:
    """The decision at the end of the page before, which may have left the filter since."""
    named, identifier = read_spot(after, SCOPE, 2)
    for one in heads:
        if one.id == identifier and named == sort:
            return one
    raise wrong_cursor(after)
