"""The arithmetic of modelcost: per token against GPU hosts by the hour, exact, without any input
or output."""

from costing.breakeven import (
    BreakEven,
    BreakEvenState,
    Crossing,
    CrossingKind,
    Interval,
    IntervalStep,
    PaperCrossing,
    break_even,
)
from costing.errors import CostingError, InvalidQuestion, InvalidValue
from costing.estimate import Estimate, Status, estimate
from costing.line_items import LineItem
from costing.notices import Notice
from costing.options import (
    AddOn,
    Capacity,
    Dedicated,
    EstimatedCapacity,
    Missing,
    Option,
    Provisioned,
    Serverless,
    Sold,
    TypedCapacity,
    UnknownCapacity,
    Unlimited,
)
from costing.outline import Outline, OutlinePoint, outline
from costing.prices import Price, Provenance
from costing.question import Question
from costing.units import HOURS_PER_MONTH, Unit, decimal_text
from costing.verdict import Call, Reason, Verdict
from costing.workload import RequestShape, Volume, Workload

__all__ = [
    "HOURS_PER_MONTH",
    "AddOn",
    "BreakEven",
    "BreakEvenState",
    "Call",
    "Capacity",
    "CostingError",
    "Crossing",
    "CrossingKind",
    "Dedicated",
    "Estimate",
    "EstimatedCapacity",
    "Interval",
    "IntervalStep",
    "InvalidQuestion",
    "InvalidValue",
    "LineItem",
    "Missing",
    "Notice",
    "Option",
    "Outline",
    "OutlinePoint",
    "PaperCrossing",
    "Price",
    "Provenance",
    "Provisioned",
    "Question",
    "Reason",
    "RequestShape",
    "Serverless",
    "Sold",
    "Status",
    "TypedCapacity",
    "Unit",
    "UnknownCapacity",
    "Unlimited",
    "Verdict",
    "Volume",
    "Workload",
    "break_even",
    "decimal_text",
    "estimate",
    "outline",
]
