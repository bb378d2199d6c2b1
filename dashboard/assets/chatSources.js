// The operator's data sources on the Chat page: which one, where it stays, reading it.
(function () {
  const EVERY = 700;

  window.modelcostChatSources = function (tools) {
    const { el, texts, fill, formats, api, say, state, keep, seen } = tools;
    const box = el("div", { id: "chat-sources" });
    let timer = null;

    async function load() {
      box.replaceChildren(el("p", { role: "status" }, texts("source.loading")));
      const answer = await api.get("/chat/sources");
      if (answer.problem) { box.replaceChildren(el("p", { className: "chat-error", role: "alert" }, answer.problem)); return; }
      state.sources = answer.items;
      if (!state.sources.some((one) => one.name === state.connected)) state.connected = (state.sources[0] || {}).name || null;
      draw();
    }
    const current = () => (state.sources || []).find((one) => one.name === state.connected);

    function draw() {
      const one = current();
      if (!one) { box.replaceChildren(el("p", {}, texts("source.none"))); return; }
      const pick = el("select", { onchange: () => { state.connected = pick.value; keep(); draw(); } },
        ...state.sources.map((other) => el("option", { value: other.name }, other.label)));
      pick.value = one.name;
      const lines = [...one.lines, seen() || texts("source.seen_by_nobody")].map((line) => el("p", {}, line));
      const failed = one.state === "failed" || one.state === "not_ready";
      const told = el("p", { className: failed ? "chat-error" : "", role: failed ? "alert" : "status" }, one.sentence);
      const more = [one.state === "ready" && one.changes, one.embedded && one.embedded.sentence].filter(Boolean).map((line) => el("p", {}, line));
      const name = one.kind === "azure_search" ? "source.check" : one.state === "new" ? "source.read" : "source.read_again";
      const begin = one.state === "reading" || one.state === "not_ready" ? [] : [el("button", { type: "button", className: "plain-button", onclick: () => read(one) }, texts(name))];
      const left = one.skipped ? [el("details", {}, el("summary", {}, fill(one.skipped === 1 ? "source.skipped.one" : "source.skipped", { count: formats.count(one.skipped) })),
        el("ul", { className: "chat-list" }, ...one.skips.map((line) => el("li", {}, el("span", {}, line)))),
        ...(one.skipped > one.skips.length ? [el("p", {}, fill("source.more_skipped", { count: formats.count(one.skipped - one.skips.length) }))] : []))] : [];
      box.replaceChildren(el("label", { className: "chat-field" }, el("span", {}, texts("source.pick")), pick), ...lines, told, ...more, ...begin, ...left);
      window.clearTimeout(timer);
      if (one.state === "reading") timer = window.setTimeout(() => refresh(one.name), EVERY);
    }
    async function refresh(name) {
      take(name, await api.get("/chat/sources/" + encodeURIComponent(name)));
    }
    async function read(one) {
      take(one.name, await api.send("POST", `/chat/sources/${encodeURIComponent(one.name)}/readings`));
    }
    function take(name, answer) {
      if (answer.problem) { say(answer.problem); box.append(el("p", { className: "chat-error", role: "alert" }, answer.problem)); return; }
      state.sources = state.sources.map((one) => (one.name === name ? answer : one));
      if (answer.state !== "reading") say(answer.sentence);
      draw();
    }
    return { box, load, draw };
  };
})();
