"""Azure's fees that are not by the token, and how many PTUs a deployment of a model needs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from catalog.snapshot.azure_prices import LIST_LICENSE, LIST_NAME, LIST_URL, PROVIDER
from catalog.snapshot.layout import SnapshotSource
from catalog.snapshot.reference import Line, license_of, reference_parts, reference_url
from catalog.snapshot.sold import joined
from catalog.vocabulary import DEPLOYMENTS, FEE_KINDS

NOT_IN_A_LIST = "not_in_any_price_list"
_BASES = {"documented": "documented", "guess_price_ratio": "assumed", "": "unknown"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORD = re.compile(r"[^a-z0-9.]+")
OTHER_SOURCE_LICENSE = "not checked; figures only"


def fee_rows(lines: Iterable[Line]) -> list[dict[str, str]]:
    """Rows of managed_fees.csv in order of id, which names kind, product, models, place and term.

    Raises:
        ReferenceDataInvalid: a cell is not as expected, or two fees would have one id.
    """
    rows: dict[str, dict[str, str]] = {}
    for line in lines:
        if line["kind"] not in FEE_KINDS:
            raise line.wrong("kind", f"one of {', '.join(FEE_KINDS)}")
        row = _fee(line)
        if row["id"] in rows:
            raise line.wrong("product", "a fee that differs from those before it")
        rows[row["id"]] = row
    return [rows[key] for key in sorted(rows)]


def _fee(line: Line) -> dict[str, str]:
    is_listed = line["source"].startswith(LIST_NAME)
    scope = line["deployment_scope"]
    return {
        "id": _fee_id(line),
        "provider_id": PROVIDER,
        "kind": line["kind"],
        "product": line["product"],
        "models": line["models"],
        "deployment": scope if scope in DEPLOYMENTS else "",
        "region_scope": line["region_scope"],
        "unit_of_measure": line["unit_of_measure"],
        "term": line["term"],
        "amount": line.exact("usd"),
        "currency": "USD",
        "amount_per_hour": line.exact("usd_per_hour"),
        "as_of": line["as_of"] if _DAY.fullmatch(line["as_of"]) else "",
        "as_of_text": line["as_of"],
        "source": LIST_NAME if is_listed else line["source"],
        "url": LIST_URL if is_listed else "",
        "license": LIST_LICENSE if is_listed else OTHER_SOURCE_LICENSE,
        "note": _note(line, scope),
        "flags": joined(
            "" if is_listed else NOT_IN_A_LIST,
            "deployment_scope_is_two" if "+" in scope else "",
        ),
    }


def _note(line: Line, scope: str) -> str:
    two = f"holds for {scope.replace('+', ' and ')}" if "+" in scope else ""
    return "; ".join(part for part in (line["note"], two) if part)


def _fee_id(line: Line) -> str:
    words = [line["kind"], line["product"], line["models"], line["deployment_scope"]]
    words += [line["region_scope"], line["term"]]
    return "azure/" + "/".join(
        slug for slug in (_WORD.sub("-", word.lower()).strip("-") for word in words) if slug
    )


def ptu_rows(lines: Iterable[Line]) -> list[dict[str, str]]:
    """Rows of ptu_sizing.csv in order of model key; ``model_id`` is filled in later.

    Raises:
        ReferenceDataInvalid: the basis of a weight, or the source, is not as expected.
    """
    rows = []
    for line in lines:
        if line["output_token_weight_basis"] not in _BASES:
            raise line.wrong("output_token_weight_basis", "documented, guess_price_ratio or blank")
        day = _DAY.search(line["source"])
        url = reference_url(line["source"])
        if day is None or url is None:
            raise line.wrong("source", "REPOSITORY@COMMIT:PATH (ms.date 2025-08-14)")
        rows.append(
            {
                "model_key": line["model"],
                "global_minimum_ptu": line["global_dz_min"],
                "global_step_ptu": line["global_dz_step"],
                "regional_minimum_ptu": line["regional_min"],
                "regional_step_ptu": line["regional_step"],
                "input_tokens_per_minute_per_ptu": line["input_tpm_per_ptu"],
                "output_token_weight": line.exact("output_token_weight"),
                "output_token_weight_basis": _BASES[line["output_token_weight_basis"]],
                "as_of": day.group(),
                "source": line["source"].partition(" (")[0],
                "url": url,
            }
        )
    return sorted(rows, key=lambda row: row["model_key"])


def ptu_sources(lines: Iterable[Line]) -> list[SnapshotSource]:
    """The pages that the sizing was read from."""
    found: set[tuple[str, str, str]] = set()
    for line in lines:
        parts = reference_parts(line["source"])
        day = _DAY.search(line["source"])
        if parts is None or day is None:
            raise line.wrong("source", "REPOSITORY@COMMIT:PATH (ms.date 2025-08-14)")
        found.add((*parts, day.group()))
    return [
        SnapshotSource(
            name=repository,
            url=f"https://github.com/{repository}/tree/{commit}",
            as_of=date.fromisoformat(day),
            license=license_of(repository),
        )
        for repository, commit, day in sorted(found)
    ]
