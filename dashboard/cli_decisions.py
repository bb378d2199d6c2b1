"""The command `modelcost decisions`: seal an answer, list, show, verify, and hold against today."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dashboard.cli_options import AsJson, Language, OwnPricesShown, ScenarioName
from dashboard.terminal import NO, WRONG_INPUT, fail, guarded, opened_catalog, show

if TYPE_CHECKING:
    from catalog.database import Database
    from dashboard.decisions.opened import OpenedDecision

decisions_app = typer.Typer(
    help="Answers that were saved and sealed, held against today.", no_args_is_help=True
)

Id = Annotated[str, typer.Argument(help="id of the decision, as in its link")]
Number = Annotated[int | None, typer.Option("--version", help="default: the newest")]
PricesShown = Annotated[
    bool, typer.Option("--with-own-prices", help="show typed and contracted prices too")
]


@decisions_app.command("save")
def save(
    scenario: ScenarioName,
    title: Annotated[str, typer.Option(help="what is decided")],
    owner: Annotated[str, typer.Option(help="who stands for it")],
    evidence: Annotated[
        list[str] | None,
        typer.Option(help="FIELD=TEXT, such as workload.peak_to_mean=Logs; repeatable"),
    ] = None,
    of: Annotated[str | None, typer.Option(help="id of the decision to add a version to")] = None,
    own_prices: OwnPricesShown = False,
    as_json: AsJson = False,
) -> None:
    """Answer a scenario at today's prices and seal it. The owner's key is told this once."""

    def run() -> None:
        from datetime import UTC, datetime

        from catalog.decision_request import read_decision
        from catalog.document import read_document
        from dashboard.decisions.documents import head_document
        from dashboard.decisions.opened import save_further, save_new
        from dashboard.terminal import scenario_content

        content, form = scenario_content(scenario)
        sent = {
            "title": title,
            "owner": owner,
            "scenario": read_document(content, form=form, name=scenario).value,
            "evidence": [_evidence(one) for one in evidence or ()],
        }
        read = read_decision(json.dumps(sent).encode())
        now = datetime.now(UTC)
        with opened_catalog() as catalog:
            if of is None:
                saved = save_new(catalog, read, None, now, own_prices=own_prices)
            else:
                saved = save_further(catalog, of, read, now, own_prices=own_prices)
        document = head_document(saved.version) | {"key": saved.key}
        lines = [f"{name}: {value}" for name, value in document.items() if value is not None]
        show(json.dumps(document, ensure_ascii=False, indent=2) if as_json else "\n".join(lines))

    guarded(run)


@decisions_app.command("list")
def list_them(
    q: Annotated[str, typer.Option(help="words in title or owner")] = "",
    owner: Annotated[str | None, typer.Option(help="only of this owner")] = None,
    status: Annotated[
        str | None, typer.Option(help="only these: holds, flipped, check or broken")
    ] = None,
    sort: Annotated[
        str, typer.Option(help="retirement, commitment, margin, ...; with a minus: backwards")
    ] = "sealed",
    limit: Annotated[int, typer.Option(min=1, max=50, help="rows at most")] = 20,
    after: Annotated[str | None, typer.Option(help="`next` of the page before")] = None,
    as_json: AsJson = False,
    lang: Language = "en",
) -> None:
    """Saved decisions, each with its status today; the newest first, or in another order."""

    def run() -> None:
        from dataclasses import replace
        from math import inf

        from catalog.decisions import DecisionFilter
        from dashboard.decisions.list_document import list_document, read_wanted
        from dashboard.decisions.standings import Standings
        from dashboard.report import table
        from dashboard.terminal import texts_of

        texts = texts_of(lang)
        asked = read_wanted(DecisionFilter(q=q, owner=owner), status, sort)
        wanted = replace(asked, wait_seconds=inf)
        with opened_catalog() as catalog:
            standings = Standings(catalog)
            try:
                page = (limit, after)
                document = list_document(catalog, standings, wanted, page, texts.language)
            finally:
                standings.close()
        if as_json:
            show(json.dumps(document, ensure_ascii=False, indent=2))
            return
        columns = ("title", "status", "then", "now", "owner", "sealed")
        head = ["id", *(texts(f"decisions.column.{name}") for name in columns)]
        show(table(head, [_cells(one) for one in document["items"]]))
        show(f"{len(document['items'])} / {document['total']}")

    guarded(run)


@decisions_app.command("show")
def show_sealed(decision: Id, version: Number = None, own_prices: PricesShown = False) -> None:
    """A version as it was sealed, as the document of REST."""

    def document(found: "OpenedDecision", _catalog: "Database") -> Any:
        from dashboard.decisions.documents import note_document, sealed_document

        notes = [note_document(one) for one in found.notes]
        return sealed_document(found.version, held=own_prices) | {"notes": notes}

    _show(decision, version, document)


@decisions_app.command("verify")
def verify(
    decision: Id,
    version: Number = None,
    expect: Annotated[str | None, typer.Option(help="the hash that you wrote down")] = None,
    as_json: AsJson = False,
    lang: Language = "en",
) -> None:
    """Compute the hash again; exit code 1 where the record is not as it was sealed."""

    def run() -> None:
        from dashboard.decisions.documents import verify_document
        from dashboard.decisions.opened import open_decision
        from dashboard.decisions.words import words_of
        from dashboard.terminal import texts_of

        texts = texts_of(lang)
        with opened_catalog() as catalog:
            found = open_decision(catalog, decision, version, ())
        words = words_of(texts.language, found.version)
        document = verify_document(found.version, found.touched, words, expect)
        if as_json:
            show(json.dumps(document, ensure_ascii=False, indent=2))
        elif document["verified"]:
            show(f"{document['text']} {document['sha256']}")
        if not document["verified"]:
            fail(document["text"], NO)

    guarded(run)


@decisions_app.command("today")
def today(
    decision: Id,
    version: Number = None,
    own_prices: PricesShown = False,
    as_json: AsJson = False,
    lang: Language = "en",
) -> None:
    """The sealed figures beside today's, and the bridge between them line by line."""

    def run() -> None:
        from datetime import UTC, datetime

        from dashboard.decisions.documents import today_document
        from dashboard.decisions.judgement import finding_of
        from dashboard.decisions.opened import open_decision
        from dashboard.decisions.today import today_of
        from dashboard.decisions.words import words_of
        from dashboard.terminal import texts_of

        texts = texts_of(lang)
        with opened_catalog() as catalog:
            found = open_decision(catalog, decision, version, ())
            held = today_of(catalog, found.version, found.previous, datetime.now(UTC))
        words = words_of(texts.language, found.version)
        if as_json:
            document = today_document(held, words, held=own_prices)
            show(json.dumps(document, ensure_ascii=False, indent=2))
            return
        lines = [f"{words.status(held.status)}: {words.verdict_now(finding_of(held))}"]
        lines += [f"- {words.why(one)}" for one in held.reasons]
        for one in held.bridges:
            lines += ["", f"{one.option}:"]
            lines.append(f"  {texts('decisions.as_sealed')}: {words.money(one.before_per_month)}")
            for part in one.parts:
                lines.append(f"  {words.part(part)}: {words.signed(part.cost_per_month)}")
            lines.append(f"  {texts('decisions.now')}: {words.money(one.after_per_month)}")
        show("\n".join(lines))

    guarded(run)


