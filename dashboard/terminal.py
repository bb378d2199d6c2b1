"""What every command shares: exit codes, streams, the open catalog, failures as one sentence."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from catalog.database import Database
    from catalog.document import Form
    from catalog.problems import Refused
    from catalog.settings import Settings
    from dashboard.texts import Texts

OK, NO, WRONG_INPUT, FAILED = 0, 1, 2, 3


def guarded(run: Callable[[], None]) -> None:
    """Run a command; every expected failure becomes its sentence and exit code."""
    from catalog.errors import (
        CatalogError,
        ModelAmbiguous,
        NotInCatalog,
        QueryInvalid,
        SettingInvalid,
        SyncSourceUnknown,
    )
    from catalog.problems import Refused
    from dashboard.errors import CannotServe

    try:
        run()
    except Refused as refused:
        fail(_problem_lines(refused), WRONG_INPUT)
    except (
        ModelAmbiguous,
        NotInCatalog,
        QueryInvalid,
        SettingInvalid,
        SyncSourceUnknown,
        ValueError,
    ) as error:
        fail(str(error), WRONG_INPUT)
    except (CatalogError, CannotServe) as error:
        fail(str(error), FAILED)
    except OSError as error:
        fail(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), FAILED)


def _problem_lines(refused: "Refused") -> str:
    lines = []
    for problem in refused.problems:
        place = ":".join(
            str(part)
            for part in (refused.name, problem.line, problem.column)
            if part not in (None, "")
        )
        field = f" {problem.field}:" if problem.field else ""
        lines.append(
            f"{place}:{field} {problem.message}" if place else f"{field} {problem.message}"
        )
    return "\n".join(line.strip() for line in lines)


def read_settings() -> "Settings":
    """The settings of this process. Raises SettingInvalid."""
    from catalog.settings import load_settings

    return load_settings(os.environ)


@contextmanager
def opened_catalog() -> "Iterator[Database]":
    """The catalog with its snapshot, closed at the end."""
    from dashboard.service import open_catalog

    catalog = open_catalog(read_settings())
    try:
        yield catalog
    finally:
        catalog.close()


def scenario_content(name: str) -> "tuple[bytes, Form]":
    """The bytes of a scenario: a file, a bundled example by its name, or `-` for what comes in.

    Raises Refused.
    """
    from dashboard.service import scenario_bytes

    if name != "-":
        return scenario_bytes(name)
    content = sys.stdin.buffer.read()
    return content, "json" if content.lstrip()[:1] in (b"{", b"[") else "yaml"


def texts_of(lang: str) -> "Texts":
    """The texts of a language; ends with one sentence where there is none of that name."""
    from dashboard.texts import LANGUAGES, load_texts

    if lang not in LANGUAGES:
        fail(f"Expected --lang {' or '.join(LANGUAGES)}, found {lang!r}.", WRONG_INPUT)
    return load_texts(lang)


def show_page(page: Any, as_json: bool, rows: Callable[[Any], str]) -> None:
    """A page of a list, as JSON or as rows; where more is, stderr says how to get it."""
    if as_json:
        show(page.model_dump_json(indent=2))
        return
    show(rows(page.items))
    if page.next is not None:
        sys.stderr.write(f"{len(page.items)} of {page.total_text}; more with --after {page.next}\n")


def show(text: str) -> None:
    """Print at once, so that a full disk or a closed pipe is met here and not at exit.

    A reader that closed the pipe (`| head`) has seen enough: the exit code stays that of the
    answer.
    """
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is left over
        if not isinstance(error, BrokenPipeError):
            raise


def open_what_is_closed() -> None:
    """A caller may close a stream (`<&-`), and an encoding may lack a letter; neither is a
    crash."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def fail(message: str, code: int) -> NoReturn:
    """End with one sentence and this exit code."""
    sys.stderr.write(f"modelcost: {message}\n")
    raise typer.Exit(code)
