"""The file of `modelcost capacity --check`: its columns, and each row with what is wrong with it.

Columns are those of published measurements, in any order; others are passed over. What is wrong
with the file, with the names of its rows or with what was measured ends the reading. A wrong cell
among the conditions of one run costs that run its prediction only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias, TypeVar

from pydantic_core import PydanticCustomError

from catalog.csv_lines import at_line, csv_lines, decoded, other_separator
from catalog.measured_runs import ToldConditions
from catalog.problems import Problem, Refused, problem
from catalog.scenario_fields import read_positive, read_positive_count, refuse
from costing.capacity_runs import Load

T = TypeVar("T")

MODEL_COLUMNS: Final = ("model_key", "hf_id", "model")
"""Names of the model, in the order in which they are tried."""
NEEDED: Final = (
    "row_id", "gpu", "n_gpus", "weight_precision", "engine", "load_mode", "isl_tokens",
    "osl_tokens",
)  # fmt: skip
COLUMNS: Final = frozenset(
    {
        *NEEDED, *MODEL_COLUMNS, "model_family", "source_id", "tp", "pp", "attn_dp", "ep",
        "kv_precision", "engine_version", "concurrency", "output_tok_s",
    }
)  # fmt: skip
MEASURED: Final = "output_tok_s"

MOST_BYTES: Final = 20_000_000
MOST_ROWS: Final = 100_000
MOST_PROBLEMS: Final = 100
MOST_GPUS: Final = 100_000
MOST_TOKENS: Final = 10_000_000
MOST_REQUESTS: Final = 10_000_000
_COUNTED: Final = (Load.CLOSED_LOOP, Load.STATIC_BATCH)
"""Loads that a number of requests defines; the others fill whatever fits."""

ToldOrFaults: TypeAlias = ToldConditions | tuple[str, ...]
"""What is told of a run, or what is wrong with it, in sentences."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunRow:
    """One row: its cells that are not blank by column, its conditions, what was measured."""

    row_id: str
    cells: Mapping[str, str]
    told: ToldOrFaults
    output_tokens_per_second: float | None

    @property
    def models(self) -> tuple[str, ...]:
        """The names of its model."""
        return tuple(self.cells[name] for name in MODEL_COLUMNS if name in self.cells)


@dataclass(frozen=True, kw_only=True, slots=True)
class RunFile:
    """The rows of a file, and which of the known columns it has."""

    rows: tuple[RunRow, ...]
    columns: frozenset[str]


def read_run_file(content: bytes, name: str) -> RunFile:
    """The rows in the bytes of a file called `name`.

    Raises:
        Refused: with every problem found (up to 100): too large, no UTF-8, no row, a column that is
            missing or there twice, an unnamed row, two of one name, a measured value that is no
            number above 0.
    """
    if len(content) > MOST_BYTES:
        found = problem("too_large", (), most=f"{MOST_BYTES:,} bytes", found="more")
        raise Refused([found], name=name)
    problems: list[Problem] = []
    lines = csv_lines(decoded(content, name), problems)
    number, header = next(lines, (0, []))
    columns = _columns(header)
    problems += [at_line(one, number) for one in _header_problems(header, columns) if number]
    rows = [] if problems else _rows(lines, columns, problems)
    if not rows and not problems:
        problems.append(problem("no_runs", ()))
    if problems:
        raise Refused(problems, name=name)
    return RunFile(rows=tuple(rows), columns=frozenset(one for one in columns if one))


def _columns(header: Sequence[str]) -> list[str | None]:
    """The known column of each cell; case, blanks and hyphens do not matter."""
    folded = ["_".join(name.casefold().replace("-", " ").split()) for name in header]
    return [name if name in COLUMNS else None for name in folded]


def _header_problems(header: Sequence[str], columns: Sequence[str | None]) -> list[Problem]:
    if (other := other_separator(header)) is not None:
        return [other]
    known = [column for column in columns if column is not None]
    twice = sorted({column for column in known if known.count(column) > 1})
    missing = [column for column in NEEDED if column not in known]
    if not set(MODEL_COLUMNS) & set(known):
        missing.append(" or ".join(MODEL_COLUMNS))
    found = [problem("column_twice", (column,), found=column) for column in twice]
    return found + [problem("column_missing", (column,), column=column) for column in missing]


