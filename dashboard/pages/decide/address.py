"""What the URL of the Decide page says, and how it is read back.

Version 1: `scenario` names a bundled example or a scenario saved on the server, workload keys
override the example's, `use_model` and its like start a new question instead, `x` and `y` choose
the axes, `lang` and `theme` the looks. It never holds a price: a question with typed prices is
saved and named by an id that cannot be guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from dashboard.pages.decide.document import Draft, get_at
from dashboard.texts import preferred_language

VERSION = "1"
WORKLOAD_KEYS = (
    "requests_per_hour",
    "requests_per_month",
    "users",
    "requests_per_user_per_day",
    "days_per_month",
    "input_tokens",
    "output_tokens",
    "cached_input_share",
    "peak_to_mean",
    "ttft_seconds",
    "tpot_seconds",
)
LOAD_KEYS = frozenset(WORKLOAD_KEYS[:5])
LOAD_AXES = ("requests_per_month", "requests_per_hour", "tokens_per_hour")
COST_AXES = ("per_month", "per_hour", "per_million_tokens")
LANGUAGES = ("en", "ja")
USE_KEYS = ("use_model", "use_offer", "use_instance", "use_region", "use_residency")
"""What another page asks to start a new question from: public ids, never a price."""
ALSO = "use_also"
MOST_ALSO = 4
"""Offers of other models that stand beside the first, an option each; it may come several times."""
MEASURED_KEYS: Mapping[str, re.Pattern[str]] = {
    "measured": re.compile(r"[1-9][0-9]{0,8}"),
    "measured_input_spread": re.compile(r"[0-9]{1,4}(\.[0-9]{1,6})?"),
    "measured_output_spread": re.compile(r"[0-9]{1,4}(\.[0-9]{1,6})?"),
    "measured_input_tokens": re.compile(r"[0-9]{1,9}"),
    "measured_output_tokens": re.compile(r"[0-9]{1,9}"),
    "measured_accepted": re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?"),
    "measured_judged": re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?"),
    "measured_top_n": re.compile(r"[0-9]{1,3}"),
    "measured_chunk": re.compile(r"[0-9]{1,5}"),
    "measured_parts": re.compile(r"[0-9]{1,7}(\.[0-9])?(_[0-9]{1,5}-[0-9]{1,7}(\.[0-9])?){1,6}"),
}
"""What the test chat says of the tokens it measured: questions, half widths as shares, the tokens
themselves, judged answers, and the parts of the prompt (`REST_CHUNK-TOKENS_...`)."""
THEMES = ("auto", "light", "dark")
TABS = ("whole_cost", "over_time", "how_sure", "where", "hybrid", "capacity")
"""The tabs under the chart."""
DEFAULT_SCENARIO = "article"
LONGEST_VALUE = 60
LONGEST_ID = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """The state in the URL. `refused` names parameters that were not understood, for the reader to
    see."""

    scenario: str = DEFAULT_SCENARIO
    workload: Mapping[str, str] = field(default_factory=dict)
    use: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    measured: Mapping[str, str] = field(default_factory=dict)
    load_axis: str = LOAD_AXES[0]
    cost_axis: str = COST_AXES[0]
    language: str = "en"
    theme: str = "auto"
    tab: str = TABS[0]
    refused: tuple[str, ...] = ()


def address_of(search: str | None, headers: Mapping[str, str]) -> Address:
    """A query string in the language that it names, else in that of the browser that sent it."""
    return read_address(search, language=preferred_language(headers))


def read_address(search: str | None, *, language: str = "en") -> Address:
    """Read a query string. What cannot be understood is listed in `refused`, never guessed."""
    address = Address(language=language)
    refused: list[str] = []
    workload: dict[str, str] = {}
    use: dict[str, str] = {}
    also: list[str] = []
    measured: dict[str, str] = {}
    for name, value in parse_qsl(
        (search or "").lstrip("?"), keep_blank_values=True, errors="replace"
    ):
        if name in WORKLOAD_KEYS:
            workload[name] = value[:LONGEST_VALUE]
        elif name in USE_KEYS:
            use[name.removeprefix("use_")] = value[:LONGEST_ID]
        elif name == ALSO and len(also) < MOST_ALSO:
            also.append(value[:LONGEST_ID])
        elif name in MEASURED_KEYS and MEASURED_KEYS[name].fullmatch(value):
            measured[name] = value
        elif name == "scenario":
            address = replace(address, scenario=value[:LONGEST_VALUE])
        elif name == "x" and value in LOAD_AXES:
            address = replace(address, load_axis=value)
        elif name == "y" and value in COST_AXES:
            address = replace(address, cost_axis=value)
        elif name == "lang" and value in LANGUAGES:
            address = replace(address, language=value)
        elif name == "theme" and value in THEMES:
            address = replace(address, theme=value)
        elif name == "tab" and value in TABS:
            address = replace(address, tab=value)
        elif not (name == "v" and value == VERSION):
            refused.append(f"{name}={value}"[:LONGEST_VALUE])
    if "measured" in measured:  # as they were measured, whatever is typed afterwards
        for name in ("input_tokens", "output_tokens"):
            if MEASURED_KEYS[f"measured_{name}"].fullmatch(workload.get(name, "")):
                measured.setdefault(f"measured_{name}", workload[name])
    return replace(
        address,
        workload=workload,
        use=use,
        also=tuple(also),
        measured=measured,
        refused=tuple(refused),
    )


def write_address(address: Address) -> str:
    """The query string of a state; settings that are as by default are left out."""
    pairs: list[tuple[str, str]] = [("v", VERSION), ("scenario", address.scenario)]
    pairs += [(key, address.workload[key]) for key in WORKLOAD_KEYS if key in address.workload]
    pairs += [(key, address.measured[key]) for key in MEASURED_KEYS if key in address.measured]
    for name, value, default in (
        ("x", address.load_axis, LOAD_AXES[0]),
        ("y", address.cost_axis, COST_AXES[0]),
        ("lang", address.language, "en"),
        ("theme", address.theme, "auto"),
        ("tab", address.tab, TABS[0]),
    ):
        if value != default:
            pairs.append((name, value))
    return "?" + urlencode(pairs)


def with_workload(draft: Draft, workload: Mapping[str, str]) -> Draft:
    """The scenario with the workload of the URL put over its own; another way of counting replaces
    the old."""
    new = {**draft, "workload": {**(get_at(draft, "workload") or {})}}
    if LOAD_KEYS & workload.keys():
        for key in LOAD_KEYS:
            new["workload"].pop(key, None)
    new["workload"].update(workload)
    return new


def workload_changes(draft: Draft, base: Draft) -> dict[str, str] | None:
    """What the URL must say to turn `base` into `draft`; None where more than the workload
    differs."""
    if _without_workload(draft) != _without_workload(base):
        return None
    here, there = dict(get_at(draft, "workload") or {}), dict(get_at(base, "workload") or {})
    changed = {key for key in here.keys() | there.keys() if here.get(key) != there.get(key)}
    if not changed <= set(WORKLOAD_KEYS):
        return None
    if any(key not in here for key in changed - LOAD_KEYS):
        return None  # the URL can set a number, not remove one
    if changed & LOAD_KEYS:
        changed |= LOAD_KEYS & here.keys()
        if not changed & here.keys() & LOAD_KEYS:
            return None
    values = {key: str(here[key]) for key in changed if key in here}
    return None if any(len(value) > LONGEST_VALUE for value in values.values()) else values


def _without_workload(draft: Draft) -> dict[str, Any]:
    return {key: value for key, value in draft.items() if key != "workload"}
