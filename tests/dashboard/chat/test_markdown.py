"""Answers as HTML: what is hostile gets nothing through, and what is benign looks right."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.chat.links import is_allowed
from dashboard.chat.markdown import (
    MOST_CHARACTERS,
    MOST_CHARACTERS_OF_HTML,
    MOST_MARKDOWN_CHARACTERS,
    render_answer,
)
from dashboard.texts import load_texts
from tests.dashboard.chat.hostile_answers import (
    HOSTILE,
    IMAGES,
    LONG,
    MARKDOWN_TRICKS,
    PARSER_TRICKS,
    TAGS,
)

ENGLISH = load_texts("en")
TITLES: Final = {1: "Hiking shoes", 2: '"><script>alert(1)</script>\u202e'}
LINK: Final = {
    "href": re.compile(r"https?://[^\s@/?#]+(?:[/?#]\S*)?|mailto:[^\s@/]+@\S+"),
    "target": re.compile("_blank"),
    "rel": re.compile("noopener noreferrer nofollow"),
}
CELL: Final = {"class": re.compile("align-(?:left|center|right)")}
PLAIN: Final = (
    "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "p", "s", "strong",
    "table", "tbody", "thead", "tr", "ul",
)  # fmt: skip
ALLOWED: Final[dict[str, dict[str, re.Pattern[str]]]] = {
    **{tag: {} for tag in PLAIN},
    "a": LINK,
    "button": {
        "class": re.compile("citation"),
        "data-citation": re.compile("[12]"),
        "type": re.compile("button"),
        "title": re.compile("Source [12]: [^\u202e]*"),
        "aria-label": re.compile("Source [12]: [^\u202e]*"),
    },
    "span": {"class": re.compile("citation-unknown|address"), "title": re.compile("The model .*")},
    "div": {"class": re.compile("answer-table"), "tabindex": re.compile("0")},
    "pre": {"class": re.compile("answer-plain"), "tabindex": re.compile("0")},
    "ol": {"start": re.compile("[0-9]{1,9}")},
    "td": CELL,
    "th": CELL,
}
REQUIRED: Final = {"a": {"target", "rel"}, "button": {"class", "data-citation", "type"}}
EMPTY: Final = frozenset({"br", "hr"})
NOT_INSIDE: Final = frozenset({"a", "button"})


class Judge(HTMLParser):
    """Reads HTML by Python's own parser and notes what is on no list, and how deep it goes."""

    def __init__(self, written: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.open: list[str] = []
        self.deepest = 0
        self.text = ""
        self.tags: list[str] = []
        self.feed(written)
        self.close()
        self.faults += [f"left open: {tag}" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        listed = ALLOWED.get(tag)
        if listed is None:
            self.faults.append(f"tag: {tag}")
            return
        for name, value in attrs:
            if name not in listed or not listed[name].fullmatch(value or ""):
                self.faults.append(f"attribute: {tag} {name}={value!r}")
        if missing := REQUIRED.get(tag, set()) - dict(attrs).keys():
            self.faults.append(f"without: {tag} {sorted(missing)}")
        if tag in NOT_INSIDE and NOT_INSIDE & set(self.open):
            self.faults.append(f"inside of {self.open}: {tag}")
        if tag not in EMPTY:
            self.open.append(tag)
            self.deepest = max(self.deepest, len(self.open))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"end without start: {tag}")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment: {data}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration: {decl}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction: {data}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"unknown declaration: {data}")


