"""What the address says of tokens that the test chat measured: how many questions, how sure."""

from decimal import Decimal

from dash import html
from dash.development.base_component import Component

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
