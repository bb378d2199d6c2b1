"""What a plan and a question say against each other, refused before anything is counted."""

from costing.errors import InvalidQuestion
from costing.estimate import estimate
from costing.options import Dedicated, Option, Serverless, missing
from costing.plan import Commitment, Plan
from costing.question import Question


def check_plan(question: Question, plan: Plan) -> None:
    """Raise InvalidQuestion, with the path of the field in the plan, where the two do not fit."""
    options = {option.name: option for option in question.options}
    for kind in ("commitments", "one_offs", "retirements"):
        for index, part in enumerate(getattr(plan, kind)):
            if part.option not in options:
                raise InvalidQuestion(
                    field=f"{kind}.{index}.option",
                    reason=f"expected the name of an option, found {part.option!r}",
                )
    for index, commitment in enumerate(plan.commitments):
        path, option = f"commitments.{index}", options[commitment.option]
        if commitment.price.currency != question.currency:
            raise InvalidQuestion(
                field=f"{path}.price",
                reason=(
                    f"expected a price in {question.currency}, "
                    f"found one in {commitment.price.currency}"
                ),
            )
        if isinstance(option, Serverless):
            raise InvalidQuestion(
                field=f"{path}.option",
                reason=(
                    f"expected an option that pays for instances, found {option.name!r}, "
                    "which pays by the token"
                ),
            )
        if isinstance(option, Dedicated) and (option.owned or option.interruption_share):
            what = "spot hosts" if option.owned is None else "owned hosts"
            raise InvalidQuestion(
                field=f"{path}.option",
                reason=f"expected an option whose hosts can be committed to, found {what} "
                f"({option.name!r})",
            )
        unknown = missing(option, question.shape_of(option))
        if not unknown and not committed_instances(question, option, commitment):
            raise InvalidQuestion(
                field=f"{path}.instances",
                reason=(
                    "expected how many instances are committed, found nothing, and "
                    f"{option.name!r} pays for none at the workload"
                ),
            )


def committed_instances(question: Question, option: Option, commitment: Commitment) -> int | None:
    """Instances under a commitment: those it names, else those paid at the workload, if known."""
    if commitment.instances is not None:
        return commitment.instances
    return estimate(question, option).instances
