"""Measures vLLM on one GPU under a closed loop; README.md says how.

    python -m tests.bench.gpu.engine_load FOLDER [--seconds N] [--served KEY ...]

Needs vLLM 0.24 and nothing else of this repository. No weights: the engine fills the true shapes
with random numbers. Writes FOLDER/engine.csv after each point and stops when its seconds are over.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import math
import random
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any, Final

from tests.bench.gpu.engine_models import SERVED, Load, Served

COLUMNS: Final = (
    *("measured_on", "gpu", "driver", "engine_version", "model", "weight_precision"),
    *("input_tokens", "output_tokens", "concurrency", "output_tokens_per_second"),
    *(
        "counted_tokens_per_second",
        "completed",
        "window_seconds",
        "ttft_ms_mean",
        "ttft_ms_p50",
        "ttft_ms_p95",
        "tpot_ms_mean",
    ),
    *("tpot_ms_p50", "tpot_ms_p95", "request_ms_p50", "queue_ms_p50", "kv_cache_tokens"),
    *("gpu_memory_share", "sm_mhz", "watts"),
)
ROUNDS: Final = 1.25
"""Requests that each client has to complete within the window, in the mean."""
LEAST_SECONDS, LEAST_COMPLETED, MOST_SECONDS = 2.5, 4, 45.0
FREED_SECONDS: Final = 20.0
FREED_MIB: Final = 2000
PROMPTS: Final = 512


@dataclass(frozen=True, kw_only=True)
class Finished:
    """One request that came back whole; seconds."""

    at: float
    tokens: int
    request: float
    first: float
    queued: float
    each: float


@dataclass(kw_only=True)
class Loop:
    """Clients that each send the next request when the last one has come back."""

    engine: Any
    load: Load
    prompts: Sequence[Sequence[int]]
    finished: list[Finished] = field(default_factory=list)
    clients: list[asyncio.Task[None]] = field(default_factory=list)
    begun: int = 0
    sent: int = 0

    def grow(self, in_flight: int) -> None:
        """Add clients; their first requests are of evenly spread lengths, so that they do not
        move in step later on."""
        new, most = in_flight - len(self.clients), self.load.output_tokens
        for place in range(new):
            tokens = max(2, most * (place + 1) // new)
            self.clients.append(asyncio.create_task(self._client(tokens)))

    async def stop(self) -> None:
        """Cancel what is in flight; the engine aborts it."""
        for client in self.clients:
            client.cancel()
        await asyncio.gather(*self.clients, return_exceptions=True)

    def failed(self) -> BaseException | None:
        """What a client broke off with."""
        for client in self.clients:
            if client.done() and not client.cancelled():
                return client.exception() or RuntimeError("a client ended")
        return None

    async def _client(self, first_tokens: int) -> None:
        await self._request(first_tokens)
        self.begun += 1
        while True:
            self.finished.append(await self._request(self.load.output_tokens))

    async def _request(self, tokens: int) -> Finished:
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind

        self.sent += 1
        wanted = SamplingParams(
            max_tokens=tokens,
            ignore_eos=True,
            temperature=0.0,
            detokenize=False,
            output_kind=RequestOutputKind.FINAL_ONLY,
        )
        prompt = {"prompt_token_ids": list(self.prompts[self.sent % len(self.prompts)])}
        start, given = time.perf_counter(), None
        async for output in self.engine.generate(
            prompt, wanted, request_id=f"r{id(self)}-{self.sent}"
        ):
            given = output
        assert given is not None
        at, told = time.perf_counter(), given.metrics
        assert len(given.outputs[0].token_ids) == tokens
        return Finished(
            at=at,
            tokens=tokens,
            request=at - start,
            first=told.first_token_latency,
            queued=told.scheduled_ts - told.queued_ts,
            each=(told.last_token_ts - told.first_token_ts) / (tokens - 1),
        )


class Rows:
    """Measured points, written at once."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.DictWriter(self._file, COLUMNS, lineterminator="\n")
        self._writer.writeheader()
        self.written = 0
        self._same = {"measured_on": datetime.now(UTC).date().isoformat(), **_card()}

    def add(self, values: Mapping[str, Any]) -> None:
        """Write one row, here and to the terminal."""
        row = {**self._same, **values}
        self._writer.writerow(row)
        self._file.flush()
        self.written += 1
        sys.stdout.write(json.dumps(values) + "\n")
        sys.stdout.flush()


