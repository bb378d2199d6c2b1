// What the grids are asked to call by name: their look, and how a cell is drawn. No text is ever markup.
(function () {
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  const components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const make = (tag, properties, ...children) => window.React.createElement(tag, properties, ...children);

  // Colors are the page's own variables, so that the grid changes with the page.
  functions.calmTheme = (grid) => grid.themeQuartz.withParams({
    backgroundColor: "var(--panel)",
    foregroundColor: "var(--ink)",
    borderColor: "var(--line)",
    chromeBackgroundColor: "var(--panel)",
    headerBackgroundColor: "var(--panel)",
    headerTextColor: "var(--quiet)",
    headerFontWeight: 600,
    headerFontSize: 13,
    fontSize: 14,
    fontFamily: "inherit",
    accentColor: "var(--focus)",
    rowHoverColor: "var(--hover)",
    oddRowBackgroundColor: "var(--panel)",
    selectedRowBackgroundColor: "var(--hover)",
    wrapperBorder: true,
    wrapperBorderRadius: 8,
    borderRadius: 4,
    columnBorder: false,
    rowBorder: { color: "var(--line)" },
    cellHorizontalPadding: 12,
    focusShadow: "none",
    browserColorScheme: "inherit",
  });
  // What is not known stands last, whichever way a column is ordered.
  functions.unknownLast = function (a, b, _one, _other, descending) {
    const missing = (value) => value === null || value === undefined;
    if (missing(a) || missing(b)) return missing(a) && missing(b) ? 0 : (missing(a) ? 1 : -1) * (descending ? -1 : 1);
    return typeof a === "number" ? a - b : String(a).localeCompare(String(b));
  };

  const page = () => window.modelcostPage;
  functions.hereHeader = (params) => (window.modelcostPage ? page().hereHeader(params.colDef.colId) : "");

  const unknown = () => make("span", { className: "unknown" },
    make("span", { "aria-hidden": "true" }, "–"), make("span", { className: "unseen" }, page().texts("unknown")));
  const waiting = () => make("span", { className: "waiting", "aria-hidden": "true" });
  const lines = (first, second) => make("span", { className: "cell-lines" },
    make("span", { className: "cell-first" }, first), make("span", { className: "cell-second" }, second));

  // A cell of a row that is still on its way stays empty; what is not known says so.
  function cell(draw) {
    return function (params) {
      if (!params.data) return waiting();
      const drawn = draw(params.data, params);
      return drawn === null || drawn === undefined ? unknown() : drawn;
    };
  }
  const price = (found, here) => found && lines(page().formats.money(found.usd_per_million_tokens), page().placeOfPrice(found, here));

  // Without a region there is nothing to be known; the cell asks for one.
  const here = (draw) => cell((row) => (page().hasRegion() ? draw(row) : make("span", { className: "cell-second" }, page().texts("pick_region"))));

  components.ModelName = cell((row) => make("span", { className: "cell-lines" },
    make("a", { href: page().href(row), className: "cell-first cell-link", tabIndex: -1 }, row.name),
    make("span", { className: "cell-second" }, row.publisher)));
  components.CompareBox = cell((row, params) => make("input", {
    type: "checkbox",
    className: "compare-box",
    checked: page().isChosen(row.id),
    tabIndex: -1,
    "aria-label": page().fill("compare_choose", { name: row.name }),
    onChange: () => { page().choose(row); params.api.refreshCells({ columns: ["compare"], force: true }); },
  }));
  components.TaskName = cell((row) => row.task && page().taskName(row.task));
  components.PlainText = cell((row, params) => params.value);
  components.ShortCount = cell((row, params) => params.value && page().formats.short(params.value));
  components.TokenCount = cell((row, params) => params.value && page().formats.count(params.value));
  components.HereInput = here((row) => price(row.here && row.here.input, true));
  components.HereOutput = here((row) => price(row.here && row.here.output, true));
  components.AnyInput = cell((row) => price(row.input, false));
  components.AnyOutput = cell((row) => price(row.output, false));
  components.HereHost = here((row) => row.here && row.here.host && lines(
    page().fill("an_hour", { money: page().formats.money(row.here.host.usd_per_hour) }),
    page().hostLine(row.here.host)));
  components.YesNo = cell((row, params) => page().texts(params.value ? "yes" : "no"));
  components.Offers = cell((row) => page().formats.count(row.offers));
  components.RetiredOn = cell((row) => row.retired_on && page().formats.day(row.retired_on));

  components.HostName = cell((row) => make("span", { className: "cell-lines" },
    make("a", { href: page().href(row), className: "cell-first cell-link", tabIndex: -1 }, row.sku),
    make("span", { className: "cell-second" }, row.provider_id)));
  components.HostPriceHere = cell((row) => row.here && lines(
    page().formats.money(row.here.usd_per_hour), page().dateLine(row.here)));
  components.HostCheapest = cell((row) => row.cheapest && lines(
    page().formats.money(row.cheapest.usd_per_hour), page().cheapestLine(row)));
  components.RegionCount = cell((row) => row.regions && page().formats.count(row.regions));
  components.GpuCount = cell((row) => row.gpu_count && page().formats.count(row.gpu_count));
  components.Gibibytes = cell((row, params) => params.value && page().fill("gib", { number: page().formats.rounded(params.value) }));
})();
