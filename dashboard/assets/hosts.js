// The hosts page: all hosts are read once for a region; filters and order are applied here.
(function () {
  const SIZE = 200;
  const KEY = "modelcost.hosts.columns";
  const FILTERS = ["q", "provider", "gpu", "memory", "priced", "retired"];
  const MEMORY = ["16", "40", "80", "160", "320", "640"];
  const SORTS = ["sku", "gpu_model", "gpu_count", "gpu_memory_gib", "here_usd", "cheapest_usd", "regions", "vcpus", "ram_gib", "retired_on"];

  function start(options) {
    const shell = window.modelcostShell;
    const el = shell.el;
    const texts = (name) => options.texts["hosts." + name] ?? name;
    const fill = (name, facts) => shell.fill(texts(name), facts);
    const formats = shell.formats(options.language);
    const regionName = (region) => options.texts["catalog.region." + region] || region;
    const parts = Object.fromEntries(["filters", "status", "remark", "tools", "empty"]
      .map((name) => [name, document.getElementById("hosts-" + name)]));
    const today = new Date().toISOString().slice(0, 10);
    const isOver = (row) => row.retired_on !== null && row.retired_on <= today;
    let state = readState();
    let rows = null;
    let grid = null;
    let reading = 0;

    function readState() {
      const asked = shell.parameters();
      const found = { region: options.region };
      for (const name of FILTERS) {
        const value = asked.get(name);
        if (value && value.length <= 200) found[name] = value;
      }
      if (asked.get("region") && asked.get("region").length <= 200) found.region = asked.get("region");
      if (found.memory && !/^\d{1,6}$/.test(found.memory)) delete found.memory;
      found.sort = SORTS.includes(asked.get("sort")) ? asked.get("sort") : "here_usd";
      found.order = asked.get("order") === "descending" ? "descending" : "ascending";
      return found;
    }
    function writeState(push) {
      const asked = shell.parameters();
      for (const name of [...FILTERS, "region", "sort", "order"]) asked.delete(name);
      for (const name of FILTERS) if (state[name]) asked.set(name, state[name]);
      asked.set("region", state.region);
      asked.set("sort", state.sort);
      if (state.order === "descending") asked.set("order", state.order);
      shell.write(asked, push);
    }
    function change(given, push) {
      Object.assign(state, given);
      for (const name of FILTERS) if (!state[name]) delete state[name];
      writeState(push !== false);
      if (given.region) { shell.remember(given.region); read(); } else show();
    }

    window.modelcostPage = {
      texts, fill, formats,
      hereHeader: () => fill("here", { region: regionName(state.region) }),
      href: (row) => shell.link("/host/" + encodeURIComponent(row.id), { region: state.region }),
      dateLine: (price) => (price.as_of ? formats.day(price.as_of) : texts("undated")),
      cheapestLine: (row) => [row.cheapest.region ? regionName(row.cheapest.region) : texts("no_region"),
        row.cheapest.as_of ? formats.day(row.cheapest.as_of) : texts("undated")].join(" · "),
    };

    const tests = {
      q: (row) => state.q.toLowerCase().split(/\s+/).every((word) => `${row.sku} ${row.gpu_model || ""} ${row.provider_id}`.toLowerCase().includes(word)),
      provider: (row) => row.provider_id === state.provider,
      gpu: (row) => row.gpu_model === state.gpu,
      memory: (row) => row.gpu_memory_gib !== null && row.gpu_memory_gib >= Number(state.memory),
      priced: (row) => row.here !== null,
      retired: (row) => !isOver(row),
    };
    // Retired hosts are hidden unless asked for.
    const active = () => FILTERS.filter((name) => (name === "retired" ? state.retired !== "any" : state[name]));
    const fitting = (names) => rows.filter((row) => names.every((name) => tests[name](row)));

    function picker(name, first, entries) {
      const select = el("select", { id: "host-" + name, onchange: () => change({ [name]: select.value || null }) },
        first === null ? null : el("option", { value: "" }, first), ...entries.map(([value, label]) => el("option", { value: value }, label)));
      select.value = state[name] || "";
      return el("div", { className: "inline-field" }, el("label", { htmlFor: "host-" + name }, texts(name)), select);
    }
    function flag(name, on, off) {
      const box = el("input", { type: "checkbox", checked: state[name] === on, onchange: () => change({ [name]: box.checked ? on : off }) });
      return el("label", { className: "check" }, box, texts(name + "_flag"));
    }
    function drawFilters() {
      const had = document.activeElement && document.activeElement.id;
      const values = (name) => [...new Set((rows || []).map((row) => row[name]).filter((one) => one !== null))].sort();
      const input = el("input", {
        id: "host-q", type: "search", value: state.q || "", placeholder: texts("q_hint"), autocomplete: "off", spellcheck: "false",
        oninput: shell.debounce(120, () => change({ q: input.value.trim().slice(0, 200) }, false)),
      });
      const regions = [...new Set([...options.regions, state.region])].map((one) => [one, `${regionName(one)} · ${one}`])
        .sort((a, b) => a[1].localeCompare(b[1], options.language));
      parts.filters.replaceChildren(
        el("div", { className: "inline-field grow" }, el("label", { htmlFor: "host-q" }, texts("q")), input),
        picker("region", null, regions),
        picker("provider", texts("any"), values("provider_id").map((one) => [one, one])),
        picker("gpu", texts("any"), values("gpu_model").map((one) => [one, one])),
        picker("memory", texts("any"), MEMORY.map((one) => [one, fill("memory_from", { memory: one })])),
        el("div", { className: "flags" }, flag("priced", "true", null), flag("retired", "any", null)));
      if (had && had.startsWith("host-")) document.getElementById(had)?.focus();
    }

    function show() {
      if (!rows) return;
      const found = fitting(active());
      parts.status.textContent = fill(found.length === 1 ? "count_one" : "count", { count: formats.count(found.length), all: formats.count(rows.length) });
      parts.remark.textContent = options.regionFrom === "language" && state.region === options.region
        ? fill("region_default", { region: regionName(state.region) }) : "";
      parts.empty.hidden = found.length > 0;
      document.getElementById("hosts").classList.toggle("is-empty", found.length === 0);
      if (!found.length) {
        const ways = active().map((name) => [name, fitting(active().filter((one) => one !== name)).length]).filter(([, count]) => count);
        parts.empty.replaceChildren(el("h2", {}, texts("empty")), ways.length ? el("ul", { className: "loosen" }, ...ways.map(([name, count]) => el("li", {},
          el("button", { type: "button", className: "chip", onclick: () => { change({ [name]: name === "retired" ? "any" : null }); drawFilters(); } },
            fill("loosen", { filter: texts(name), count: formats.count(count) }))))) : el("p", {}, texts("loosen_none")));
      }
      if (grid && !grid.isDestroyed()) grid.setGridOption("rowData", found);
    }

    async function read() {
      reading += 1;
      const mine = reading;
      const all = [];
      let next = null;
      do {
        const asked = new URLSearchParams({ region: state.region, limit: String(SIZE) });
        if (next) asked.set("after", next);
        const page = await shell.get("/instances/priced", asked);
        all.push(...page.items);
        next = page.next;
      } while (next);
      if (mine !== reading) return;
      const number = (text) => (text === null ? null : Number(text));
      rows = all.map((row) => Object.assign(row, {
        gpu_count: number(row.gpu_count), gpu_memory_gib: number(row.gpu_memory_gib), ram_gib: number(row.ram_gib),
        here_usd: row.here && Number(row.here.usd_per_hour), cheapest_usd: row.cheapest && Number(row.cheapest.usd_per_hour),
      }));
      drawFilters();
      drawHead();
      show();
    }
    function drawHead() {
      if (grid && !grid.isDestroyed()) grid.refreshHeader();
    }

    drawFilters();
    writeState(false);
    read().catch(() => { parts.status.textContent = texts("failed"); });
    window.modelcostGrid.ready("host-list", false).then((api) => {
      grid = api;
      const original = grid.getColumnState().map((one) => ({ colId: one.colId, width: one.width, hide: one.hide }));
      window.modelcostGrid.pinOnWide(grid, ["sku"]);
      const save = window.modelcostGrid.keepColumns(grid, KEY);
      grid.applyColumnState({ state: [{ colId: state.sort, sort: state.order === "descending" ? "desc" : "asc" }], defaultState: { sort: null } });
      parts.tools.replaceChildren(window.modelcostGrid.columnChooser(grid, KEY, texts, ["sku"], original, save));
      grid.addEventListener("sortChanged", () => {
        const first = grid.getColumnState().find((one) => one.sort);
        const sort = first ? first.colId : "sku";
        const order = first && first.sort === "desc" ? "descending" : "ascending";
        if (sort === state.sort && order === state.order) return;
        Object.assign(state, { sort: sort, order: order });
        writeState(true);
      });
      grid.addEventListener("cellKeyDown", (event) => {
        if (event.data && event.event && event.event.key === "Enter") window.location.assign(window.modelcostPage.href(event.data));
      });
      grid.addEventListener("cellClicked", (event) => {
        const onLink = event.event && event.event.target.closest("a");
        if (event.data && !onLink && !String(window.getSelection())) window.location.assign(window.modelcostPage.href(event.data));
      });
      drawHead();
      show();
    });
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    modelcost_hosts: { start: function (options) { if (options) start(options); return window.dash_clientside.no_update; } },
  });
})();
