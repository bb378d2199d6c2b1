"""Commands about measurements of your own: import a result file, list, forget."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.terminal import guarded, opened_catalog, show

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from catalog.own_measurement_records import OwnMeasurementRecord

measurements_app = typer.Typer(
    help="Benchmarks of your own deployments, as evidence of their capacity.", no_args_is_help=True
)

AsJson = Annotated[bool, typer.Option("--json", help="print the rows as JSON")]
LOADS = {
    "closed_loop": "{count} in flight",
    "burst_all_at_once": "{count} at once",
    "poisson_server_slo": "at a rate",
}


@measurements_app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="result of vllm bench serve, guidellm or aiperf")],
    model: Annotated[str, typer.Option(help="any name of the model that was served")],
    weights: Annotated[
        str | None, typer.Option(help="precision of the weights, such as bf16 or fp8")
    ] = None,
    tool: Annotated[
        str | None, typer.Option(help="vllm-bench, guidellm or aiperf; default: told by the file")
    ] = None,
    instance: Annotated[str | None, typer.Option(help="host that served, of `hosts`")] = None,
    gpu: Annotated[str | None, typer.Option(help="GPU instead of a host, such as H100-SXM")] = None,
    gpus: Annotated[int | None, typer.Option(min=1, help="GPUs that served, all replicas")] = None,
    tensor: Annotated[int | None, typer.Option(min=1, help="tensor parallel")] = None,
    pipeline: Annotated[int | None, typer.Option(min=1, help="pipeline parallel")] = None,
    data: Annotated[int | None, typer.Option(min=1, help="attention data parallel")] = None,
    cache: Annotated[str | None, typer.Option(help="precision of the KV cache")] = None,
    engine: Annotated[str | None, typer.Option(help="vllm, sglang or tensorrt-llm")] = None,
    engine_version: Annotated[str | None, typer.Option(help="such as 0.11.0")] = None,
    again: Annotated[
        bool, typer.Option("--again", help="replace what the same file gave before")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read a result file and keep its runs: they calibrate capacity before any published one."""

    def run() -> None:
        from datetime import UTC, datetime

        from catalog.benchmarks.reading import read_benchmarks
        from catalog.own_measurement_rows import measurements_of, result_file
        from catalog.own_measurements import store_measurements
        from catalog.served_models import Told

        told = Told(
            model=model,
            weights=weights,
            cache=cache,
            instance=instance,
            gpu=gpu,
            gpus=gpus,
            tensor=tensor,
            pipeline=pipeline,
            data=data,
            engine=engine,
            engine_version=engine_version,
        )
        content = file.read_bytes()
        runs = read_benchmarks(content, name=file.name, tool=tool)
        read = result_file(file.name, content, datetime.now(UTC))
        with opened_catalog() as catalog:
            with catalog.read() as session:
                records = measurements_of(session, runs, told, read)
            store_measurements(catalog, records, again=again)
        show_measurements(records, as_json, f"{file.name}: ")

    guarded(run)


@measurements_app.command("list")
def list_all(
    model: Annotated[str | None, typer.Option(help="any name of a model")] = None,
    as_json: AsJson = False,
) -> None:
    """Own measurements, and which of them calibrate."""

    def run() -> None:
        from catalog.model_queries import find_model
        from catalog.own_measurements import list_own_measurements

        with opened_catalog() as catalog, catalog.read() as session:
            model_id = None if model is None else find_model(session, model).id
            records = list_own_measurements(session, model_id)
        show_measurements(records, as_json)

    guarded(run)


@measurements_app.command("remove")
def remove(
    measurement: Annotated[str, typer.Argument(metavar="ID", help="id that `list` shows")],
) -> None:
    """Forget one own measurement."""

    def run() -> None:
        from catalog.own_measurements import remove_own_measurement

        with opened_catalog() as catalog:
            remove_own_measurement(catalog, measurement)
        show(f"{measurement}: removed.")

    guarded(run)


def show_measurements(
    records: "Sequence[OwnMeasurementRecord]", as_json: bool, head: str = ""
) -> None:
    """Print measurements as JSON, or as rows with what their flags mean."""
    import json

    from catalog.benchmarks.runs import FLAGS, NEVER_CALIBRATES
    from dashboard.report import table

    if as_json:
        items = [record.model_dump(mode="json") for record in records]
        document = {"items": items, "total": len(items), "next": None}
        show(json.dumps(document, ensure_ascii=False, indent=2))
        return
    usable = sum(record.calibrates for record in records)
    lines = [f"{head}{len(records)} runs, {usable} of them calibrate the capacity model."]
    if records:
        columns = ["id", "model", "on", "load", "in:out", "output tok/s", "TTFT, TPOT ms", "by"]
        lines.append(table(columns, [_cells(record) for record in records]))
    for flag, meaning in FLAGS.items():
        ids = [record.id for record in records if flag in record.flags]
        if ids:
            outcome = "; does not calibrate" if flag in NEVER_CALIBRATES else ""
            lines.append(f"{flag}: {meaning}{outcome} ({', '.join(ids)})")
    lines += [f"{record.id}: {record.note}" for record in records if record.note]
    show("\n".join(lines))


def _cells(record: "OwnMeasurementRecord") -> list[str]:
    split = f"TP{record.tensor_parallel}"
    if (record.pipeline_parallel or 1) > 1:
        split += f" PP{record.pipeline_parallel}"
    if (record.attention_data_parallel or 1) > 1:
        split += f" DP{record.attention_data_parallel}"
    load = LOADS.get(record.load_mode, record.load_mode)
    return [
        record.id,
        f"{record.model_id} {record.weight_precision}",
        f"{record.gpus} x {record.gpu_key} {split} {record.engine}",
        load.format(count=_rounded(record.concurrency)),
        f"{_rounded(record.input_tokens)}:{_rounded(record.output_tokens)}",
        _rounded(record.output_tokens_per_second),
        f"{_rounded(record.ttft_ms)}, {_tenths(record.tpot_ms)}",
        record.tool,
    ]


def _rounded(number: "Decimal | None") -> str:
    return "-" if number is None else f"{number:,.0f}"


def _tenths(number: "Decimal | None") -> str:
    return "-" if number is None else f"{number:,.1f}"
