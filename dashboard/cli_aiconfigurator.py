"""The command `modelcost aiconfigurator`: another model's view of a deployment, beside ours."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli_measurements import AsJson, show_measurements
from dashboard.terminal import WRONG_INPUT, fail, guarded, opened_catalog, read_settings

if TYPE_CHECKING:
    from pathlib import Path

Parts = Annotated[int, typer.Option(min=1)]


def add_aiconfigurator_command(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(aiconfigurator)


def aiconfigurator(
    model: Annotated[str, typer.Option(help="any name of a model")],
    input_tokens: Annotated[int, typer.Option(min=1, help="mean a request")],
    output_tokens: Annotated[int, typer.Option(min=2, help="mean a request")],
    instance: Annotated[str | None, typer.Option(help="host, of `hosts`")] = None,
    gpu: Annotated[str | None, typer.Option(help="GPU instead of a host, such as H100-SXM")] = None,
    gpus: Annotated[int | None, typer.Option(min=1, help="of all replicas")] = None,
    weights: Annotated[str, typer.Option(help="precision of the weights")] = "bf16",
    cache: Annotated[str | None, typer.Option(help="precision of the KV cache")] = None,
    engine: Annotated[str, typer.Option(help="vllm, sglang or tensorrt-llm")] = "vllm",
    tensor: Parts = 1,
    pipeline: Parts = 1,
    data: Parts = 1,
    expert: Annotated[int, typer.Option(min=1, help="expert parallel, of tensor x data")] = 1,
    concurrency: Annotated[
        list[int] | None, typer.Option(help="requests in flight over all GPUs; repeatable")
    ] = None,
    model_path: Annotated[
        str | None, typer.Option(help="bundled name, or a folder with config.json")
    ] = None,
    seconds: Annotated[float, typer.Option(min=1, help="how long it may take")] = 300,
    yes: Annotated[bool, typer.Option("--yes", help="install without asking")] = False,
    as_json: AsJson = False,
) -> None:
    """Ask NVIDIA's aiconfigurator 0.12 (an environment of its own, about 850 MB) for the same
    deployment, and keep its points as a second opinion that never calibrates."""

    def run() -> None:
        from datetime import UTC, datetime

        from catalog.own_measurements import store_measurements
        from catalog.second_opinion.asking import ask, points_as_measurements
        from catalog.second_opinion.questions import Load, Split, question_of
        from catalog.served_models import Told, served_by

        told = Told(
            model=model, weights=weights, cache=cache, instance=instance, gpu=gpu, gpus=gpus
        )
        split = Split(tensor=tensor, pipeline=pipeline, data=data, expert=expert)
        with opened_catalog() as catalog:
            with catalog.read() as session:
                served = served_by(session, told)
            places = max(1, served.gpus // (tensor * pipeline))
            load = Load(
                input_tokens=input_tokens,
                output_tokens=output_tokens,
                concurrencies=tuple(concurrency or (places, 8 * places, 32 * places)),
            )
            question = question_of(served, split, load, engine=engine, model_path=model_path)
            python = _environment(read_settings().data_dir, yes=yes)
            answer = ask(python, question, seconds=seconds)
            records = points_as_measurements(answer, question, served, datetime.now(UTC))
            store_measurements(catalog, records)
        show_measurements(records, as_json, "aiconfigurator: ")

    guarded(run)


def _environment(data_dir: "Path", *, yes: bool) -> "Path":
    """The Python of the tool's environment, made first where it is not there and wanted."""
    import platform

    from catalog.second_opinion.environment import (
        MEGABYTES,
        PACKAGE,
        Machine,
        environment_folder,
        interpreter,
        is_ready,
        make_environment,
        require_machine,
        run_command,
    )

    folder = environment_folder(data_dir)
    if is_ready(folder):
        return interpreter(folder)
    require_machine(
        Machine(
            system=platform.system(),
            processor=platform.machine(),
            python=(sys.version_info.major, sys.version_info.minor),
        )
    )
    ask_for = f"Install {PACKAGE} (about {MEGABYTES} MB) into {folder}?"
    if not yes and not typer.confirm(ask_for, err=True):
        fail("Nothing was installed. --yes installs without asking.", WRONG_INPUT)
    sys.stderr.write(f"installing {PACKAGE}; a minute or two\n")
    make_environment(folder, run_command)
    return interpreter(folder)
