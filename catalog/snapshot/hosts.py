"""GPU hosts of Azure out of the reference files: the machines, and their prices over time.

A list that was read at several moments becomes intervals: a price holds from the first list that
shows it to the first list that shows another amount, or none. What lies between two lists is not
known, so the ends of an interval are those of the lists, not of the provider.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from catalog.errors import ReferenceDataInvalid
from catalog.snapshot.layout import NO_PUBLIC_ADDRESS
from catalog.snapshot.reference import Line, day_text, file_url, license_of
from catalog.snapshot.reference_files import HOSTS

PROVIDER = "azure"
LIST_REPOSITORY = "Azure/karpenter-provider-azure"
LIST_PATH = "pkg/providers/pricing/zz_generated.pricing.go"
SECOND_REPOSITORY = "coopslarhette/skypilot-catalog"
LIST_RANK = 1
SECOND_RANK = 2
JUMP_FACTOR = 3

_SPOT_IS_PLACEHOLDER = "spot_equals_on_demand_placeholder"
_RETIRED = "series_retired_meter_still_listed"
_OF_MACHINE = ("fractional_gpu_count_unresolved", "promo_meter", _RETIRED)
_OF_PRICE = ("promo_meter", _RETIRED)
_FACTS = {
    "gpu_model": "gpu_model",
    "gpu_key": "gpu_spec_key",
    "gpu_count": "gpu_count",
    "gpu_memory_gib_each": "gpu_mem_gib_each",
    "vcpus": "vcpus",
    "ram_gib": "ram_gib",
    "retired_on": "retired_on",
}


@dataclass(frozen=True, kw_only=True)
class HostTables:
    """Rows of the snapshot files about hosts, as text, in order; and what was left out."""

    sources: list[dict[str, str]]
    instances: list[dict[str, str]]
    prices: list[dict[str, str]]
    left_out: Mapping[tuple[str, str], int]


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """One amount (USD an hour, canonical text) in one list."""

    moment: datetime
    amount: str


def host_tables(hosts: list[Line], history: list[Line], built_on: date) -> HostTables:
    """Machines and prices of Azure out of the two reference files about hosts.

    Args:
        hosts: lines of gpu_hosts.csv; those of other providers are passed over.
        history: lines of azure_gpu_price_history.csv.
        built_on: the day of the build; an undated price is first seen then.

    Raises:
        ReferenceDataInvalid: a cell is not as expected, or two lines contradict each other.
    """
    left_out: Counter[tuple[str, str]] = Counter()
    azure = _azure_only(hosts, left_out)
    machines = _machines(azure, {line["sku"] for line in history})
    readings, commits = _readings(azure, history, left_out)
    sources = {_list_source_id(commit): (commit, day) for day, commit in commits.items()}
    prices = _list_prices(readings, commits, machines)
    second = [line for line in azure if line["source_repo"] == SECOND_REPOSITORY]
    for line in second:
        prices.extend(_second_prices(line, built_on, left_out))
    rows = [
        {
            "id": identifier,
            "name": LIST_REPOSITORY,
            "url": file_url(LIST_REPOSITORY, commit, LIST_PATH),
            "as_of": day_text(moment),
            "license": license_of(LIST_REPOSITORY),
            "rank": str(LIST_RANK),
        }
        for identifier, (commit, moment) in sources.items()
    ] + _second_sources(second)
    return HostTables(
        sources=sorted(rows, key=lambda row: row["id"]),
        instances=[machines[sku] for sku in sorted(machines)],
        prices=sorted(
            prices,
            key=lambda row: (
                row["instance_id"],
                row["region"],
                row["term"],
                row["source_id"].partition("-")[0],
                row["valid_from"],
            ),
        ),
        left_out=left_out,
    )


def _azure_only(hosts: Iterable[Line], left_out: Counter[tuple[str, str]]) -> list[Line]:
    taken = []
    for line in hosts:
        if line["provider"] != PROVIDER:
            continue
        if not line["sku"].startswith("Standard_"):
            left_out[HOSTS, "display name in place of an Azure SKU name"] += 1
        elif line["source_repo"] not in (LIST_REPOSITORY, SECOND_REPOSITORY):
            raise line.wrong("source_repo", f"{LIST_REPOSITORY} or {SECOND_REPOSITORY}")
        else:
            taken.append(line)
    return taken


def _machines(azure: list[Line], in_history: set[str]) -> dict[str, dict[str, str]]:
    """Rows of instances.csv by SKU. A SKU known from the history only has a name and no facts."""
    machines: dict[str, dict[str, str]] = {}
    flags: dict[str, set[str]] = defaultdict(set)
    for line in azure:
        facts = {
            column: line.exact(cell) if column in ("gpu_count", "ram_gib") else line[cell]
            for column, cell in _FACTS.items()
        }
        row = {"provider_id": PROVIDER, "sku": line["sku"], **facts}
        if machines.setdefault(line["sku"], row) != row:
            raise ReferenceDataInvalid(
                f"{HOSTS} line {line.number}: expected the same facts of {line['sku']} as in an "
                "earlier line, found others. Correct the file and build again."
            )
        flags[line["sku"]] |= set(_OF_MACHINE) & set(line["flags"].split(";"))
        if facts["gpu_count"].startswith("0.") and Decimal(facts["gpu_count"]) != Decimal("0.5"):
            flags[line["sku"]].add("gpu_count_rounded_share")
    for sku in sorted(in_history - machines.keys()):
        machines[sku] = {"provider_id": PROVIDER, "sku": sku}
        flags[sku].add("facts_unknown")
    return {sku: {**row, "flags": ";".join(sorted(flags[sku]))} for sku, row in machines.items()}


def _readings(
    azure: list[Line], history: list[Line], left_out: Counter[tuple[str, str]]
) -> tuple[dict[tuple[str, str], list[_Reading]], dict[datetime, str]]:
    """Amounts per (SKU, region), oldest first; and the commit of each list."""
    found: dict[tuple[str, str], dict[datetime, str]] = defaultdict(dict)
    commits: dict[datetime, str] = {}
    lines = [(line, line.moment("snapshot_at")) for line in history]
    lines += [
        (line, line.moment("price_as_of"))
        for line in azure
        if line["source_repo"] == LIST_REPOSITORY
    ]
    for line, moment in lines:
        known = commits.setdefault(moment, line["source_commit"])
        longest = max(known, line["source_commit"], key=len)
        if not longest.startswith(min(known, line["source_commit"], key=len)):
            raise line.wrong("source_commit", f"the commit {known} of that list")
        commits[moment] = longest
        amount = line.exact("on_demand_usd_per_hour")
        if amount in ("", "0"):
            left_out[line.file, "no price, or a price of zero: not on sale yet"] += 1
            continue
        earlier = found[line["sku"], line["region"]].setdefault(moment, amount)
        if earlier != amount:
            raise line.wrong("on_demand_usd_per_hour", f"{earlier}, as in another line")
    return (
        {
            key: [_Reading(moment=moment, amount=amounts[moment]) for moment in sorted(amounts)]
            for key, amounts in found.items()
        },
        commits,
    )


def _list_prices(
    readings: Mapping[tuple[str, str], list[_Reading]],
    commits: Mapping[datetime, str],
    machines: Mapping[str, dict[str, str]],
) -> list[dict[str, str]]:
    lists = sorted(commits)
    rows: list[dict[str, str]] = []
    for (sku, region), series in readings.items():
        flags = set(_OF_PRICE) & set(machines[sku]["flags"].split(";"))
        retired_on = machines[sku].get("retired_on", "")
        intervals = _intervals(series, lists)
        amounts = [first.amount for first, _, _ in intervals]
        doubtful = _returning(amounts)
        for index, (first, last, end) in enumerate(intervals):
            own = set(flags)
            if end is not None and day_text(end) <= retired_on:
                own.discard(_RETIRED)
            if index and _is_jump(amounts[index - 1], amounts[index]):
                own.add("jump")
            if index in doubtful:
                own.add("ambiguous")
            rows.append(
                {
                    "instance_id": f"{PROVIDER}/{sku}",
                    "region": region,
                    "term": "on_demand",
                    "amount": first.amount,
                    "valid_from": _moment_text(first.moment),
                    "valid_to": "" if end is None else _moment_text(end),
                    "as_of": day_text(last.moment),
                    "source_id": _list_source_id(commits[last.moment]),
                    "flags": ";".join(sorted(own)),
                }
            )
    return rows


def _intervals(
    series: list[_Reading], lists: list[datetime]
) -> list[tuple[_Reading, _Reading, datetime | None]]:
    """First reading, last reading and end of each stretch of lists with the same amount."""
    by_moment = {reading.moment: reading for reading in series}
    intervals: list[tuple[_Reading, _Reading, datetime | None]] = []
    first: _Reading | None = None
    last: _Reading | None = None
    for moment in lists:
        reading = by_moment.get(moment)
        if first and last and (reading is None or reading.amount != first.amount):
            intervals.append((first, last, moment))
            first = None
        if reading is not None:
            first = first or reading
            last = reading
    if first and last:
        intervals.append((first, last, None))
    return intervals


def _returning(amounts: list[str]) -> set[int]:
    """Places of a change that went back to an earlier amount: row order, or a real move?"""
    places: set[int] = set()
    for start, amount in enumerate(amounts):
        for end in range(start + 2, len(amounts)):
            if amounts[end] == amount:
                places.update(range(start, end + 1))
    return places


def _second_prices(
    line: Line, built_on: date, left_out: Counter[tuple[str, str]]
) -> list[dict[str, str]]:
    """On-demand and spot price of an undated second source."""
    rows = []
    flags = sorted(set(_OF_PRICE) & set(line["flags"].split(";")))
    for term, column in (("on_demand", "on_demand_usd_per_hour"), ("spot", "spot_usd_per_hour")):
        amount = line.exact(column)
        if term == "spot" and _SPOT_IS_PLACEHOLDER in line["flags"].split(";"):
            left_out[HOSTS, "spot price that repeats the on-demand price: a placeholder"] += 1
        elif amount == "0":
            left_out[HOSTS, "no price, or a price of zero: not on sale yet"] += 1
        elif amount:
            rows.append(
                {
                    "instance_id": f"{PROVIDER}/{line['sku']}",
                    "region": line["region"],
                    "term": term,
                    "amount": amount,
                    "valid_from": _moment_text(datetime.combine(built_on, time(), UTC)),
                    "source_id": _second_source_id(line),
                    "flags": ";".join(flags),
                }
            )
    return rows


def _second_sources(lines: list[Line]) -> list[dict[str, str]]:
    found = {
        _second_source_id(line): {
            "id": _second_source_id(line),
            "name": SECOND_REPOSITORY,
            "url": file_url(SECOND_REPOSITORY, line["source_commit"], line["source_path"])
            or NO_PUBLIC_ADDRESS,
            "as_of": "",
            "license": license_of(SECOND_REPOSITORY),
            "rank": str(SECOND_RANK),
        }
        for line in lines
    }
    return [found[key] for key in sorted(found)]


def _list_source_id(commit: str) -> str:
    return f"karpenter-{commit[:12]}"


def _second_source_id(line: Line) -> str:
    return f"skypilot_fork-{line['source_commit'][:12]}"


def _is_jump(before: str, after: str) -> bool:
    low, high = sorted((Decimal(before), Decimal(after)))
    return high > JUMP_FACTOR * low


def _moment_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
