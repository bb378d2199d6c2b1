// The Actual page: files of use are read in the browser, so that a wrong one is told before it is sent.
(function () {
  const MOST_BYTES = 12000000;

  function start(options) {
    const { el, fill } = window.modelcostShell;
    const said = document.getElementById("actual-said");
    const list = el("ul", { id: "actual-chosen" });
    const input = el("input", { type: "file", multiple: true, accept: ".txt,.prom,.csv", onchange: () => read([...input.files]) });
    document.getElementById("actual-picker").replaceChildren(el("label", { className: "chat-drop" }, input, options.texts.files), list);

    async function read(files) {
      const texts = [];
      const lines = [];
      for (const file of files) {
        if (file.size > MOST_BYTES) { lines.push(fill(options.texts.too_large, { name: file.name })); continue; }
        try {
          texts.push(new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer()));
          lines.push(fill(options.texts.chosen, { name: file.name }));
        } catch (notText) {
          lines.push(fill(options.texts.not_text, { name: file.name }));
        }
      }
      window.dash_clientside.set_props("actual-files", { data: texts });
      list.replaceChildren(...lines.map((line) => el("li", {}, line)));
      said.textContent = lines.join(" ");
    }
    return true;
  }

  // Links of the Decide page take along the question that its address says now.
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a#to-actual, a#to-options");
    if (link && window.location.search) link.href = link.pathname + window.location.search;
  }, true);

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    modelcost_actual: { start: (options) => (options ? start(options) : window.dash_clientside.no_update) },
  });
})();
