"""Commands about the facts themselves: coverage, links, and where sources disagree."""

from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli_options import AsJson
from dashboard.terminal import guarded, opened_catalog, show, show_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.coverage import Coverage
    from catalog.disagreements import Disagreement, ToldPrice

AsJson = AsJson
SHOWN = 5


def add_fact_commands(app: typer.Typer) -> None:
    """Add both commands to the program."""
    app.command()(coverage)
    app.command()(links)


def coverage(as_json: AsJson = False) -> None:
    """How many models have a price, an architecture, a list of hosts, and what is missing."""

    def run() -> None:
        from catalog.coverage import catalog_coverage

        with opened_catalog() as catalog, catalog.read() as session:
            found = catalog_coverage(session)
        show(found.model_dump_json(indent=2) if as_json else _coverage_text(found))

    guarded(run)


def links(
    model: Annotated[str, typer.Argument(help="any name of a model")] = "",
    ambiguous: Annotated[
        bool, typer.Option("--ambiguous", help="only ids that may mean several models")
    ] = False,
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option(min=1, max=200, help="rows at most")] = 50,
    after: Annotated[str | None, typer.Option(help="`next` of the page before")] = None,
) -> None:
    """Which ids in other systems mean a model, and why."""

    def run() -> None:
        import json

        from catalog.links import ambiguous_links, list_links
        from dashboard.report import table

        with opened_catalog() as catalog, catalog.read() as session:
            if not ambiguous:
                page = list_links(session, model or None, None, limit, after)
                show_page(page, as_json, _link_rows)
                return
            found = ambiguous_links(session)
        if as_json:
            items = [one.model_dump(mode="json") for one in found]
            document = {"items": items, "total": len(items), "next": None}
            show(json.dumps(document, ensure_ascii=False, indent=2))
        else:
            rows = [[one.system, one.key, " or ".join(one.candidates), one.reason] for one in found]
            show(table(["system", "id", "may mean", "because"], rows))

    guarded(run)


def show_disagreements(model: str, as_json: bool) -> None:
    """Print where two sources tell different prices; of one model where a name is given."""

    def run() -> None:
        import json

        from catalog.disagreements import list_disagreements

        with opened_catalog() as catalog, catalog.read() as session:
            found = list_disagreements(session, model or None)
        if as_json:
            items = [one.model_dump(mode="json") for one in found]
            document = {"items": items, "total": len(items), "next": None}
            show(json.dumps(document, ensure_ascii=False, indent=2))
        else:
            show(_disagreement_text(found))

    guarded(run)


def _disagreement_text(found: "Sequence[Disagreement]") -> str:
    from dashboard.report import table

    if not found:
        return "No two sources disagree by more than 1 %."
    rows = []
    for one in found:
        regions = ", ".join(one.regions[:SHOWN]) or "-"
        more = f" and {len(one.regions) - SHOWN} more" if len(one.regions) > SHOWN else ""
        rows.append(
            [
                one.model_id or one.instance_id or "",
                " ".join(part for part in (one.deployment, one.kind, one.term) if part),
                regions + more,
                _told(one.counts),
                _told(one.other),
                f"{one.gap_share * 100:+.1f} %",
            ]
        )
    columns = ["priced", "how", "where", "counts", "not taken", "gap"]
    return table(columns, rows)


def _told(price: "ToldPrice") -> str:
    day = "no date" if price.as_of is None else price.as_of.isoformat()
    return f"{price.amount} {price.currency} per {price.per} ({price.source}, {day})"


def _link_rows(found: object) -> str:
    from catalog.identity_records import ModelLinkRecord
    from dashboard.report import table

    assert isinstance(found, tuple)
    links_found: tuple[ModelLinkRecord, ...] = found
    rows = [
        [link.system, link.key, link.relation, link.model_id, link.evidence, link.reason]
        for link in links_found
    ]
    return table(["system", "id", "is", "model", "evidence", "because"], rows)


def _coverage_text(found: "Coverage") -> str:
    from dashboard.report import table

    facts = [
        ("models", found.models),
        ("with a current price by the token", found.with_price),
        ("with an architecture", found.with_architecture),
        ("with a list of hosts", found.with_host_list),
        ("with a licence", found.with_license),
        ("with a context length", found.with_context),
        ("with price and architecture", found.with_price_and_architecture),
        ("with price and list of hosts", found.with_price_and_host_list),
        ("offers", found.offers),
        ("offers of no model", len(found.unlinked_offers)),
        ("ids that may mean several models", len(found.ambiguous_joins)),
    ]
    joins = [[one.relation, one.evidence, str(one.count)] for one in found.joins]
    gaps = []
    for gap in found.gaps:
        more = f" and {gap.count - SHOWN} more" if gap.count > SHOWN else ""
        gaps.append([gap.name, str(gap.count), ", ".join(gap.models[:SHOWN]) + more])
    return "\n\n".join(
        [
            table(["catalog", "number"], [[name, str(count)] for name, count in facts]),
            table(["ids joined as", "by", "number"], joins),
            table(["gap", "models", "such as"], gaps),
        ]
    )
