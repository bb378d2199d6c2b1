"""What a workspace of Azure ML runs: serverless endpoints, and deployments on rented machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from catalog.sources.azure_answers import text_of


def deployed_facts(client: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and fields of a :class:`DeployedRecord` for all that a workspace runs.

    Args:
        client: azure-ai-ml's, of the workspace. Asks for each online endpoint's deployments.
    """
    for endpoint in client.serverless_endpoints.list():
        yield (
            str(endpoint.name),
            {
                "endpoint": endpoint.name,
                "kind": "serverless",
                "region": text_of(endpoint.location),
                "model": text_of(endpoint.model_id),
                "state": _small(endpoint.provisioning_state),
                "auth_mode": _small(endpoint.auth_mode),
            },
        )
    for endpoint in client.online_endpoints.list():
        for deployment in client.online_deployments.list(endpoint.name):
            yield (
                f"{endpoint.name}/{deployment.name}",
                {
                    "endpoint": endpoint.name,
                    "deployment": deployment.name,
                    "kind": "online",
                    "region": text_of(endpoint.location),
                    "model": text_of(deployment.model),
                    "instance_type": text_of(deployment.instance_type),
                    "instance_count": deployment.instance_count,
                    "state": _small(deployment.provisioning_state),
                    "auth_mode": _small(endpoint.auth_mode),
                },
            )


def _small(value: object) -> str | None:
    """In small letters, because the two kinds of endpoints spell ``Key`` and ``key``."""
    text = text_of(value)
    return None if text is None else text.lower()
