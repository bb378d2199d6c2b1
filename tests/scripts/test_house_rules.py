"""The house rules find each thing that they refuse, and nothing in a good tree."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts.house_rules import check, main, read_tree

GOOD = {
    ".ci/run": "#!/usr/bin/env bash\n",
    ".gitignore": ".venv/\n",
    "README.md": "# Good\n",
    "catalog/__init__.py": "",
    "costing/prices.py": "def total(now):\n    return now\n",
    "dashboard/assets/page.css": "body { margin: 0 }\n",
    "scripts/start": "#!/usr/bin/env bash\n",
    "tests/__init__.py": "",
    "tests/costing/__init__.py": "",
    "tests/costing/test_prices.py": "def test_a_total_adds_up():\n    pass\n",
}


def violations(folder: Path, **more: str) -> list[str]:
    """What the rules say about the good tree with these files put into it."""
    for path, text in (GOOD | more).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(0o755 if text.startswith("#!") else 0o644)
    return check(read_tree(folder))


def test_a_good_tree_has_no_violation(tmp_path: Path) -> None:
    assert [] == violations(tmp_path)


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("docs/a.md", "", "docs/: not one of the rooms"),
        (".ci/more", "", ".ci/: not one of the rooms"),
        ("catalog/long.py", "x = 1\n" * 401, "catalog/long.py: 401 lines, more than 400"),
        ("scripts/bench", "#!/usr/bin/env bash\n" * 401, "scripts/bench: 401 lines"),
        ("dashboard/assets/a.min.js", "", "dashboard/assets/a.min.js: third-party code"),
        ("dashboard/assets/a.woff2", "", "dashboard/assets/a.woff2: third-party code"),
        ("dashboard/vendor/a.py", "", "dashboard/vendor/a.py: third-party code"),
        ("dashboard/assets/a.js", "x" * 1001, "dashboard/assets/a.js: minified"),
        ("catalog/models.py", "", "catalog/models.py: a name that says nothing"),
        ("catalog/price_manager.py", "", "catalog/price_manager.py: a name that says nothing"),
        ("scripts/verb", "#!/bin/sh\n", "scripts/verb: starts without"),
        ("costing/a.py", "from datetime import datetime\nd = datetime.now()\n", "costing/a.py:2:"),
        ("costing/a.py", "open('a')\n", "costing/a.py:1: calls open()"),
        ("tests/test_a.py", "import pytest\n\npytest.skip('no')\n", "tests/test_a.py:3: pytest.sk"),
        ("tests/test_a.py", "import time\ntime.sleep(1)\n", "tests/test_a.py:2: time.sleep"),
        ("tests/test_a.py", "m = pytest.mark.xfail\n", "tests/test_a.py:1: pytest.mark.xfail"),
        (
            "tests/test_a.py",
            "def test_it_works(): pass\n",
            "tests/test_a.py:1: test_it_works is no",
        ),
        ("tests/golden/test_a.py", "", "tests/golden: no package"),
    ],
)
def test_each_thing_that_is_refused_is_found(
    tmp_path: Path, path: str, text: str, found: str
) -> None:
    said = violations(tmp_path, **{path: text})

    assert 1 == len(said), said
    assert said[0].startswith(found)


def test_a_verb_that_cannot_be_run_is_found(tmp_path: Path) -> None:
    violations(tmp_path)
    (tmp_path / "scripts/start").chmod(0o644)

    assert ["scripts/start: not executable; chmod +x scripts/start"] == check(read_tree(tmp_path))


def test_what_git_ignores_is_not_looked_at(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)

    assert [] == violations(tmp_path, **{".gitignore": "kept/\n", "kept/models.py": ""})
    assert ["kept/: not one"] == [v[:14] for v in violations(tmp_path, **{".gitignore": ""})][:1]


def test_this_checkout_has_no_violation(capsys: pytest.CaptureFixture[str]) -> None:
    assert (0, "") == (main(), capsys.readouterr().out)
