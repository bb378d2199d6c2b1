"""What a decision stands on: its prices with where they are from, its assumptions with evidence."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from catalog.decisions import Note
from dashboard.answer import price_document
from dashboard.decisions.hidden import price_shown
from dashboard.decisions.today import Today
from dashboard.decisions.words import DecisionWords
from dashboard.pages.aria import aria
from dashboard.pages.parts import source, table, unknown
from dashboard.pages.reader import Reader
from dashboard.texts import Texts

TOKEN_PRICES = ("input", "output", "cached_input", "hosting")
NOT_ASSUMED = frozenset({"version", "title", "hidden"})


def prices_panel(
    reader: Reader,
    prices: Sequence[Mapping[str, Any]],
    today: Today,
    words: DecisionWords,
    *,
    held: bool,
) -> Component:
    """Each sealed price, and today's where it moved."""
    texts = reader.texts
    moved = {(one.option, one.code.value): one.now for one in today.moved}
    heads = [
        (texts("decisions.price.what"), True),
        (texts("decisions.as_sealed"), False),
        (texts("decisions.now"), False),
        (texts("decisions.price.source"), True),
        (texts("decisions.price.date"), True),
    ]
    rows: list[tuple[dict[str, str], Sequence[Any]]] = []
    for one in prices:
        key, price = (one["option"], one["code"]), one["price"]
        now: Any = texts("decisions.price.same")
        if key in moved and not one.get("above_input_tokens"):
            new = moved[key]
            document = None if new is None else price_document(new)
            now = words.price(document if held else price_shown(document))
        elif not today.bridges:
            now = unknown(texts)
        named = words.part_name(one["code"], one["option"] or one["name"])
        origin = source(price["source"] or texts("decisions.price.typed"), price["url"])
        day = html.Span(price["as_of"] or texts("table.undated"))
        row_class = {"className": "moved"} if key in moved else {}
        rows.append((row_class, (named, words.price(price), now, html.Span(origin), day)))
    title = texts("decisions.prices")
    return html.Section(
        [
            html.H2(title),
            table(heads, rows, caption=texts("decisions.prices.caption"), is_stacked=True),
        ],
        className="panel",
        id="decision-prices",
        **aria(label=title),
    )


def assumptions_panel(
    reader: Reader, document: Mapping[str, Any], notes: Sequence[Note], form: Component
) -> Component:
    """Each assumption of the sealed question, with the evidence that was sealed or added."""
    texts = reader.texts
    given: dict[str, list[Component]] = {}
    for one in document["evidence"]:
        given.setdefault(one["field"], []).append(
            _evidence(texts, one["text"], one["owner"] or document["owner"], one["url"], None)
        )
    for note in notes:
        if note.field is not None:
            day = reader.fmt.date(note.written_at.date())
            added = _evidence(texts, note.text, note.author, note.url, day)
            given.setdefault(note.field, []).append(added)
    heads = [
        (texts("decisions.assumption"), True),
        (texts("decisions.assumption.value"), True),
        (texts("decisions.evidence"), True),
    ]
    rows: list[tuple[dict[str, str], Sequence[Any]]] = [
        (
            {},
            (
                [
                    html.Span(assumption_name(path, document["scenario"], texts)),
                    html.Span(path, className="small", lang="en"),
                ],
                _value(path, value, texts),
                given.get(path) or unknown(texts),
            ),
        )
        for path, value in leaves(document["scenario"], texts)
    ]
    title = texts("decisions.assumptions")
    return html.Section(
        [
            html.H2(title),
            html.P(texts("decisions.assumptions.why"), className="subline"),
            table(heads, rows, caption=texts("decisions.assumptions.caption")),
            html.Details([html.Summary(texts("decisions.evidence.add")), form]),
        ],
        className="panel",
        id="decision-assumptions",
        **aria(label=title),
    )


def leaves(value: Any, texts: Texts, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every leaf of a scenario document with its path; a hidden price is said to be hidden."""
    if isinstance(value, Mapping):
        if value.get("hidden"):
            yield ".".join(path), texts("decisions.price_hidden")
            return
        for name, part in value.items():
            if path or name not in NOT_ASSUMED:
                yield from leaves(part, texts, (*path, str(name)))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from leaves(part, texts, (*path, str(place)))
    elif value is not None and path[-1] not in ("name", "kind"):
        yield ".".join(path), str(value)


def _value(path: str, value: str, texts: Texts) -> Component:
    """A choice in the words of the form; anything else as it was sealed."""
    last = path.split(".")[-1]
    keys = (f"form.{last}", last, f"form.catalog_rate.{last}", "decisions.value")
    said = next(filter(None, (texts.optional(f"{key}.{value}") for key in keys)), None)
    return html.Span(value, lang="en") if said is None else html.Span(said)


def assumption_name(path: str, scenario: Mapping[str, Any], texts: Texts) -> str:
    """What a reader calls an assumption: the field of the form, and the option that it is of."""
    steps = path.split(".")
    last = steps[-1]
    wanted = [
        f"decisions.field.{'.'.join(steps[-2:])}",
        f"form.{last}",
        f"decisions.field.{last}",
        f"place.{last}",
    ]
    if last in TOKEN_PRICES:  # hidden, so that the path ends before its amount
        wanted.insert(0, f"form.price.{last}")
    named = next(filter(None, map(texts.optional, wanted)), last.replace("_", " "))
    if steps[0] == "options" and len(steps) > 2:
        option = scenario["options"][int(steps[1])]["name"]
        inner = steps[-2] if steps[-2] in TOKEN_PRICES else None
        if inner is not None:
            named = f"{texts.optional(f'form.price.{inner}') or inner}: {named}"
        return texts("missing.of", what=named, option=option)
    return named


def _evidence(texts: Texts, text: str, owner: str, url: str | None, added: str | None) -> Component:
    said = owner if added is None else texts("decisions.evidence.added", owner=owner, day=added)
    where: list[Any] = [] if url is None else [" ", source(texts("decisions.evidence.link"), url)]
    return html.Div(
        [html.Span(text, lang="en"), html.Span([said, *where], className="small", lang="en")],
        className="evidence",
    )
