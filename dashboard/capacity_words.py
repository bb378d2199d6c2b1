"""Reasons of the capacity model in words: what is missing or binds, and what would lift it."""

from collections.abc import Mapping

from costing.capacity_reasons import Reason
from dashboard.texts import PLACEHOLDER, Texts

UNTOLD = "?"


def reason_text(texts: Texts, code: str, facts: Mapping[str, str]) -> str:
    """One reason; `lifts` among the facts: what would lift it, parted by commas."""
    template = texts.messages[f"reason.{code}"]
    told = {name: facts.get(name) or UNTOLD for name in PLACEHOLDER.findall(template)}
    if "missing" in told:
        told["missing"] = texts.optional(f"fact.{told['missing']}") or told["missing"]
    sentence = texts(f"reason.{code}", **told)
    lifts = [texts(f"lift.{lift}") for lift in facts.get("lifts", "").split(",") if lift]
    if not lifts:
        return sentence
    would = texts("reason.lifts", lifts=texts("reason.or").join(lifts))
    return texts("space").join([sentence, would])


def words_of(texts: Texts, reason: Reason) -> str:
    """One reason as an answer of the capacity model carries it."""
    return reason_text(texts, reason.code.value, {**reason.facts, "lifts": ",".join(reason.lifts)})
