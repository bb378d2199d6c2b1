"""The front page says what the program says."""

from pathlib import Path

from tests.dashboard.commands import call

README = Path(__file__).parents[2] / "README.md"


def test_the_worked_example_in_the_readme_is_what_the_program_prints(tmp_path: Path) -> None:
    """Whoever changes a sentence of the answer changes the front page too."""
    _, _, rest = README.read_text("utf-8").partition("$ .venv/bin/modelcost break-even article\n")
    shown, _, _ = rest.partition("```")

    done = call("break-even", "article", folder=tmp_path)

    assert shown == done.stdout


def test_every_place_that_the_readme_links_to_exists() -> None:
    """A dead link on the front page costs a newcomer's trust."""
    targets = [part.partition(")")[0] for part in README.read_text("utf-8").split("](")[1:]]

    missing = [target for target in targets if not (README.parent / target).exists()]

    assert targets
    assert missing == []
