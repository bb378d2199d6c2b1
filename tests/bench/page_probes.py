"""What a page in the real browser is asked: when its chart stood, what came over the wire, how long
an input or a jump takes until it is on the screen. Times are those of the page's own clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

SECONDS = 60
LOST_AFTER_MILLISECONDS = 5_000
# Waiting is done in the page: its policy forbids what the browser's driver would evaluate there.
WATCH = """
(() => {
  let asked = 0, quietSince = 0;
  const until = (holds, most) => new Promise((tell, refuse) => {
    const late = performance.now() + most;
    const look = () => {
      if (holds()) tell();
      else if (performance.now() > late) refuse(new Error("what was waited for did not come"));
      else setTimeout(look, 20);
    };
    look();
  });
  const watch = {
    chart: null, // when the first chart with a line stood there
    drawn: async (most) => { await until(() => watch.chart !== null, most); return watch.chart; },
    quiet: (most) => until(() => asked === 0 && performance.now() - quietSince > 250, most),
  };
  window.benchWatch = watch;
  const seen = new MutationObserver(() => {
    if (!document.querySelector("#chart .scatterlayer .trace .lines > path")) return;
    watch.chart = performance.now();
    seen.disconnect();
  });
  seen.observe(document, { childList: true, subtree: true });
  const plain = window.fetch;
  window.fetch = (...given) => {
    asked += 1;
    return plain(...given).finally(() => { asked -= 1; quietSince = performance.now(); });
  };
})();
"""
ARM = """
(most) => {
  const chart = document.querySelector("#chart .js-plotly-plot");
  const notes = () => JSON.stringify(chart.layout.annotations);
  const before = notes();
  window.benchRedrawn = new Promise((tell, refuse) => {
    let began = null;
    setTimeout(() => refuse(new Error("the chart did not change")), most);
    const begin = () => { began = performance.now(); };
    document.addEventListener("input", begin, { capture: true, once: true });
    chart.on("plotly_afterplot", () => {
      if (began === null || notes() === before) return;
      tell(performance.now() - began);
      began = null;
    });
  });
}
"""
JUMP = """
([row, most]) => new Promise((tell) => {
  const began = performance.now();
  const painted = () => {
    const name = `#models .ag-row[row-index='${row}'] [col-id='name']`;
    return [...document.querySelectorAll(name)].some((one) => one.textContent.trim() !== "");
  };
  const end = (taken) => { watch.disconnect(); clearTimeout(late); tell(taken); };
  const look = () => {
    if (painted()) requestAnimationFrame(() => end(performance.now() - began));
  };
  const watch = new MutationObserver(look);
  const grid = document.getElementById("models");
  watch.observe(grid, { childList: true, subtree: true, characterData: true });
  const late = setTimeout(() => end(most), most);
  window.dash_ag_grid.getApi("models").ensureIndexVisible(row, "middle");
  look();
})
"""


@dataclass(frozen=True, kw_only=True)
class FirstPage:
    """bytes: of all responses as they came, heads included. chart_ms: from the start of the
    navigation to the first chart that has a line."""

    bytes: int
    chart_ms: float


@contextmanager
def opened(browser: Browser, url: str) -> Iterator[Page]:
    """A page in a fresh profile with the watch in it."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    try:
        context.set_default_timeout(SECONDS * 1000)
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(url)
        yield page
    finally:
        context.close()


def first_page(browser: Browser, url: str) -> FirstPage:
    """The first visit of a browser that has nothing of the page yet."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    try:
        context.set_default_timeout(SECONDS * 1000)
        page = context.new_page()
        page.add_init_script(WATCH)
        came: list[float] = []
        network = context.new_cdp_session(page)
        network.on("Network.loadingFinished", lambda said: came.append(said["encodedDataLength"]))
        network.send("Network.enable")
        page.goto(url)
        chart_ms = wait_for_chart(page)
        wait_for_quiet(page)
        return FirstPage(bytes=round(sum(came)), chart_ms=chart_ms)
    finally:
        context.close()


def wait_for_chart(page: Page) -> float:
    """When the first chart stood, in milliseconds from the start of the navigation."""
    stood: float = page.evaluate("(most) => benchWatch.drawn(most)", SECONDS * 1000)
    return stood


def wait_for_quiet(page: Page) -> None:
    """Until nothing has been on its way to the server for a quarter of a second."""
    page.evaluate("(most) => benchWatch.quiet(most)", SECONDS * 1000)


def redrawn_ms(page: Page, field: str, value: str) -> float:
    """From the input event of a new value to the chart that shows it, the field's pause included.

    Raises the browser's Error where the chart does not change.
    """
    wait_for_quiet(page)
    page.evaluate(ARM, SECONDS * 1000)
    page.fill(field, value)
    taken: float = page.evaluate("benchRedrawn")
    return taken


def jumped_ms(page: Page, row: int) -> float:
    """From the jump to the row painted; five seconds where it is still empty then."""
    wait_for_quiet(page)
    taken: float = page.evaluate(JUMP, [row, LOST_AFTER_MILLISECONDS])
    return taken


def drawn_figure(page: Page) -> dict[str, Any]:
    """What the chart of a page was given to draw."""
    figure: dict[str, Any] = page.evaluate(
        """() => {
          const chart = document.querySelector("#chart .js-plotly-plot");
          return JSON.parse(JSON.stringify({ data: chart.data, layout: chart.layout }));
        }"""
    )
    return figure
