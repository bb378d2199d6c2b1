"""The measurements behind `scripts/bench`: ratios within one run, never absolute promises."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.bench.rates import Ratio, compare, requests_per_second
from tests.servers import PROGRAM, clean_environment, free_port, running_server

IMPORTS = (
    "import fastapi, uvicorn, dash, dash.backends._fastapi, dash_mantine_components, sqlmodel, "
    "babel, yaml"
)
EMPTY_APP = (
    "import sys, uvicorn; from fastapi import FastAPI; app = FastAPI()\n"
    "@app.post('/empty')\n"
    "async def empty(): return {}\n"
    "uvicorn.run(app, port=int(sys.argv[1]), log_level='error', access_log=False)"
)


def main() -> int:
    """Run what the arguments ask for; 1 where an answer is wrong or an aim is missed."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--exact", type=int, nargs="?", const=100_000, metavar="SCENARIOS")
    parser.add_argument("--search", type=int, nargs="?", const=100, metavar="TURNS")
    parser.add_argument("--kill", type=int, nargs="*", metavar="POINTS")
    parser.add_argument("--leases", type=int, nargs="?", const=100, metavar="STARTS")
    parser.add_argument("--rows", type=int, nargs="?", const=100_000, metavar="ROWS")
    parser.add_argument("--on", choices=("sqlite", "postgresql"), help="with --rows: only there")
    parser.add_argument("--accuracy", type=Path, metavar="FILE")
    parser.add_argument("--capacity-rate", action="store_true")
    parser.add_argument("--answers", action="store_true")
    parser.add_argument("--sweep", action="store_true")
    parser.add_argument("--draws", type=int, nargs="?", const=20_000, metavar="DRAWS")
    parser.add_argument("--passages", type=int, nargs="?", const=50_000, metavar="PASSAGES")
    parser.add_argument("--chat", action="store_true")
    parser.add_argument("--page", type=int, nargs="?", const=100_000, metavar="MODELS")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    arguments = parser.parse_args()
    if (failures := _failures(parser, arguments)) is not None:
        return 1 if failures else 0
    from tests.bench import answers

    missed = answers.run(arguments.rounds, arguments.seconds)
    for ratio in (
        _start(arguments.rounds),
        _requests(arguments.rounds, arguments.seconds),
    ):
        sys.stdout.write(ratio.line() + "\n")
        sys.stdout.flush()
    return 1 if missed else 0


def _failures(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> int | None:
    """How many things failed of the measurement that is asked for; None: no special one is."""
    if arguments.exact is not None:
        from tests.bench.exact import run

        disagreements = run(arguments.exact, arguments.seed)
        checked = f"{arguments.exact:,} scenarios and as many hybrids"
        sys.stdout.write(f"{checked}: {disagreements} disagreements\n")
        return disagreements
    if arguments.search is not None:
        from tests.bench import search

        return search.run(arguments.search)
    if arguments.kill is not None:
        from tests.bench import kills

        if len(arguments.kill) not in (0, 2):
            parser.error("--kill takes points on SQLite and on PostgreSQL, or none")
        return kills.run(arguments.kill or kills.POINTS)
    if arguments.leases is not None:
        from tests.bench import leases

        return leases.run(arguments.leases)
    if arguments.rows is not None:
        from tests.bench import sync_rates

        return sync_rates.run(arguments.rows, arguments.on, arguments.seed)
    if arguments.accuracy is not None:
        from tests.bench import accuracy

        accuracy.run(arguments.accuracy)
        return 0
    if arguments.capacity_rate:
        from tests.bench import capacity_rate

        capacity_rate.run(arguments.rounds)
        return 0
    if arguments.answers:
        from tests.bench import answers

        return answers.run(arguments.rounds, arguments.seconds)
    if arguments.sweep:
        from tests.bench import sweep_rates

        return sweep_rates.run(arguments.rounds)
    if arguments.passages is not None:
        from tests.bench import passages

        return passages.run(arguments.passages, arguments.seed)
    if arguments.chat:
        from tests.bench import chat_streams

        return chat_streams.run(arguments.rounds)
    if arguments.page is not None:
        from tests.bench import page_speed

        return page_speed.run(arguments.page, arguments.rounds, arguments.seed)
    if arguments.draws is not None:
        from tests.bench import draws

        return draws.run(arguments.draws, arguments.rounds, arguments.seed)
    return None


def _start(rounds: int) -> Ratio:
    with tempfile.TemporaryDirectory() as folder:
        with running_server(Path(folder)):
            pass  # the first start loads the snapshot; what is measured is every later one
        return compare(
            "start to first page against importing the same libraries",
            "s",
            lambda: _first_page_seconds(Path(folder)),
            _import_seconds,
            rounds,
        )


def _first_page_seconds(folder: Path) -> float:
    port = free_port()
    environment = clean_environment(MODELCOST_DATA_DIR=str(folder / "data"))
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(PROGRAM), "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
                    page.read()
                    return time.perf_counter() - start
            except OSError:
                continue
        raise RuntimeError("the server ended at its start")
    finally:
        process.terminate()
        process.wait(timeout=30)


def _import_seconds() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)
    return time.perf_counter() - start


def _requests(rounds: int, seconds: float) -> Ratio:
    from catalog.document import read_document
    from dashboard.service import example_bytes

    value = read_document(example_bytes("article"), form="yaml", name="article").value
    body = json.dumps(value, default=str).encode()
    port = free_port()
    empty = subprocess.Popen([sys.executable, "-c", EMPTY_APP, str(port)])
    try:
        with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as url:
            return compare(
                "POST break-even against an empty async FastAPI route",
                "requests/s",
                lambda: requests_per_second(f"{url}/api/v1/break-even", seconds, body),
                lambda: requests_per_second(f"http://127.0.0.1:{port}/empty", seconds, b"{}"),
                rounds,
            )
    finally:
        empty.terminate()
        empty.wait(timeout=30)


if __name__ == "__main__":
    sys.exit(main())