@decisions_app.command("remove")
def remove(decision: Id) -> None:
    """Take a decision off the list; `restore` undoes it."""
    guarded(lambda: _set_removed(decision, removed=True))


@decisions_app.command("restore")
def restore(decision: Id) -> None:
    """Put a decision back on the list."""
    guarded(lambda: _set_removed(decision, removed=False))


def _set_removed(decision: str, *, removed: bool) -> None:
    from datetime import UTC, datetime

    from catalog.decisions import remove_decision

    with opened_catalog() as catalog:
        remove_decision(catalog, decision, datetime.now(UTC), removed=removed)
    show(f"{decision}: {'removed' if removed else 'restored'}")


def _show(
    decision: str, version: int | None, document: "Callable[[OpenedDecision, Database], Any]"
) -> None:
    def run() -> None:
        from dashboard.decisions.opened import open_decision

        with opened_catalog() as catalog:
            found = open_decision(catalog, decision, version, ())
            told = document(found, catalog)
        show(json.dumps(told, ensure_ascii=False, indent=2))

    guarded(run)


def _evidence(text: str) -> dict[str, str]:
    field, equals, said = text.partition("=")
    if not equals:
        fail(f"Expected --evidence FIELD=TEXT, found {text[:80]!r}.", WRONG_INPUT)
    return {"field": field, "text": said}


def _cells(item: dict[str, Any]) -> list[str]:
    then, now = item["then"] or {}, item["now"] or {}
    return [
        item["id"],
        item["title"][:40],
        item["status_text"],
        then.get("cheapest") or "?",
        now.get("cheapest") or "?",
        item["owner"][:30],
        item["sealed_at"][:10],
    ]
