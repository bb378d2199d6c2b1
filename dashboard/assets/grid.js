// Grids that read REST: pages by cursor, columns that are remembered, keys that open a row.
(function () {
  // Blocks of a list, each asked for once: behind a known page by its cursor, else (a jump) by the
  // rows to pass over, so that any order of requests gives every row.
  function pagesOf(load) {
    const pages = new Map();
    const cursors = new Map();
    function page(number) {
      if (!pages.has(number)) {
        const answer = load(number, cursors.get(number));
        pages.set(number, answer);
        answer.then(
          (found) => { if (found.next !== null) cursors.set(number + 1, found.next); },
          () => pages.delete(number)); // asked again when it is scrolled to again
      }
      return pages.get(number);
    }
    return page;
  }

  // `total`: how many rows there are, where a page does not say so exactly; null while unknown.
  function rowsSource(load, size, total) {
    const page = pagesOf(load);
    return {
      getRows: function (asked) {
        const number = Math.floor(asked.startRow / size);
        page(number).then(
          (answer) => {
            const end = number * size + answer.rows.length;
            const known = answer.exact ? answer.total : total();
            asked.successCallback(answer.rows, known ?? (answer.next === null ? end : -1));
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