def _rows(
    lines: Iterator[tuple[int, list[str]]],
    columns: Sequence[str | None],
    problems: list[Problem],
) -> list[RunRow]:
    rows: list[RunRow] = []
    first_line: dict[str, int] = {}
    for number, cells in lines:
        if len(rows) == MOST_ROWS:
            most = problem("too_many", (), most=f"{MOST_ROWS:,} rows", found="more")
            problems.append(at_line(most, number))
        if len(problems) >= MOST_PROBLEMS:
            problems.append(at_line(problem("too_many_problems", (), most=MOST_PROBLEMS), number))
        if len(rows) == MOST_ROWS or len(problems) > MOST_PROBLEMS:
            break
        row, wrong = _row(cells, columns)
        before = first_line.setdefault(row.row_id, number)
        if row.row_id and before != number:
            wrong.append(problem("run_twice", ("row_id",), found=row.row_id, other_line=before))
        problems += [at_line(one, number) for one in wrong]
        rows.append(row)
    return rows


def _row(cells: Sequence[str], columns: Sequence[str | None]) -> tuple[RunRow, list[Problem]]:
    """A row, and what is wrong with its name or its measured value."""
    known = {
        column: cell.strip()
        for column, cell in zip(columns, cells, strict=False)
        if column is not None and cell.strip()
    }
    wrong: list[Problem] = []
    if "row_id" not in known:
        wrong.append(problem("required", ("row_id",), key="row_id"))
    measured: Decimal | None = None
    told: ToldOrFaults
    if len(cells) != len(columns):
        # Which column a cell belongs to is not sure, so nothing is predicted and nothing compared.
        ragged = problem("ragged_row", (), most=len(columns), found=len(cells))
        told = (ragged.message,)
    else:
        told = _conditions(known)
        try:
            measured = read_positive(known[MEASURED]) if MEASURED in known else None
        except PydanticCustomError as error:
            wrong.append(problem(error.type, (MEASURED,), **(error.context or {})))
    return RunRow(
        row_id=known.get("row_id", ""),
        cells=known,
        told=told,
        output_tokens_per_second=None if measured is None else float(measured),
    ), wrong


def _conditions(cells: Mapping[str, str]) -> ToldOrFaults:
    """What is told of a run. Latency targets are no input of a check and stay unread."""
    faults: list[str] = []

    def take(column: str, read: Callable[[str], T], *, needed: bool = False) -> T | None:
        """The value of a cell; None where it is blank or wrong."""
        try:
            if column in cells:
                return read(cells[column])
            if needed:
                raise refuse("required", key=column)
        except PydanticCustomError as error:
            found = problem(error.type, (column,), **(error.context or {}))
            faults.append(f"{column}: {found.message}")
        return None

    gpus = take("n_gpus", _gpus, needed=True)
    weights = take("weight_precision", str, needed=True)
    engine = take("engine", str, needed=True)
    load = take("load_mode", _load, needed=True)
    input_tokens = take("isl_tokens", _tokens, needed=True)
    output_tokens = take("osl_tokens", _tokens, needed=True)
    concurrency = take("concurrency", _requests, needed=load in _COUNTED)
    # `ep` is read only to be checked: experts are spread over all GPUs of a replica.
    tensor, pipeline, data, _ = (take(name, _gpus) for name in ("tp", "pp", "attn_dp", "ep"))
    if not any(name in cells for name in MODEL_COLUMNS):
        faults.append(f"Expected a model in {' or '.join(MODEL_COLUMNS)}, found nothing.")
    if "gpu" not in cells:
        faults.append(f"gpu: {problem('required', (), key='gpu').message}")
    if faults:
        return tuple(faults)
    assert gpus is not None
    assert weights is not None
    assert engine is not None
    assert load is not None
    assert input_tokens is not None
    assert output_tokens is not None
    return ToldConditions(
        gpus=gpus,
        weight_precision=weights,
        engine=engine,
        load_mode=load,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        tensor_parallel=tensor,
        pipeline_parallel=pipeline,
        attention_data_parallel=data,
        kv_precision=cells.get("kv_precision"),
        engine_version=cells.get("engine_version"),
        concurrency=concurrency,
    )


def _load(text: str) -> Load:
    word = text.casefold()
    if word not in set(Load):
        raise refuse("not_one_of", allowed=", ".join(Load), found=repr(text))
    return Load(word)


def _gpus(text: str) -> int:
    count = read_positive_count(text)
    if count > MOST_GPUS:
        raise refuse("above_most", most=f"{MOST_GPUS:,}", found=text)
    return count


def _tokens(text: str) -> Decimal:
    return _at_most(MOST_TOKENS, text)


def _requests(text: str) -> Decimal:
    return _at_most(MOST_REQUESTS, text)


def _at_most(most: int, text: str) -> Decimal:
    number = read_positive(text)
    if number > most:
        raise refuse("above_most", most=f"{most:,}", found=text)
    return number
