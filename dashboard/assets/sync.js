// The Sync page: the search in rows that were not read.
(function () {
  const SIZE = 5;
  const FILTERS = ["q", "source", "reason"];
  const LONGEST = 200;
  let words = {};

  function start(options) {
    const shell = window.modelcostShell;
    const el = shell.el;
    words = options.texts;
    const form = document.getElementById("unread-form");
    if (!form) return true;
    const texts = (name) => words[name] ?? name;
    const formats = shell.formats(options.language);
    const status = document.getElementById("unread-status");
    const found = document.getElementById("unread-found");
    const state = readState();
    let asking = null;

    function readState() {
      const asked = shell.parameters();
      return Object.fromEntries(FILTERS.map((name) => [name, (asked.get(name) || "").slice(0, LONGEST)]));
    }
    function writeState() {
      const asked = shell.parameters();
      for (const name of FILTERS) {
        if (state[name]) asked.set(name, state[name]);
        else asked.delete(name);
      }
      shell.write(asked, false);
    }
    function change(given) {
      Object.assign(state, given);
      writeState();
      read(null);
    }
    function draw() {
      const input = el("input", {
        id: "unread-q", type: "search", value: state.q, placeholder: texts("hint"), autocomplete: "off", spellcheck: "false", maxlength: String(LONGEST),
        oninput: shell.debounce(200, () => change({ q: input.value.trim().slice(0, LONGEST) })),
      });
      const sources = [...new Set([...options.sources, state.source])].filter((one) => one);
      const source = el("select", { id: "unread-source", onchange: () => change({ source: source.value }) },
        el("option", { value: "" }, texts("any")), ...sources.map((one) => el("option", { value: one }, one)));
      source.value = state.source;
      form.replaceChildren(...[
        el("div", { className: "inline-field grow" }, el("label", { htmlFor: "unread-q" }, texts("words")), input),
        el("div", { className: "inline-field" }, el("label", { htmlFor: "unread-source" }, texts("source")), source),
        state.reason ? el("button", { type: "button", className: "chip", onclick: () => { change({ reason: "" }); draw(); document.getElementById("unread-q").focus(); } },
          shell.fill(texts("reason"), { reason: state.reason }), el("span", { className: "chip-x", "aria-hidden": "true" }, "×")) : null].filter((one) => one));
    }
    function item(row) {
      const facts = [row.source, row.reason].join(" · ");
      const told = row.detail.startsWith(row.key) ? row.detail : row.key;
      return el("li", {}, el("b", { lang: "en" }, told), el("span", { className: "small", lang: "en" }, facts),
        told === row.detail ? null : el("span", { lang: "en" }, row.detail),
        row.raw && row.raw !== "null" ? el("details", {}, el("summary", {}, texts("raw")), el("pre", { className: "formula", lang: "en", tabindex: "0" }, row.raw)) : null);
    }
    async function read(after) {
      if (asking) asking.abort();
      asking = new AbortController();
      const asked = new URLSearchParams({ limit: String(SIZE) });
      for (const name of FILTERS) if (state[name]) asked.set(name, state[name]);
      if (after) asked.set("after", after);
      let page;
      try {
        page = await shell.get("/unread-rows", asked, asking.signal);
      } catch (refused) {
        if (refused.name !== "AbortError") status.textContent = texts("failed");
        return;
      }
      const list = after ? found.querySelector("ul") : el("ul", { className: "rows" });
      const first = page.items.map(item);
      list.append(...first);
      const more = page.next ? el("button", { type: "button", className: "button quiet", onclick: () => read(page.next) }, texts("more")) : null;
      found.replaceChildren(...[list, more].filter((one) => one));
      const count = list.children.length;
      status.textContent = page.total ? shell.fill(texts("count"), { shown: formats.count(count), count: formats.count(page.total) }) : texts("nothing");
      if (after && first.length) { first[0].tabIndex = -1; first[0].focus(); }
    }
    draw();
    read(null);
    return true;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { modelcost_sync: { start: start } });
})();
