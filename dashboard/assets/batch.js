// The Batch test page: what is asked, how far it is, and what was found; all of it comes from REST.
(function () {
  const PAGE = 50;
  const TICK = 1000;
  let redraw = null;
  let look = { dark: false, narrow: false };

  function start(options) {
    const shell = window.modelcostShell;
    const el = shell.el;
    const texts = (name) => options.texts["batch.page." + name] ?? name;
    const fill = (name, facts) => shell.fill(texts(name), facts);
    const formats = shell.formats(options.language);
    const money = (text) => window.modelcostChat.money(text, options.language);
    const api = window.modelcostChat.api(options.language);
    const part = (name) => document.getElementById("batch-" + name);
    const say = (text) => { const place = part("said"); if (place) place.textContent = text; };
    const state = {
      questions: "sample", read: null, source: "sample", endpoints: new Set(), known: [], top_n: new Set([5]), strictness: new Set([3]),
      chunk: new Set(), repeats: "1", judge: "", cap: "1", problem: "", estimate: null, limits: [], tests: [], shown: null, failures: false, most: PAGE,
      system: "", examples: [],
    };
    const chatTexts = (name) => options.texts["chat." + name] ?? name;
    // The same fields as on the Chat page: what is tested is the bot that talks there.
    const examples = window.modelcostChatExamples({ el, texts: chatTexts, fill: (name, facts) => shell.fill(chatTexts(name), facts), say, state, keep: () => estimate() });

    const body = (pairs) => ({
      questions: state.questions, endpoints: [...state.endpoints], source: state.source, top_n: [...state.top_n], strictness: [...state.strictness],
      chunk_tokens: state.source === "sample" ? [...state.chunk] : [], repeats: Number(state.repeats) || 0, judge: state.judge || null, region: options.region,
      system: state.system, examples: pairs,
    });

    // ---- what is asked
    function drawNew() {
      const radio = (name, value, label, chosen, change) => el("label", { className: "check" }, el("input", { type: "radio", name, value, checked: chosen, onchange: change }), label);
      const boxes = (name, values, set) => el("fieldset", { className: "chat-field" }, el("legend", {}, texts(name)), el("div", { className: "batch-choices" }, ...values.map((value) => {
        const box = el("input", { type: "checkbox", checked: set.has(value), onchange: () => { set[box.checked ? "add" : "delete"](value); estimate(); } });
        return el("label", { className: "check" }, box, formats.count(value));
      })));
      const file = el("input", { type: "file", accept: ".csv,.yaml,.yml,.jsonl,.ndjson", onchange: () => file.files[0] && upload(file.files[0]) });
      const own = state.questions !== "sample" || state.read !== null;
      const field = (name, input, hint) => el("label", { className: "chat-field" }, el("span", {}, texts(name)), input, hint && el("span", { className: "hint" }, texts(hint)));
      const typed = (name) => { const input = el("input", { type: "text", inputmode: "decimal", value: state[name], oninput: () => { state[name] = input.value; if (name === "repeats") estimate(); } }); return input; };
      const ready = state.known.filter((one) => one.ready);
      const judge = el("select", { onchange: () => { state.judge = judge.value; estimate(); } }, el("option", { value: "" }, texts("judge.none")), ...ready.map((one) => el("option", { value: one.name }, one.label)));
      judge.value = state.judge;
      const system = el("textarea", { rows: 3, value: state.system, placeholder: chatTexts("page.system_placeholder"), oninput: () => { state.system = system.value; estimate(); } });
      const prompted = () => state.system !== "" || state.examples.length > 0;
      const models = state.known.map((one) => {
        const box = el("input", { type: "checkbox", checked: state.endpoints.has(one.name), disabled: !one.ready, onchange: () => { state.endpoints[box.checked ? "add" : "delete"](one.name); estimate(); } });
        return el("label", { className: "check" }, box, el("span", {}, one.label, one.ready ? null : el("span", { className: "hint" }, " · " + one.not_ready)));
      });
      part("new").replaceChildren(
        el("fieldset", { className: "chat-field" }, el("legend", {}, texts("col.question")),
          radio("batch-questions", "sample", texts("bundled"), !own, () => { state.questions = "sample"; state.read = null; state.problem = ""; drawNew(); estimate(); }),
          radio("batch-questions", "own", texts("own"), own, () => file.click())),
        el("label", { className: "chat-drop" }, file, texts("drop")),
        ...(state.read ? [el("p", {}, fill("read", { name: state.read.name, count: formats.count(state.read.count), expected: formats.count(state.read.expected) })), ...state.read.flags.map((flag) => el("p", {}, flag))] : []),
        el("fieldset", { className: "chat-field" }, el("legend", {}, texts("source")), ...["sample", "uploads"].map((value) =>
          radio("batch-source", value, texts("source." + value), state.source === value, () => { state.source = value; drawNew(); estimate(); }))),
        el("fieldset", { className: "chat-field" }, el("legend", {}, texts("endpoints")), ...(models.length ? models : [el("p", {}, texts("no_endpoints"))])),
        boxes("top_n", options.topN, state.top_n), boxes("strictness", options.strictness, state.strictness),
        ...(state.source === "sample" ? [boxes("chunk", options.chunkTokens, state.chunk), el("p", { className: "hint" }, texts("chunk.hint"))] : []),
        el("details", { className: "batch-prompt", open: prompted() }, el("summary", {}, texts("prompt")),
          el("label", { className: "chat-field" }, el("span", {}, chatTexts("page.system")), system), examples.box),
        field("repeats", typed("repeats")), field("judge", judge), field("cap", typed("cap"), "cap.hint"),
        el("div", { id: "batch-estimate" }),
        el("div", { className: "batch-actions" }, el("button", { type: "button", className: "button", id: "batch-start", onclick: begin }, texts("start"))),
        el("details", {}, el("summary", {}, texts("limits")), ...state.limits.map((one) => el("p", {}, one.sentence))),
      );
      drawEstimate();
    }
    function drawEstimate() {
      const place = part("estimate");
      if (!place) return;
      const found = state.estimate;
      const told = state.problem ? [el("p", { className: "batch-bad", role: "alert" }, state.problem)] : !state.endpoints.size ? [el("p", {}, texts("choose_model"))] : !found ? [el("p", {}, texts("estimating"))] : [
        el("p", {}, fill("estimate", { answers: formats.count(found.answers), input: formats.short(found.input_tokens), cost: money(found.cost) })),
        ...(found.without_price.length ? [el("p", {}, fill("unpriced", { names: found.without_price.join(", ") }))] : [])];
      place.replaceChildren(el("div", { className: "batch-estimate" }, ...told));
    }
    const ask = shell.debounce(250, async () => {
      if (!state.endpoints.size) return;
      const wanted = () => JSON.stringify(body(examples.whole())); // a pair that is being typed is not refused yet
      const sent = wanted();
      const answer = await api.send("POST", "/batches/estimates", sent, {}, "application/json");
      if (sent !== wanted()) return;
      state.problem = answer.problem || "";
      state.estimate = answer.problem ? null : answer;
      drawEstimate();
    });
    function estimate() { state.estimate = null; state.problem = ""; drawEstimate(); ask(); }
    async function upload(file) {
      const answer = await api.send("POST", "/batches/questions", file, { name: file.name });
      state.problem = answer.problem || "";
      if (!answer.problem) Object.assign(state, { questions: answer.questions, read: answer });
      drawNew();
      if (!answer.problem) estimate();
    }
    async function begin() {
      if (!state.endpoints.size) { say(texts("choose_model")); return; }
      const answer = await api.send("POST", "/batches", JSON.stringify({ ...body(examples.sent()), cost_cap: state.cap }), {}, "application/json");
      state.problem = answer.problem || "";
      drawEstimate();
      if (answer.problem) return;
      say(texts("begun"));
      await watch();
    }

    // ---- how far it is
    const duration = (value) => (value < 90 ? fill("seconds", { value: formats.count(Math.ceil(value)) }) : fill("minutes", { value: formats.count(Math.ceil(value / 60)) }));
    async function send(method, one, path, given) {
      const answer = await api.send(method, "/batches/" + one.batch + path, given === undefined ? undefined : JSON.stringify(given), {}, "application/json");
      if (answer.problem) { state.problem = answer.problem; drawEstimate(); say(answer.problem); }
      await watch();
    }
    function drawTests() {
      const button = (name, click) => el("button", { type: "button", className: "button quiet", onclick: click }, texts(name));
      const rows = state.tests.map((one) => {
        const runs = one.state === "running";
        const facts = fill("progress", { done: formats.count(one.done), of: formats.count(one.of), spent: money(one.spent), cap: money(one.cost_cap) });
        const rate = one.seconds_left === null ? "" : fill("rate", { rate: formats.rounded(one.answers_per_second), left: duration(one.seconds_left) });
        const on = { cost_cap: state.cap };
        return el("article", { className: "batch-test", "data-batch": one.batch, "data-state": one.state },
          el("h3", {}, one.title), el("progress", { max: String(one.of), value: String(one.done), "aria-label": facts }),
          el("span", {}, [one.sentence, facts, rate].filter(Boolean).join(" · ")), ...one.notes.slice(-3).map((note) => el("span", { className: "batch-bad" }, note)),
          el("div", { className: "batch-actions" }, button("open", () => open(one)),
            runs ? button("stop", () => send("POST", one, "/stop")) : one.state === "complete" ? null : button("resume", () => send("POST", one, "/resume", on)),
            runs ? null : button("retry", () => send("POST", one, "/resume", { ...on, retry_failed: true })),
            el("a", { className: "button quiet", download: "", href: `/api/v1/batches/${one.batch}/table?lang=${options.language}` }, texts("csv")),
            runs ? null : button("delete", async () => { if (state.shown && state.shown.batch === one.batch) { state.shown = null; part("results").hidden = true; } await send("DELETE", one, ""); })));
      });
      part("tests").replaceChildren(...(rows.length ? rows : [el("p", {}, texts("none"))]));
    }
    async function watch() {
      const [answer, limits] = [await api.get("/batches"), await api.get("/chat/limits")];
      if (!part("tests")) return;
      if (answer.problem) { say(answer.problem); return; }
      const ended = state.tests.filter((one) => one.state === "running").map((one) => one.batch);
      state.tests = answer.items;
      if (!limits.problem) state.limits = limits.items;
      drawTests();
      const done = state.tests.find((one) => ended.includes(one.batch) && one.state !== "running");
      if (done) { say(done.sentence); open(done); }
      if (state.tests.some((one) => one.state === "running")) window.setTimeout(watch, TICK);
    }

    // ---- what was found
    async function open(one) {
      state.shown = one; state.most = PAGE;
      const found = await api.send("GET", `/batches/${one.batch}/results`);
      if (found.problem) { say(found.problem); state.problem = found.problem; drawEstimate(); return; }
      part("results").hidden = false;
      part("results-title").textContent = fill("results", { name: one.title });
      part("answer").replaceChildren();
      part("workloads").replaceChildren(...found.summaries.map((each) => el("div", { className: "chat-workload" }, el("span", {}, each.workload.sentence),
        Object.keys(each.workload.address).length ? el("a", { className: "button", href: shell.link("/", each.workload.address) }, texts("use")) : null)));
      state.found = found;
      drawRows(); await drawChart();
    }
    const check = (value) => (value === null ? "–" : value ? texts("yes") : el("span", { className: "bad" }, texts("no")));
    const percent = new Intl.NumberFormat(options.language === "ja" ? "ja-JP" : "en-US", { style: "percent", maximumFractionDigits: 0 });
    const head = (names) => el("thead", {}, el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, texts("col." + name)))));
    const bad = (row) => row.state === "failed" || ["right", "citations_right", "numbers_founded", "judged_right"].some((name) => row[name] === false);
    function drawRows() {
      const all = state.found.rows, failures = all.filter(bad), wanted = state.failures ? failures : all, shown = wanted.slice(0, state.most);
      const box = el("input", { type: "checkbox", checked: state.failures, onchange: () => { state.failures = box.checked; state.most = PAGE; drawRows(); } });
      const judged = all.some((row) => row.judge_model || row.judged_right !== null);
      const rows = shown.map((row) => el("tr", {},
        el("td", {}, el("button", { type: "button", className: "plain-button", onclick: () => openAnswer(row) }, row.question)), el("td", {}, row.label), el("td", {}, row.setting),
        el("td", {}, row.state === "failed" ? el("span", { className: "bad", title: row.message }, texts("failed")) : check(row.right)), el("td", {}, check(row.expected_match)), el("td", {}, check(row.citations_right)),
        el("td", {}, check(row.numbers_founded)), el("td", {}, row.similarity === null ? "–" : percent.format(row.similarity)), judged ? el("td", {}, check(row.judged_right)) : null, el("td", {}, row.cost === null ? texts("unknown") : money(row.cost))));
      const names = ["question", "model", "setting", "right", "match", "cited", "founded", "similarity", ...(judged ? ["judge"] : []), "cost"];
      part("rows").replaceChildren(el("label", { className: "check" }, box, fill("failures", { count: formats.count(failures.length) })),
        el("div", { className: "scroll", tabindex: "0", role: "group", "aria-label": texts("open") }, el("table", { className: "figures batch-rows" }, el("caption", {}, fill("rows", { shown: formats.count(shown.length), count: formats.count(wanted.length) })), head(names), el("tbody", {}, ...rows))),
        ...(wanted.length > shown.length ? [el("button", { type: "button", className: "button quiet", onclick: () => { state.most += PAGE; drawRows(); } }, texts("more"))] : []));
    }
    async function openAnswer(row) {
      const one = await api.get(`/batches/${state.shown.batch}/answers/${row.number}`);
      if (one.problem) { say(one.problem); return; }
      const text = el("div", { className: "chat-text" });
      text.innerHTML = one.html;
      const verdict = one.judge && one.judge.right !== null ? fill("judged", { model: one.judge.model, verdict: texts(one.judge.right ? "yes" : "no") }) : null;
      const card = el("article", { className: "chat-answer", tabindex: "-1" }, el("h3", {}, `${one.label} · ${one.setting}`), el("p", {}, one.question), one.expected ? el("p", {}, fill("expected", { text: one.expected })) : null, text,
        one.message ? el("p", { className: "batch-bad" }, one.message) : null, verdict ? el("p", {}, verdict) : null,
        el("details", { className: "chat-passages", open: true }, el("summary", {}, texts("passages")), el("ol", {}, ...one.passages.map((each) => el("li", {}, el("div", { className: "head" }, `[doc${each.number}] ${each.title}`), el("p", { tabindex: "0" }, each.text))))),
        el("button", { type: "button", className: "plain-button", onclick: () => part("answer").replaceChildren() }, texts("close")));
      part("answer").replaceChildren(card);
      card.scrollIntoView({ block: "nearest" }); card.focus({ preventScroll: true });
    }
    async function drawChart() {
      if (!state.shown) return;
      const answer = await api.send("GET", `/batches/${state.shown.batch}/chart`, undefined, { dark: String(look.dark), narrow: String(look.narrow) });
      if (answer.problem || !part("finding")) return;
      part("finding").textContent = answer.title;
      part("drawn").hidden = !answer.points.some((one) => one.right !== null && one.cost !== null);
      part("drawn").setAttribute("role", "group"); part("drawn").setAttribute("aria-label", answer.title);
      window.dash_clientside.set_props("batch-chart", { figure: answer.figure });
      const share = (text) => (text === null ? "–" : percent.format(Number(text)));
      part("points").replaceChildren(el("details", {}, el("summary", {}, texts("points")), el("div", { className: "scroll", tabindex: "0", role: "group", "aria-label": texts("points") }, el("table", { className: "figures batch-rows" }, head(["model", "setting", "right", "interval", "answer"]),
        el("tbody", {}, ...answer.points.map((one) => el("tr", {}, el("td", {}, one.label), el("td", {}, one.setting), el("td", {}, share(one.right)), el("td", {}, one.low === null ? "–" : `${share(one.low)} – ${share(one.high)}`), el("td", {}, one.cost === null ? texts("unknown") : money(one.cost)))))))));
    }

    async function load() {
      redraw = drawChart;
      const found = await api.get("/chat/endpoints");
      state.known = found.items || [];
      for (const one of state.known.filter((each) => each.ready).slice(0, 1)) state.endpoints.add(one.name);
      await watch();
      if (part("new")) drawNew();
      estimate();
    }
    load();
    return true;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    modelcost_batch: {
      start: (options) => (options ? start(options) : window.dash_clientside.no_update),
      look: (now) => { look = { dark: Boolean(now && now.dark), narrow: Boolean(now && now.narrow) }; if (redraw) redraw(); return look; },
    },
  });
})();
