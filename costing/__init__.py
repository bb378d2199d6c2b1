"""The arithmetic of modelcost: per token against GPU hosts by the hour, exact, without any input
or output."""

from costing.billing import ALWAYS_ON, Billing, BillingMode
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
from costing.estimate import Estimate, Status, estimate
from costing.exchange import Exchange, RateKind, RateLeg
from costing.hybrid import Hybrid, HybridSize, Lacking, Way, best_hybrid, hybrid_over
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
from costing.plan import AfterEnd, Commitment, Growth, OneOff, Plan, Retirement, Retiring
from costing.prices import Price, Provenance
from costing.profile import (
    FLAT,
    OFFICE_HOURS,
    OFFICE_HOURS_WITH_WEEKEND,
    PRESETS,
    LoadProfile,
)
from costing.profile_cost import ProfileCost, profile_cost
from costing.question import Question
from costing.units import HOURS_PER_MONTH, Unit, decimal_text
from costing.verdict import Call, Reason, Verdict
from costing.workload import RequestShape, Volume, Workload

__all__ = [
    "ALWAYS_ON",
    "FLAT",
    "HOURS_PER_MONTH",
    "OFFICE_HOURS",
    "OFFICE_HOURS_WITH_WEEKEND",
    "PRESETS",
    "AddOn",
    "AfterEnd",
    "Billing",
    "BillingMode",
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
    "Exchange",
    "FiscalYear",
    "Growth",
    "Hybrid",
    "HybridSize",
    "Interval",
    "IntervalStep",
    "InvalidQuestion",
    "InvalidValue",
    "Lacking",
    "LineItem",
    "LoadProfile",
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
    "ProfileCost",
    "Provenance",
    "Provisioned",
    "Question",
    "RateKind",
    "RateLeg",
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
    "Way",
    "Workload",
    "best_hybrid",
    "break_even",
    "decimal_text",
    "estimate",
    "hybrid_over",
    "outline",
    "plan_costs",
    "profile_cost",
]
