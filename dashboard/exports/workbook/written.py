"""The workbook as a file: every cell with its format, every formula with its value."""

import io
from collections.abc import Mapping
from typing import Any, Final

import xlsxwriter

from dashboard.exports.paper import Paper
from dashboard.exports.workbook.base_overflow import base_overflow_sheet
from dashboard.exports.workbook.book import Chart, Formula, Sheet
from dashboard.exports.workbook.cell_values import CellValues, NoValue
from dashboard.exports.workbook.chart_sheet import chart_sheet
from dashboard.exports.workbook.inputs import Inputs
from dashboard.exports.workbook.line_items import line_item_sheet
from dashboard.exports.workbook.structure import structure
from dashboard.exports.workbook.summary import summary_sheet
from dashboard.exports.workbook.turning_points import turning_sheet

MONEY: Final[Mapping[str, str]] = {
    "USD": "[$$-409]#,##0.00",
    "EUR": "[$€-2] #,##0.00",
    "GBP": "[$£-809]#,##0.00",
    "JPY": "[$¥-411]#,##0",
    "KRW": "[$₩-412]#,##0",
}
UNIT_PRICE: Final = "0.############"
DASH: Final = '[>=1E+90]"–";'
INK, QUIET, LINE, INPUT, FIXED = "#16202e", "#5a6675", "#d9dee5", "#fff7d6", "#eef1f4"
FONT: Final[Mapping[str, str]] = {"en": "Calibri", "ja": "Yu Gothic"}


def workbook(paper: Paper) -> bytes:
    """An answer as an Excel workbook of live formulas."""
    return written(paper, sheets_of(paper))


def sheets_of(paper: Paper) -> list[Sheet]:
    """The sheets in the order of their tabs."""
    inputs = Inputs(paper)
    structures = [structure(paper, option, inputs) for option in paper.options]
    items, options = line_item_sheet(paper, structures, inputs)
    turning, turns, curves = turning_sheet(paper, structures, inputs)
    summary = summary_sheet(paper, options, inputs, turns, curves)
    chart = chart_sheet(paper, inputs, turns, curves)
    hybrid = base_overflow_sheet(paper, structures, inputs)
    sheets = [summary, inputs.assumptions, inputs.prices, items, turning, chart]
    return sheets if hybrid is None else [*sheets, hybrid]


def written(paper: Paper, sheets: list[Sheet]) -> bytes:
    """The file of these sheets; the seal stands in the foot of each printed page too."""
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"title": paper.title[:200], "comments": paper.seal})
    book.set_calc_mode("auto")
    formats = {name: book.add_format(look) for name, look in _looks(paper).items()}
    values = CellValues(sheets)
    pages = [(book.add_worksheet(sheet.name), sheet) for sheet in sheets]
    for page, sheet in pages:
        _fill(page, sheet, formats, values)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_footer(f"&L&8{paper.seal}&R&8&P / &N")
        for chart in sheet.charts:
            page.insert_chart(*chart.at, _chart(book, chart), {"x_offset": 4, "y_offset": 4})
    book.close()
    return file.getvalue()


def _fill(page: Any, sheet: Sheet, formats: Mapping[str, Any], values: CellValues) -> None:
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, width)
    if sheet.frozen_rows:
        page.freeze_panes(sheet.frozen_rows, 1)
    for (row, column), cell in sorted(sheet.cells.items()):
        look = formats[cell.style]
        if isinstance(cell.content, str):
            page.write_string(row, column, cell.content, look)
        elif isinstance(cell.content, Formula):
            value = _cached(values, sheet.name, row, column)
            page.write_formula(row, column, f"={cell.content.text}", look, value)
        else:
            page.write_number(row, column, float(cell.content), look)


def _cached(values: CellValues, sheet: str, row: int, column: int) -> str | float:
    try:
        return values.value(sheet, row, column)
    except NoValue:
        return "#N/A"


def _chart(book: Any, chart: Chart) -> Any:
    drawn = book.add_chart({"type": "scatter", "subtype": "straight"})
    for series in chart.series:
        line = {"color": series.color, "width": 2.25}
        drawn.add_series(
            {
                "name": f"={series.name}",
                "categories": f"={series.loads}",
                "values": f"={series.costs}",
                "line": line,
            }
        )
    drawn.set_title({"name": f"={chart.title}", "name_font": {"size": 12}, "overlay": False})
    drawn.set_x_axis({"name": chart.x_title, "min": 0, "num_format": "#,##0"})
    drawn.set_y_axis({"name": chart.y_title, "min": 0, "major_gridlines": {"visible": True}})
    drawn.set_legend({"position": "bottom"})
    drawn.set_size({"width": 980, "height": 500})
    return drawn


def _looks(paper: Paper) -> dict[str, dict[str, Any]]:
    """The formats by their names; yellow cells may be changed, grey ones are fixed."""
    base = {"font_name": FONT[paper.texts.language], "font_size": 10, "font_color": INK}
    base |= {"valign": "top"}
    money = MONEY.get(paper.currency, f'#,##0.00 "{paper.currency}"')
    numbers = {
        "number": "#,##0.######",
        "integer": "#,##0",
        "load": f"{DASH}#,##0.00",
        "curve": f"{DASH}#,##0.0000########",
        "unit_price": UNIT_PRICE,
        "money": money,
        "money_or_dash": f"{DASH}{money}",
        "share": "0.0%",
    }
    looks: dict[str, dict[str, Any]] = {
        name: base | {"num_format": form, "align": "right"} for name, form in numbers.items()
    }
    yellow = {"bg_color": INPUT, "border": 1, "border_color": LINE, "font_color": "#1d4ed8"}
    grey = {"bg_color": FIXED, "border": 1, "border_color": LINE, "italic": True}
    return looks | {
        "text": base,
        "bold": base | {"bold": True},
        "money_bold": looks["money"] | {"bold": True, "top": 1},
        "title": base | {"bold": True, "font_size": 15},
        "head": base | {"bold": True, "bottom": 1, "text_wrap": True},
        "quiet": base | {"font_color": QUIET},
        "quiet_number": looks["load"] | {"font_color": QUIET},
        "fixed_note": base | {"italic": True, "font_color": QUIET},
        "input": looks["number"] | yellow,
        "input_price": looks["unit_price"] | yellow,
        "fixed": looks["number"] | grey,
    }
