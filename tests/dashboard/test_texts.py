"""The locales: both languages say the same things, and every code of the product has words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import dashboard
from catalog import offers
from catalog.problems import PLACEHOLDER, PROBLEM_TEXT
from catalog.recommendation_hosts import Flag
from costing import BreakEvenState, Call, notices
from costing.capacity_scan import Limit
from costing.options import Missing
from dashboard.texts import LANGUAGES, load_texts

ROOM = Path(str(dashboard.__file__)).parent
BUILT_IN = "problem."
"""English problems have a sentence beside their code; other languages have one in the locale."""


def test_both_languages_have_the_same_ids() -> None:
    """A text that one language lacks would be an error in the middle of a page."""
    english, japanese = (set(load_texts(language).messages) for language in ("en", "ja"))

    assert {"en", "ja"} == set(LANGUAGES)
    assert set() == english - japanese
    assert set() == {name for name in japanese - english if not name.startswith(BUILT_IN)}
    assert len(english) > 200


def test_a_text_has_the_same_placeholders_in_both_languages() -> None:
    """A fact that is left out of a translation is a fact that its reader never learns."""
    english, japanese = load_texts("en").messages, load_texts("ja").messages

    different = [
        name
        for name in english
        if set(PLACEHOLDER.findall(english[name])) != set(PLACEHOLDER.findall(japanese[name]))
    ]

    assert [] == different


def test_no_text_is_empty_and_none_is_left_in_the_other_language() -> None:
    """`space` and `and` may be a blank; whole Japanese sentences have Japanese letters."""
    japanese = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")

    for name, text in load_texts("en").messages.items():
        assert text or name == "space"
        assert not japanese.search(text)
    for name, text in load_texts("ja").messages.items():
        words = PLACEHOLDER.sub("", text)
        assert japanese.search(words) or len(words.split()) < 4, name


def test_every_problem_has_a_sentence_in_both_languages() -> None:
    """The one in Japanese uses no fact that the English one does not know."""
    japanese = load_texts("ja").messages

    for code, sentence in PROBLEM_TEXT.items():
        known = set(PLACEHOLDER.findall(sentence))
        assert set(PLACEHOLDER.findall(japanese[f"problem.{code}"])) <= known
    assert set(PROBLEM_TEXT) == {
        name.removeprefix(BUILT_IN) for name in japanese if name.startswith(BUILT_IN)
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_notice_has_a_sentence(language: str) -> None:
    """Codes of costing, and flags that offers put on an option."""
    messages = load_texts(language).messages
    codes = {*_notice_codes(), *_flags(), *offers.SHOWN_FLAGS}

    assert {"tie", "models_differ", "host_retired", "may_process_elsewhere", "historical"} <= codes
    assert set() == {code for code in codes if f"notice.{code}" not in messages}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_an_answer_has_a_text(language: str) -> None:
    """States, calls, and what may be missing."""
    messages = load_texts(language).messages

    ids = {f"missing.{what.value}" for what in Missing} | {f"call.{call.value}" for call in Call}
    ids |= {f"break_even.{s.value}" for s in BreakEvenState if s.value != "not_reachable"}
    ids |= {f"headline.{state.value}" for state in BreakEvenState if state.value != "once"}
    assert set() == {name for name in ids if name not in messages}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_flag_and_limit_of_a_recommendation_has_a_text(language: str) -> None:
    messages = load_texts(language).messages

    ids = {f"recommend.flag.{flag.value}" for flag in Flag}
    ids |= {f"recommend.limit.{limit.value}" for limit in Limit}
    assert set() == ids - set(messages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_id_that_the_code_names_has_a_text(language: str) -> None:
    """`texts("...")` with the id written out, anywhere in the room."""
    named = {name for file in sorted(ROOM.rglob("*.py")) for name in _named_texts(file)}

    assert len(named) > 80
    assert set() == named - set(load_texts(language).messages)


def test_what_a_person_typed_passes_through_a_text_as_it_is() -> None:
    """Braces in a name are no placeholder, and an unknown language is English."""
    texts = load_texts("fr")

    assert "Clearly cheaper: {option} & <b>" == texts("call.clear", option="{option} & <b>")
    assert texts.optional("no.such.text") is None
    with pytest.raises(KeyError):
        texts("call.clear")


def _named_texts(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and _last_name(node.func) == "texts":
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield str(first.value)


def _notice_codes() -> Iterator[str]:
    """`Notice(code="...")` in costing, and the codes of its loops over what may differ."""
    for file in sorted(Path(str(notices.__file__)).parent.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _last_name(node.func) == "Notice":
                values = [one.value for one in node.keywords if one.arg == "code"]
                yield from (str(v.value) for v in values if isinstance(v, ast.Constant))
            elif (
                isinstance(node, ast.For)
                and ast.unparse(node.target).startswith("(code,")
                and isinstance(node.iter, ast.Tuple)
            ):
                yield from (row[0] for row in ast.literal_eval(node.iter))


def _flags() -> Iterator[str]:
    """Words that catalog.offers adds to what it calls flags."""
    for node in ast.walk(ast.parse(Path(str(offers.__file__)).read_text(encoding="utf-8"))):
        for part in ast.walk(_added_to_flags(node) or ast.Pass()):
            if isinstance(part, ast.Constant) and part.value:
                yield str(part.value)


def _added_to_flags(node: ast.AST) -> ast.AST | None:
    """The right side of `flags = ...` and `flags += ...`, the argument of `flags.append(...)`."""
    match node:
        case ast.AugAssign(target=ast.Name(id="flags"), value=value):
            return value
        case ast.Assign(targets=[ast.Name(id="flags")], value=value):
            return value
        case ast.Call(func=ast.Attribute(value=ast.Name(id="flags"), attr="append"), args=[value]):
            return value
    return None


def _last_name(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]
