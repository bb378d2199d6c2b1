"""Deployments on GPU hosts: an endpoint of Azure ML, and containers of vLLM.

How a copy of the model is spread, how its weights and cache are stored and how many hosts there
are come from the capacity answer. Keys and flags by the references of `az ml` and of `vllm serve`.
"""

import json
import shlex
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import yaml

from costing.capacity import CapacityAnswer, CapacityEstimate
from dashboard.chat.exports.deployment_parts import Load, Note, Way, WrittenFile, command
from dashboard.chat.exports.deployment_vllm import IMAGE, PORT, Serving, serving_of, vllm_flags

AZURE: Final = "azure/"
VLLM_PAGES: Final = (
    "https://docs.vllm.ai/en/latest/deployment/docker.html",
    "https://docs.vllm.ai/en/latest/cli/serve.html",
)
AZURE_ML_PAGES: Final = (
    "https://learn.microsoft.com/cli/azure/ml/online-endpoint",
    "https://learn.microsoft.com/cli/azure/ml/online-deployment",
    "https://learn.microsoft.com/azure/machine-learning/reference-yaml-deployment-managed-online",
    "https://learn.microsoft.com/azure/machine-learning/how-to-deploy-custom-container",
)
SCHEMAS: Final = "https://azuremlschemas.azureedge.net/latest"
REQUEST_TIMEOUT_MILLISECONDS: Final = 180_000
"""The longest that Azure ML lets a request take."""
KEY_CHECK: Final = 'export HF_TOKEN VLLM_API_KEY && : "${VLLM_API_KEY:?a key for callers}"'
"""A container that is started without a key answers everybody who reaches its port."""
IMAGE_ARGUMENT: Final = shlex.quote(IMAGE)


@dataclass(frozen=True, kw_only=True, slots=True)
class HostDeployment:
    """What is known of the hosts.

    Attributes:
        instance: id in the catalog, or the name that a person typed; None: none.
        instances: paid, spare ones included; None: not known.
        capacity: of one host; None where model or machine are not known.
        is_estimated: whether the number of hosts rests on that capacity.
        is_retired: whether the provider no longer rents such hosts.
    """

    name: str
    model: str
    instance: str | None
    instances: int | None
    capacity: CapacityAnswer | None
    is_estimated: bool
    is_retired: bool
    load: Load


def host_ways(asked: HostDeployment) -> tuple[tuple[Way, ...], tuple[Note, ...]]:
    """The commands and files, and what has to be known."""
    serving, notes = serving_of(asked.model, asked.capacity, asked.load)
    retired = (Note(code="host_retired"),) if asked.is_retired else ()
    notes = (*retired, *notes, _about_number(asked))
    containers = _containers(serving)
    sku = (asked.instance or "<INSTANCE_TYPE>").removeprefix(AZURE)
    if "/" in sku:
        other = Note(code="not_azure_hosts", facts={"instance": sku})
        return (containers,), (*notes, other, Note(code="never_run"))
    return (_azure_ml(asked, serving, sku), containers), (*notes, Note(code="never_run"))


def _about_number(asked: HostDeployment) -> Note:
    if asked.instances is None:
        return Note(code="instances_unknown")
    code = "instances_estimated" if asked.is_estimated else "instances_typed"
    return Note(code=code, facts={"instances": str(asked.instances)})


# --- Azure ML ---------------------------------------------------------------------------------


def _azure_ml(asked: HostDeployment, serving: Serving, sku: str) -> Way:
    where = {"--resource-group": "<RESOURCE_GROUP>", "--workspace-name": "<WORKSPACE>"}
    endpoint = {
        "$schema": f"{SCHEMAS}/managedOnlineEndpoint.schema.json",
        "name": "<ENDPOINT_NAME>",
        "auth_mode": "key",
    }
    return Way(
        code="azure_ml",
        documentation=AZURE_ML_PAGES,
        files=(
            WrittenFile(name="Dockerfile", content=_dockerfile(serving)),
            WrittenFile(name="endpoint.yml", content=_yaml(endpoint)),
            WrittenFile(name="deployment.yml", content=_yaml(_deployment(asked, serving, sku))),
        ),
        commands=(
            "mkdir -p image && mv Dockerfile image/",
            command(("az", "ml", "online-endpoint", "create"), {"--file": "endpoint.yml", **where}),
            command(
                ("az", "ml", "online-deployment", "create"),
                {"--file": "deployment.yml", "--all-traffic": None, **where},
            ),
        ),
    )


def _deployment(asked: HostDeployment, serving: Serving, sku: str) -> dict[str, Any]:
    route = {"port": PORT, "path": "/health"}
    return {
        "$schema": f"{SCHEMAS}/managedOnlineDeployment.schema.json",
        "name": asked.name,
        "endpoint_name": "<ENDPOINT_NAME>",
        "environment": {
            "build": {"path": "image", "dockerfile_path": "Dockerfile"},
            "inference_config": {
                "liveness_route": route,
                "readiness_route": dict(route),
                "scoring_route": {"port": PORT, "path": "/"},
            },
        },
        "instance_type": sku,
        "instance_count": "<INSTANCES>" if asked.instances is None else asked.instances,
        "request_settings": {
            "request_timeout_ms": REQUEST_TIMEOUT_MILLISECONDS,
            "max_concurrent_requests_per_instance": _in_flight(asked.capacity),
        },
    }


def _in_flight(capacity: CapacityAnswer | None) -> int | str:
    """Requests in flight of one host. Left out, Azure ML lets one through at a time."""
    if not isinstance(capacity, CapacityEstimate):
        return "<REQUESTS_IN_FLIGHT>"
    return max(1, ceil(capacity.batch * capacity.replicas))


def _dockerfile(serving: Serving) -> str:
    """All copies of a host in one container, which shares the requests out to them."""
    words = ["vllm", "serve", serving.model, "--host", "0.0.0.0", "--port", str(PORT)]
    for flag, value in vllm_flags(serving, copies=serving.copies).items():
        words += [flag, str(value)]
    return f"FROM {IMAGE}\nENTRYPOINT {json.dumps(words)}\n"


def _yaml(document: dict[str, Any]) -> str:
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1000)
    return text


# --- containers -------------------------------------------------------------------------------


def _containers(serving: Serving) -> Way:
    """One container a copy, each with GPUs of its own and the next port."""
    return Way(
        code="containers",
        documentation=VLLM_PAGES,
        commands=(
            KEY_CHECK,
            *(_container(serving, copy) for copy in range(serving.copies or 1)),
        ),
    )


def _container(serving: Serving, copy: int) -> str:
    gpus = "<GPUS>"
    if serving.gpus is not None:
        first = copy * serving.gpus
        devices = ",".join(str(one) for one in range(first, first + serving.gpus))
        gpus = f'"device={devices}"'
    return command(
        ("docker", "run", "--detach"),
        {
            "--name": f"vllm-{copy}",
            "--gpus": gpus,
            "--ipc": "host",
            "--publish": f"{PORT + copy}:{PORT}",
            "--env=HF_TOKEN": None,
            "--env=VLLM_API_KEY": None,
            "--volume": "modelcost-huggingface:/root/.cache/huggingface",
            IMAGE_ARGUMENT: None,
            "--model": serving.model,
            **vllm_flags(serving, copies=1),
        },
    )