@pytest.mark.parametrize(
    "written",
    ["<script></script>", "<img>", "<p onclick='x'></p>", "<p style=''></p>", "<p id='x'></p>",
     "<a href='javascript:x' target='_blank' rel='noopener noreferrer nofollow'></a>",
     "<a href='https://b@c' target='_blank' rel='noopener noreferrer nofollow'></a>",
     "<a href='https://a.example'></a>", "<p>", "</p>", "<p><em></p></em>", "<!-- x -->",
     "<!DOCTYPE x>", "<?x>", "<![CDATA[x]]>", "<span class='x'></span>",
     "<a target='_blank' rel='noopener noreferrer nofollow'><button class='citation' type='button'"
     " data-citation='1'></button></a>",
     "<button class='citation' type='button' data-citation='9'></button>"],
)  # fmt: skip
def test_the_judge_finds_what_is_bad(written: str) -> None:
    """A judge who lets everything through would make every test below worthless."""
    assert [] != Judge(written).faults


def rendered(answer: str) -> str:
    return render_answer(answer, TITLES, ENGLISH)


def judged(answer: str) -> Judge:
    judge = Judge(rendered(answer))
    assert [] == judge.faults
    return judge


def test_the_list_of_hostile_answers_is_long() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) > 450


@pytest.mark.parametrize("answer", HOSTILE)
def test_nothing_of_a_hostile_answer_gets_through(answer: str) -> None:
    """Alone and inside of other Markdown; judged by another parser against lists of its own."""
    for around in ("{}", "a {} b", "> - {}", "[doc1] {}\n\n[doc2]", "| a |\n|---|\n| {} |"):
        judged(around.replace("{}", answer))


@pytest.mark.parametrize("answer", [*IMAGES, *TAGS, *PARSER_TRICKS])
def test_no_html_of_an_answer_is_a_tag_of_the_page(answer: str) -> None:
    """But for what Markdown makes of text: a line that starts with > is a quote."""
    assert {"p", "a", "span", "br", "blockquote"} >= set(judged(answer).tags)


TIMED: Final = """
import json, time
from dashboard.chat.markdown import render_answer
from dashboard.texts import load_texts
from tests.dashboard.chat.hostile_answers import LONG
texts, taken = load_texts("en"), {}
render_answer("warm", {}, texts)
for name, answer in LONG.items():
    started = time.process_time()
    render_answer(answer, {1: '"' * 300}, texts)
    taken[name] = time.process_time() - started
print(json.dumps(taken))
"""


@pytest.fixture(scope="module")
def cpu_seconds() -> dict[str, float]:
    """Of each long answer, in a process whose lines nobody counts: counting them takes longer."""
    root = Path(__file__).parents[3]
    bare = {name: text for name, text in os.environ.items() if not name.startswith("COVERAGE")}
    told = subprocess.run(
        [sys.executable, "-c", TIMED], cwd=root, env=bare, check=True, capture_output=True
    )
    seconds: dict[str, float] = json.loads(told.stdout)
    return seconds


@pytest.mark.parametrize("name", LONG)
def test_a_long_hostile_answer_takes_no_long_time_and_stays_small(
    name: str, cpu_seconds: dict[str, float]
) -> None:
    written = render_answer(LONG[name], {1: '"' * 300}, ENGLISH)

    judge = Judge(written)
    assert [] == judge.faults
    assert cpu_seconds[name] < 0.5
    assert len(written) <= MOST_CHARACTERS_OF_HTML
    assert judge.deepest <= 24


@given(st.lists(st.sampled_from([*IMAGES, *TAGS, *PARSER_TRICKS, *MARKDOWN_TRICKS]), max_size=4))
def test_no_mixture_of_hostile_answers_gets_through(answers: list[str]) -> None:
    judged("\n".join(answers))
    judged("".join(answers))


@given(st.text(alphabet="<>[]()!`*_~#|-:\"'&;\\/ \n\tadoc1javscript.https@", max_size=80))
def test_no_text_of_the_signs_of_markdown_gets_through(answer: str) -> None:
    judged(answer)