def main() -> int:
    """Measure everything that was asked for, in order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=500.0)
    parser.add_argument("--served", nargs="*", default=[one.key for one in SERVED])
    arguments = parser.parse_args()
    ends = time.monotonic() + arguments.seconds
    rows = Rows(arguments.folder / "engine.csv")
    for served in SERVED:
        if served.key in arguments.served and time.monotonic() < ends:
            _wait_for_memory()
            try:
                asyncio.run(_measure(served, rows, ends))
            except Exception:  # noqa: BLE001 the next model may run
                traceback.print_exc(file=sys.stdout)
                sys.stdout.flush()
                if not rows.written:
                    return 1
    return 0


async def _measure(served: Served, rows: Rows, ends: float) -> None:
    start = time.monotonic()
    engine, config = _engine(served)
    cache = config.cache_config
    facts = {
        "engine_version": _version(),
        "model": served.model,
        "weight_precision": served.precision,
        "kv_cache_tokens": cache.num_gpu_blocks * cache.block_size,
        "gpu_memory_share": cache.gpu_memory_utilization,
    }
    sys.stdout.write(f"{served.key}: engine up after {time.monotonic() - start:.1f} s\n")
    try:
        for load in served.loads:
            await _loads(engine, load, ends, served.config["vocab_size"], rows, facts)
    finally:
        engine.shutdown()


def _engine(served: Served) -> tuple[Any, Any]:
    from vllm.engine.arg_utils import AsyncEngineArgs
    from vllm.usage.usage_lib import UsageContext
    from vllm.v1.engine.async_llm import AsyncLLM

    folder = Path(tempfile.gettempdir()) / "engine_models" / served.key
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(dict(served.config)), encoding="utf-8")
    asked = AsyncEngineArgs(
        model=str(folder),
        load_format="dummy",
        skip_tokenizer_init=True,
        dtype="bfloat16",
        quantization=served.quantization,
        max_model_len=served.most_tokens,
        enable_prefix_caching=False,
    )
    engine = AsyncLLM.from_engine_args(asked, usage_context=UsageContext.OPENAI_API_SERVER)
    return engine, engine.vllm_config


async def _loads(
    engine: Any, load: Load, ends: float, vocabulary: int, rows: Rows, facts: Mapping[str, Any]
) -> None:
    drawn = random.Random(load.input_tokens)
    prompts = [
        [drawn.randrange(1000, vocabulary) for _ in range(load.input_tokens)]
        for _ in range(PROMPTS)
    ]
    loop = Loop(engine=engine, load=load, prompts=prompts)
    try:
        for in_flight in load.in_flight:
            loop.grow(in_flight)
            point = await _point(loop, in_flight, ends)
            if point is None:
                return
            tokens = {"input_tokens": load.input_tokens, "output_tokens": load.output_tokens}
            rows.add({**facts, **tokens, **point})
    finally:
        await loop.stop()


async def _point(loop: Loop, in_flight: int, ends: float) -> dict[str, Any] | None:
    """Wait until all clients are past their first request, then watch a window that begins and
    ends with a request that comes back; None where the time was not enough."""
    while loop.begun < in_flight:
        if not await _went_on(loop, ends):
            return None
    before = len(loop.finished)
    while len(loop.finished) == before:
        if not await _went_on(loop, ends):
            return None
    first, asked = len(loop.finished), time.perf_counter()
    card = asyncio.create_task(asyncio.to_thread(_load_of_card))
    wanted = max(LEAST_COMPLETED if in_flight > 1 else 2, math.ceil(ROUNDS * in_flight))
    while True:
        passed, done = time.perf_counter() - asked, len(loop.finished) - first
        enough = done >= wanted and passed >= LEAST_SECONDS
        if (enough or passed > MOST_SECONDS) and done > 1:
            break
        if not await _went_on(loop, ends):
            return None
    seen = loop.finished[first:]
    seconds = seen[-1].at - loop.finished[first - 1].at
    return {"concurrency": in_flight, **_told(seen, seconds, in_flight), **await card}


async def _went_on(loop: Loop, ends: float) -> bool:
    await asyncio.wait(loop.clients, timeout=0.02, return_when=asyncio.FIRST_COMPLETED)
    broken = loop.failed()
    if broken is not None:
        raise broken
    return time.monotonic() < ends


def _told(seen: Sequence[Finished], seconds: float, in_flight: int) -> dict[str, Any]:
    first, each, tokens = [one.first for one in seen], [one.each for one in seen], seen[0].tokens
    took = statistics.fmean(first) + (tokens - 1) * statistics.fmean(each)
    return {
        "output_tokens_per_second": round(in_flight * tokens / took, 1),
        "counted_tokens_per_second": round(len(seen) * tokens / seconds, 1),
        "completed": len(seen),
        "window_seconds": round(seconds, 3),
        **_spread("ttft_ms", first),
        **_spread("tpot_ms", each),
        "request_ms_p50": _milliseconds(statistics.median(one.request for one in seen)),
        "queue_ms_p50": _milliseconds(statistics.median(one.queued for one in seen)),
    }


def _spread(name: str, seconds: Sequence[float]) -> dict[str, float]:
    late = sorted(seconds)[math.ceil(0.95 * len(seconds)) - 1]
    return {
        f"{name}_mean": _milliseconds(statistics.fmean(seconds)),
        f"{name}_p50": _milliseconds(statistics.median(seconds)),
        f"{name}_p95": _milliseconds(late),
    }


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1e3, 3)


def _wait_for_memory() -> None:
    """Until the engine before has given its memory back."""
    ends = time.monotonic() + FREED_SECONDS
    while time.monotonic() < ends and float(_asked_of_card("memory.used")[0]) > FREED_MIB:
        Event().wait(0.5)


def _card() -> dict[str, str]:
    gpu, driver = _asked_of_card("name,driver_version")
    return {"gpu": gpu, "driver": driver}


def _load_of_card() -> dict[str, str]:
    Event().wait(1.0)  # into the window
    clock, power = _asked_of_card("clocks.sm,power.draw")
    return {"sm_mhz": clock, "watts": power}


def _asked_of_card(names: str) -> list[str]:
    command = ["nvidia-smi", f"--query-gpu={names}", "--format=csv,noheader,nounits"]
    given = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [value.strip() for value in given.splitlines()[0].split(",")]


def _version() -> str:
    import vllm

    return str(vllm.__version__)


if __name__ == "__main__":
    sys.exit(main())
