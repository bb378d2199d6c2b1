"""Names of a question that lead to something the catalog knows, or the problem that says which do.

The problems carry the nearest known names, so that a slip of the pen is mended at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import process
from sqlmodel import Session

from catalog.errors import InstanceNotFound, ModelAmbiguous, ModelNotFound
from catalog.model_queries import find_model
from catalog.problems import Path, Problem, problem
from catalog.views import Model

_LEAST_LIKENESS = 55


def named_model(session: Session, name: str, path: Path, problems: list[Problem]) -> Model | None:
    """The model of this name; None with one problem more where there is none, or several."""
    try:
        return find_model(session, name)
    except ModelNotFound as missing:
        problems.append(unknown_name("model", path[:-1], name, missing))
    except ModelAmbiguous as several:
        nearest = f"It may mean {' or '.join(several.candidates)}."
        problems.append(problem("unknown_model", path, found=repr(name), nearest=nearest))
    return None


def folded_region(name: str) -> str:
    """A region as the catalog writes it: `Japan East` is `japaneast`."""
    return name.strip().casefold().replace(" ", "")


def unknown_region(name: str, known: Sequence[str], path: Path) -> Problem:
    """That no region goes by this name, and which come near."""
    hint = nearest_of(folded_region(name), known)
    return problem("unknown_region", path, found=repr(name), nearest=hint)


def unknown_name(
    what: str, path: Path, name: str, missing: ModelNotFound | InstanceNotFound
) -> Problem:
    """That no model or instance (`what`) goes by this name, and which come near."""
    nearest = [
        found.rpartition("/")[2] if what == "instance" else found for found in missing.nearest
    ]
    return problem(f"unknown_{what}", (*path, what), found=repr(name), nearest=_hint(nearest))


def nearest_of(name: str, known: Sequence[str]) -> str:
    """The three known names most like a name as a sentence; empty where none is."""
    found = process.extract(name, known, limit=3, score_cutoff=_LEAST_LIKENESS)
    return _hint([one[0] for one in found])


def _hint(nearest: Sequence[str]) -> str:
    return f"Nearest: {', '.join(nearest)}." if nearest else ""
