"""Every command that has a file of its own, put into the program."""

import typer

from dashboard.cli_actual import add_actual_command
from dashboard.cli_aiconfigurator import add_aiconfigurator_command
from dashboard.cli_budget import add_budget_command
from dashboard.cli_capacity import add_capacity_command
from dashboard.cli_chat import add_chat_command
from dashboard.cli_decisions import decisions_app
from dashboard.cli_deploy import add_deploy_command
from dashboard.cli_evaluate import add_evaluate_command
from dashboard.cli_export import add_export_command
from dashboard.cli_facts import add_fact_commands
from dashboard.cli_hours import add_hours_command
from dashboard.cli_hybrid import add_hybrid_command
from dashboard.cli_measurements import measurements_app
from dashboard.cli_own_prices import own_prices_app
from dashboard.cli_plan import add_plan_command
from dashboard.cli_rates import rates_app
from dashboard.cli_recommend import add_recommend_command
from dashboard.cli_reprice import add_reprice_command
from dashboard.cli_risk import add_risk_command
from dashboard.cli_sweep import add_sweep_command
from dashboard.cli_sync import add_sync_command
from dashboard.cli_trace import add_trace_command


def add_commands(app: typer.Typer) -> None:
    """Add them, in the order in which `modelcost --help` lists them."""
    app.add_typer(own_prices_app, name="own-prices")
    app.add_typer(rates_app, name="rates")
    app.add_typer(measurements_app, name="measurements")
    app.add_typer(decisions_app, name="decisions")
    add_fact_commands(app)
    add_capacity_command(app)
    add_plan_command(app)
    add_hybrid_command(app)
    add_budget_command(app)
    add_actual_command(app)
    add_sweep_command(app)
    add_hours_command(app)
    add_deploy_command(app)
    add_evaluate_command(app)
    add_chat_command(app)
    add_risk_command(app)
    add_reprice_command(app)
    add_trace_command(app)
    add_export_command(app)
    add_aiconfigurator_command(app)
    add_recommend_command(app)
    add_sync_command(app)
