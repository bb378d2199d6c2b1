// The catalog page: the address holds the whole state; facets, chips and grid follow it.
(function () {
  const SIZE = 100;
  const LONGEST = 2000; // letters of a search that the server reads
  const MOST_COMPARED = 5;
  const FILTERS = ["q", "task", "license", "publisher", "size", "context_from", "region", "residency", "how",
    "has_price", "has_host", "has_architecture", "retired"];
  const CHECKS = {
    size: /^\d{1,15}-\d{0,15}$/, context_from: /^\d{1,15}$/, residency: /^[A-Za-z]{2}$/, how: /^(token|host|either)$/,
    has_price: /^true$/, has_host: /^true$/, has_architecture: /^true$/, retired: /^(false|any)$/,
  };
  const SORTS = { name: "name", parameters: "size", context_tokens: "context", input: "input_price", output: "output_price" };
  const KEY = "modelcost.catalog.columns";

  function start(options) {
    const shell = window.modelcostShell;
    const el = shell.el;
    const texts = (name) => options.texts["catalog." + name] ?? name;
    const fill = (name, facts) => shell.fill(texts(name), facts);
    const formats = shell.formats(options.language);
    const regionName = (region) => options.texts["catalog.region." + region] || region;
    const country = new Intl.DisplayNames([options.language], { type: "region" });
    const root = document.getElementById("catalog");
    const parts = Object.fromEntries(["search", "chips", "facets", "status", "empty", "compare", "tools"]
      .map((name) => [name, document.getElementById("catalog-" + name)]));
    const chosen = new Map((JSON.parse(window.sessionStorage.getItem("modelcost.compare") || "[]")).map((one) => [one.id, one]));
    const open = new Set(); // facets shown in full
    let state = readState();
    let grid = null;
    let source = 0; // number of the list that is shown, so that a late answer to an old one is dropped
    let empty = null;
    let first = null; // the first page of the list that is shown
    let counted = null; // how many models it has, once all are counted

    function readState() {
      const asked = shell.parameters();
      const found = {};
      for (const name of FILTERS) {
        const value = asked.get(name);
        const fits = value && value.length <= (name === "q" ? LONGEST : 200) && (!CHECKS[name] || CHECKS[name].test(value));
        if (fits) found[name] = value;
        if (name === "size" && fits) {
          const [least, most] = value.split("-").map(Number);
          if (most && most < least) delete found.size;
        }
      }
      found.sort = [...Object.values(SORTS), "popularity"].includes(asked.get("sort")) ? asked.get("sort") : "popularity";
      found.order = asked.get("order") === "descending" ? "descending" : "ascending";
      found.retired = found.retired || "false";
      if (![...FILTERS, "sort"].some((name) => asked.has(name))) {
        Object.assign(found, { task: "chat-completion", how: "token", region: options.region });
      }
      return found;
    }

    function writeState(push) {
      const asked = shell.parameters();
      for (const name of [...FILTERS, "sort", "order"]) asked.delete(name);
      for (const name of FILTERS) if (state[name]) asked.set(name, state[name]);
      asked.set("sort", state.sort);
      if (state.order === "descending") asked.set("order", state.order);
      shell.write(asked, push);
    }

    // The filter as REST takes it. `without`: a part that is left out.
    function question(without) {
      const asked = new URLSearchParams();
      for (const name of FILTERS) {
        const value = state[name];
        if (!value || name === without) continue;
        if (name === "size") {
          const [least, most] = value.split("-");
          asked.set("size_from", least);
          if (most) asked.set("size_to", most);
        } else if (name !== "retired" || value === "false") asked.set(name, value);
      }
      return asked;
    }

    function change(parts, push) {
      Object.assign(state, parts);
      for (const name of FILTERS) if (!state[name]) delete state[name];
      if (parts.region) shell.remember(parts.region);
      writeState(push !== false);
      refresh();
    }

    // ---- words
    const sizeName = (least, most) => most === null || most === ""
      ? fill("size_from", { least: formats.short(least) })
      : Number(least) === 0 ? fill("size_to", { most: formats.short(Number(most) + 1) })
        : fill("size_between", { least: formats.short(least), most: formats.short(Number(most) + 1) });
    const contextName = (least) => fill("context_from_value", { tokens: formats.count(least) });
    const taskName = (task) => options.texts["catalog.task." + task] || task;
    function valueName(name, value) {
      switch (name) {
        case "task": return taskName(value);
        case "size": return sizeName(...value.split("-"));
        case "context_from": return contextName(value);
        case "region": return regionName(value);
        case "residency": return country.of(value.toUpperCase());
        case "how": return texts("how." + value);
        case "q": return value.length > 40 ? value.slice(0, 40) + "…" : value;
        default: return value;
      }
    }
    function chipName(name) {
      const value = state[name];
      if (name === "retired") return texts("retired_hidden");
      if (name.startsWith("has_")) return texts(name);
      return fill("chip", { filter: texts(name), value: valueName(name, value) });
    }
    const active = () => FILTERS.filter((name) => state[name] && !(name === "retired" && state[name] !== "false"));

    // What was asked about places goes along to the page of a model.
    const placed = () => Object.fromEntries(["region", "residency"].filter((name) => state[name]).map((name) => [name, state[name]]));

    // ---- what the cells ask for
    window.modelcostPage = {
      texts, fill, formats, taskName,
      hasRegion: () => Boolean(state.region),
      hereHeader: (column) => fill(column, { region: state.region ? regionName(state.region) : texts("your_region") }),
      href: (row) => shell.link("/model/" + encodeURIComponent(row.id), placed()),
      placeOfPrice: (found, here) => [
        ...(here ? [] : [found.region ? regionName(found.region) : found.provider_id]),
        texts("deployment." + found.deployment),
        found.as_of ? formats.day(found.as_of) : texts("undated"),
      ].join(" · "),
      hostLine: (host) => [host.as_of ? formats.day(host.as_of) : texts("undated"), host.sku].join(" · "),
      isChosen: (id) => chosen.has(id),
      choose: function (row) {
        if (chosen.has(row.id)) chosen.delete(row.id);
        else if (chosen.size >= MOST_COMPARED) { drawCompare(true); return; }
        else chosen.set(row.id, { id: row.id, name: row.name });
        keepChosen();
      },
    };
    function keepChosen() {
      window.sessionStorage.setItem("modelcost.compare", JSON.stringify([...chosen.values()]));
      drawCompare(false);
      if (grid && !grid.isDestroyed()) grid.refreshCells({ columns: ["compare"], force: true });
    }

    // ---- the parts of the page
    function drawSearch() {
      const input = el("input", {
        id: "catalog-q", type: "search", value: state.q || "", placeholder: texts("search_hint"), autocomplete: "off", spellcheck: "false",
        oninput: shell.debounce(180, () => change({ q: input.value.slice(0, LONGEST).trim() }, false)),
      });
      parts.search.replaceChildren(el("label", { htmlFor: "catalog-q" }, texts("search")), input);
    }

    function drawChips() {
      const chips = active().map((name) => el("button", {
        type: "button", className: "chip", "aria-label": fill("chip_remove", { filter: chipName(name) }),
        onclick: () => remove(name),
      }, chipName(name), el("span", { "aria-hidden": "true", className: "chip-x" }, "×")));
      const clear = chips.length > 1 && el("button", { type: "button", className: "plain-button", onclick: clearAll }, texts("clear_all"));
      parts.chips.replaceChildren(...chips, ...(clear ? [clear] : []));
    }
    function remove(name) {
      if (name === "q") document.getElementById("catalog-q").value = "";
      change({ [name]: name === "retired" ? "any" : null });
      const next = parts.chips.querySelector("button") || document.getElementById("catalog-q");
      next.focus();
    }
    function clearAll() {
      document.getElementById("catalog-q").value = "";
      change({ ...Object.fromEntries(FILTERS.map((name) => [name, null])), retired: "any" });
      document.getElementById("catalog-q").focus();
    }

    function choices(name, values, most) {
      if (!values.length) return null;
      const known = values.filter((one) => one.key !== null);
      const shown = open.has(name) ? [...known] : known.slice(0, most);
      const picked = known.find((one) => one.key === state[name]);
      if (picked && !shown.includes(picked)) shown.push(picked);
      shown.push(...values.filter((one) => one.key === null));
      const rows = shown.map((one) => one.key === null
        ? el("p", { className: "facet-row quiet" }, el("span", {}, texts("not_known")), el("span", { className: "facet-count" }, formats.count(one.count)))
        : el("button", {
          type: "button", className: "facet-row", "aria-pressed": String(state[name] === one.key), "data-facet": name + "=" + one.key,
          onclick: () => { change({ [name]: state[name] === one.key ? null : one.key }); focusAgain(name + "=" + one.key); },
        }, el("span", {}, one.label), el("span", { className: "facet-count" }, formats.count(one.count))));
      if (known.length > most) {
        rows.push(el("button", {
          type: "button", className: "plain-button", "aria-expanded": String(open.has(name)), "data-facet": name + "+",
          onclick: () => { if (open.has(name)) open.delete(name); else open.add(name); drawFacets(lastFacets); focusAgain(name + "+"); },
        }, open.has(name) ? texts("fewer") : fill("all_of", { count: formats.count(known.length) })));
      }
      return el("fieldset", { className: "facet" }, el("legend", {}, texts(name)), ...rows);
    }
    // Facets are drawn anew with each answer; the focus stays where it was.
    let wanted = null;
    function focusAgain(key) { wanted = key; restoreFocus(); }
    function restoreFocus() {
      const found = wanted && [...parts.facets.querySelectorAll("[data-facet]")].find((one) => one.dataset.facet === wanted);
      if (found) found.focus();
    }

    function picker(name, first, entries) {
      const select = el("select", { id: "facet-" + name, onchange: () => { change({ [name]: select.value || null }); } },
        el("option", { value: "" }, first), ...entries.map(([value, label]) => el("option", { value: value }, label)));
      select.value = state[name] || "";
      return el("div", { className: "facet" }, el("label", { htmlFor: "facet-" + name }, texts(name)), select,
        name === "residency" ? el("p", { className: "small" }, texts("residency_hint"))
          : state.region ? null : el("p", { className: "small" }, texts("region_none")));
    }
    function flag(name) {
      const box = el("input", {
        type: "checkbox", checked: name === "retired" ? state.retired !== "false" : state[name] === "true",
        onchange: () => change({ [name]: name === "retired" ? (box.checked ? "any" : "false") : box.checked ? "true" : null }),
      });
      return el("label", { className: "check" }, box, texts(name === "retired" ? "retired_shown" : name));
    }

    let lastFacets = null;
    function drawFacets(facets) {
      if (!facets) return;
      lastFacets = facets;
      const had = document.activeElement && document.activeElement.id;
      const values = (name, label) => facets[name].map((one) => ({ key: one.value, label: one.value === null ? "" : label(one.value), count: one.count }));
      const ranges = (list, key, label) => list.map((one) => one.least === null ? { key: null, count: one.count }
        : { key: key(one), label: label(one), count: one.count });
      const counts = new Map(facets.region.map((one) => [one.value, one.count]));
      const regions = [...new Set([...counts.keys(), ...(state.region ? [state.region] : [])])]
        .map((one) => [one, `${regionName(one)} (${formats.count(counts.get(one) || 0)})`])
        .sort((a, b) => a[1].localeCompare(b[1], options.language));
      const countries = options.countries.map((one) => [one, country.of(one)]).sort((a, b) => a[1].localeCompare(b[1], options.language));
      const contexts = []; // "at least", so each class counts those above it too
      let above = 0;
      for (const one of [...facets.context].filter((one) => one.least !== null).reverse()) {
        above += one.count;
        if (one.least > 0) contexts.unshift({ key: String(one.least), label: contextName(one.least), count: above });
      }
      contexts.push(...facets.context.filter((one) => one.least === null).map((one) => ({ key: null, count: one.count })));
      parts.facets.replaceChildren(...[
        picker("region", texts("anywhere"), regions),
        choices("how", values("how", (one) => texts("how." + one)), 3),
        choices("task", values("task", taskName), 5),
        choices("size", ranges(facets.size, (one) => `${one.least}-${one.most === null ? "" : one.most}`, (one) => sizeName(one.least, one.most)), 8),
        choices("license", values("license", (one) => one), 6),
        choices("context_from", contexts, 6),
        choices("publisher", values("publisher", (one) => one), 6),
        picker("residency", texts("any_country"), countries),
        el("fieldset", { className: "facet" }, el("legend", {}, texts("more")), ...["has_price", "has_host", "has_architecture", "retired"].map(flag)),
      ].filter((one) => one !== null));
      if (had && had.startsWith("facet-")) document.getElementById(had)?.focus();
      else if (wanted && (!document.activeElement || document.activeElement === document.body)) restoreFocus();
    }

    function drawCompare(tooMany) {
      const names = [...chosen.values()];
      parts.compare.hidden = names.length === 0;
      const query = new URLSearchParams(names.map((one) => ["model", one.id]));
      for (const [name, value] of Object.entries(placed())) query.set(name, value);
      for (const name of ["lang", "theme"]) if (shell.parameters().get(name)) query.set(name, shell.parameters().get(name));
      parts.compare.replaceChildren(
        el("span", { role: "status" }, tooMany ? fill("compare_most", { most: String(MOST_COMPARED) })
          : fill(names.length === 1 ? "compare_one" : "compare_count", { count: String(names.length) })),
        el("span", { className: "compare-names" }, names.map((one) => one.name).join(options.language === "ja" ? "、" : ", ")),
        el("a", { className: "button", href: "/compare?" + query.toString() }, texts("compare_open")),
        el("button", { type: "button", className: "plain-button", onclick: () => { chosen.clear(); keepChosen(); } }, texts("compare_clear")));
    }

    async function drawEmpty(answer) {
      const none = answer.total === 0;
      parts.empty.hidden = !none;
      root.classList.toggle("is-empty", none);
      const mine = source;
      if (!none) return;
      parts.empty.replaceChildren(el("h2", {}, texts("empty")), el("p", { className: "subline" }, texts("empty_hint")));
      const counts = await Promise.all(active().map(async (name) => {
        const asked = question(name);
        asked.set("limit", "1");
        return [name, await shell.get("/models", asked)];
      }));
      if (mine !== source) return;
      const found = counts.filter(([, one]) => one.total > 0).sort((a, b) => b[1].total - a[1].total);
      const list = found.map(([name, one]) => el("li", {}, el("button", { type: "button", className: "chip", onclick: () => remove(name) },
        fill("loosen", { filter: chipName(name), count: totalText(one) }))));
      parts.empty.append(list.length ? el("ul", { className: "loosen" }, ...list)
        : el("p", {}, texts("loosen_none"), " ", el("button", { type: "button", className: "plain-button", onclick: clearAll }, texts("clear_all"))));
    }

    function tellTotal() {
      drawStatus(first);
      if (grid && !grid.isDestroyed()) grid.setRowCount(counted, true);
    }
    const totalText = (answer) => formats.count(answer.total) + (answer.total_is_exact ? "" : "+");
    function drawStatus(page) {
      first = page;
      const answer = page.total_is_exact || counted === null ? page : { total: counted, total_is_exact: true };
      const one = answer.total === 1;
      parts.status.textContent = fill(one ? "count_one" : "count", { count: totalText(answer) })
        + ((document.getElementById("catalog-q").value.length > LONGEST) ? " " + fill("search_cut", { most: formats.count(LONGEST) }) : "");
    }

    function drawRegionRemark() {
      const remark = document.getElementById("catalog-remark");
      const said = options.regionFrom === "language" && state.region === options.region;
      remark.textContent = said ? fill("region_default", { region: regionName(state.region) }) : "";
      if (grid && !grid.isDestroyed()) grid.refreshHeader();
    }

    // ---- asking
    async function load(number, cursor, mine) {
      const asked = question();
      asked.set("sort", state.sort);
      asked.set("order", state.order);
      asked.set("limit", String(SIZE));
      if (cursor) asked.set("after", cursor);
      else if (number) asked.set("offset", String(number * SIZE));
      const answer = await shell.get("/models", asked);
      if (state.region && answer.items.length) {
        const places = new URLSearchParams([["region", state.region], ...answer.items.map((one) => ["model", one.id])]);
        const here = await shell.get("/cheapest", places);
        answer.items.forEach((one, index) => { one.here = here.items[index]; });
      }
      if (number === 0 && mine === source) { drawStatus(answer); drawEmpty(answer).catch(failed); }
      return { rows: answer.items, total: answer.total, exact: answer.total_is_exact, next: answer.next };
    }
    function failed() { parts.status.textContent = texts("failed"); }

    function refresh() {
      source += 1;
      const mine = source;
      drawChips();
      drawCompare(false);
      drawRegionRemark();
      const facetsOf = question();
      first = counted = null;
      shell.get("/models/facets", facetsOf).then((facets) => {
        if (mine !== source) return;
        drawFacets(facets);
        counted = facets.total; // a page counts to 10,000 only; with the number of all, a jump reaches every row
        if (first && !first.total_is_exact) tellTotal();
      }, failed);
      if (!grid || grid.isDestroyed()) return;
      const list = window.modelcostGrid.rowsSource(
        (number, cursor) => load(number, cursor, mine).catch((error) => { failed(); throw error; }), SIZE, () => counted);
      grid.setGridOption("datasource", list);
    }

    const sorts = () => (state.sort === "popularity" ? []
      : [{ colId: Object.keys(SORTS).find((one) => SORTS[one] === state.sort), sort: state.order === "descending" ? "desc" : "asc" }]);

    drawSearch();
    drawCompare(false);
    writeState(false);
    const filters = document.getElementById("catalog-filters");
    const wide = window.matchMedia("(min-width: 1061px)");
    filters.open = wide.matches;
    wide.addEventListener("change", () => { if (filters.isConnected) filters.open = wide.matches; });
    refresh();
    window.modelcostGrid.ready("models", true).then((api) => {
      grid = api;
      const original = grid.getColumnState().map((one) => ({ colId: one.colId, width: one.width, hide: one.hide }));
      window.modelcostGrid.pinOnWide(grid, ["compare", "name"]);
      const save = window.modelcostGrid.keepColumns(grid, KEY);
      refresh(); // first our rows, then the order: what the grid asks of its own datasource is never answered
      grid.applyColumnState({ state: sorts(), defaultState: { sort: null } });
      parts.tools.replaceChildren(window.modelcostGrid.columnChooser(grid, KEY, texts, ["name", "compare"], original, save));
      grid.addEventListener("sortChanged", () => {
        const first = grid.getColumnState().find((one) => one.sort);
        const sort = first ? SORTS[first.colId] : "popularity";
        const order = first && first.sort === "desc" ? "descending" : "ascending";
        if (sort !== state.sort || order !== state.order) change({ sort: sort, order: order });
      });
      grid.addEventListener("cellKeyDown", (event) => {
        if (!event.data || !event.event) return;
        if (event.event.key === "Enter") window.location.assign(window.modelcostPage.href(event.data));
        if (event.event.key === " " && event.column.getColId() === "compare") { event.event.preventDefault(); window.modelcostPage.choose(event.data); }
      });
      grid.addEventListener("cellClicked", (event) => {
        const onControl = event.event && event.event.target.closest("a, input");
        if (event.data && !onControl && event.column.getColId() !== "compare" && !String(window.getSelection())) {
          window.location.assign(window.modelcostPage.href(event.data));
        }
      });
    });
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    modelcost_catalog: { start: function (options) { if (options) start(options); return window.dash_clientside.no_update; } },
  });
})();
