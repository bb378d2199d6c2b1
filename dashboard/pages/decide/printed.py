"""The page for paper at an address: the state of the Decide page, without its shell.

The address is that of Decide: it names a question, never a price.
"""

from collections.abc import Mapping
from html import escape

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from catalog.database import Database
from dashboard.exports.paper import paper_of
from dashboard.exports.print_page import POLICY, STYLE, print_page
from dashboard.format import Format
from dashboard.pages.decide.address import address_of
from dashboard.pages.decide.result import problem_text
from dashboard.pages.decide.state import PageState
from dashboard.sentences import Sentences
from dashboard.texts import load_texts


def printed(state: PageState, search: str, headers: Mapping[str, str]) -> Response:
    """The paper of the question that the address names; with status 422 what is wrong with it."""
    address = address_of(search, headers)
    texts = load_texts(address.language)
    draft, remark = state.open(address, texts)
    judged = state.judge(draft)
    kept = {"content-security-policy": POLICY, "cache-control": "no-store"}
    if judged.answer is None or judged.scenario is None or remark is not None:
        # A paper of another question than was asked for would be signed by mistake.
        wrong = [remark] if remark else [problem_text(one, texts) for one in judged.problems]
        told = "".join(f"<li>{escape(one)}</li>" for one in wrong)
        body = (
            f'<!DOCTYPE html><html lang="{texts.language}"><head><meta charset="utf-8">'
            f"<title>modelcost</title><style>{STYLE}</style></head><body><main>"
            f"<h1>{escape(texts('papers.none'))}</h1><ul>{told}</ul></main></body></html>"
        )
        return HTMLResponse(body, status_code=422, headers=kept)
    fmt = Format(address.language, judged.answer.question.currency)
    paper = paper_of(judged.answer, judged.scenario, Sentences(texts, fmt))
    return HTMLResponse(print_page(paper), headers=kept)


def add_print_route(app: FastAPI, database: Database) -> None:
    """Serve the paper at `/print`, at the same query as the Decide page."""
    state = PageState(database)

    def print_answer(request: Request) -> Response:
        return printed(state, request.url.query, request.headers)

    app.add_api_route("/print", print_answer, methods=["GET"], include_in_schema=False)
