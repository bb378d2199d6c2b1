"""House rules that no ready-made linter checks.

Each rule is a function that takes the tree and yields one sentence a violation:
``path: what was found; what to do``. ``python -m scripts.house_rules`` prints them all.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from scripts.lock_rules import lock_violations

ROOMS = frozenset({"catalog", "costing", "dashboard", "scripts", "tests"})
MOST_LINES = 400
MOST_CHARACTERS_IN_A_WEB_LINE = 1000
FEWEST_WORDS_IN_A_TEST_NAME = 3

_WRITTEN_BY_HAND = frozenset({"", ".css", ".html", ".js", ".md", ".py", ".toml", ".yaml", ".yml"})
_NOT_OURS = re.compile(r"(^|/)(node_modules|vendor|third_party)/|\.min\.(js|css)$|\.map$|\.woff2?$")
_VAGUE = re.compile(r"^(models|utils?|helpers?|common|misc|.*manager)$")
_VERB = re.compile(r"^#!/usr/bin/env (bash|python3)$")


@dataclass(frozen=True, kw_only=True)
class Tree:
    """The files of one checkout: its root, and their paths from there, with forward slashes."""

    root: Path
    paths: tuple[str, ...]

    def text(self, path: str) -> str:
        """The content of one file; bytes that are no UTF-8 become replacement characters."""
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def python(self, room: str) -> Iterator[tuple[str, ast.Module]]:
        """Path and syntax tree of each Python file of one room."""
        for path in self.paths:
            if path.startswith(f"{room}/") and path.endswith(".py"):
                with suppress(SyntaxError):  # ruff says where
                    yield path, ast.parse(self.text(path))


Rule = Callable[[Tree], Iterator[str]]


def main() -> int:
    """Print every violation in this checkout; 1 if there is one."""
    violations = check(read_tree(Path(__file__).resolve().parent.parent))
    print("\n".join(violations), end="\n" if violations else "")
    return 1 if violations else 0


def check(tree: Tree) -> list[str]:
    """All violations of all rules, in the order of the rules."""
    return [violation for rule in RULES for violation in rule(tree)]


def read_tree(root: Path) -> Tree:
    """The files that git knows or would take; without git, those that are not hidden."""
    command = ["git", "-c", f"safe.directory={root}", "-C", str(root)]
    command += ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True)
        names = listed.stdout.decode("utf-8").split("\0")
    except (OSError, subprocess.CalledProcessError):
        names = [path.relative_to(root).as_posix() for path in _walk(root)]
    return Tree(root=root, paths=tuple(sorted(n for n in set(names) if (root / n).is_file())))


def only_the_five_rooms(tree: Tree) -> Iterator[str]:
    """Top-level folders are the five rooms; beside them only files, and ``.ci/run``."""
    for folder in sorted({path.partition("/")[0] for path in tree.paths if "/" in path}):
        found = [path for path in tree.paths if path.startswith(f"{folder}/")]
        if folder not in ROOMS and found != [".ci/run"]:
            yield f"{folder}/: not one of the rooms {', '.join(sorted(ROOMS))}; move it into one"


def no_long_file(tree: Tree) -> Iterator[str]:
    """A file written by hand has at most 400 lines."""
    for path in tree.paths:
        name = PurePosixPath(path)
        if name.suffix not in _WRITTEN_BY_HAND or name.name in ("LICENSE", "CHANGELOG.md"):
            continue
        lines = tree.text(path).count("\n")
        if lines > MOST_LINES:
            yield f"{path}: {lines} lines, more than {MOST_LINES}; split it"


def no_code_of_others(tree: Tree) -> Iterator[str]:
    """No bundle, font or vendored folder: third-party code comes from a package."""
    for path in tree.paths:
        if _NOT_OURS.search(path):
            yield f"{path}: third-party code; take it from a package at set-up"
        elif path.endswith((".js", ".css")) and _longest_line(tree.text(path)) > (
            MOST_CHARACTERS_IN_A_WEB_LINE
        ):
            yield f"{path}: minified; take it from a package at set-up, or write it out"


def no_vague_name(tree: Tree) -> Iterator[str]:
    """A file is called after what it holds."""
    for path in tree.paths:
        name = PurePosixPath(path)
        if name.suffix == ".py" and _VAGUE.match(name.stem):
            yield f"{path}: a name that says nothing; name it after what it holds"


def verbs_can_be_run(tree: Tree) -> Iterator[str]:
    """A file without ending in ``scripts/`` is a program: executable, with a first line for it."""
    for path in tree.paths:
        name = PurePosixPath(path)
        if path != ".ci/run" and (name.parent != PurePosixPath("scripts") or name.suffix):
            continue
        if not os.access(tree.root / path, os.X_OK):
            yield f"{path}: not executable; chmod +x {path}"
        if not _VERB.match(tree.text(path).partition("\n")[0]):
            yield f"{path}: starts without '#!/usr/bin/env bash'; add that line"


def costing_has_no_clock(tree: Tree) -> Iterator[str]:
    """``costing`` asks for no time and opens no file; both are arguments."""
    refused = {"now", "today", "utcnow", "open", "input", "print"}
    for path, module in tree.python("costing"):
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and _called(node).rpartition(".")[2] in refused:
                yield f"{path}:{node.lineno}: calls {_called(node)}(); make its result an argument"


def tests_prove_something(tree: Tree) -> Iterator[str]:
    """No test is skipped, expected to fail, or waits a fixed time."""
    refused = re.compile(r"(^|\.)(skip|skipif|xfail|importorskip|sleep|wait_for_timeout)$")
    for path, module in tree.python("tests"):
        for node in ast.walk(module):
            if isinstance(node, ast.Attribute | ast.Name) and refused.search(_dotted(node)):
                yield f"{path}:{node.lineno}: {_dotted(node)}; tests run, pass, wait for events"


def tests_are_sentences(tree: Tree) -> Iterator[str]:
    """A test's name is a sentence: at least three words."""
    for path, module in tree.python("tests"):
        for node in ast.walk(module):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            words = [word for word in node.name.split("_") if word]
            if words[0] == "test" and len(words) - 1 < FEWEST_WORDS_IN_A_TEST_NAME:
                yield f"{path}:{node.lineno}: {node.name} is no sentence; say what it proves"


