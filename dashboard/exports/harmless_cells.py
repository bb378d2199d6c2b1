"""Text for cells of a spreadsheet, which must never run as a formula, and names for files."""

import re
from typing import Final

STARTS_A_FORMULA: Final = tuple("=+-@\t\r\n|＝＋－＠−")
"""Full-width signs too: spreadsheets in Japanese take them for the narrow ones."""
LONGEST_CELL: Final = 4000
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What XML, and so a workbook or a drawing, cannot hold."""
LONGEST_STEM: Final = 60


def defused(text: str) -> str:
    """The same text, harmless in a spreadsheet."""
    return f"'{text}" if text.lstrip(" ").startswith(STARTS_A_FORMULA) else text


def cell_text(text: str) -> str:
    """A text as a cell holds it: without control characters, cut where it is endless, defused."""
    return defused(printable(text)[:LONGEST_CELL])


def printable(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return CONTROL.sub("�", text)


def file_stem(title: str) -> str:
    """A file name of plain letters, digits and hyphens out of a title; `answer` where none is
    left."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", title)[:LONGEST_STEM].strip("-").lower()
    return f"modelcost-{words or 'answer'}"
