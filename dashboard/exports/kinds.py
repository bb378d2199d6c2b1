"""The kinds of paper, each as a file with a safe name."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, assert_never, get_args

from dashboard.exports.decision_record import decision_record
from dashboard.exports.drawing import drawing
from dashboard.exports.focus_rows import focus_rows
from dashboard.exports.harmless_cells import file_stem
from dashboard.exports.long_table import long_table
from dashboard.exports.paper import Paper
from dashboard.exports.print_page import POLICY, print_page
from dashboard.figures.axes import View
from dashboard.figures.break_even import break_even_figure

Kind: TypeAlias = Literal["xlsx", "csv", "markdown", "focus", "print", "svg"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DRAWING_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportFile:
    """A file to take away. name: of plain letters, digits, hyphens and dots. policy: what a browser
    that opens it may load; None where it opens nothing."""

    name: str
    media_type: str
    content: bytes
    policy: str | None = None


def export_file(paper: Paper, kind: Kind) -> ExportFile:
    """The paper in a kind."""
    stem = file_stem(paper.title)
    policy: str | None = None
    match kind:
        case "xlsx":
            # It takes a while to load, and no page waits for it.
            from dashboard.exports.workbook.written import workbook

            name, media_type, content = f"{stem}.xlsx", XLSX, workbook(paper)
        case "csv":
            name, media_type = f"{stem}.csv", "text/csv; charset=utf-8"
            content = _bytes(long_table(paper))
        case "focus":
            name, media_type = f"{stem}-focus.csv", "text/csv; charset=utf-8"
            content = _bytes(focus_rows(paper))
        case "markdown":
            name, media_type = f"{stem}.md", "text/markdown; charset=utf-8"
            content = _bytes(decision_record(paper))
        case "print":
            name, media_type = f"{stem}.html", "text/html; charset=utf-8"
            content, policy = _bytes(print_page(paper)), POLICY
        case "svg":
            name, media_type = f"{stem}.svg", "image/svg+xml"
            figure = break_even_figure(paper.answer, view=View(), fmt=paper.fmt, texts=paper.texts)
            label = paper.sentences.headline(paper.answer)
            content, policy = _bytes(drawing(figure, label)), DRAWING_POLICY
        case _:  # pragma: no cover - the type leaves nothing else
            assert_never(kind)
    return ExportFile(name=name, media_type=media_type, content=content, policy=policy)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
