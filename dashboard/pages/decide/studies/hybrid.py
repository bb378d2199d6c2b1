"""The tab Base and overflow: the best size of a base that always runs, beside each side alone."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from catalog.whole_cost import TYPED_PROFILE
from costing import PRESETS, Hybrid, Option
from costing.estimate import kind_of
from dashboard.figures.base_size import BaseSizes, base_size_figure
from dashboard.hours import chosen_profile
from dashboard.hybrid_case import (
    HybridAnswer,
    HybridCase,
    HybridRequest,
    bases,
    hybrid_case,
    overflows,
)
from dashboard.hybrid_text import cautions, finding_text, lacking_text, served_text
from dashboard.pages.decide.studies.hybrid_tables import HybridTables
from dashboard.pages.decide.studies.parts import (
    CHOICE,
    PICKED,
    SHOWN,
    Study,
    chart,
    folded,
    remarks,
)
from dashboard.texts import Texts


def hybrid(study: Study) -> list[Component]:
    """The fields to choose by and the answer to what they say; or which side is not there."""
    question = study.answer.question
    for side, fitting in (("base", bases(question)), ("overflow", overflows(question))):
        if not fitting:
            return [html.P(study.texts(f"study.hybrid.no_{side}"), className="finding")]
    case = case_of(study)
    # Named after the question: an answer about an older one finds no place here.
    named = sha256(study.content).hexdigest()
    shown = html.Div(
        hybrid_answer(study, case),
        id={"type": SHOWN, "name": named},
        className="hybrid-answer",
    )
    fields = _fields(study, case)
    drawn = {"base": case.base.name, "overflow": case.overflow.name, "profile": case.profile.name}
    picked = {"drawn": drawn, "picked": dict(study.chosen)}
    store = dcc.Store(id={"type": PICKED, "name": named}, data=picked)
    return [html.Div(fields, className="hybrid-choices"), shown, store]


def case_of(study: Study) -> HybridCase:
    """What was chosen, as far as the question still has it; else what REST takes by default."""
    question, chosen = study.answer.question, study.chosen
    profile = chosen.get("profile")
    asked = HybridRequest(
        base=_still(chosen.get("base"), bases(question)),
        overflow=_still(chosen.get("overflow"), overflows(question)),
        profile=profile if profile in PRESETS else None,
    )
    return hybrid_case(study.scenario, question, asked)


def _still(name: str | None, fitting: Sequence[Option]) -> str | None:
    return name if name in [one.name for one in fitting] else None


def _fields(study: Study, case: HybridCase) -> list[Component]:
    """A field a choice; a side with one option only needs none and is named in the answer."""
    texts, question = study.texts, study.answer.question
    own = chosen_profile(study.scenario, None).name
    hours = [*([own] if own == TYPED_PROFILE else []), *PRESETS]
    fields = [
        _select(name, [(one.name, one.name) for one in fitting], chosen.name, texts)
        for name, fitting, chosen in (
            ("base", bases(question), case.base),
            ("overflow", overflows(question), case.overflow),
        )
        if len(fitting) > 1
    ]
    named = [(one, texts(f"study.hybrid.profile.{one}")) for one in hours]
    fields.append(_select("profile", named, case.profile.name, texts))
    return fields


def _select(name: str, choices: Sequence[tuple[str, str]], value: str, texts: Texts) -> Component:
    return dmc.Select(
        id={"type": CHOICE, "name": name},
        label=texts(f"study.hybrid.choose.{name}"),
        data=[{"value": one, "label": label} for one, label in choices],
        value=value,
        allowDeselect=False,
        size="sm",
    )


def hybrid_answer(study: Study, case: HybridCase) -> list[Component]:
    """The finding, the chart and the tables; where a number is missing, which."""
    texts, sentences, answer = study.texts, study.sentences, case.answer()
    found = answer.hybrid
    tables = HybridTables(study, found)
    if found.cost_per_month is None:
        said = lacking_text(found, sentences)
        return [html.P(said, className="finding"), tables.ways(), *_told(study, answer)]
    look: dict[str, Any] = {"view": study.view, "fmt": study.fmt, "texts": texts}
    sizes = case.sizes()
    drawn = BaseSizes(found=found, base_kind=kind_of(case.base), sizes=sizes)
    return [
        chart(
            study,
            "base-size",
            finding_text(answer, sentences),
            base_size_figure(drawn, **look),
            hint=_conditions(study, found),
        ),
        *[html.P(line, className="caution") for line in cautions(answer, sentences)],
        tables.ways(),
        html.P(served_text(found, sentences), className="small"),
        tables.beside_best(sizes),
        folded(texts("study.hybrid.items"), *tables.items()),
        *_told(study, answer),
    ]


def _conditions(study: Study, found: Hybrid) -> str:
    return study.texts(
        "hybrid.title",
        base=found.base,
        overflow=found.overflow,
        requests=study.fmt.exact_count(found.requests_per_hour),
        profile=study.texts(f"hybrid.profile.{found.profile.name}"),
    )


def _told(study: Study, answer: HybridAnswer) -> list[Component]:
    """What the answer rests on: whose hours, and the remarks of the engine on both sides."""
    texts, found = study.texts, answer.hybrid
    lines = [study.sentences.notice(one) for one in answer.notices]
    if found.profile.name in PRESETS:
        lines.insert(0, texts("hybrid.profile.ours"))
    elif found.profile.source:
        lines.insert(0, texts("study.hybrid.hours_of", source=found.profile.source))
    return [html.H3(texts("result.remarks")), remarks(lines)] if lines else []
