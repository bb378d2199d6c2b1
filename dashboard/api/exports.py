"""The route of the papers: a scenario in the body, the kind of paper in the path."""

from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from dashboard.api.bodies import json_body, language_of
from dashboard.api.query_parameters import Language, OwnPricesShown, Word
from dashboard.export_run import export_of_bytes
from dashboard.exports.kinds import ExportFile, Kind
from dashboard.hybrid_case import HybridRequest
from dashboard.texts import load_texts

KindOfPaper = Annotated[Kind, Path(description="xlsx, csv, markdown, focus, print or svg")]


def add_export_route(
    router: APIRouter, errors: dict[int | str, dict[str, Any]], body: dict[str, Any]
) -> None:
    """Add the route. errors, body: what the document of the API says of failures and the body."""
    router.add_api_route(
        "/exports/{kind}",
        export,
        methods=["POST"],
        tags=["answers"],
        responses=errors,
        response_class=Response,
        openapi_extra=body,
    )


async def export(
    request: Request,
    kind: KindOfPaper,
    lang: Language = None,
    own_prices: OwnPricesShown = False,
    base: Word = None,
    overflow: Word = None,
    profile: Word = None,
) -> Response:
    """The answer to take away: `xlsx` a workbook of live formulas, `csv` one long table, `markdown`
    a decision record, `focus` rows in the shape of FOCUS 1.2, `print` a page for paper with boxes
    to sign, `svg` the chart. The hash of the answer is on each. `base`, `overflow` and `profile`:
    what the workbook's sheet Base and overflow is about, as in `POST hybrid`."""
    content = await json_body(request)
    texts = load_texts(language_of(request, lang))

    def compute() -> ExportFile:
        return export_of_bytes(
            request.app.state.database,
            content,
            kind,
            texts,
            form="json",
            own_prices=own_prices,
            hybrid=HybridRequest(base=base, overflow=overflow, profile=profile),
        )

    return file_response(await anyio.to_thread.run_sync(compute))


def file_response(file: ExportFile) -> Response:
    """A file for download; its name holds no letter that a header or a file system minds."""
    headers = {
        "content-disposition": f'attachment; filename="{file.name}"',
        "cache-control": "no-store",
    }
    if file.policy is not None:
        headers["content-security-policy"] = file.policy
    return Response(file.content, media_type=file.media_type, headers=headers)
