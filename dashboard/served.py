"""What estimated hosts serve at requests of other lengths, asked of the catalog once."""

from collections.abc import Iterable

from sqlmodel import Session

from catalog.scenario import DedicatedFields, Scenario
from costing import Capacity, Dedicated, Question, RequestShape
from costing.changes import LENGTHS, Capacities


def capacities_at(
    session: Session, scenario: Scenario, questions: Iterable[Question]
) -> Capacities:
    """The capacities of the estimated hosts of a scenario at the shapes of these questions; at any
    other shape a host keeps the capacity that it has."""
    from catalog.capacity import option_capacity

    documents = {
        one.name: one
        for one in scenario.options
        if isinstance(one, DedicatedFields) and one.capacity == "estimated"
    }
    found: dict[tuple[str, RequestShape], Capacity] = {}
    for at in questions:
        for option in at.options:
            shape = at.shape_of(option)
            if option.name not in documents or (option.name, shape) in found:
                continue
            own = {key.value: getattr(shape, key.value) for key in LENGTHS}
            document = documents[option.name].model_copy(update=own)
            found[option.name, shape] = option_capacity(session, scenario, document).capacity

    def capacities(option: Dedicated, shape: RequestShape) -> Capacity:
        return found.get((option.name, shape), option.capacity)

    return capacities
