"""What is typed into the form of the Decide page is never lost, however fast a person goes on."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Request, Route, expect

from tests.browser.test_decide import field

REQUESTS = "workload.requests_per_hour"
OUTPUT = "workload.output_tokens"


class Held:
    """Requests of one kind that wait until they are let go; later ones pass."""

    def __init__(self, page: Page, output: str, *, most: int | None = None) -> None:
        """output: how the name of the first output of the requests begins; most: how many wait."""
        self._output, self._routes = f'"output":"..{output}', list[Route]()
        self._is_holding, self._most = True, most
        page.route(re.compile("_dash-update-component"), self._take)

    def is_meant(self, request: Request) -> bool:
        return self._output in (request.post_data or "")

    @property
    def is_full(self) -> bool:
        """Whether as many wait as may."""
        return len(self._routes) == self._most

    def let_go(self) -> None:
        self._is_holding = False
        while self._routes:
            self._routes.pop(0).continue_()

    def _take(self, route: Route) -> None:
        if self._is_holding and not self.is_full and self.is_meant(route.request):
            self._routes.append(route)
        else:
            route.continue_()


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
    held = Held(page, "form.children")
    page.get_by_role("button", name="Per-token option").click()
    expect(page.locator("#undo[data-loading]")).to_have_count(1)
    page.fill(field(page, OUTPUT), "1234")
    held.let_go()

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
    held = Held(page, "chart.figure")
    page.get_by_role("button", name="Per-token option").click()
    expect(page.locator(field(page, "options.2.name"))).to_be_visible()
    switch(page, "workload", "per_month")
    expect(page.locator(field(page, "workload.requests_per_month"))).to_be_visible()
    held.let_go()

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
    held = Held(page, "form.children")
    switch(page, "workload", "per_month")
    expect(page.locator("#undo[data-loading]")).to_have_count(1)
    with page.expect_request(held.is_meant):
        page.get_by_role("button", name="Per-token option").click()
    held.let_go()

    expect(page.locator(field(page, "workload.requests_per_month"))).to_be_visible()
    expect(page.locator(field(page, "options.2.name"))).to_be_visible()


def test_a_click_into_a_form_that_is_replaced_at_that_moment_is_followed(
    page: Page, server_url: str
) -> None:
    """Both clicks in one go of the browser, before either could be sent or drawn."""
    page.goto(server_url)
    expect(page.locator("#summary")).to_contain_text("Per token")

    page.evaluate(
        """() => {
          const at = (id) => document.getElementById(JSON.stringify(id));
          at({path: "workload", type: "mode"}).querySelector("input[value=per_month]").click();
          at({index: 0, name: "add-serverless", type: "action"}).click();
        }"""
    )

    expect(page.locator(field(page, "workload.requests_per_month"))).to_be_visible()
    expect(page.locator(field(page, "options.2.name"))).to_be_visible()
