"""What is typed into the form of the Decide page is never lost, however fast a person goes on."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Request, Route, expect

from tests.browser.test_decide import field

REQUESTS = "workload.requests_per_hour"
OUTPUT = "workload.output_tokens"


def switch(page: Page, path: str, choice: str) -> None:
    """Press one button of a switch that has the form drawn anew."""
    buttons = page.locator(f"""[id='{{"path":"{path}","type":"mode"}}']""")
    buttons.locator(f"input[value={choice}] + label").click()


def test_a_number_typed_just_before_a_switch_is_kept(page: Page, server_url: str) -> None:
    """Without a pause between the last key and the click."""
    page.goto(server_url)
    expect(page.locator("#summary")).to_contain_text("Per token")

    page.fill(field(page, OUTPUT), "1234")
    switch(page, "workload", "per_month")

    expect(page.locator(field(page, "workload.requests_per_month"))).to_be_visible()
    expect(page.locator(field(page, OUTPUT))).to_have_value("1234")


def test_a_number_typed_while_the_form_is_drawn_anew_is_kept(page: Page, server_url: str) -> None:
    """The answer to the click is held back until the number stands in the field."""
    page.goto(server_url)
    expect(page.locator("#summary")).to_contain_text("Per token")
    held: list[Route] = []

    def hold(route: Route) -> None:
        asked = route.request.post_data or ""
        if '"output":"..form.children' in asked and not held:
            held.append(route)
        else:
            route.continue_()

    page.route(re.compile("_dash-update-component"), hold)
    page.get_by_role("button", name="Per-token option").click()
    expect(page.locator("#undo[data-loading]")).to_have_count(1)
    page.fill(field(page, OUTPUT), "1234")
    held[0].continue_()

    expect(page.locator(field(page, "options.2.name"))).to_be_visible()
    expect(page.locator(field(page, OUTPUT))).to_have_value("1234")


def test_a_number_that_is_undone_does_not_come_back(page: Page, server_url: str) -> None:
    page.goto(server_url)
    expect(page.locator("#summary")).to_contain_text("Per token")

    page.fill(field(page, REQUESTS), "7000")
    expect(page.locator("#undo")).to_be_enabled()
    expect(page.locator("#summary")).to_contain_text("55 %")
    page.click("#undo")

    expect(page.locator(field(page, REQUESTS))).to_have_value("5000")
    expect(page.locator("#summary")).to_contain_text("39 %")
    expect(page.locator(field(page, REQUESTS))).to_have_value("5000")


def test_two_clicks_before_the_first_is_answered_are_undone_one_by_one(
    page: Page, server_url: str
) -> None:
    """The form follows each click before the answer does; the answers are held back here."""
    page.goto(server_url)
    expect(page.locator("#summary")).to_contain_text("Per token")
    held: list[Route] = []
    is_holding = True

    def hold(route: Route) -> None:
        is_answer = is_holding and '"output":"..chart.figure' in (route.request.post_data or "")
        if is_answer:
            held.append(route)
        else:
            route.continue_()

    page.route(re.compile("_dash-update-component"), hold)
    page.get_by_role("button", name="Per-token option").click()
    expect(page.locator(field(page, "options.2.name"))).to_be_visible()
    switch(page, "workload", "per_month")
    expect(page.locator(field(page, "workload.requests_per_month"))).to_be_visible()
    is_holding = False
    while held:
        held.pop().continue_()

    page.click("#undo:enabled")
    expect(page.locator(field(page, REQUESTS))).to_be_visible()
    expect(page.locator(field(page, "options.2.name"))).to_be_visible()
    page.click("#undo:enabled")
    expect(page.locator(field(page, "options.2.name"))).to_have_count(0)
    expect(page.locator("#undo")).to_be_disabled()


def test_a_click_before_the_form_followed_the_one_before_loses_neither(
    page: Page, server_url: str
) -> None:
    """The browser drops the answer to the first of two; the second tells of both."""
    page.goto(server_url)
    expect(page.locator("#summary")).to_contain_text("Per token")
    held: list[Route] = []
    is_holding = True

    def draws(request: Request) -> bool:
        return '"output":"..form.children' in (request.post_data or "")

    def hold(route: Route) -> None:
        if is_holding and draws(route.request):
            held.append(route)
        else:
            route.continue_()

    page.route(re.compile("_dash-update-component"), hold)
    switch(page, "workload", "per_month")
    expect(page.locator("#undo[data-loading]")).to_have_count(1)
    with page.expect_request(draws):
        page.get_by_role("button", name="Per-token option").click()
    is_holding = False
    while held:
        held.pop(0).continue_()

    expect(page.locator(field(page, "workload.requests_per_month"))).to_be_visible()
    expect(page.locator(field(page, "options.2.name"))).to_be_visible()
