"""The remarks on an answer in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from costing import (
    Notice,
)
from dashboard.capacity_words import reason_text
from dashboard.format import Format
from dashboard.texts import Texts

REASON = "capacity."
"""Codes of notices that tell why a capacity is not known or less sure."""
STATED_SHARES = {"interruption_assumed": ("share",), "support_and_tax": ("support", "tax")}
"""Shares that a person stated, shown in full, by the code of the notice."""


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """Remarks in one language and currency."""

    texts: Texts
    fmt: Format

    def notice(self, notice: Notice) -> str:
        """A remark in words; KeyError for a code without a sentence, which a test rules out."""
        if notice.code.startswith(REASON):
            why = reason_text(self.texts, notice.code.removeprefix(REASON), notice.facts)
            return self.texts("notice.capacity_reason", option=notice.option or "", why=why)
        facts = dict(notice.facts)
        if notice.code == "capacity_by_length":
            return self._by_length(notice)
        if notice.code == "capacity_estimated":
            facts["evidence"] = self.texts(f"evidence.{facts['evidence']}")
            for end in ("low_share", "high_share"):
                facts[end] = self.fmt.share(Decimal(facts[end]))
        if notice.code.endswith("requests_by_mean"):
            for name, text in facts.items():
                numbers = [Decimal(one) for one in text.split(", ") if one]
                facts[name] = ", ".join(map(self.fmt.exact_count, numbers))
        if notice.code == "cost_unknown":
            names = [self.texts(f"missing.{what}") for what in facts["missing"].split(",")]
            facts["missing"] = self.texts("and").join(names)
        for name in STATED_SHARES.get(notice.code, ()):
            facts[name] = f"{self.fmt.exact_count(Decimal(facts[name]) * 100)} %"
        if notice.code == "lens_marginal" and not facts["left_out"]:
            return self.texts("notice.lens_marginal.nothing")
        if facts.get("source") == "":
            facts["source"] = self.texts("explain.source.none")
        if notice.code in ("models_differ", "regions_differ", "deployments_differ"):
            facts = {"values": self.texts("and").join(_by_value(facts))}
        return self.texts(f"notice.{notice.code}", option=notice.option or "", **facts)

    def _by_length(self, notice: Notice) -> str:
        """What the hosts serve at requests of several lengths, in tokens an hour: the unit in which
        a break-even is told, and of which short requests allow more."""
        parts, facts, number = [], notice.facts, 1
        while f"requests_per_hour_{number}" in facts:
            into, out = (Decimal(facts[f"{side}_tokens_{number}"]) for side in ("input", "output"))
            low, middle, high = (
                Decimal(facts[f"{end}requests_per_hour_{number}"]) for end in ("low_", "", "high_")
            )
            parts.append(
                self.texts(
                    "notice.capacity_by_length.part",
                    input=self.fmt.exact_count(into),
                    output=self.fmt.exact_count(out),
                    input_per_hour=self.fmt.about(middle * into),
                    output_per_hour=self.fmt.about(middle * out),
                    low=self.fmt.about(low * out),
                    high=self.fmt.about(high * out),
                )
            )
            number += 1
        lengths = self.texts("notice.capacity_by_length.and").join(parts)
        hosts = int(facts["hosts"])
        return self.texts.counted(
            "notice.capacity_by_length", hosts, option=notice.option or "", lengths=lengths
        )


def _by_value(facts: Mapping[str, str]) -> list[str]:
    """Options beside what they have; those that have the same once, in one place."""
    options: dict[str, list[str]] = {}
    for option, value in facts.items():
        options.setdefault(value, []).append(option)
    if len(options) == len(facts):
        return [f"{option}: {value}" for option, value in facts.items()]
    return [f"{value} ({', '.join(names)})" for value, names in options.items()]
