"""Reads a scenario file or request body into plain data, with numbers as the text they were
written as.

No number passes through a float: 0.1 stays the text 0.1 until it becomes a Decimal. The place of
every value is kept, so that a problem found later can name its line.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import yaml
from yaml.reader import ReaderError

from catalog.problems import Path, Problem, Refused, problem

Form: TypeAlias = Literal["json", "yaml"]
Places: TypeAlias = Mapping[Path, tuple[int, int]]

MOST_BYTES = 1_000_000
MOST_LEVELS = 40
NAMES = {"json": "JSON", "yaml": "YAML"}
NULL, BOOLEAN = "tag:yaml.org,2002:null", "tag:yaml.org,2002:bool"
NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")


class NumberText(str):
    """A number exactly as it was written, apart from quoted text that looks the same."""

    __slots__ = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """Plain data (dict, list, str, NumberText, bool, None) and the line and column of each path."""

    value: Any
    places: Places
    name: str


def read_document(content: bytes | str, *, form: Form, name: str = "") -> Document:
    """Read JSON or YAML. Raises Refused: not UTF-8, too large, too deep, broken, a key twice,
    NaN."""
    size = len(content)
    if size > MOST_BYTES:
        found = problem("too_large", (), most=f"{MOST_BYTES:,} bytes", found=f"{size:,}")
        raise Refused([found], name=name)
    text = _decoded(content, name)
    if form == "json":
        value = _read_json(text, name)
        return Document(value=value, places=_JsonPlaces(text), name=name)
    root = _composed(text, name)
    places: dict[Path, tuple[int, int]] = {}
    return Document(value=_plain(root, (), places, name), places=places, name=name)


def _decoded(content: bytes | str, name: str) -> str:
    if isinstance(content, str):
        return content
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused([problem("not_utf8", (), position=error.start)], name=name) from None


def _read_json(text: str, name: str) -> Any:
    def constant(word: str) -> Any:
        raise Refused([problem("not_finite", (), found=word)], name=name)

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in items]
        if len(keys) != len(set(keys)):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise Refused([problem("duplicate_key", (), key=twice)], name=name)
        return dict(items)

    try:
        value = json.loads(
            text,
            parse_float=NumberText,
            parse_int=NumberText,
            parse_constant=constant,
            object_pairs_hook=pairs,
        )
    except json.JSONDecodeError as error:
        raise _broken("json", error.msg, error.lineno, error.colno, name) from None
    except RecursionError:
        raise Refused([problem("too_deep", (), most=MOST_LEVELS)], name=name) from None
    _require_depth(value, name)
    return value


def _require_depth(value: Any, name: str) -> None:
    level, inside = 0, [value]
    while inside:
        level += 1
        if level > MOST_LEVELS:
            raise Refused([problem("too_deep", (), most=MOST_LEVELS)], name=name)
        parts = [part for part in inside if isinstance(part, (dict, list))]
        inside = [
            child for part in parts for child in (part.values() if isinstance(part, dict) else part)
        ]


class _JsonPlaces(Mapping[Path, tuple[int, int]]):
    """Places by reading the JSON as YAML, of which it is a part; none where YAML stumbles.

    Read when first asked for, which is only when something is wrong: it takes longer than an
    answer.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    @functools.cached_property
    def _places(self) -> dict[Path, tuple[int, int]]:
        places: dict[Path, tuple[int, int]] = {}
        try:
            # A tab can only be space between JSON's tokens; YAML would refuse it there.
            root = yaml.compose(self._text.replace("\t", " "), Loader=yaml.SafeLoader)
        except (yaml.YAMLError, ValueError, RecursionError):
            return places
        if root is not None:
            _note_places(root, (), places)
        return places

    def __getitem__(self, path: Path) -> tuple[int, int]:
        return self._places[path]

    def __iter__(self) -> Iterator[Path]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _note_places(node: yaml.Node, path: Path, places: dict[Path, tuple[int, int]]) -> None:
    places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            _note_places(child, (*path, str(key.value)), places)
    elif isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            _note_places(child, (*path, index), places)


def _composed(text: str, name: str) -> yaml.Node:
    try:
        _refuse_aliases(text, name)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        reason = str(error.problem or error.context)
        if reason.startswith("but "):
            reason = f"{error.context} {reason}"
        raise _broken("yaml", reason, *place, name) from None
    except ReaderError as error:
        before = text[: error.position]
        place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise _broken("yaml", str(error).splitlines()[0], *place, name) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise _broken("yaml", str(error).splitlines()[0], 1, 1, name) from None
    except RecursionError:
        raise Refused([problem("too_deep", (), most=MOST_LEVELS)], name=name) from None
    if root is None:
        raise _broken("yaml", "the document is empty", 1, 1, name)
    return root


def _refuse_aliases(text: str, name: str) -> None:
    """Anchors and aliases let a small file grow without bound; a scenario has no use for them."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MOST_LEVELS:
            raise Refused([problem("too_deep", (), most=MOST_LEVELS)], name=name)
        if getattr(event, "anchor", None) is not None:
            mark = event.start_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            raise _broken("yaml", "anchors and aliases are not allowed", line, column, name)


def _plain(node: yaml.Node, path: Path, places: dict[Path, tuple[int, int]], name: str) -> Any:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    places[path] = (line, column)
    if isinstance(node, yaml.MappingNode):
        value: dict[str, Any] = {}
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _broken("yaml", "a key must be a word", line, column, name)
            if key.value in value:
                mark = key.start_mark
                twice = problem("duplicate_key", (*path, key.value), key=key.value)
                raise Refused([_placed(twice, mark.line + 1, mark.column + 1)], name=name)
            value[key.value] = _plain(child, (*path, key.value), places, name)
        return value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*path, i), places, name) for i, child in enumerate(node.value)]
    if not isinstance(node, yaml.ScalarNode) or node.style is not None:
        return str(node.value)
    if node.tag == NULL:
        return None
    if node.tag == BOOLEAN and node.value in ("true", "false"):
        return node.value == "true"
    return NumberText(node.value) if node.tag in NUMBERS else str(node.value)


def _broken(form: Form, reason: str, line: int, column: int, name: str) -> Refused:
    return Refused(
        [_placed(problem("broken_document", (), form=NAMES[form], reason=reason), line, column)],
        name=name,
    )


def _placed(found: Problem, line: int, column: int) -> Problem:
    return Problem(code=found.code, path=found.path, facts=found.facts, line=line, column=column)
