"""The documents about decisions that REST sends and the command line prints; pages read them too.

Numbers are text, unknown is null. held: whether the reader may see typed and contracted prices.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from catalog.decision_seal import SECTIONS, SealedVersion
from catalog.decisions import Note
from costing import Price
from costing.bridge import Bridge
from costing.units import to_decimal
from dashboard.answer import number_text, price_document
from dashboard.decisions.hidden import price_shown, without_prices
from dashboard.decisions.judgement import Finding, Judgement, finding_of
from dashboard.decisions.today import Moved, Today, Why, change_share
from dashboard.decisions.words import DecisionWords

Document: TypeAlias = dict[str, Any]


def head_document(version: SealedVersion) -> Document:
    """What names a version: no figure of it."""
    return {
        "id": version.decision_id,
        "path": f"/decisions/{version.decision_id}",
        "version": version.number,
        "title": version.title,
        "owner": version.owner,
        "sealed_at": moment_text(version.sealed_at),
        "engine": version.engine,
        "method": version.method,
        "sha256": version.sha256,
        "previous_sha256": version.previous_sha256,
    }


def sealed_document(version: SealedVersion, *, held: bool) -> Document:
    """A version as it was sealed. Raises ValueError where its texts are no JSON any more.

    `question` is what the bridge begins with; only those who saved the decision get it, because it
    holds every price.
    """
    facts = version.section("facts")
    whole = head_document(version) | {
        "section_hashes": version.section("section_hashes"),
        "scenario": version.section("scenario"),
        "prices": facts["prices"],
        "answer": version.section("answer"),
        "evidence": version.section("evidence"),
        "hidden": False,
    }
    return whole | {"question": facts["question"]} if held else without_prices(whole)


def listed_document(
    version: SealedVersion, created_at: datetime, words: DecisionWords, *, removed: bool
) -> Document:
    """A line of the list; figures are totals only, so everybody may see them."""
    return head_document(version) | {
        "created_at": moment_text(created_at),
        "removed": removed,
        "then": _sealed_verdict(version, words),
    }


def standing_document(judgement: Judgement | None, words: DecisionWords) -> Document:
    """How a decision of the list stands; a status of null: it is not judged yet."""
    if judgement is None:
        return {"status": None, "status_text": words.texts("decisions.not_judged")}
    one = judgement
    return {
        "now": now_document(one.now, words),
        "status": one.status.value,
        "status_text": words.status(one.status),
        "reasons": reasons_document(one.reasons, words),
        "margin_share": number_text(one.margin),
        "price_moves": one.moves,
        "next_retirement": None if one.retirement is None else one.retirement.isoformat(),
        "commitment_end": None if one.commitment is None else one.commitment.isoformat(),
    }


def today_document(today: Today, words: DecisionWords, *, held: bool) -> Document:
    """A version beside today, with the bridge of each option."""
    return head_document(today.version) | {
        "day": today.day.isoformat(),
        "status": today.status.value,
        "status_text": words.status(today.status),
        "reasons": reasons_document(today.reasons, words),
        "currency": today.answer.get("currency"),
        "then": _sealed_verdict(today.version, words),
        "now": now_document(finding_of(today), words),
        "method_now": today.method,
        "options": [_bridge(one, words) for one in today.bridges],
        "price_changes": [_moved(one, words, held=held) for one in today.moved],
        "unpriced": [{"option": one.option, "text": one.problem.message} for one in today.unpriced],
        "problems": [{"field": one.field, "message": one.message} for one in today.problems],
        "ends": [
            {
                "option": one.option,
                "what": one.what,
                "on": one.on.isoformat(),
                "assumed": one.assumed,
                "text": words.end(one),
            }
            for one in today.ends
        ],
    }


def verify_document(
    version: SealedVersion, touched: tuple[str, ...], words: DecisionWords, expected: str | None
) -> Document:
    """Whether a version is as it was sealed. expected: a hash that somebody wrote down; one that
    is not that of the record is a record that was sealed anew."""
    names = [*touched, *(["expected"] if expected not in (None, version.sha256) else [])]
    return {
        "id": version.decision_id,
        "version": version.number,
        "sha256": version.sha256,
        "verified": not names,
        "touched": names,
        "sections": list(SECTIONS),
        "text": words.touched(tuple(names)) if names else words.texts("decisions.verified"),
    }


def note_document(note: Note) -> Document:
    """A comment or a piece of evidence."""
    return {
        "number": note.number,
        "version": note.version,
        "field": note.field,
        "author": note.author,
        "text": note.text,
        "url": note.url,
        "written_at": moment_text(note.written_at),
    }


def now_document(now: Finding | None, words: DecisionWords) -> Document | None:
    """Today's verdict; null where there is none."""
    if now is None:
        return None
    return {
        "cheapest": now.cheapest,
        "second": now.second,
        "class": now.call,
        "gap_share": number_text(now.gap_share),
        "cost_per_month": number_text(now.cost_per_month),
        "text": words.verdict_now(now),
    }


def reasons_document(reasons: Sequence[Why], words: DecisionWords) -> list[Document]:
    """Why a decision does not simply hold."""
    return [{"code": one.code, "option": one.option, "text": words.why(one)} for one in reasons]


def moment_text(moment: datetime) -> str:
    """A moment as ISO text."""
    return moment.isoformat()


def _sealed_verdict(version: SealedVersion, words: DecisionWords) -> Document | None:
    """The sealed verdict; null where the record cannot be read any more."""
    try:
        answer = version.section("answer")
        at = answer["at_workload"]
        costs = {one["name"]: one["cost_per_month"] for one in at["estimates"]}
        return {
            "currency": answer["currency"],
            "cheapest": at["cheapest"],
            "second": at["second"],
            "class": at["class"],
            "gap_share": at["gap_share"],
            "cost_per_month": costs.get(at["cheapest"]),
            "text": words.verdict(answer),
        }
    except (ValueError, TypeError, KeyError, ArithmeticError, AttributeError):
        return None


def _bridge(found: Bridge, words: DecisionWords) -> Document:
    return {
        "name": found.option,
        "then_per_month": number_text(found.before_per_month),
        "now_per_month": number_text(found.after_per_month),
        "change": number_text(change_share(found)),
        "parts": [
            {
                "code": part.code.value,
                "name": part.name,
                "cost_per_month": number_text(part.cost_per_month),
                "exact_per_month": None
                if part.exact_per_month is None
                else number_text(to_decimal(part.exact_per_month)),
                "text": words.part(part),
            }
            for part in found.parts
        ],
        "gaps": words.gaps(found),
    }


def _moved(moved: Moved, words: DecisionWords, *, held: bool) -> Document:
    then, now = _price(moved.then, held=held), _price(moved.now, held=held)
    return {
        "option": moved.option,
        "code": moved.code.value,
        "then": then,
        "now": now,
        "text": f"{words.moved_name(moved)}: {words.price(then)} → {words.price(now)}",
    }


def _price(price: Price | None, *, held: bool) -> Any:
    if price is None:
        return None
    document = price_document(price)
    return document if held else price_shown(document)
