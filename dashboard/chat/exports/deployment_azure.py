"""Deployments of Azure that are paid by the token or in units of throughput.

Flags by the reference of `az cognitiveservices account deployment`, SKU names by the page of
deployment types; both at learn.microsoft.com. A format is known for OpenAI alone; for others the
command that lists the models of an account tells it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from dashboard.chat.exports.deployment_parts import Load, Note, Way, command

DOCUMENTATION: Final = (
    "https://learn.microsoft.com/cli/azure/cognitiveservices/account/deployment",
    "https://learn.microsoft.com/cli/azure/cognitiveservices/account",
    "https://learn.microsoft.com/azure/ai-services/openai/how-to/deployment-types",
)
SKUS: Final[Mapping[tuple[str, str], str]] = {
    ("standard", "regional"): "Standard",
    ("standard", "data_zone"): "DataZoneStandard",
    ("standard", "global"): "GlobalStandard",
    ("batch", "data_zone"): "DataZoneBatch",
    ("batch", "global"): "GlobalBatch",
    ("provisioned", "regional"): "ProvisionedManaged",
    ("provisioned", "data_zone"): "DataZoneProvisionedManaged",
    ("provisioned", "global"): "GlobalProvisionedManaged",
}
VERSIONED: Final = re.compile(r"(?P<name>.+)-(?P<version>\d{4}-\d{2}-\d{2})", re.ASCII)
TOKENS_OF_CAPACITY: Final = 1000
"""One unit of capacity of a standard deployment of OpenAI is so many tokens a minute."""
MINUTES_PER_HOUR: Final = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class AzureDeployment:
    """What is known of the deployment; None: not known.

    Attributes:
        name: of the deployment.
        provider: who sells it.
        model, publisher: name under which it is sold, and who made it.
        deployment: global, data_zone, regional or unknown.
        units: of throughput, for one that is provisioned.
    """

    name: str
    provider: str | None
    model: str | None
    publisher: str | None
    region: str | None
    deployment: str | None
    batch: bool
    units: int | None
    is_provisioned: bool
    load: Load


def azure_ways(asked: AzureDeployment) -> tuple[tuple[Way, ...], tuple[Note, ...]]:
    """The commands, and what has to be known; no command where somebody else sells it."""
    if asked.provider not in (None, "azure"):
        return (), (Note(code="not_azure", facts={"provider": str(asked.provider)}),)
    notes = [] if asked.provider else [Note(code="provider_assumed")]
    openai = asked.publisher == "openai"
    versioned = VERSIONED.fullmatch(asked.model or "") if openai else None
    account = {"--name": "<ACCOUNT>", "--resource-group": "<RESOURCE_GROUP>"}
    capacity = _capacity(asked, openai=openai)
    if openai and not asked.is_provisioned and isinstance(capacity, int):
        notes.append(Note(code="capacity_is_a_limit", facts={"tokens": f"{capacity * 1000:,}"}))
    commands = (
        command(
            ("az", "cognitiveservices", "account", "create"),
            {
                **account,
                "--location": asked.region or "<REGION>",
                "--kind": "AIServices",
                "--sku": "S0",
                "--custom-domain": "<ACCOUNT>",
            },
        ),
        command(
            ("az", "cognitiveservices", "account", "list-models"), {**account, "--output": "table"}
        ),
        command(
            ("az", "cognitiveservices", "account", "deployment", "create"),
            {
                **account,
                "--deployment-name": asked.name,
                "--model-name": versioned["name"] if versioned else asked.model or "<MODEL>",
                "--model-version": versioned["version"] if versioned else "<MODEL_VERSION>",
                "--model-format": "OpenAI" if openai else "<MODEL_FORMAT>",
                "--sku-name": _sku(asked),
                "--sku-capacity": capacity,
            },
        ),
    )
    way = Way(code="azure_deployment", documentation=DOCUMENTATION, commands=commands)
    return (way,), (*notes, Note(code="never_run"))


def _sku(asked: AzureDeployment) -> str:
    kind = "provisioned" if asked.is_provisioned else "batch" if asked.batch else "standard"
    return SKUS.get((kind, asked.deployment or ""), "<SKU_NAME>")


def _capacity(asked: AzureDeployment, *, openai: bool) -> int | str:
    """Units that are bought; or thousands of tokens a minute at the peak, rounded up."""
    if asked.is_provisioned:
        return "<CAPACITY>" if asked.units is None else asked.units
    if not openai or asked.batch:
        return "<CAPACITY>"
    load = asked.load
    tokens = (load.input_tokens + load.output_tokens) * load.peak_requests_per_hour
    return max(1, ceil(tokens / MINUTES_PER_HOUR / TOKENS_OF_CAPACITY))
