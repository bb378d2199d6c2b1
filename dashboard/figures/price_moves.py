"""Which prices moved and by how much: one bar a priced thing, falls to the left, rises to the
right. Halving and doubling are equally long. Plain dictionaries, no Plotly object."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape
from math import log2
from typing import Any
from unicodedata import east_asian_width

from catalog.price_moves import PriceMove
from dashboard.figures.break_even import FONT
from dashboard.figures.palette import palette
from dashboard.figures.tabled import tabled
from dashboard.format import Format
from dashboard.texts import Texts

MOST_DRAWN = 10
ROW_PIXELS = 46
FRAME_PIXELS = 74
LEAST_RATIO = 0.05
"""Where a bar ends that fell to nothing: the number beside it says -100 %."""
LETTERS, LETTERS_NARROW = 90, 46
MARKS = ("0.05", "0.1", "0.25", "0.5", "1", "2", "4", "10", "100")
PER_MILLION = Decimal(1_000_000)
Figure = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class MoveGroup:
    """What moved alike: one thing of one source on one day, in one direction.

    Attributes:
        steps: for each kind of price, its largest move; the largest first.
        regions: where; empty: the source names none.
        least, most: the smallest and the largest move; None: it was free before.
    """

    steps: tuple[PriceMove, ...]
    regions: tuple[str, ...]
    least: Decimal | None
    most: Decimal | None

    @property
    def first(self) -> PriceMove:
        """The step that stands for the group."""
        return self.steps[0]

    @property
    def day(self) -> date:
        """When it moved, in UTC."""
        return self.first.moved_at.date()


def group_moves(moves: Sequence[PriceMove]) -> list[MoveGroup]:
    """Moves of one thing, source and day in one direction together, the largest first."""
    of_kind: dict[tuple[Any, ...], list[PriceMove]] = defaultdict(list)
    for move in moves:
        way = None if move.move_share is None else move.move_share > 0
        thing = (move.provider_id, move.name, move.term, move.deployment, move.currency)
        of_kind[(*thing, move.source, move.moved_at.date(), way, move.kind)].append(move)
    alike: dict[tuple[Any, ...], list[list[PriceMove]]] = defaultdict(list)
    for key, rows in of_kind.items():
        rows.sort(key=_size, reverse=True)
        regions = tuple(sorted({row.region for row in rows if row.region}))
        alike[(*key[:-1], rows[0].move_share, rows[-1].move_share, regions)].append(rows)
    groups = [
        MoveGroup(
            steps=tuple(rows[0] for rows in sorted(kinds, key=lambda rows: rows[0].kind)),
            regions=key[-1],
            least=key[-2],
            most=key[-3],
        )
        for key, kinds in alike.items()
    ]
    return sorted(groups, key=lambda one: (-_size(one.first), one.first.name, str(one.day)))


def moves_finding(moves: Sequence[PriceMove], texts: Texts, fmt: Format) -> str:
    """What the moves say, in one sentence: how many each way, and the largest."""
    fell = sum(1 for one in moves if one.move_share is not None and one.move_share < 0)
    counts = {"fell": fmt.exact_count(Decimal(fell))}
    counts["rose"] = fmt.exact_count(Decimal(len(moves) - fell))
    count = fmt.exact_count(Decimal(len(moves)))
    if len(moves) == 1:
        text = ""
    elif fell in (0, len(moves)):
        text = texts("sync.moves.all_fell" if fell else "sync.moves.all_rose", count=count)
    else:
        text = texts("sync.moves.counted", count=count, **counts)
    largest = group_moves(moves)[0]
    told = texts(
        "sync.moves.largest",
        name=largest.first.name,
        kind=kinds_text(largest, texts),
        move=move_text(largest.most, texts, fmt),
        day=fmt.date(largest.day),
    )
    return texts("space").join(part for part in (text, told) if part)


def price_moves_figure(
    moves: Sequence[PriceMove], *, dark: bool, narrow: bool, texts: Texts, fmt: Format
) -> Figure:
    """The chart of the largest moves; all of them are in the table beneath it."""
    groups = group_moves(moves)[:MOST_DRAWN]
    colors = palette(["serverless", "dedicated"], dark=dark)
    ends = [_end(group.most) for group in groups]
    low, high = min([*ends, -0.35]), max([*ends, 0.35])
    room = (high - low) * (0.3 if narrow else 0.16)
    low, high = low - (room if min(ends, default=0) < 0 else 0), high + room
    letters = LETTERS_NARROW if narrow else LETTERS
    notes: list[Figure] = []
    data: list[Figure] = []
    for place, (group, end) in enumerate(zip(groups, ends, strict=True)):
        color = colors.lines[1 if group.first.kind == "instance" else 0]
        words = row_words(group, texts, fmt)
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "x": [end],
                "y": [place],
                "width": 0.34,
                "marker": {"color": color},
                "hovertemplate": f"{_markup(words)}<br>{_amounts(group, texts)}<extra></extra>",
                "showlegend": False,
            }
        )
        notes.append(_label(place, words, letters, colors.ink, colors.paper))
        notes.append(_number(place, end, range_text(group, texts, fmt), colors.ink))
    marks = _marks(low, high, apart=0.2 if narrow else 0.07)
    title = "sync.moves.axis.narrow" if narrow else "sync.moves.axis"
    layout = {
        "autosize": True,
        "margin": {"l": 12, "r": 12, "t": 10, "b": 56},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 13, "color": colors.ink},
        "hoverlabel": {
            "bgcolor": colors.paper,
            "bordercolor": colors.grid,
            "font": {"family": FONT, "color": colors.ink},
        },
        "dragmode": False,
        "bargap": 0,
        "barmode": "overlay",
        "annotations": notes,
        "xaxis": {
            "range": [low, high],
            "tickvals": [log2(float(mark)) for mark in marks],
            "ticktext": [move_text(Decimal(mark) - 1, texts, fmt) for mark in marks],
            "gridcolor": colors.grid,
            "zerolinecolor": colors.ink,
            "zerolinewidth": 1.5,
            "tickfont": {"color": colors.ink},
            "tickangle": 0,
            "fixedrange": True,
            "title": {"text": texts(title), "standoff": 8, "font": {"size": 12}},
        },
        "yaxis": {
            "range": [len(groups) - 0.4, -0.85],
            "visible": False,
            "fixedrange": True,
        },
    }
    heads = [texts(f"columns.{name}") for name in ("what_moved", "moved_on", "move")]
    rows = [(row_words(one, texts, fmt), one.day.isoformat(), one.most) for one in groups]
    return tabled({"data": data, "layout": layout}, heads, rows)


def chart_height(moves: Sequence[PriceMove]) -> int:
    """Pixels that the chart needs."""
    return FRAME_PIXELS + ROW_PIXELS * min(len(group_moves(moves)), MOST_DRAWN)


def row_words(group: MoveGroup, texts: Texts, fmt: Format) -> str:
    """What moved, which of its prices, where and when."""
    move = group.first
    parts = [move.name, kinds_text(group, texts)]
    if move.instance_id is None and not move.name.startswith(f"{move.provider_id}/"):
        parts.insert(1, move.provider_id)
    if move.deployment not in (None, "unknown", "regional"):
        parts.append(texts(f"catalog.deployment.{move.deployment}"))
    if move.term not in (None, "on_demand"):
        parts.append(texts(f"form.term.{move.term}"))
    parts.append(places_text(group, texts))
    return " · ".join([*(part for part in parts if part), fmt.date(group.day)])


def kinds_text(group: MoveGroup, texts: Texts) -> str:
    """Input, output; one host."""
    return texts("sync.list").join(texts(f"sync.kind.{step.kind}") for step in group.steps)


def places_text(group: MoveGroup, texts: Texts) -> str:
    """The region by name, or how many; empty where the source names none."""
    if len(group.regions) == 1:
        region = group.regions[0]
        return texts.optional(f"catalog.region.{region}") or region
    return texts.counted("sync.regions", len(group.regions)) if group.regions else ""


def move_text(share: Decimal | None, texts: Texts, fmt: Format) -> str:
    """A move as percent with its sign: -33 %, +100 %."""
    if share is None:
        return texts("sync.moves.was_free")
    sign = "+" if share > 0 else "−" if share < 0 else ""
    return f"{sign}{fmt.share(abs(share))}"


def range_text(group: MoveGroup, texts: Texts, fmt: Format) -> str:
    """The move, or from the smallest to the largest of its regions."""
    least, most = (move_text(share, texts, fmt) for share in (group.least, group.most))
    return most if least == most else texts("sync.moves.range", least=least, most=most)


def unit_money(move: PriceMove, amount: Decimal, per: Decimal, texts: Texts) -> str:
    """A price for a million tokens or an hour, in its own currency."""
    each = amount / per * (PER_MILLION if move.unit == "token" else 1)
    return Format(texts.language, move.currency).list_price(each)


def before_and_after(move: PriceMove, texts: Texts) -> tuple[str, str]:
    """Both amounts, for the same unit."""
    return (
        unit_money(move, move.amount_before, move.per_before, texts),
        unit_money(move, move.amount, move.per, texts),
    )


def _marks(low: float, high: float, *, apart: float) -> list[str]:
    """Ratios within the range, each so far from the one before it that their texts stay apart."""
    kept: list[str] = []
    for mark in sorted(MARKS, key=lambda one: (abs(log2(float(one))), one)):
        place = log2(float(mark))
        far = all(abs(place - log2(float(one))) >= apart * (high - low) for one in kept)
        if low <= place <= high and far:
            kept.append(mark)
    return sorted(kept, key=float)


def _amounts(group: MoveGroup, texts: Texts) -> str:
    lines = []
    for step in group.steps:
        before, after = before_and_after(step, texts)
        unit = "model.history.per_hour" if step.unit == "hour" else "model.history.per_million"
        lines.append(f"{texts(f'sync.kind.{step.kind}')}: {before} → {after} ({texts(unit)})")
    return _markup("\n".join(lines)).replace("\n", "<br>")


def _label(place: int, words: str, most: int, color: str, paper: str) -> Figure:
    return {
        "xref": "paper",
        "yref": "y",
        "x": 0,
        "y": place - 0.2,
        "xanchor": "left",
        "yanchor": "bottom",
        "text": _markup(_cut(words, most)),
        "showarrow": False,
        "borderpad": 0,
        "bgcolor": paper,
        "font": {"size": 12, "color": color},
    }


def _cut(words: str, most: int) -> str:
    """As many letters as fit; a Japanese one is twice as wide."""
    taken = ""
    for letter in words:
        most -= 2 if east_asian_width(letter) in "WF" else 1
        if most < 0:
            return f"{taken}…"
        taken += letter
    return taken


def _number(place: int, end: float, text: str, color: str) -> Figure:
    return {
        "xref": "x",
        "yref": "y",
        "x": end,
        "y": place,
        "xanchor": "right" if end < 0 else "left",
        "yanchor": "middle",
        "text": f"<b>{_markup(text)}</b>",
        "showarrow": False,
        "xshift": -6 if end < 0 else 6,
        "font": {"size": 13, "color": color},
    }


def _markup(text: str) -> str:
    """Text as Plotly shows it unchanged: neither its markup nor its templates."""
    return escape(text, quote=False).replace("%{", "%\u200b{")


def _size(move: PriceMove) -> float:
    return abs(_end(move.move_share))


def _end(share: Decimal | None) -> float:
    return 0.0 if share is None else log2(max(float(share) + 1, LEAST_RATIO))