def tests_are_packages(tree: Tree) -> Iterator[str]:
    """Every folder of tests is a package, else ``tests/catalog`` hides the real ``catalog``."""
    folders = {str(PurePosixPath(p).parent) for p in tree.paths if p.startswith("tests/")}
    for folder in sorted(folders):
        has_python = any(re.fullmatch(rf"{re.escape(folder)}/[^/]+\.py", p) for p in tree.paths)
        if has_python and f"{folder}/__init__.py" not in tree.paths:
            yield f"{folder}: no package; add {folder}/__init__.py"


def locks_agree(tree: Tree) -> Iterator[str]:
    """The lock files pin what ``pyproject.toml`` asks for, by hash, and name no host."""
    if "pyproject.toml" in tree.paths:
        yield from lock_violations(tree.root)


RULES: tuple[Rule, ...] = (
    only_the_five_rooms,
    no_long_file,
    no_code_of_others,
    no_vague_name,
    verbs_can_be_run,
    costing_has_no_clock,
    tests_prove_something,
    tests_are_sentences,
    tests_are_packages,
    locks_agree,
)


def _walk(root: Path) -> Iterator[Path]:
    for path in root.rglob("*"):
        parts = path.relative_to(root).parts
        hidden = any(p == "__pycache__" or (p.startswith(".") and p != ".ci") for p in parts[:-1])
        if path.is_file() and not hidden:
            yield path


def _longest_line(text: str) -> int:
    return max((len(line) for line in text.splitlines()), default=0)


def _called(call: ast.Call) -> str:
    return _dotted(call.func) or (call.func.attr if isinstance(call.func, ast.Attribute) else "")


def _dotted(node: ast.AST) -> str:
    """``a.b.c`` for such a chain of names, ``.b.c`` where it starts with something else."""
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


if __name__ == "__main__":
    sys.exit(main())
