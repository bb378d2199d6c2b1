"""Hostile answers of a chat in a real browser: what it makes of their HTML is what was meant."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Dialog

from dashboard.chat.markdown import render_answer
from dashboard.texts import load_texts
from tests.browser.conftest import NewPage
from tests.dashboard.chat.hostile_answers import HOSTILE

TITLES = {1: "Hiking shoes", 2: '"><img src=x onerror=alert(1)>'}
TAGS = {
    "A", "BLOCKQUOTE", "BR", "BUTTON", "CODE", "DIV", "EM", "H3", "H4", "H5", "H6", "HR", "LI",
    "OL", "P", "PRE", "S", "SPAN", "STRONG", "TABLE", "TBODY", "TD", "TH", "THEAD", "TR", "UL",
}  # fmt: skip
ATTRIBUTES = {
    "aria-label", "class", "data-citation", "href", "rel", "start", "tabindex", "target", "title",
    "type",
}  # fmt: skip
READ = """answers => {
  const tags = new Set(), attributes = new Set(), schemes = new Set(), changed = [];
  for (const answer of answers) {
    const box = document.createElement("div");
    document.body.append(box);
    box.innerHTML = answer;
    for (const element of box.querySelectorAll("*")) {
      tags.add(element.tagName);
      for (const attribute of element.attributes) attributes.add(attribute.name);
      if (element.tagName === "A" && element.hasAttribute("href")) schemes.add(element.protocol);
    }
    const again = document.createElement("div");
    again.innerHTML = box.innerHTML;
    if (again.innerHTML !== box.innerHTML) changed.push(answer);
  }
  return {tags: [...tags], attributes: [...attributes], schemes: [...schemes], changed};
}"""


def test_a_browser_runs_loads_and_changes_nothing_of_hostile_answers(new_page: NewPage) -> None:
    """As the content of a page and as what a script puts into it, there and back again.

    A request to anywhere or a line on the console fails the test as well.
    """
    english = load_texts("en")
    answers = [render_answer(answer, TITLES, english) for answer in HOSTILE]
    page = new_page()
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)

    page.set_content("".join(f"<section>{answer}</section>" for answer in answers))
    sections = page.locator("body > section").count()
    found: dict[str, Any] = page.evaluate(READ, answers)

    assert len(answers) == sections
    assert TAGS >= set(found["tags"])
    assert ATTRIBUTES >= set(found["attributes"])
    assert {"http:", "https:", "mailto:"} >= set(found["schemes"])
    assert [] == found["changed"]
    assert [] == dialogs
