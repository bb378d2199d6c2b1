"""What a person says of a measured deployment, because a result file does not state it."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import process
from sqlalchemy import select
from sqlmodel import Session

from catalog.errors import BenchmarkRefused, GpuNotFound
from catalog.instance_queries import find_instance
from catalog.model_queries import find_model
from catalog.tables import GPU
from costing.capacity_words import width_of

WIDTHS = "bf16, fp16, fp8, int8, int4, nvfp4, mxfp4"


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A deployment as told on the command line; None: not told.

    gpus: those that served, of all replicas. tensor, pipeline, data: how one replica is spread.
    """

    model: str
    weights: str | None = None
    cache: str | None = None
    instance: str | None = None
    gpu: str | None = None
    gpus: int | None = None
    tensor: int | None = None
    pipeline: int | None = None
    data: int | None = None
    engine: str | None = None
    engine_version: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """The same with the ids of the catalog."""

    model_id: str
    gpu_key: str
    gpus: int
    instance_id: str | None
    weights: str
    cache: str | None


def served_by(session: Session, told: Told) -> Served:
    """Look up what was told.

    Raises:
        ModelNotFound, ModelAmbiguous, InstanceNotFound, GpuNotFound: a name leads nowhere.
        BenchmarkRefused: something is missing or does not go together; says which and how.
    """
    model_id = find_model(session, told.model).id
    weights = _width("--weights", told.weights)
    if weights is None:
        raise BenchmarkRefused(
            "Expected the precision of the weights, which result files do not state, found "
            f"nothing. Give --weights with one of {WIDTHS}.",
            field="--weights",
        )
    if (told.instance is None) == (told.gpu is None):
        found = "neither" if told.gpu is None else "both"
        raise BenchmarkRefused(
            f"Expected either a host or a GPU, found {found}. Give --instance with a host that "
            "`modelcost hosts` lists, or --gpu with --gpus.",
            field="--instance",
        )
    host = _of_instance(session, told) if told.instance is not None else _of_gpu(session, told)
    gpu_key, gpus, instance_id = host
    return Served(
        model_id=model_id,
        gpu_key=gpu_key,
        gpus=gpus,
        instance_id=instance_id,
        weights=weights,
        cache=_width("--cache", told.cache),
    )


def find_gpu(session: Session, name: str) -> str:
    """The key of a GPU in any case. Raises GpuNotFound with the nearest keys."""
    keys: list[str] = list(session.execute(select(GPU.c.key).order_by(GPU.c.key)).scalars())
    folded = {key.casefold(): key for key in keys}
    found = folded.get(name.strip().casefold())
    if found is None:
        nearest = [one[0] for one in process.extract(name, keys, limit=3)]
        raise GpuNotFound(
            f"Expected a GPU that the catalog knows, found {name!r}. Nearest: "
            f"{', '.join(nearest)}. All of them: {', '.join(keys)}.",
            name=name,
            nearest=nearest,
        )
    return found


def _of_instance(session: Session, told: Told) -> tuple[str, int, str]:
    host = find_instance(session, told.instance or "")
    count = host.gpu_count
    if host.gpu is None or count is None or count != int(count):
        found = "no known GPU" if host.gpu is None else f"{count or 'an unknown number of'} GPUs"
        raise BenchmarkRefused(
            f"Expected a host with whole GPUs that the catalog knows, found {host.id} with "
            f"{found}. Give --gpu and --gpus instead.",
            field="--instance",
        )
    gpus = int(count) if told.gpus is None else told.gpus
    if not 1 <= gpus <= int(count):
        raise BenchmarkRefused(
            f"Expected --gpus from 1 to the {count} of {host.id}, found {gpus}. Leave it out where "
            "all of them served.",
            field="--gpus",
        )
    return host.gpu.key, gpus, host.id


def _of_gpu(session: Session, told: Told) -> tuple[str, int, None]:
    key = find_gpu(session, told.gpu or "")
    if told.gpus is None or told.gpus < 1:
        found = "nothing" if told.gpus is None else str(told.gpus)
        raise BenchmarkRefused(
            f"Expected how many {key} served, found {found}. Give --gpus with their number.",
            field="--gpus",
        )
    return key, told.gpus, None


def _width(option: str, word: str | None) -> str | None:
    if word is None:
        return None
    if width_of(word) is None:
        raise BenchmarkRefused(
            f"Expected {option} as one of {WIDTHS}, found {word!r}. Give the width that the engine "
            "ran with.",
            field=option,
        )
    return word.strip().lower()