@given(st.text(max_size=200))
def test_any_text_is_shown(answer: str) -> None:
    judged(answer)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("It costs $110.", "<p>It costs $110.</p>"),
        ("価格は**12,000円**です。", "<p>価格は<strong>12,000円</strong>です。</p>"),
        ("*a* **b** ~~c~~ `d<e`",
         "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d&lt;e</code></p>"),
        ("a\nb", "<p>a<br>\nb</p>"),
        ("a\n\nb", "<p>a</p>\n<p>b</p>"),
        ("# A\n## B\n### C\n#### D\n###### E",
         "<h3>A</h3>\n<h4>B</h4>\n<h5>C</h5>\n<h6>D</h6>\n<h6>E</h6>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>'),
        ("- a\n  1. b", "<ul>\n<li>a\n<ol>\n<li>b</li>\n</ol>\n</li>\n</ul>"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
        ("---", "<hr>"),
        ("```python\nif a < b:\n    pass\n```",
         '<pre tabindex="0"><code>if a &lt; b:\n    pass\n</code></pre>'),
        ("    code & more", '<pre tabindex="0"><code>code &amp; more\n</code></pre>'),
        ("| a | b |\n|:--|--:|\n| 1 | 2 |",
         '<div class="answer-table" tabindex="0"><table>\n<thead>\n<tr>\n'
         '<th class="align-left">a</th>\n<th class="align-right">b</th>\n</tr>\n</thead>\n<tbody>\n'
         '<tr>\n<td class="align-left">1</td>\n<td class="align-right">2</td>\n</tr>\n</tbody>\n'
         "</table></div>"),
        ("a < b && c > d", "<p>a &lt; b &amp;&amp; c &gt; d</p>"),
        ("AT&amp;T &copy; 2026", "<p>AT&amp;T © 2026</p>"),
        ("5 * 3 * 2 and snake_case_name", "<p>5 * 3 * 2 and snake_case_name</p>"),
        ("see https://a.example/x", "<p>see https://a.example/x</p>"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f", "<p>👨\u200d👩\u200d👧 ❤\ufe0f</p>"),
        ("List<String> x = f<a>(b);", "<p>List&lt;String&gt; x = f&lt;a&gt;(b);</p>"),
        ("", ""),
        ("\\*not em\\*", "<p>*not em*</p>"),
    ],
)  # fmt: skip
def test_a_benign_answer_looks_as_it_was_meant(answer: str, expected: str) -> None:
    assert expected == rendered(answer).strip()
    judged(answer)


OPENED = 'target="_blank" rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("[the shop](https://a.example/x?a=1&b=2)",
         f'<a href="https://a.example/x?a=1&amp;b=2" {OPENED}>the shop</a>'
         ' <span class="address">(https://a.example/x?a=1&amp;b=2)</span>'),
        ("[https://a.example](https://a.example)",
         f'<a href="https://a.example" {OPENED}>https://a.example</a>'),
        ("<https://a.example>", f'<a href="https://a.example" {OPENED}>https://a.example</a>'),
        ("<me@a.example>", f'<a href="mailto:me@a.example" {OPENED}>me@a.example</a>'),
        ("[https://bank.example](https://evil.example)",
         f'<a href="https://evil.example" {OPENED}>https://bank.example</a>'
         ' <span class="address">(https://evil.example)</span>'),
        ("[](https://a.example)", f'<a href="https://a.example" {OPENED}>https://a.example</a>'),
        ("[r][1]\n\n[1]: https://a.example 'title'",
         f'<a href="https://a.example" {OPENED}>r</a>'
         ' <span class="address">(https://a.example)</span>'),
        ("<https://b\u0430nk.example>",
         f'<a href="https://xn--bnk-6cd.example" {OPENED}>https://b\u0430nk.example</a>'
         ' <span class="address">(https://xn--bnk-6cd.example)</span>'),
        ("[**b** [doc1]](https://a.example)",
         f'<a href="https://a.example" {OPENED}><strong>b</strong> [doc1]</a>'
         ' <span class="address">(https://a.example)</span>'),
    ],
)  # fmt: skip
def test_a_link_shows_where_it_leads(answer: str, expected: str) -> None:
    assert f"<p>{expected}</p>" == rendered(answer).strip()


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("![a red shoe](https://a.example/s.png)", "a red shoe (https://a.example/s.png)"),
        ("![](https://a.example/s.png)", "https://a.example/s.png"),
        ("![*a* b][i]\n\n[i]: https://a.example/s.png", "a b (https://a.example/s.png)"),
        ("![x](data:image/png;base64,AAAA)", "![x](data:image/png;base64,AAAA)"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("[x](/api)", "[x](/api)"),
    ],
)
def test_what_is_not_shown_as_itself_is_shown_as_text(answer: str, text: str) -> None:
    """Nothing is left out silently."""
    judge = judged(answer)

    assert text == judge.text.strip()
    assert ["p"] == judge.tags


