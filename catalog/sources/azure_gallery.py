"""Azure's public model gallery, read without signing in: which models there are, one row a version.

The gallery's totals change and its rows repeat while it is read. A scan counts as whole only when
the total stood still, every row came once and all came; else it is read anew, three times in all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from catalog.errors import SourceFailed
from catalog.sources.azure_answers import ask, place_of, text_of, unread
from catalog.sources.azure_gallery_rows import gallery_record
from catalog.sources.reading import Page, UnreadRow
from catalog.sources.wire import Sent, Wire
from catalog.sync_records import GalleryModelRecord

DEFAULT_URL: Final = "https://api.catalog.azureml.ms"
PATH: Final = "/asset-gallery/v1.0/models"
WHOLE_CONTRACTS: Final = "x-ms-use-full-service-contracts"
MOST_SCANS: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class GalleryFilter:
    """One condition, in the gallery's words."""

    field: str
    operator: Literal["eq", "ne", "contains", "notexists"]
    values: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AzureGallerySettings:
    """What is read.

    Attributes:
        base_url: scheme, host and prefix; the path is appended.
        filters: all of them must hold.
        whole_contracts: ask for the long shape of rows, which names Hugging Face ids.
        page_size: rows a page.
        timeout_seconds: for one request.
    """

    base_url: str = DEFAULT_URL
    filters: tuple[GalleryFilter, ...] = ()
    whole_contracts: bool = False
    page_size: int = 100
    timeout_seconds: float = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Mark:
    """Where a scan stands, and what it saw so far; the text of a cursor.

    Attributes:
        token: the gallery's own, None at the start.
        scan: 1 to :data:`MOST_SCANS`.
        rows: rows met, each once.
        total: as the gallery said at first.
        is_still: the total did not change, and no row came twice.
    """

    token: str | None = None
    scan: int = 1
    rows: int = 0
    total: int | None = None
    is_still: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether all rows came, where this is the end of a scan."""
        return self.is_still and self.total in (None, self.rows)

    @property
    def text(self) -> str:
        """As a cursor."""
        held = {"token": self.token, "scan": self.scan, "rows": self.rows, "total": self.total}
        return json.dumps({**held, "is_still": self.is_still})


class AzureGallery:
    """The source ``azure_gallery``."""

    name = "azure_gallery"
    tells_changes = False

    def __init__(self, settings: AzureGallerySettings, wire: Wire) -> None:
        self._settings = settings
        self._wire = wire
        filters = [[one.field, one.operator, *one.values] for one in settings.filters]
        self.scope = f"filters={json.dumps(filters)}"

    def fetch(self, since: datetime | None = None, cursor: str | None = None) -> Iterator[Page]:
        """Pages in order of name. The gallery cannot tell what changed: ``since`` is passed over.

        Raises:
            SourceFailed: no answer; or ``unstable`` where none of three scans was whole. Their
                pages stand, and nothing of them tells that a model is gone.
        """
        del since
        mark = _read_cursor(cursor)
        seen: set[str] = set()
        tokens: set[str] = set()
        while True:
            rows, total, token = self._ask(mark.token)
            records, unread_rows, repeated = _read(rows, seen)
            loops = token is not None and token in tokens
            mark = replace(
                mark,
                token=token,
                rows=mark.rows + len(rows) - repeated,
                total=total if mark.total is None else mark.total,
                is_still=mark.is_still
                and not repeated
                and not loops
                and (mark.total is None or total == mark.total),
            )
            at_end = token is None or loops
            following: _Mark | None = mark
            if at_end:
                again = not mark.is_whole and mark.scan < MOST_SCANS
                following = _Mark(scan=mark.scan + 1) if again else None
            yield Page(
                records=tuple(records),
                unread=tuple(unread_rows),
                cursor=None if following is None else following.text,
                total=total,
                requests=1,
            )
            if following is None:
                break
            if at_end:
                mark = following
                seen.clear()
                tokens.clear()
            elif token is not None:
                tokens.add(token)
        if not mark.is_whole:
            raise SourceFailed(
                f"Expected {mark.total} models from {self._place}, each once, found {mark.rows}: "
                f"the list changed during each of {MOST_SCANS} scans. What was read is kept, and "
                "no model counts as gone. Try again later.",
                reason="unstable",
            )

    @property
    def _url(self) -> str:
        return self._settings.base_url.rstrip("/") + PATH

    @property
    def _place(self) -> str:
        return place_of(self._url)

    def _ask(self, token: str | None) -> tuple[list[Any], int | None, str | None]:
        """Rows, total and token of the page after ``token``."""
        question = {
            "filters": [
                {"field": one.field, "operator": one.operator, "values": list(one.values)}
                for one in self._settings.filters
            ],
            "order": [{"field": "name", "direction": "asc"}],
            "pageSize": self._settings.page_size,
            "includeTotalResultCount": True,
            "continuationToken": token,
        }
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._settings.whole_contracts:
            headers[WHOLE_CONTRACTS] = "true"
        body = ask(
            self._wire,
            Sent(
                method="POST",
                url=self._url,
                headers=headers,
                body=json.dumps(question).encode(),
            ),
            timeout_seconds=self._settings.timeout_seconds,
        )
        rows = body.get("summaries", body.get("value"))
        if not isinstance(rows, list):
            raise SourceFailed(
                f"Expected a list of summaries or of values from {self._place}, found "
                f"{type(rows).__name__}. The service may have changed; run the live check.",
                reason="unexpected",
            )
        total = body.get("totalCount")
        known = total if isinstance(total, int) and not isinstance(total, bool) else None
        return rows, known, text_of(body.get("continuationToken"))


def _read(
    rows: Sequence[Any], seen: set[str]
) -> tuple[list[GalleryModelRecord], list[UnreadRow], int]:
    """Records and unread rows of a page, without those met before; and how many those were."""
    records: list[GalleryModelRecord] = []
    unread_rows: list[UnreadRow] = []
    repeated = 0
    for place, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            unread_rows.append(unread(f"row {place}", "invalid", "row: expected an object", row))
            continue
        key = text_of(row.get("assetId")) or text_of(row.get("name"))
        if key is not None and key in seen:
            repeated += 1
            continue
        if key is not None:
            seen.add(key)
        try:
            records.append(gallery_record(row))
        except ValueError as problem:
            unread_rows.append(unread(key or f"row {place}", "invalid", str(problem), row))
    return records, unread_rows, repeated


def _read_cursor(cursor: str | None) -> _Mark:
    if cursor is None:
        return _Mark()
    try:
        return _Mark(**json.loads(cursor))
    except (ValueError, TypeError):
        raise SourceFailed(
            f"Expected a cursor of the gallery, found {cursor[:200]!r}. Start from the beginning.",
            reason="cursor",
        ) from None
