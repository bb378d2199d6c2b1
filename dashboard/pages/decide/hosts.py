"""More about rented or owned hosts: how they are billed, how often spot ones are taken away, how
many there may be, what was committed to."""

from dash.development.base_component import Component

from dashboard.pages.decide.commitment import commitment_fold
from dashboard.pages.decide.document import Draft, get_at
from dashboard.pages.decide.fields import fold, number_field, pair, word_field
from dashboard.texts import Texts

BILLING = ("always_on", "hourly")
KEYS = ("maximum_instances", "billing", "cold_start_minutes", "interruption_share", "commitment")


def more_of_hosts(draft: Draft, path: str, texts: Texts) -> Component:
    """Folded until one of its fields is used."""
    owned = get_at(draft, f"{path}.owned") is not None
    fields = [
        pair(
            number_field(draft, f"{path}.maximum_instances", texts, "form.maximum_instances"),
            word_field(draft, f"{path}.billing", texts, "form.billing", BILLING),
        ),
        number_field(draft, f"{path}.cold_start_minutes", texts, "form.cold_start_minutes"),
    ]
    if not owned:
        fields.append(
            number_field(draft, f"{path}.interruption_share", texts, "form.interruption_share")
        )
        fields.append(commitment_fold(draft, path, texts, counted="hosts"))
    used = any(get_at(draft, f"{path}.{key}") is not None for key in KEYS)
    return fold(texts("form.more"), fields, is_open=used)
