"""Text, Markdown, tables and web pages become sections with places."""

from __future__ import annotations

import pytest

from dashboard.chat.documents.limits import Limits
from dashboard.chat.documents.parsed import place_parts
from dashboard.chat.documents.refusals import Refusal
from tests.dashboard.chat.documents.reading import reason_of, sections_of


def test_plain_text_is_one_section_without_a_place() -> None:
    """Lines end in one way; what turns or hides writing is gone."""
    text = "\ufeffa\r\nb\rc\fd\u202e\x07\U000e0041"

    assert [["a\nb\nc\nd", ""]] == sections_of(text.encode(), ".txt")
    assert ("", "") == place_parts("")


def test_markdown_headings_are_places_and_code_has_none() -> None:
    text = """before
# Shoes #
text
## Care ##
wash
```
# no heading
```
~~~~
```
~~~~

Boots
=====
red

Sizes
---
- 24

- list
---
a | b
---|---
#not one
# C#
"""

    assert [
        ["before", ""],
        ["Shoes\ntext", "heading Shoes"],
        ["Care\nwash\n```\n# no heading\n```\n~~~~\n```\n~~~~", "heading Shoes > Care"],
        ["Boots\nred", "heading Boots"],
        [
            "Sizes\n- 24\n\n- list\n---\na | b\n---|---\n#not one",
            "heading Boots > Sizes",
        ],
        ["C#", "heading C#"],
    ] == sections_of(text.encode(), ".md")


def test_rows_of_a_table_can_be_read_alone() -> None:
    """Rows are counted as a spreadsheet counts them; a cell may hold lines."""
    text = '品名,価格,\n靴,"12,000",x\n\n鞄,"a\nb",,more\n'

    assert [
        ["品名: 靴\n価格: 12,000\nx", "row 2"],
        ["品名: 鞄\n価格: a\nb\nmore", "row 4"],
    ] == sections_of(text.encode("cp932"), ".csv")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_what_separates_columns_is_found(separator: str) -> None:
    rows = [["item", "price", "note"], ["shoe", "1,5" if separator == ";" else "1", "a b"]]
    text = "\n".join(separator.join(row) for row in rows)

    [[found, _]] = sections_of(text.encode(), ".csv")

    assert 3 == len(found.split("\n"))


def test_a_table_may_name_its_separator_or_have_one_column() -> None:
    assert [["a: 1\nb: 2", "row 3"]] == sections_of(b"sep=;\na;b\n1;2\n", ".csv")
    assert [["a: 1", "row 2"], ["a: 2", "row 3"]] == sections_of(b"a\n1\n2\n", ".csv")
    assert [["a\nb", "row 2"]] == sections_of(b"\na,b\n", ".csv")


def test_rows_and_headings_are_limited() -> None:
    few = Limits(sections=2)

    assert 2 == len(sections_of(b"a\n1\n2\n", ".csv", few))
    assert Refusal.TOO_MANY_SECTIONS is reason_of(b"a\n1\n2\n3\n", ".csv", few)
    assert Refusal.TOO_MANY_SECTIONS is reason_of(b"# a\n# b\n# c\n", ".md", few)


def test_a_page_gives_its_words_and_nothing_that_it_runs_or_fetches() -> None:
    text = """<!doctype html><html><head><title> Shoe
 shop </title><meta http-equiv="refresh" content="0;url=https://x.invalid/">
<style>p { color: red }</style><script src="https://x.invalid/a.js">var secret = 1</script>
<link rel=stylesheet href="https://x.invalid/b.css"></head><body>
<h1>Shoes &amp; <em>boots</em></h1><p>Two
lines<br>and one more<iframe src="https://x.invalid">inside</iframe>
<svg><title>drawing</title><svg>a</svg>b</svg>
<h2>Prices</h2><table><tr><th>Item<th>Price</tr><tr><td>Shoe</td><td>110</td></tr></table>
<pre>a
  b</pre><noscript>turn it on</noscript><img src="https://x.invalid/c.png" onerror="alert(1)">
</body></html>"""

    assert [
        ["Shoes & boots\nTwo lines\nand one more", "heading Shoes & boots"],
        ["Prices\nItem | Price\nShoe | 110\na\n  b", "heading Shoes & boots > Prices"],
    ] == sections_of(text.encode(), ".html")


def test_a_page_that_is_cut_off_is_read_to_its_end() -> None:
    assert [["a\nb", "heading a"]] == sections_of(b"<h1>a<p>b<div>", ".html")


def test_a_heading_may_hold_blocks_or_nothing() -> None:
    page = b"<h1><div> Shoes</div></h1><p>a<h2></h2><p>b"

    assert [["Shoes\na\nb", "heading Shoes"]] == sections_of(page, ".html")


def test_a_cell_longer_than_all_text_may_be_is_too_much() -> None:
    """Not broken, which is what the csv module says of it."""
    few = Limits(text_characters=1_000)

    assert Refusal.TOO_MUCH_TEXT is reason_of(b"a,b\n" + b"c" * 140_000, ".csv", few)


def test_a_page_tells_its_encoding() -> None:
    """Half-width kana alone could be anything."""
    page = '<meta charset="Shift_JIS"><p>ｶﾀｶﾅ'.encode("cp932")

    assert [["ｶﾀｶﾅ", ""]] == sections_of(page, ".html")


@pytest.mark.parametrize(
    ("content", "ending"),
    [(b" \n\t", ".txt"), (b",,\n,,", ".csv"), (b"<script>a</script>", ".html"), (b"\n", ".md")],
)
def test_a_file_without_text_is_refused(content: bytes, ending: str) -> None:
    assert Refusal.NO_TEXT is reason_of(content, ending)


def test_places_count_as_text() -> None:
    """Else a page of headings would come back many times as long as it is."""
    headings = "".join(f"{'#' * level} {'h' * 90}\n" for level in (1, 2, 3, 4, 5, 6))

    assert 6 == len(sections_of(headings.encode(), ".md"))
    assert Refusal.TOO_MUCH_TEXT is reason_of(
        headings.encode(), ".md", Limits(text_characters=2_000)
    )
