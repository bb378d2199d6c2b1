"""Registries and workspaces of Azure ML: the routes that azure-ai-ml asks, on its true hosts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from tests.emulators.azure.loopback import Asked, Reply

DATA_HOST = "https://cert-eastus.experiments.azureml.net"
TOKEN = "loopback-token"
MADE = {"createdAt": "2024-01-02T03:04:05.6789012Z", "createdBy": "M", "createdByType": "User"}

_SPACE = (
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/team"
)
_DISCOVERY = re.compile(r"/registrymanagement/v1\.0/registries/([^/]+)/discovery")
_MODELS = re.compile(
    r"/mferp/managementfrontend/subscriptions/[^/]+/resourceGroups/[^/]+/providers"
    r"/Microsoft\.MachineLearningServices/registries/(?P<registry>[^/]+)/models"
    r"(?:/(?P<name>[^/]+)/versions(?:/(?P<version>[^/]+))?)?"
)
_WORKSPACE = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.MachineLearningServices"
    r"/workspaces/(?P<workspace>[^/]+)/(?P<kind>serverlessEndpoints|onlineEndpoints)"
    r"(?:/(?P<endpoint>[^/]+)/deployments)?",
    re.IGNORECASE,
)


@dataclass(kw_only=True)
class Registries:
    """Answers the registries and workspaces.

    Attributes:
        models: registry, model, then its versions, oldest first: what stands in ``properties``.
        workspaces: workspace, kind of endpoint, endpoint, then its body with ``deployments``.
        page_size: names a page.
        next_host: scheme and host of next links.
    """

    models: Mapping[str, Mapping[str, Sequence[dict[str, Any]]]] = field(default_factory=dict)
    workspaces: Mapping[str, Mapping[str, Mapping[str, dict[str, Any]]]] = field(
        default_factory=dict
    )
    page_size: int = 2
    next_host: str = DATA_HOST

    def __call__(self, asked: Asked) -> Reply:
        """The answer to one request."""
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return _error(401, "Unauthorized", "the token is not accepted")
        parts = urlsplit(asked.target)
        path = unquote(parts.path)
        if found := _DISCOVERY.fullmatch(path):
            return self._discovery(found[1])
        if found := _MODELS.fullmatch(path):
            return self._models(parts.path, parse_qs(parts.query), **found.groupdict())
        if found := _WORKSPACE.fullmatch(path):
            return self._deployed(**found.groupdict())
        return _error(404, "NotFound", f"no route {path}")

    def _discovery(self, registry: str) -> Reply:
        if registry not in self.models:
            return _error(404, "UserError", "unknown registry")
        return Reply(
            body={
                "registryName": registry,
                "tenantId": "tenant",
                "primaryRegion": "eastus",
                "regions": ["eastus"],
                "resourceGroup": "registry-group",
                "subscriptionId": "00000000-0000-0000-0000-000000000000",
                "primaryRegionResourceProviderUri": f"{DATA_HOST}/",
                "registryFqdns": {"eastus": {"serviceFqdn": "x"}},
            }
        )

    def _models(
        self,
        raw_path: str,
        query: dict[str, list[str]],
        registry: str,
        name: str | None,
        version: str | None,
    ) -> Reply:
        models = self.models[registry]
        if name is None:
            return self._names(raw_path, query, registry)
        bodies = {str(at): body for at, body in enumerate(models.get(name, ()), start=1)}
        if version is not None:
            if version not in bodies:
                return _error(404, "NotFound", "unknown version")
            return Reply(body=_version(registry, name, version, bodies[version]))
        newest_first = reversed([_version(registry, name, at, body) for at, body in bodies.items()])
        return Reply(body={"value": list(newest_first)})

    def _names(self, raw_path: str, query: dict[str, list[str]], registry: str) -> Reply:
        items = [
            _container(registry, name, bodies) for name, bodies in self.models[registry].items()
        ]
        start = int(query.get("$skipToken", ["0"])[0])
        following = start + self.page_size
        body: dict[str, Any] = {"value": items[start:following]}
        if following < len(items):
            more = {"api-version": query["api-version"][0], "$skipToken": following}
            body["nextLink"] = f"{self.next_host}{raw_path}?{urlencode(more)}"
        return Reply(body=body)

    def _deployed(self, workspace: str, kind: str, endpoint: str | None) -> Reply:
        endpoints = self.workspaces[workspace].get(kind, {})
        if endpoint is not None:
            return Reply(body={"value": list(endpoints[endpoint]["deployments"])})
        bodies = [
            {key: value for key, value in body.items() if key != "deployments"}
            for body in endpoints.values()
        ]
        return Reply(body={"value": bodies})


def _error(status: int, code: str, message: str) -> Reply:
    return Reply(status=status, body={"error": {"code": code, "message": message}})


def _container(registry: str, name: str, versions: Sequence[object]) -> dict[str, Any]:
    """A name in the list of a registry; its tags and properties are empty, as the true ones."""
    return {
        "id": f"azureml://registries/{registry}/models/{name}",
        "name": name,
        "type": "models",
        "systemData": MADE,
        "properties": {
            "description": None,
            "tags": {},
            "properties": {},
            "isArchived": False,
            "latestVersion": str(len(versions)) if versions else None,
            "nextVersion": None,
        },
    }


def _version(registry: str, name: str, version: str, body: dict[str, Any]) -> dict[str, Any]:
    whole = {
        "description": None,
        "tags": {},
        "properties": {},
        "isArchived": False,
        "isAnonymous": False,
        "modelType": "mlflow_model",
        "modelUri": "https://blob/x",
        "jobName": None,
        "stage": None,
        "flavors": {},
        **body,
    }
    properties = {key: value for key, value in whole.items() if value is not ...}
    return {
        "id": f"azureml://registries/{registry}/models/{name}/versions/{version}",
        "name": version,
        "type": "models",
        "systemData": MADE,
        "properties": properties,
    }


def serverless_endpoint(name: str, model_id: str, region: str) -> dict[str, Any]:
    """A serverless endpoint of a workspace."""
    return {
        "id": f"{_SPACE}/serverlessEndpoints/{name}",
        "name": name,
        "type": "Microsoft.MachineLearningServices/workspaces/serverlessEndpoints",
        "location": region,
        "tags": {},
        "sku": {"name": "Consumption"},
        "properties": {
            "authMode": "Key",
            "provisioningState": "Succeeded",
            "endpointState": "Online",
            "modelSettings": {"modelId": model_id},
            "inferenceEndpoint": {"uri": f"https://{name}.{region}.models.ai.azure.com"},
        },
    }


def online_endpoint(name: str, region: str, *deployments: dict[str, Any]) -> dict[str, Any]:
    """An online endpoint of a workspace with its deployments."""
    return {
        "id": f"{_SPACE}/onlineEndpoints/{name}",
        "name": name,
        "type": "Microsoft.MachineLearningServices/workspaces/onlineEndpoints",
        "location": region,
        "tags": {},
        "kind": "Managed",
        "properties": {
            "authMode": "Key",
            "provisioningState": "Succeeded",
            "scoringUri": f"https://{name}.{region}.inference.ml.azure.com/score",
            "properties": {},
            "traffic": {},
        },
        "deployments": deployments,
    }


def online_deployment(name: str, model: str, size: str, count: int) -> dict[str, Any]:
    """One deployment of an online endpoint, on rented machines."""
    return {
        "id": f"{_SPACE}/onlineEndpoints/hosts/deployments/{name}",
        "name": name,
        "type": "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments",
        "location": "eastus",
        "tags": {},
        "sku": {"name": "Default", "capacity": count},
        "properties": {
            "endpointComputeType": "Managed",
            "model": model,
            "instanceType": size,
            "provisioningState": "Succeeded",
            "properties": {},
            "scaleSettings": {"scaleType": "Default"},
        },
    }
