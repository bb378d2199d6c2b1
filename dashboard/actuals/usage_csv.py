"""A CSV of use: OpenAI's usage export, Azure's cost export, or our own of answers.

Which one it is, its columns tell; a file with other columns is refused with their names. Numbers
are read from their text. Sums are over all rows.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias

from dashboard.actuals.used import ActualsRefused, Used

MOST_CHARACTERS: Final = 20_000_000
COUNTS: Final = ("requests", "input_tokens", "output_tokens", "cached_input_tokens", "cost")
FORMS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "openai_usage": {
        "requests": ("num_model_requests", "n_requests"),
        "input_tokens": ("input_tokens", "n_context_tokens_total"),
        "output_tokens": ("output_tokens", "n_generated_tokens_total"),
        "cached_input_tokens": ("input_cached_tokens", "n_cached_context_tokens_total"),
        "cost": ("cost", "amount_value"),
        "currency": ("currency", "amount_currency"),
        "model": ("model", "snapshot_id"),
    },
    "azure_cost": {
        "meter": ("metername", "meter_name", "meter"),
        "quantity": ("quantity", "usagequantity"),
        "unit": ("unitofmeasure", "unit_of_measure"),
        "cost": ("costinbillingcurrency", "pretaxcost", "cost"),
        "currency": ("billingcurrency", "billingcurrencycode", "currency"),
    },
    "chat": {
        "input_tokens": ("input_tokens",),
        "output_tokens": ("output_tokens",),
        "cached_input_tokens": ("cached_input_tokens",),
        "cost": ("cost_usd",),
        "model": ("catalog_model", "model"),
    },
}
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "openai_usage": ("requests", "input_tokens", "output_tokens"),
    "azure_cost": ("meter", "quantity", "unit", "cost", "currency"),
    "chat": ("input_tokens", "output_tokens"),
}
UNIT: Final = re.compile(r"\s*(\d[\d,]*)\s*([KM]?)\b.*", re.IGNORECASE)
TIMES: Final = {"": 1, "k": 1000, "m": 1_000_000}

Row: TypeAlias = Mapping[str, str]


def read_usage_csv(text: str, model: str | None = None) -> Used:
    """Use in a CSV file. model: whose rows, where the file names several.

    Raises ActualsRefused: columns that are none of the three, no row, a cell that is no number or
    below 0, two currencies, several models and none named.
    """
    if len(text) > MOST_CHARACTERS:
        raise ActualsRefused("too_large", most=f"{MOST_CHARACTERS:,}", found=f"{len(text):,}")
    try:
        table = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    except csv.Error as error:
        raise ActualsRefused("not_csv", reason=str(error)) from None
    head = [name.strip().lower() for name in (table or [[]])[0]]
    form, columns = _form(head)
    rows = [
        _row(cells, head, number) for number, cells in enumerate(table[1:], start=2) if any(cells)
    ]
    if not rows:
        raise ActualsRefused("no_rows")
    name = None
    if "model" in columns:
        name = _model(rows, columns["model"], model)
        rows = [row for row in rows if name is None or row[columns["model"]] == name]
    if form == "azure_cost":
        return _azure(rows, columns)
    counted = [row for row in rows if row[columns["input_tokens"]].strip()]
    sums = {field: _sum(counted, columns[field]) for field in COUNTS if field in columns}
    flags = ["rows_without_tokens"] if len(counted) < len(rows) else []
    for field in ("cost", "cached_input_tokens"):
        # A sum over some of the rows is not the sum.
        if sums.get(field) is not None and _blank(counted, columns[field]):
            sums[field] = None
            flags.append(f"{field}_partly")
    own = form == "chat"
    return Used(
        source=form,
        model=name,
        requests=Decimal(len(counted)) if own else sums["requests"],
        input_tokens=sums["input_tokens"],
        output_tokens=sums["output_tokens"],
        cached_input_tokens=sums.get("cached_input_tokens"),
        cost=sums.get("cost"),
        currency="USD" if own else _currency(rows, columns),
        flags=tuple(flags),
    )


def _form(head: Sequence[str]) -> tuple[str, Mapping[str, str]]:
    for form, fields in FORMS.items():
        columns = {
            field: found
            for field, names in fields.items()
            if (found := next((name for name in names if name in head), None)) is not None
        }
        if all(field in columns for field in NEEDED[form]):
            return form, columns
    expected = "; ".join(
        f"{form}: " + ", ".join(FORMS[form][field][0] for field in fields)
        for form, fields in NEEDED.items()
    )
    raise ActualsRefused("columns", expected=expected, found=", ".join(head)[:300] or "-")


def _row(cells: Sequence[str], head: Sequence[str], number: int) -> Row:
    if len(cells) != len(head):
        raise ActualsRefused(
            "cells", line=str(number), expected=str(len(head)), found=str(len(cells))
        )
    return {**dict(zip(head, cells, strict=True)), "": str(number)}


def _model(rows: Sequence[Row], column: str, wanted: str | None) -> str | None:
    names = sorted({row[column] for row in rows} - {""})
    if wanted is not None and wanted not in names:
        raise ActualsRefused("model_unknown", found=wanted, known=", ".join(names) or "-")
    if wanted is None and len(names) > 1:
        raise ActualsRefused("several_models", known=", ".join(names))
    return wanted or (names[0] if names else None)


def _currency(rows: Sequence[Row], columns: Mapping[str, str]) -> str | None:
    if "currency" not in columns:
        return None
    names = sorted({row[columns["currency"]].strip().upper() for row in rows} - {""})
    if len(names) > 1:
        raise ActualsRefused("currencies", found=", ".join(names))
    return names[0] if names else None


def _sum(rows: Sequence[Row], column: str) -> Decimal | None:
    """None where no row says anything."""
    found = [_number(row, column) for row in rows if row[column].strip()]
    return sum(found, Decimal(0)) if found else None


def _number(row: Row, column: str) -> Decimal:
    text = row[column].strip().replace(",", "")
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise ActualsRefused("cell", column=column, line=row[""], found=row[column][:60])
    if value < 0:
        raise ActualsRefused("negative", name=column, found=row[column], line=row[""])
    return value


def _blank(rows: Sequence[Row], column: str) -> int:
    return sum(not row[column].strip() for row in rows)


def _azure(rows: Sequence[Row], columns: Mapping[str, str]) -> Used:
    """Tokens by what the name of the meter says; a bill counts no requests."""
    tokens = dict.fromkeys(("input_tokens", "output_tokens", "cached_input_tokens"), Decimal(0))
    seen: set[str] = set()
    counted: list[Row] = []
    for row in rows:
        kind = _meter(row[columns["meter"]])
        if kind is None:
            continue
        counted.append(row)
        count = _number(row, columns["quantity"]) * _unit(row, columns["unit"])
        for name in ("input_tokens", kind) if kind == "cached_input_tokens" else (kind,):
            tokens[name] += count
            seen.add(name)
    if not counted:
        raise ActualsRefused("no_token_meters")
    told = {name: tokens[name] if name in seen else None for name in tokens}
    return Used(
        source="azure_cost",
        input_tokens=told["input_tokens"],
        output_tokens=told["output_tokens"],
        cached_input_tokens=told["cached_input_tokens"],
        cost=_sum(counted, columns["cost"]),
        currency=_currency(rows, columns),
        flags=("other_meters",) if len(counted) < len(rows) else (),
    )


def _meter(name: str) -> str | None:
    words = re.findall(r"[a-z]+", name.lower())
    if {"cached", "cchd", "cache"} & set(words):
        return "cached_input_tokens"
    if any(word.startswith("outp") or word == "out" for word in words):
        return "output_tokens"
    return "input_tokens" if any(word.startswith("inp") for word in words) else None


def _unit(row: Row, column: str) -> int:
    matched = UNIT.fullmatch(row[column])
    if matched is None:
        raise ActualsRefused("unit", line=row[""], found=row[column][:60])
    return int(matched[1].replace(",", "")) * TIMES[matched[2].lower()]
