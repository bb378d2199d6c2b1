// Grids that read REST: pages by cursor, columns that are remembered, keys that open a row.
(function () {
  // Blocks of a list that only knows "the next page": a cursor for each block that was reached, and
  // each page asked for once, so that any order of requests gives every row.
  function cursorPages(load) {
    const pages = new Map();
    function page(number) {
      if (!pages.has(number)) {
        const before = number === 0 ? Promise.resolve({ next: undefined }) : page(number - 1);
        const answer = before.then((previous) =>
          number > 0 && previous.next === null
            ? { rows: [], total: previous.total, exact: true, next: null }
            : load(previous.next, number));
        pages.set(number, answer);
        answer.catch(() => pages.delete(number)); // asked again when it is scrolled to again
      }
      return pages.get(number);
    }
    return page;
  }

  function rowsSource(load, size) {
    const page = cursorPages(load);
    return {
      getRows: function (asked) {
        const number = Math.floor(asked.startRow / size);
        page(number).then(
          (answer) => {
            const end = number * size + answer.rows.length;
            asked.successCallback(answer.rows, answer.exact ? answer.total : answer.next === null ? end : -1);
          },
          () => asked.failCallback());
      },
    };
  }

  // The grid installs a datasource of its own late; ours is put in after it.
  async function ready(id, infinite) {
    const grid = await window.dash_ag_grid.getApiAsync(id);
    while (infinite && !grid.getGridOption("datasource")) await new Promise((go) => setTimeout(go, 10));
    return grid;
  }

  // A column that stays in sight on a wide window would take all the room of a narrow one.
  function pinOnWide(grid, columns) {
    const wide = window.matchMedia("(min-width: 700px)");
    const pin = () => { if (!grid.isDestroyed()) grid.setColumnsPinned(columns, wide.matches ? "left" : null); };
    pin();
    wide.addEventListener("change", pin);
  }

  function keepColumns(grid, key) {
    const shell = window.modelcostShell;
    const saved = shell.stored(key);
    const known = new Set(grid.getColumns().map((column) => column.getColId()));
    if (Array.isArray(saved)) {
      const state = saved.filter((one) => one && known.has(one.colId));
      grid.applyColumnState({ state: state.map((one) => ({ colId: one.colId, width: one.width, hide: one.hide })), applyOrder: true });
    }
    const save = () => shell.store(key, grid.getColumnState().map((one) => ({ colId: one.colId, width: one.width, hide: one.hide })));
    grid.addEventListener("columnMoved", (event) => { if (event.finished && event.source !== "api") save(); });
    grid.addEventListener("columnResized", (event) => { if (event.finished && event.source !== "api") save(); });
    return save;
  }

  // A list of the columns with a box each, in a <details>; and the way back to how they were.
  function columnChooser(grid, key, texts, fixed, original, save) {
    const { el, store } = window.modelcostShell;
    const boxes = el("div", { className: "chooser-list" });
    function draw() {
      boxes.replaceChildren();
      for (const column of grid.getColumns()) {
        if (fixed.includes(column.getColId())) continue;
        const box = el("input", {
          type: "checkbox", checked: column.isVisible(),
          onchange: () => { grid.setColumnsVisible([column.getColId()], box.checked); save(); },
        });
        boxes.append(el("label", { className: "check" }, box, grid.getDisplayNameForColumn(column, "header")));
      }
      boxes.append(el("button", {
        type: "button", className: "plain-button",
        onclick: () => { grid.applyColumnState({ state: original, applyOrder: true }); store(key, null); draw(); },
      }, texts("columns_reset")));
    }
    draw();
    const details = el("details", { className: "chooser" }, el("summary", {}, texts("columns")), boxes);
    details.addEventListener("toggle", () => { if (details.open) draw(); });
    details.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { details.open = false; details.querySelector("summary").focus(); }
    });
    document.addEventListener("click", (event) => { if (!details.contains(event.target)) details.open = false; });
    return details;
  }

  window.modelcostGrid = { rowsSource, ready, pinOnWide, keepColumns, columnChooser };
})();
