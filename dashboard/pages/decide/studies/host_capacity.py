"""What one host of each dedicated option serves, as a tab."""

from dash import html
from dash.development.base_component import Component

from dashboard.pages.decide.capacity import capacity_panel
from dashboard.pages.decide.studies.parts import Study


def host_capacity(study: Study) -> list[Component]:
    """The panel of the capacity, or a sentence that says that no option has hosts to estimate."""
    none = html.P(study.texts("study.capacity.none"), className="small")
    return capacity_panel(study) or [none]
