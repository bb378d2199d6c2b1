"""What the studies share: what they are about, a chart with its finding, a list of remarks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from catalog.database import Database
from catalog.scenario import Scenario
from costing import BreakEven
from dashboard.figures.axes import View
from dashboard.format import Format
from dashboard.pages.aria import aria
from dashboard.pages.graph import graph
from dashboard.sentences import Sentences
from dashboard.texts import Texts

CHOICE: Final = "hybrid-choice"
"""The kind of the fields of the tab Base and overflow: base, overflow, profile."""
SHOWN: Final = "hybrid-shown"
"""The kind of what stands beneath them."""
PICKED: Final = "hybrid-picked"
"""The kind of the store beside it: what the fields said when they were drawn, and what of that a
person picked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Study:
    """One question to be looked at more closely. content: the scenario as JSON; fiscal_month: in
    which the reader's fiscal years start, 1 to 12; None: not chosen in this browser. chosen: what
    was picked in the tab of the hybrid, by the names of its fields."""

    database: Database
    scenario: Scenario
    content: bytes
    answer: BreakEven
    view: View
    fmt: Format
    texts: Texts
    fiscal_month: int | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)

    @property
    def sentences(self) -> Sentences:
        """The words of the answer."""
        return Sentences(self.texts, self.fmt)


def chart(
    study: Study, name: str, finding: str, figure: dict[str, Any], *, hint: str | None = None
) -> Component:
    """A chart under the sentence that it shows; as high as the figure asks for."""
    height = figure["layout"].get("height")
    frame = html.Div(
        graph(f"study-{name}", study.texts, figure),
        className="study-chart",
        role="group",
        style={} if height is None else {"height": f"{height}px"},
        **aria(label=finding),
    )
    small = [] if hint is None else [html.P(hint, className="small")]
    return html.Div([html.P(finding, className="finding"), *small, frame], className="study-part")


def remarks(lines: Iterable[str]) -> Component:
    """Sentences as a list, each once."""
    unique: Sequence[str] = list(dict.fromkeys(lines))
    return html.Ul([html.Li(line) for line in unique], className="remarks small")


def folded(title: str, *children: Component) -> Component:
    """Something that most readers do not need at first."""
    return html.Details([html.Summary(title), *children])


def picks_of(
    ids: Sequence[Mapping[str, str]],
    values: Sequence[str | None],
    drawn: Mapping[str, str],
    before: Mapping[str, str],
) -> dict[str, str]:
    """What a person picked in these fields, by their names: whatever differs from what was drawn,
    and whatever was picked before. The rest goes on following the question.

    Read off all fields at once: the answer to one choice is dropped when the next comes before it.
    """
    said = zip([one["name"] for one in ids], values, strict=True)
    now = {name: value for name, value in said if value and value != drawn.get(name)}
    back = {name: drawn[name] for name in before if name in drawn and name not in now}
    return {**before, **back, **now}
