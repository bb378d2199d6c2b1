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
from costing.cashflow import plan_costs
from costing.cashflow_items import PlanItem
from costing.cashflow_parts import (
    FiscalYear,
    OptionPlan,
    Payback,
    PaybackReason,
    PlanAnswer,
    PlanMonth,
)
from costing.errors import CostingError, InvalidQuestion, InvalidValue
from costing.estimate import Estimate, LineItem, Status, estimate
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
from costing.plan import AfterEnd, Commitment, Growth, OneOff, Plan, Retirement, Retiring
from costing.prices import Price, Provenance
from costing.question import Question
from costing.units import HOURS_PER_MONTH, Unit, decimal_text
from costing.verdict import Call, Reason, Verdict
from costing.workload import RequestShape, Volume, Workload

__all__ = [
    "HOURS_PER_MONTH",
    "AddOn",
    "AfterEnd",
    "BreakEven",
    "BreakEvenState",
    "Call",
    "Capacity",
    "Commitment",
    "CostingError",
    "Crossing",
    "CrossingKind",
    "Dedicated",
    "Estimate",
    "EstimatedCapacity",
    "FiscalYear",
    "Growth",
    "Interval",
    "IntervalStep",
    "InvalidQuestion",
    "InvalidValue",
    "LineItem",
    "Missing",
    "Notice",
    "OneOff",
    "Option",
    "OptionPlan",
    "Outline",
    "OutlinePoint",
    "PaperCrossing",
    "Payback",
    "PaybackReason",
    "Plan",
    "PlanAnswer",
    "PlanItem",
    "PlanMonth",
    "Price",
    "Provenance",
    "Provisioned",
    "Question",
    "Reason",
    "RequestShape",
    "Retirement",
    "Retiring",
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
    "plan_costs",
]