def test_citations_become_buttons_and_those_of_no_passage_say_so() -> None:
    written = rendered(
        "A [doc1]. B【doc2】 C [doc1, doc9]. `[doc1]`\n\n[doc1]: https://evil.example"
    )

    assert ["1", "2", "1"] == re.findall(r'data-citation="(\d)"', written)
    assert 'title="Source 1: Hiking shoes" aria-label="Source 1: Hiking shoes"' in written
    assert (
        '<span class="citation-unknown" title="The model was given no passage 9">[doc9]</span>'
        in written
    )
    assert "<code>[doc1]</code>" in written
    assert "evil" not in written


def test_a_title_cannot_write_html_either() -> None:
    written = rendered("[doc2]")

    assert "&quot;&gt;&lt;script&gt;" in written.replace("<", "&lt;").replace(">", "&gt;")
    assert ["p", "button"] == judged("[doc2]").tags


def test_words_around_an_answer_are_in_the_language_of_the_page() -> None:
    written = render_answer("[doc1] [doc3]", {1: "靴"}, load_texts("ja"))

    assert 'title="出典1: 靴"' in written
    assert 'title="モデルに渡した抜粋に3番はありません"' in written


@pytest.mark.parametrize(
    "answer",
    [
        ">" * 7 + " a [doc1]",
        "x" * MOST_MARKDOWN_CHARACTERS + " **[doc1]",
        "\n".join("  " * n + "- a [doc1]" for n in range(30)),
        "|" + "a|" * 100 + "\n|" + "-|" * 100 + "\n" + "[doc1]\n" * 100,
        "[" * 1_001 + "[doc1]",
        "a\n" * 1_000 + "[doc1]",
        "*a " * 30 + "[doc1]" + " b*" * 30,
    ],
    ids=["quotes", "long", "lists", "table", "brackets", "lines", "emphasis"],
)
def test_what_is_too_much_is_plain_text_with_its_citations(answer: str) -> None:
    """Every letter of it, as it was written."""
    judge = judged(answer)

    assert {"pre", "button"} == set(judge.tags)
    assert answer.replace("[doc1]", "[1]") == judge.text


def test_an_answer_that_is_far_too_long_is_cut_and_says_so() -> None:
    judge = judged("x" * (MOST_CHARACTERS + 1))

    assert (
        "x" * MOST_CHARACTERS
        + ("The answer is longer than 100,000 characters. The rest is not shown.")
        == judge.text
    )


def test_only_the_first_citations_of_very_many_are_buttons() -> None:
    judge = judged("[doc1]" * 300)

    assert 200 == judge.tags.count("button")
    assert 100 == judge.text.count("[doc1]")


@pytest.mark.parametrize(
    "address", ["https://a.example", "http://a.example:80/?q#f", "mailto:a@b.c"]
)
def test_an_address_written_in_full_is_allowed(address: str) -> None:
    assert is_allowed(address)


@pytest.mark.parametrize(
    "address",
    ["", "a", "//a.example", "javascript:x", "https:", "https://@a.example", "http://[::1",
     "mailto:", "https://a.example\\b", "https://a.example/" + "x" * 2000, "mailto://a@b.c"],
)  # fmt: skip
def test_any_other_address_is_not(address: str) -> None:
    assert not is_allowed(address)
