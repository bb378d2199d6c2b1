"""The bundled sample of the test chat: sheets that agree in both languages, questions with answers
that can be found."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources

import pytest

from dashboard.texts import LANGUAGES

SAMPLE = resources.files("dashboard.chat").joinpath("sample")
COLUMNS = ["question", "language", "document", "answer", "names_product", "topic"]
SECTIONS = {
    "en": [
        "Price and item number",
        "What it is for",
        "Features",
        "Sizes and weight",
        "Care",
        "Warranty",
        "Questions and answers",
    ],
    "ja": [
        "価格・品番",
        "おすすめの使い方",
        "特長",
        "サイズ・重量",
        "お手入れ",
        "保証",
        "よくあるご質問",
    ],
}
PRICE = {"en": r"^- Price: \$(\d+)", "ja": r"^- 価格：([\d,]+)円"}
ITEM_NUMBER = {"en": r"^- Item number: (CG-\d{4})$", "ja": r"^- 品番：(CG-\d{4})$"}
WEIGHT = {"en": r"^- Weight: ([\d.]+) (k?g) \(", "ja": r"^- 重量：([\d.]+)(k?g)(?:（|$)"}
WARRANTY_YEARS = {"en": r"(\d+) years?\b", "ja": r"(\d+)年"}
GRAMS_OF = {"g": Decimal(1), "kg": Decimal(1000), "oz": Decimal("28.349523125")}
GRAMS_OF |= {"lb": 16 * GRAMS_OF["oz"]}


@dataclass(frozen=True, kw_only=True)
class Document:
    """One file of the sample: its title, and the text of each section by its heading."""

    name: str
    language: str
    text: str

    @property
    def title(self) -> str:
        return self.text.splitlines()[0].removeprefix("# ")

    @property
    def sections(self) -> dict[str, str]:
        parts = re.split(r"^## (.+)$", self.text, flags=re.MULTILINE)
        return dict(zip(parts[1::2], parts[2::2], strict=True))

    def section(self, place: int) -> str:
        return self.sections[SECTIONS[self.language][place]]

    def grams(self) -> Decimal:
        amount, unit = _only(WEIGHT[self.language], self.section(3))
        return Decimal(amount) * GRAMS_OF[unit]


def documents(language: str) -> dict[str, Document]:
    """All documents of a language by file name."""
    return {
        entry.name: Document(
            name=entry.name, language=language, text=entry.read_text(encoding="utf-8")
        )
        for entry in sorted(SAMPLE.joinpath(language).iterdir(), key=lambda entry: entry.name)
    }


def products(language: str) -> list[Document]:
    """The product sheets of a language."""
    return [found for name, found in documents(language).items() if not name.startswith("shop-")]


def questions(language: str) -> list[dict[str, str]]:
    """The questions of a language, in the order of the file."""
    return [row for row in all_questions() if row["language"] == language]


def all_questions() -> list[dict[str, str]]:
    """Every row of the file; csv.Error where a quote is left open."""
    content = SAMPLE.joinpath("questions.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(content.splitlines(keepends=True), strict=True))


PAIRS = dict(zip(products("en"), products("ja"), strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_sixteen_products_and_three_documents_of_the_shop(language: str) -> None:
    """Their names are plain ASCII, so that any machine can unpack them."""
    names = list(documents(language))

    assert 16 == len(products(language))
    assert 3 == len(names) - len(products(language))
    assert [] == [name for name in names if not re.fullmatch(r"[a-z0-9-]+\.md", name)]
    assert list(documents("en")) == names


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_has_a_title_and_its_sections_in_order(language: str) -> None:
    """The price section first, questions and answers last, and none of them is empty."""
    for sheet in products(language):
        assert sheet.text.startswith(f"# {sheet.title}\n\n## ")
        assert SECTIONS[language] == list(sheet.sections)
        assert all(body.strip() for body in sheet.sections.values())
        assert 2 <= len(re.findall(r"^\*\*.+[?？]\*\*", sheet.section(6), re.MULTILINE))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_is_as_long_as_a_leaflet(language: str) -> None:
    """180 to 350 English words, 500 to 900 Japanese characters without spaces."""
    fewest, most = {"en": (180, 350), "ja": (500, 900)}[language]

    for document in documents(language).values():
        words = document.text.split()
        length = len(words) if language == "en" else len("".join(words))
        assert fewest <= length <= most, document.name


def test_a_document_is_written_in_its_own_language_and_currency() -> None:
    """English has dollars and no Japanese letter, Japanese has yen and no dollar."""
    japanese_letter = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")

    for document in documents("en").values():
        assert not japanese_letter.search(document.text)
        assert "$" in document.text
    for document in documents("ja").values():
        assert "$" not in document.text
        assert "円" in document.text
        assert japanese_letter.search(document.title)


@pytest.mark.parametrize("english", PAIRS, ids=lambda sheet: sheet.name.removesuffix(".md"))
def test_both_sheets_of_a_product_agree(english: Document) -> None:
    """Item number, weight in grams and years of warranty; only the price is that of a country."""
    japanese = PAIRS[english]

    assert english.name == japanese.name
    assert _item_number(english) == _item_number(japanese)
    assert english.grams() == japanese.grams()
    assert _warranty_years(english) == _warranty_years(japanese)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_sheets_share_what_tells_them_apart(language: str) -> None:
    """Name, item number, price and weight: an answer from the wrong sheet is a wrong answer."""
    sheets = products(language)

    for fact in (_brand, _item_number, _price, Document.grams):
        assert 16 == len({fact(sheet) for sheet in sheets})


def test_pounds_and_ounces_are_the_grams_beside_them() -> None:
    """To the digit that is written."""
    for sheet in products("en"):
        amount, unit = _only(r"^- Weight: .*?\(([\d.]+) (oz|lb)\)", sheet.section(3))
        assert Decimal(amount) == (sheet.grams() / GRAMS_OF[unit]).quantize(Decimal(amount))


def test_the_questions_begin_with_the_price_of_the_hiking_shoes() -> None:
    """What a newcomer finds filled in, in each language."""
    first = {language: questions(language)[0] for language in LANGUAGES}

    assert "How much do the TrailWalker Hiking Shoes cost?" == first["en"]["question"]
    assert "トレイルウォーカー ハイキングシューズの値段はいくらですか？" == first["ja"]["question"]
    assert ["$110", "16,500円"] == [first[language]["answer"] for language in ("en", "ja")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_twenty_different_questions_with_every_column(language: str) -> None:
    """A question without a document or answer could not be scored."""
    asked = questions(language)

    assert 20 == len(asked) == len({row["question"] for row in asked})
    for row in asked:
        assert COLUMNS == list(row)
        assert all(value and value == value.strip() for value in row.values())


def test_no_question_is_in_a_third_language() -> None:
    """Forty rows and no more, and the file is read whole."""
    languages = Counter(row["language"] for row in all_questions())

    assert dict.fromkeys(LANGUAGES, 20) == languages


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_stands_once_in_its_document_and_not_in_its_question(language: str) -> None:
    """As written, so that the passage that holds it is the one that answers."""
    known = documents(language)

    for row in questions(language):
        assert row["document"] in known
        assert 1 == known[row["document"]].text.count(row["answer"]), row["question"]
        assert row["answer"] not in row["question"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_ten_questions_name_their_product_and_a_third_only_describe_it(language: str) -> None:
    """The other three are about the shop."""
    kinds = Counter(
        "shop" if row["document"].startswith("shop-") else row["names_product"]
        for row in questions(language)
    )

    assert {"true": 10, "false": 7, "shop": 3} == kinds


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_names_its_product_where_it_says_so(language: str) -> None:
    """One that only describes it shares no word with the title, and none names another product."""
    known = documents(language)

    for row in questions(language):
        brands = {_brand(sheet) for sheet in products(language)}
        named = {brand for brand in brands if brand in row["question"].casefold()}
        own = known[row["document"]]
        if row["names_product"] == "true":
            assert {_brand(own)} == named
        else:
            assert "false" == row["names_product"]
            assert set() == named
        if row["names_product"] == "false" and not own.name.startswith("shop-"):
            assert [] == list(_shared_words(own, row["question"])), row["question"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_is_asked_about(language: str) -> None:
    """Twenty questions reach all three documents of the shop and all sixteen products."""
    asked = {row["document"] for row in questions(language)}

    assert set(documents(language)) == asked


def _item_number(sheet: Document) -> str:
    return _only(ITEM_NUMBER[sheet.language], sheet.section(0))[0]


def _price(sheet: Document) -> Decimal:
    return Decimal(_only(PRICE[sheet.language], sheet.section(0))[0].replace(",", ""))


def _warranty_years(sheet: Document) -> int:
    (years,) = set(re.findall(WARRANTY_YEARS[sheet.language], sheet.section(5)))
    return int(years)


def _brand(sheet: Document) -> str:
    """The invented name: the first word of the title."""
    return sheet.title.split()[0].casefold()


def _shared_words(sheet: Document, question: str) -> Iterator[str]:
    """Words of the title that the question holds: whole ones in English, parts in Japanese."""
    asked = question.casefold()
    for word in sheet.title.casefold().split():
        if sheet.language == "ja":
            found = word in asked
        else:
            found = re.search(rf"\b{re.escape(word)}\b", asked) is not None
        if found:
            yield word


def _only(pattern: str, text: str) -> tuple[str, ...]:
    """The groups of a pattern that must be found exactly once."""
    (found,) = re.finditer(pattern, text, re.MULTILINE)
    return found.groups()
