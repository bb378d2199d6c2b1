"""What the address says of tokens that the test chat measured: how many questions, how sure."""

from decimal import Decimal
from fractions import Fraction

from dash import html
from dash.development.base_component import Component

from costing import InvalidValue
from costing.answers import Acceptance
from costing.prompt_parts import PromptParts
from dashboard.budget_card import Behind
from dashboard.format import Format
from dashboard.pages.decide.address import Address
from dashboard.texts import Texts


def measured_note(address: Address, texts: Texts) -> list[Component]:
    """A note above the answer; nothing where the tokens were not measured."""
    if "measured" not in address.measured:
        return []
    fmt = Format(texts.language, "USD")
    questions = int(address.measured["measured"])
    counted = texts.counted("decide.measured", questions, shown=fmt.exact_count(Decimal(questions)))
    spreads = {
        name: address.measured.get(f"measured_{name}_spread") for name in ("input", "output")
    }
    known = {name: fmt.share(Decimal(spread)) for name, spread in spreads.items() if spread}
    sure = (
        texts("decide.measured.spread", **known)
        if len(known) == len(spreads)
        else texts("decide.measured.unsure")
    )
    return [
        html.Div(
            [html.B(counted), html.Span(sure), html.Span(texts("decide.measured.load"))],
            className="sync-note measured-note",
            role="note",
        )
    ]


def behind(address: Address) -> Behind | None:
    """What was measured, as the budget card takes it; None where nothing was. An address can be
    typed, so what contradicts itself in it counts as not known."""
    told = address.measured
    if "measured" not in told:
        return None

    def number(name: str) -> Decimal | None:
        return Decimal(told[name]) if name in told else None

    def whole(name: str) -> int | None:
        return int(told[name]) if name in told else None

    return Behind(
        questions=int(told["measured"]),
        tokens=(number("measured_input_tokens"), number("measured_output_tokens")),
        spreads=(number("measured_input_spread"), number("measured_output_spread")),
        acceptance=_acceptance(told.get("measured_accepted"), told.get("measured_judged")),
        parts=_parts(told.get("measured_parts")),
        setting=(whole("measured_top_n"), whole("measured_chunk")),
    )


def _acceptance(accepted: str | None, judged: str | None) -> Acceptance | None:
    if accepted is None or judged is None:
        return None
    try:
        return Acceptance(accepted=Fraction(accepted), judged=Fraction(judged))
    except InvalidValue:
        return None


def _parts(written: str | None) -> PromptParts | None:
    """`159.7_512-80.1_1024-140`: the rest, then the tokens of a passage by chunk size."""
    if written is None:
        return None
    rest, *passages = written.split("_")
    pairs = [one.partition("-") for one in passages]
    return PromptParts(
        rest_tokens=Decimal(rest),
        passage_tokens={int(chunk): Decimal(tokens) for chunk, _, tokens in pairs},
    )
