"""Files of measured runs that are refused as a whole, each with its line."""

from __future__ import annotations

import pytest

from catalog import capacity_check_file
from catalog.database import Database
from catalog.problems import Refused
from tests.catalog.measured_files import RUN, check, content, without


def problems(database: Database, file: bytes) -> list[tuple[int | None, str]]:
    """Line and message of everything that a file is refused for."""
    with pytest.raises(Refused) as refused:
        check(database, file)
    assert refused.value.name == "runs.csv"
    return [(found.line, found.message) for found in refused.value.problems]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (b"", (None, "Expected a header and at least one row beneath it, found none.")),
        (
            content(RUN).splitlines()[0],
            (None, "Expected a header and at least one row beneath it, found none."),
        ),
        (
            content(RUN).decode().encode("utf-16"),
            (None, "Expected UTF-8 text, found a byte that is none at position 0."),
        ),
        (
            b"row_id;gpu\na;b\n",
            (
                1,
                "Expected columns separated by commas, found semicolons. Save the file as CSV with "
                "commas.",
            ),
        ),
        (
            content(without("gpu")),
            (1, "Expected a column gpu in the header, found none."),
        ),
        (
            content(without("model_key")),
            (1, "Expected a column model_key or hf_id or model in the header, found none."),
        ),
        (
            content({**RUN, "GPU": "x"}),
            (1, "The column gpu stands here twice. Keep one of them."),
        ),
        (
            content(RUN, RUN),
            (3, "Line 2 has the name r1 too. Give each row a row_id of its own."),
        ),
        (content(RUN | {"row_id": ""}), (2, "Expected row_id, found nothing.")),
        (content(RUN | {"output_tok_s": "fast"}), (2, "Expected a number, found 'fast'.")),
        (content(RUN | {"output_tok_s": "0"}), (2, "Expected a number above 0, found '0'.")),
        (
            content(RUN) + b'"r2',
            (3, "Expected CSV, but it cannot be read: unexpected end of data."),
        ),
    ],
)
def test_a_file_that_cannot_be_checked_is_refused_with_its_line(
    loaded: Database, file: bytes, expected: tuple[int | None, str]
) -> None:
    assert problems(loaded, file) == [expected]


def test_every_column_that_is_missing_is_named_at_once(loaded: Database) -> None:
    found = problems(loaded, content(without("engine", "osl_tokens")))

    assert found == [
        (1, "Expected a column engine in the header, found none."),
        (1, "Expected a column osl_tokens in the header, found none."),
    ]


def test_a_file_that_is_too_large_is_refused(
    loaded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = content(RUN, RUN | {"row_id": "r2"}, RUN | {"row_id": "r3"})
    monkeypatch.setattr(capacity_check_file, "MOST_ROWS", 2)
    rows = problems(loaded, file)
    monkeypatch.setattr(capacity_check_file, "MOST_BYTES", 100)

    assert rows == [(4, "Expected at most 2 rows, found more.")]
    assert problems(loaded, file) == [(None, "Expected at most 100 bytes, found more.")]


def test_reading_ends_after_many_problems(loaded: Database) -> None:
    found = problems(loaded, content(*[RUN] * 200))

    assert len(found) == 101
    assert found[-1] == (
        103,
        "Stopped after 100 problems; what follows was not looked at.",
    )
