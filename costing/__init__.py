"""The arithmetic of modelcost: per token against GPU hosts by the hour, exact, without any input
or output.

A question is a workload and the options that could carry it; every answer is a frozen object.

>>> from decimal import Decimal
>>> from costing import Dedicated, Price, Question, RequestShape, Serverless, Unit, Unlimited
>>> from costing import Workload, break_even, estimate, gate, prepare, reprice, trace
>>> def usd(amount, unit, per=1):
...     return Price(amount=Decimal(amount), per=Decimal(per), unit=unit, currency="USD")
>>> tokens = Serverless(
...     name="Per token",
...     input=usd("0.00067", Unit.TOKEN, per=1000),
...     output=usd("0.00052", Unit.TOKEN, per=1000),
...     hosting=usd("3.09", Unit.HOUR),
... )
>>> hosts = Dedicated(
...     name="Three hosts",
...     price=usd("6.12", Unit.HOUR),
...     minimum_instances=3,
...     spare_instances=0,
...     capacity=Unlimited(),
... )
>>> shape = RequestShape(input_tokens=Decimal(1000), output_tokens=Decimal(1000))
>>> question = Question(
...     workload=Workload(requests=Decimal(5000), shape=shape, peak_to_mean=Decimal(1)),
...     options=(tokens, hosts),
...     currency="USD",
... )

Where the cheapest option changes, and what each costs at the workload:

>>> answer = break_even(question)
>>> answer.at_workload.cheapest, round(answer.crossings[0].requests_per_hour, 2)
('Per token', Decimal('12831.93'))
>>> cost = estimate(question, tokens)
>>> cost.cost_per_month
Decimal('6599.2')

A question that is asked at many loads is prepared once; then each answer takes a microsecond:

>>> prepared = prepare(question)
>>> prepared.at(Decimal(20000))
LoadAnswer(cheapest='Three hosts', cost_per_hour=Decimal('18.36'), instances=3)

Every result has `columns()`, a dict of lists, so that `pandas.DataFrame(cost.columns())` is one
call. Names end in their unit; amounts stay exact, unknown ones None:

>>> columns = cost.columns()
>>> columns["code"], columns["cost_usd_per_month"]
(['input', 'output', 'hosting'], [Decimal('2445.5'), Decimal('1898'), Decimal('2255.7')])
>>> answer.at_workload.columns()["cost_usd_per_hour"]
[Decimal('9.04'), Decimal('18.36')]

Every number opens to the tree that it comes from, and evaluating the tree gives it again:

>>> tree = trace(question, tokens).numbers["cost_per_month"]
>>> for depth, one in list(tree.walk())[:4]:
...     print("  " * depth + one.name, one.shown, one.unit, one.formula)
cost_per_month 6599.2 USD/month cost_per_hour * hours_per_month
  cost_per_hour 9.04 USD/hour input + output + hosting
    input 3.35 USD/hour quantity_per_hour * amount / per
      quantity_per_hour 5000000 tokens/hour requests_per_hour * input_tokens

The same question at other prices, with a bridge whose parts add up, and a gate for CI:

>>> from dataclasses import replace
>>> dearer = replace(tokens, output=usd("0.0006", Unit.TOKEN, per=1000))
>>> moved = reprice(question, replace(question, options=(dearer, hosts)))
>>> moved.options[0].bridge.columns()["part"], moved.options[0].bridge.columns()["cost_per_month"]
(['output_price'], [Decimal('292')])
>>> [(reason.code.value, reason.option) for reason in gate(moved, Decimal(4))]
[('moved', 'Per token')]
>>> gate(moved, Decimal(5))
()

Where a price or a capacity is unknown so is the cost, and it says what is missing:

>>> estimate(question, replace(tokens, output=None)).missing
(<Missing.OUTPUT_PRICE: 'output_price'>,)

What cannot be is refused by name: `InvalidValue` and `InvalidQuestion`, both `CostingError`.
"""

from costing.add_ons import AddOn, Lens
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
from costing.bridge import Bridge, Moment, bridge
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
from costing.hybrid_call import HybridCall, hybrid_call
from costing.hybrid_sizes import SizeCost, hybrid_sizes
from costing.hybrid_trace import HybridTrace, hybrid_trace
from costing.line_items import LineItem
from costing.method import METHOD_VERSION
from costing.notices import Notice
from costing.options import (
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
from costing.owned import OwnedHost
from costing.plan import AfterEnd, Commitment, Growth, OneOff, Plan, Retirement, Retiring
from costing.prepared import LoadAnswer, PreparedQuestion, prepare
from costing.prices import Price, PriceStep, Provenance
from costing.profile import (
    FLAT,
    OFFICE_HOURS,
    OFFICE_HOURS_WITH_WEEKEND,
    PRESETS,
    LoadProfile,
)
from costing.profile_cost import ProfileCost, profile_cost
from costing.question import Question
from costing.repriced import GateReason, Repriced, gate, reprice
from costing.trace import trace
from costing.trace_nodes import EstimateTrace, Origin, Trace
from costing.units import HOURS_PER_MONTH, Unit, decimal_text
from costing.verdict import Call, Reason, Verdict
from costing.workload import RequestShape, Volume, Workload

__all__ = [
    "ALWAYS_ON",
    "FLAT",
    "HOURS_PER_MONTH",
    "METHOD_VERSION",
    "OFFICE_HOURS",
    "OFFICE_HOURS_WITH_WEEKEND",
    "PRESETS",
    "AddOn",
    "AfterEnd",
    "Billing",
    "BillingMode",
    "BreakEven",
    "BreakEvenState",
    "Bridge",
    "Call",
    "Capacity",
    "Commitment",
    "CostingError",
    "Crossing",
    "CrossingKind",
    "Dedicated",
    "Estimate",
    "EstimateTrace",
    "EstimatedCapacity",
    "Exchange",
    "FiscalYear",
    "GateReason",
    "Growth",
    "Hybrid",
    "HybridCall",
    "HybridSize",
    "HybridTrace",
    "Interval",
    "IntervalStep",
    "InvalidQuestion",
    "InvalidValue",
    "Lacking",
    "Lens",
    "LineItem",
    "LoadAnswer",
    "LoadProfile",
    "Missing",
    "Moment",
    "Notice",
    "OneOff",
    "Option",
    "OptionPlan",
    "Origin",
    "Outline",
    "OutlinePoint",
    "OwnedHost",
    "PaperCrossing",
    "Payback",
    "PaybackReason",
    "Plan",
    "PlanAnswer",
    "PlanItem",
    "PlanMonth",
    "PreparedQuestion",
    "Price",
    "PriceStep",
    "ProfileCost",
    "Provenance",
    "Provisioned",
    "Question",
    "RateKind",
    "RateLeg",
    "Reason",
    "Repriced",
    "RequestShape",
    "Retirement",
    "Retiring",
    "Serverless",
    "SizeCost",
    "Sold",
    "Status",
    "Trace",
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
    "bridge",
    "decimal_text",
    "estimate",
    "gate",
    "hybrid_call",
    "hybrid_over",
    "hybrid_sizes",
    "hybrid_trace",
    "outline",
    "plan_costs",
    "prepare",
    "profile_cost",
    "reprice",
    "trace",
]
