"""Files of measured runs for `modelcost capacity --check`, made from one run that is known."""

from __future__ import annotations

import csv
import io

from catalog.capacity_check import CapacityCheck, PredictedRun, check_capacity
from catalog.database import Database

RUN = {
    "row_id": "r1",
    "model_key": "llama3-8b",
    "gpu": "H100-SXM",
    "n_gpus": "1",
    "tp": "1",
    "weight_precision": "bf16",
    "engine": "vllm",
    "engine_version": "0.11.0",
    "load_mode": "closed_loop",
    "isl_tokens": "1000",
    "osl_tokens": "300",
    "concurrency": "64",
    "output_tok_s": "4000",
}


def content(*runs: dict[str, str]) -> bytes:
    """A file of runs; its columns are those of the first."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(runs[0]), restval="")
    writer.writeheader()
    writer.writerows(runs)
    return text.getvalue().encode()


def check(database: Database, file: bytes) -> CapacityCheck:
    with database.read() as session:
        return check_capacity(session, file, "runs.csv")


def one(database: Database, **changes: str) -> PredictedRun:
    """The run with other cells."""
    [row] = check(database, content(RUN | changes)).rows
    return row


def without(*columns: str) -> dict[str, str]:
    return {name: cell for name, cell in RUN.items() if name not in columns}
