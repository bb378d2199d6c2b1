"""What every journey does: open a page, choose what is asked for, read what is written."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.texts import Texts, load_texts
from tests.browser.test_decide import field

IN_BOTH_LANGUAGES = pytest.mark.parametrize("locale", ["en-US", "ja-JP"], ids=["en", "ja"])
HOURS_PER_MONTH = 730


def texts_of(locale: str) -> Texts:
    """The words by which a reader of this language finds buttons and links."""
    return load_texts(locale[:2])


def open_example(page: Page, title: str) -> None:
    """Pick an example from the list that stands first on the page."""
    page.locator("#example").click()
    page.get_by_role("option", name=title, exact=True).click()


def choose_what_is_open(page: Page, *, peak: str, standby: str) -> None:
    """Fill what a person must choose and nobody has chosen yet: the peak, standby hosts, and that
    people cost nothing; what is filled already stays."""
    number = page.locator(field(page, "workload.peak_to_mean"))
    expect(number).to_be_visible()
    people = page.locator("""[id='{"path":"people","type":"mode"}']""")
    if people.count() and not people.locator("input:checked").count():
        people.locator("input[value=none] + label").click()
        told = texts_of(page.evaluate("document.documentElement.lang"))("form.people.none.hint")
        expect(page.locator("#form")).to_contain_text(told)  # the form is drawn anew
    if number.input_value() == "":
        number.fill(peak)
    for one in page.locator("""input[id*='spare_instances","type":"field"']""").all():
        if one.input_value() == "":
            one.fill(standby)


def verdict(page: Page) -> Locator:
    """The box that says what is the cheapest at the load."""
    return page.locator("#summary .fact").first


def break_even(page: Page) -> Locator:
    """The box that says where it turns."""
    return page.locator("#summary .fact").last


def money_row(page: Page, table: int, option: str) -> Locator:
    """The line of an option in the table of a load: 0 is the workload, then the volumes."""
    tables = page.locator("#tables table", has=page.locator("tr.cheapest"))
    return tables.nth(table).locator("tbody tr", has_text=option)


def dollars(amount: Fraction) -> str:
    """A sum of four digits or more as the tables write it: whole dollars."""
    return f"${round(amount):,}"


def share(part: Fraction, whole: Fraction, locale: str) -> str:
    """Whole percent, as the language writes it."""
    percent = round(100 * part / whole)
    return f"{percent}%" if locale == "ja-JP" else f"{percent} %"


def volume(count: Fraction, locale: str) -> str:
    """A count of millions in four digits: 12.83M or 1,283万."""
    million = count / 1_000_000
    if locale == "ja-JP":
        return f"{_four_digits(million * 100)}万"
    return f"{_four_digits(million)}M"


def _four_digits(number: Fraction) -> str:
    whole = len(str(int(number)))
    text = f"{float(number):,.{max(0, 4 - whole)}f}"
    return re.sub(r"\.?0+$", "", text) if "." in text else text


def settled(page: Page) -> None:
    """The answer on the screen is to the question as it stands."""
    expect(page.locator("#summary h2")).not_to_be_empty()
    expect(page.locator("#answer")).not_to_have_class(re.compile("stale"))
