"""The trees of a scenario's estimates, as the document of `trace` and as indented text.

Names and formulas are the method's own and the same in every language: a formula reads its
children by them.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

from catalog.database import Database
from catalog.document import Form, read_document
from catalog.problems import Refused, at_places, problem
from catalog.scenario import Scenario, parse_scenario, scenario_document
from costing import EstimateTrace, HybridTrace, Question, Trace, trace
from costing.units import decimal_text
from dashboard.answer import number_text, price_document
from dashboard.service import question_of
from dashboard.texts import Texts

Document: TypeAlias = dict[str, Any]

IN_THE_TEXT = ("cost_per_month", "utilization")
"""Trees that hold the others; the document has all."""
HYBRID_IN_THE_TEXT = ("cost_per_month", "base_share", "base_utilization")


def traces_of_bytes(
    database: Database,
    content: bytes,
    *,
    form: Form,
    name: str = "",
    option: str | None = None,
    own_prices: bool = False,
) -> tuple[Scenario, Question, tuple[EstimateTrace, ...]]:
    """The trees of one option at the workload, or of all. Raises Refused with every problem."""
    document = read_document(content, form=form, name=name)
    scenario = parse_scenario(document.value, document.places, name)
    names = [one.name for one in scenario.options]
    if option is not None and option not in names:
        raise Refused([problem("unknown_option_name", ("option",), found=repr(option))])
    try:
        question = question_of(database, scenario, own_prices=own_prices)
    except Refused as refused:
        raise Refused(at_places(refused.problems, document.places), name=name) from None
    chosen = [one for one in question.options if option in (None, one.name)]
    return scenario, question, tuple(trace(question, one) for one in chosen)


def trace_document(
    scenario: Scenario, question: Question, found: tuple[EstimateTrace, ...]
) -> Document:
    """Every number of every estimate with its tree; numbers are text, unknown is null."""
    return {
        "scenario": scenario_document(scenario),
        "currency": question.currency,
        "options": [
            {
                "name": one.estimate.name,
                "kind": one.estimate.kind,
                "status": one.estimate.status.value,
                "missing": [what.value for what in one.estimate.missing],
                "numbers": trees_document(one),
            }
            for one in found
        ],
    }


def trees_document(found: EstimateTrace | HybridTrace) -> Document:
    """Every number by its name, with its tree."""
    return {name: _tree(tree) for name, tree in found.numbers.items()}


def hybrid_trace_text(found: HybridTrace, texts: Texts) -> str:
    """One number of a hybrid a line, each above what its formula reads."""
    chosen = [found.numbers[name] for name in HYBRID_IN_THE_TEXT if name in found.numbers]
    return "\n".join(line for tree in chosen for line in _lines(tree, texts))


def trace_text(found: tuple[EstimateTrace, ...], texts: Texts) -> str:
    """One number a line, each above what its formula reads."""
    lines: list[str] = []
    for one in found:
        lines += ["", f"{one.estimate.name} ({texts(f'term.{one.estimate.kind}')})"]
        for name in IN_THE_TEXT:
            tree = one.numbers.get(name)
            if tree is not None:
                lines += _lines(tree, texts)
    return "\n".join(lines[1:])


def _tree(tree: Trace) -> Document:
    return {
        "name": tree.name,
        "label": tree.label,
        "value": number_text(tree.shown),
        "unit": tree.unit,
        "formula": tree.formula,
        "origin": tree.origin.value,
        "evidence": tree.evidence,
        "sources": list(tree.sources),
        "missing": list(tree.missing),
        "price": None if tree.price is None else price_document(tree.price),
        "children": [_tree(child) for child in tree.children],
    }


def _lines(tree: Trace, texts: Texts) -> Iterator[str]:
    for depth, one in tree.walk():
        value = "?" if one.shown is None else decimal_text(one.shown)
        label = "" if one.label is None or one.name.startswith("cost_") else f" ({one.label})"
        head = f"{one.name}{label} = {value} {one.unit}"
        yield "  " * (depth + 1) + "  ".join([head, *_origin(one, texts)])


def _origin(one: Trace, texts: Texts) -> Iterator[str]:
    if one.formula is not None:
        yield f"= {one.formula}"
    if one.missing:
        yield f"[{texts('trace.missing', missing=', '.join(one.missing))}]"
    elif one.price is not None and one.name == "amount":
        yield f"[{_row(one, texts)}]"
    elif one.evidence is not None:
        yield f"[{', '.join((one.evidence, *one.sources))}]"
    elif one.formula is None:
        yield f"[{texts(f'trace.origin.{one.origin.value}')}]"


def _row(one: Trace, texts: Texts) -> str:
    """Where a price comes from: source, day, row of the catalog."""
    assert one.price is not None  # asked for
    origin = one.price.provenance
    day = "table.undated" if origin.as_of is None else "reprice.seen"
    facts = [origin.source or texts("trace.typed")]
    facts.append(texts(day, day=str(origin.as_of)))
    facts += [fact for fact in (origin.price_id, origin.url) if fact is not None]
    return ", ".join([*facts, *origin.flags])
