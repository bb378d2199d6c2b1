"""Which names an address of the API may ask with: one that nobody reads would be a filter that does
nothing, and the list that comes would look right."""

from collections import Counter
from typing import Any, Final, get_args, get_origin

from fastapi import Request
from fastapi.routing import APIRoute
from rapidfuzz import process

from catalog.problems import Refused, problem

EVERYWHERE: Final = frozenset({"lang"})
"""The language of sentences, also where none is told."""
LEAST_LIKENESS: Final = 60
LONGEST_SHOWN: Final = 60


def require_known_names(request: Request) -> None:
    """Refuse a name that the route does not read, and a second value where it reads one.

    Raises Refused with every such name; the nearest known one is told.
    """
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or not route.include_in_schema:
        return
    several = {
        one.alias: _is_list(one.field_info.annotation) for one in route.dependant.query_params
    }
    known = sorted({*several, *EVERYWHERE})
    found = []
    for name, count in Counter(name for name, _ in request.query_params.multi_items()).items():
        shown = name[:LONGEST_SHOWN]
        if name not in known:
            near = process.extractOne(name, known, score_cutoff=LEAST_LIKENESS)
            hint = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(known)}."
            found.append(problem("unknown_key", (shown,), key=repr(shown), nearest=hint))
        elif count > 1 and not several.get(name, False):
            found.append(problem("duplicate_key", (shown,), key=repr(shown)))
    if found:
        raise Refused(found)


def _is_list(annotation: Any) -> bool:
    """Whether a parameter may stand several times, as `list[...]` or `list[...] | None`."""
    return get_origin(annotation) is list or any(map(_is_list, get_args(annotation)))
