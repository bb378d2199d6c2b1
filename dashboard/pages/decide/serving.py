"""How a model is served on a host whose capacity is estimated: a fold of the option's card."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.pages.decide.document import Draft, get_at
from dashboard.pages.decide.fields import Choice, number_field, select_field
from dashboard.texts import Texts

if TYPE_CHECKING:  # it loads NumPy, which the first page does not wait for
    from catalog.capacity import OptionCapacity

WEIGHTS = ("bf16", "fp16", "fp8", "int8", "int4", "nvfp4", "mxfp4")
CACHES = ("bf16", "fp16", "fp8", "int8")
ENGINES = ("vllm", "tensorrt-llm", "sglang")
TUNED = ("false", "true")


def serving_fold(draft: Draft, path: str, texts: Texts) -> Component:
    """Weights, cache, engine, its settings and how a replica is spread; each may be left out."""
    serving = f"{path}.serving"
    pairs = [
        [
            _choice(draft, f"{serving}.weights", texts, WEIGHTS),
            _choice(draft, f"{serving}.cache", texts, CACHES),
        ],
        [
            _choice(draft, f"{serving}.engine", texts, ENGINES),
            _choice(draft, f"{serving}.tuned", texts, TUNED),
        ],
    ]
    spread = number_field(
        draft,
        f"{serving}.tensor_parallel",
        texts,
        "form.serving.tensor_parallel",
        placeholder=texts("form.serving.tensor_parallel.unset"),
    )
    rows = [html.Div(pair, className="two-columns") for pair in pairs]
    content = dmc.Stack([*rows, spread], gap="xs", mt="xs")
    told = bool(get_at(draft, serving))
    return html.Details([html.Summary(texts("form.serving")), content], open=told)


def serving_note(index: int) -> Component:
    """Where the card of this option warns of weights narrower than published; empty at first."""
    return html.Div(id=_note_id(index), role="status")


def serving_notes(
    capacities: Sequence["OptionCapacity"],
    names: Sequence[str],
    texts: Texts,
) -> dict[str, Component | None]:
    """The warning of each card by its place, None where there is nothing to warn of. names: of the
    options in their order."""
    warned = {one.option for one in capacities if narrower_weights(one)}
    warning = html.P(texts("form.serving.narrower"), className="caution")
    return {
        _note_id(index): warning if name in warned else None for index, name in enumerate(names)
    }


def _note_id(index: int) -> str:
    return f"serving-note-{index}"


def narrower_weights(capacity: "OptionCapacity") -> bool:
    """Whether the weights are told to be stored in fewer bits than they were published in."""
    from catalog.capacity import is_narrower

    if capacity.answer is None:
        return False
    case = capacity.answer.case
    return is_narrower(case.precision, case.shape.native)


def _choice(draft: Draft, path: str, texts: Texts, words: Sequence[str]) -> Component:
    """One of a few words; left out it is empty and shows what is taken then."""
    label = f"form.serving.{path.rpartition('.')[2]}"
    choices: list[Choice] = [{"value": word, "label": texts(f"{label}.{word}")} for word in words]
    unset = texts(f"{label}.unset")
    return select_field(draft, path, texts, label, choices, clearable=True, placeholder=unset)
