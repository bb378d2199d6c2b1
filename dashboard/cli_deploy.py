"""The command `modelcost deploy`: what deploys an option, as a script or the document of REST."""

import json
from typing import Annotated

import typer

from dashboard.cli_options import AsJson, Language, ScenarioName
from dashboard.terminal import guarded, opened_catalog, show


def add_deploy_command(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(deploy)


def deploy(
    scenario: ScenarioName,
    option: Annotated[str, typer.Option(help="name of the option that is deployed")],
    as_json: AsJson = False,
    lang: Language = "en",
) -> None:
    """Write the commands and files that deploy an option. Nothing is run: what is not known is a
    placeholder such as <RESOURCE_GROUP>, and listed."""

    def run() -> None:
        from datetime import UTC, datetime

        from dashboard.chat.exports.deployment import (
            DeploymentRequest,
            deployment_bytes,
            deployment_document,
        )
        from dashboard.chat.exports.deployment_text import deployment_text
        from dashboard.terminal import scenario_content, texts_of

        texts = texts_of(lang)
        content, form = scenario_content(scenario)
        asked = DeploymentRequest(option=option, today=datetime.now(UTC).date())
        with opened_catalog() as catalog:
            found = deployment_bytes(catalog, content, asked, form=form, name=scenario)
        document = deployment_document(*found, texts)
        if as_json:
            show(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))
            return
        show(deployment_text(document, texts).rstrip("\n"))

    guarded(run)
