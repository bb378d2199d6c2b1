"""Reads an endpoint and a deployment with the library of Azure ML, as a process of its own.

`python -W ignore -m tests.dashboard.chat.exports.azure_ml_reader FOLDER` prints what it read: the
library warns of itself when it is loaded, which is an error inside our tests.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from azure.ai.ml import load_online_deployment, load_online_endpoint


def main(folder: str) -> None:
    """Read `endpoint.yml` and `deployment.yml`; an unknown key or kind of value raises."""
    endpoint = load_online_endpoint(Path(folder) / "endpoint.yml")
    deployment: Any = load_online_deployment(Path(folder) / "deployment.yml")
    found = {
        "endpoint": endpoint.name,
        "name": deployment.name,
        "endpoint_of_deployment": deployment.endpoint_name,
        "instance_type": deployment.instance_type,
        "instance_count": deployment.instance_count,
        "at_once": deployment.request_settings.max_concurrent_requests_per_instance,
        "routes": sorted(deployment.environment.inference_config),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
