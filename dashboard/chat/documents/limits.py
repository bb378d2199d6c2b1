"""How much an uploaded file may ask of us."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What one upload may hold, and what reading it may take. A megabyte is 1,000,000 bytes.

    Attributes:
        upload_bytes: of one file, as uploaded.
        files: in one data source; whoever keeps the files counts them.
        pages: of one PDF.
        text_characters: of all text and places that come out of one file.
        sections: rows of a table, headings of a text.
        unpacked_bytes: of all parts of one file that are unpacked to read it.
        memory_bytes: address space of the process that reads it.
        cpu_seconds: computing time of that process, whole seconds.
        wall_seconds: time on the clock until it is ended.
    """

    upload_bytes: int = 16_000_000
    files: int = 50
    pages: int = 2_000
    text_characters: int = 5_000_000
    sections: int = 100_000
    unpacked_bytes: int = 50_000_000
    memory_bytes: int = 1 << 30
    cpu_seconds: int = 30
    wall_seconds: float = 60
