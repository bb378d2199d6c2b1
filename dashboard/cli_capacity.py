"""The command `modelcost capacity`: what hosts serve, or a file of measured runs beside the fitted
model."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli_options import Language
from dashboard.terminal import guarded, opened_catalog, show

if TYPE_CHECKING:
    from catalog.capacity_check import CapacityCheck
    from catalog.capacity_check_summary import RunGroup

REASONS_SHOWN = 20


def add_capacity_command(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(capacity)


def capacity(
    scenario: Annotated[
        str | None,
        typer.Argument(help="file, - for stdin, or an example: article", show_default=False),
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(help="CSV of measured runs: each is predicted, and the errors summed up"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON document")] = False,
    lang: Language = "en",
) -> None:
    """What one host of each dedicated option of a scenario serves, or what the fitted model says
    about measured runs (--check FILE).

    Columns of the file, in any order: row_id; model_key, hf_id or model; gpu, n_gpus,
    weight_precision, engine, load_mode, isl_tokens, osl_tokens; where known tp, pp, attn_dp, ep,
    kv_precision, engine_version, concurrency (needed for closed_loop and static_batch). With
    output_tok_s the predictions are compared. Others are passed over, latency targets too.
    """

    def run() -> None:
        if (scenario is None) == (check is None):
            found = "neither" if scenario is None else "both"
            raise ValueError(f"Expected a scenario or --check FILE, found {found}.")
        if scenario is not None:
            _show_capacities(scenario, lang, as_json=as_json)
            return
        assert check is not None
        from catalog.capacity_check import check_capacity

        content = _read(check)
        with opened_catalog() as catalog, catalog.read() as session:
            done = check_capacity(session, content, str(check))
        if as_json:
            show(done.model_dump_json(indent=2))
            return
        show(_check_text(done))

    guarded(run)


def _show_capacities(name: str, lang: str, *, as_json: bool) -> None:
    import json

    from dashboard.capacity_answer import capacity_document
    from dashboard.capacity_report import capacity_text
    from dashboard.format import Format
    from dashboard.service import capacities_of_bytes
    from dashboard.terminal import scenario_content, texts_of

    texts = texts_of(lang)
    content, form = scenario_content(name)
    with opened_catalog() as catalog:
        scenario, found = capacities_of_bytes(catalog, content, form=form, name=name)
    if as_json:
        document = capacity_document(found, scenario, texts)
        show(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))
        return
    show(capacity_text(found, texts, Format(texts.language, scenario.currency)))


def _read(file: Path) -> bytes:
    """The bytes of the file, one more than are allowed at most. Raises Refused."""
    from catalog.capacity_check_file import MOST_BYTES
    from catalog.problems import Refused, problem

    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refused([problem("file_unreadable", (), found=str(file), reason=reason)]) from None


def _check_text(done: "CapacityCheck") -> str:
    from collections import Counter

    from dashboard.report import table

    head = ["group", "value", "rows", "median error", "P90 error", "bias", "in band"]
    parts = [table(head, [_summary_row(group) for group in done.summary])]
    reasons = Counter(row.about for row in done.rows if row.about is not None)
    parts.append(f"{reasons.total():,} of {len(done.rows):,} rows have no prediction.")
    if reasons:
        shown = [[f"{count:,}", about] for about, count in reasons.most_common(REASONS_SHOWN)]
        if len(reasons) > REASONS_SHOWN:
            shown.append(["", f"and {len(reasons) - REASONS_SHOWN:,} more reasons (see --json)"])
        parts.append(table(["rows", "because"], shown))
    if done.under_targets:
        parts.append(
            f"Rows under latency targets: {done.under_targets:,}. Targets are not read; such a "
            "run is predicted as if it had none, so at the most that its hosts give."
        )
    return "\n\n".join(parts)


def _summary_row(group: "RunGroup") -> list[str]:
    from catalog.problems import cut

    return [
        group.group,
        "-" if group.value is None else cut(group.value),
        f"{group.rows:,}",
        _percent(group.median_ape, 1),
        _percent(group.p90_ape, 1),
        "-" if group.bias is None else f"{group.bias:.2f}",
        _percent(group.coverage, 0),
    ]


def _percent(share: float | None, places: int) -> str:
    return "-" if share is None else f"{share:.{places}%}"
