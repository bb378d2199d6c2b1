"""What stands still on Decide: built without Dash, and kept where it is the same."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.test_decide import field, open_decide


def test_a_new_answer_keeps_the_focus_on_a_number_and_what_was_unfolded(
    page: Page, server_url: str
) -> None:
    """A reader who stands on a number, or has folded a part, is not thrown out by a new answer."""
    open_decide(page, server_url)
    number = page.locator("#tables button.number").first
    before = number.inner_text()
    folded = page.locator("#budget-card details").first
    folded.locator("summary").first.click()
    expect(folded).not_to_have_attribute("open", "")
    number.focus()

    # Not typed, which would take the focus away: the same event as from the field.
    page.evaluate(
        """() => window.dash_clientside.set_props(
          { type: "field", path: "workload.requests_per_hour" }, { value: "9000" })"""
    )

    expect(number).not_to_have_text(before)
    expect(number).to_be_focused()
    expect(folded).not_to_have_attribute("open", "")
    number.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("9,000")


def test_what_is_no_part_of_the_house_is_not_built(page: Page, server_url: str) -> None:
    """No script, were it ever in an answer."""
    open_decide(page, server_url)
    refused = page.evaluate(
        """() => {
          try {
            window.dash_clientside.modelcost_still.rest({ basis: [["script", {}, ["alert(1)"]]] });
          } catch (error) { return error.message; }
        }"""
    )
    assert "script does not stand still" == refused


def test_links_of_what_stands_still_are_texts_with_safe_addresses(
    page: Page, server_url: str
) -> None:
    open_decide(page, server_url)
    said = page.evaluate(
        """() => {
          const attributes = { href: "javascript:alert(1)", onclick: "alert(1)", class: "x" };
          const link = ["a", attributes, ["<b>"]];
          window.dash_clientside.modelcost_still.rest({ basis: [link] });
          return document.querySelector("#basis").innerHTML;
        }"""
    )
    assert '<a class="x">&lt;b&gt;</a>' == said
    page.fill(field(page, "workload.requests_per_hour"), "9000")
    expect(page.locator("#basis dl")).to_be_visible()


def test_where_no_answer_is_left_none_of_its_numbers_stays(page: Page, server_url: str) -> None:
    """A store that is emptied, as by another page at the same place, empties what it had drawn."""
    open_decide(page, server_url)
    expect(page.locator("#tables table").first).to_be_visible()
    for store in ("still-first", "still-rest"):
        page.evaluate("(id) => window.dash_clientside.set_props(id, { data: null })", store)
    for place in ("summary", "basis", "budget-card", "tables"):
        expect(page.locator(f"#{place}")).to_be_empty()


def test_a_warning_on_a_card_stays_when_the_form_is_drawn_anew_and_goes_with_its_cause(
    page: Page, server_url: str
) -> None:
    """Weights in fewer bits than published, on the card that says so and on no other."""
    open_decide(page, server_url, "?scenario=article-on-real-hosts")
    warnings = page.locator("[id^=serving-note-] .caution")
    expect(warnings).to_have_count(0)
    card = page.locator(".option-card", has=page.locator("input[id*='serving.weights']")).first
    weights = card.locator("input[id*='serving.weights']")
    weights.click()
    page.get_by_role("option", name="int8").click()
    expect(card.locator("[id^=serving-note-] .caution")).to_be_visible()
    expect(warnings).to_have_count(1)

    page.get_by_role("button", name="Per-token option").click()
    expect(page.locator(".option-card")).to_have_count(3)
    expect(warnings).to_have_count(1)
    weights.click()
    page.get_by_role("option", name="16", exact=False).first.click()
    expect(warnings).to_have_count(0)
