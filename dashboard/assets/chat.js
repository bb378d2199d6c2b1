// The Chat page: documents, models and the talk come from REST; answers arrive as server-sent events.
(function () {
  const MOST_COMPARED = 3;
  const KEY = "modelcost.chat.settings";
  const FOLLOW_MILLISECONDS = 1500;

  function start(options) {
    const shell = window.modelcostShell;
    const el = shell.el;
    const texts = (name) => options.texts["chat." + name] ?? name;
    const fill = (name, facts) => shell.fill(texts(name), facts);
    const formats = shell.formats(options.language);
    const parts = Object.fromEntries(["documents", "models", "settings", "chats", "banner", "thread", "workload", "composer", "limits", "said"]
      .map((name) => [name, document.getElementById("chat-" + name)]));
    const money = (text) => window.modelcostChat.money(text, options.language);
    const kept = shell.stored(KEY) || {};
    const state = {
      source: ["uploads", "connected"].includes(kept.source) ? kept.source : "sample", connected: kept.connected || null, sources: [], top_n: kept.top_n || 5, strictness: kept.strictness || 3,
      in_scope: kept.in_scope !== false, chunk: kept.chunk || 1024, system: kept.system || "", past: kept.past ?? 10,
      examples: Array.isArray(kept.examples) ? kept.examples.filter((one) => one && typeof one.user === "string" && typeof one.assistant === "string") : [],
      temperature: kept.temperature ?? "0.7", top_p: kept.top_p ?? "0.95", most: kept.most ?? "800",
      frequency: kept.frequency ?? "", presence: kept.presence ?? "", stop: kept.stop ?? "",
      models: new Set(kept.models || []), endpoints: [], documents: { items: [], sample: [] },
      chat: null, replaces: null, turns: [], running: null, workload: null,
    };
    const api = window.modelcostChat.api(options.language);
    const say = (text) => { parts.said.textContent = text; };
    const view = window.modelcostChatView(options, { texts, fill, formats, money, say, api, edit, retry, judge });

    function keep() {
      const { source, connected, top_n, strictness, in_scope, chunk, system, examples, past, temperature, top_p, most, frequency, presence, stop } = state;
      shell.store(KEY, { source, connected, top_n, strictness, in_scope, chunk, system, examples, past, temperature, top_p, most, frequency, presence, stop, models: [...state.models] });
    }

    // ---- what the bot knows
    const playground = window.modelcostChatPlayground({ el, texts, api, say, take });
    const examples = window.modelcostChatExamples({ el, texts, fill, say, state, keep });
    const sources = window.modelcostChatSources({ el, texts, fill, formats, api, say, state, keep, seen: () => seen() });
    function drawDocuments() {
      const shows = state.source === "connected" && !state.sources.length ? "sample" : state.source;
      const choice = (value) => el("label", {}, el("input", {
        type: "radio", name: "chat-source", value, checked: shows === value,
        onchange: () => { state.source = value; keep(); drawDocuments(); },
      }), texts("page.source." + value));
      const body = [el("div", { className: "chat-switch", role: "radiogroup", "aria-label": texts("page.documents") }, choice("sample"), choice("uploads"), ...(state.sources.length ? [choice("connected")] : []))];

      if (shows === "sample") {
        const names = state.documents.sample.map((one) => el("li", {}, el("span", {}, one.title)));
        body.push(el("p", {}, texts("page.sample_note")),
          el("details", {}, el("summary", {}, fill(names.length === 1 ? "page.documents_count.one" : "page.documents_count", { count: formats.count(names.length) })), el("ul", { className: "chat-list" }, ...names)));
      } else if (shows === "connected") { body.push(sources.box); sources.draw(); } else body.push(...drawUploads());
      parts.documents.replaceChildren(...body);
    }
    const passagesOf = (one) => fill(one.passages === 1 ? "page.passages_of.one" : "page.passages_of", { count: formats.count(one.passages) });
    function drawUploads() {
      const input = el("input", { type: "file", multiple: true, accept: ".txt,.md,.csv,.html,.htm,.pdf,.docx", onchange: () => upload([...input.files]) });
      const drop = el("label", {
        className: "chat-drop",
        ondragover: (event) => { event.preventDefault(); drop.classList.add("over"); },
        ondragleave: () => drop.classList.remove("over"),
        ondrop: (event) => { event.preventDefault(); drop.classList.remove("over"); upload([...event.dataTransfer.files]); },
      }, input, texts("page.drop"));
      const rows = state.documents.items.map((one) => el("li", {},
        el("span", {}, one.title, " ", el("span", { className: "small" }, passagesOf(one))),
        el("button", { type: "button", className: "plain-button", "aria-label": fill("page.delete_named", { name: one.title }), onclick: () => removeDocument(one) }, texts("page.delete"))));
      const chunk = el("select", { onchange: () => { state.chunk = Number(chunk.value); keep(); } },
        ...options.chunkTokens.map((value) => el("option", { value }, formats.count(value))));
      chunk.value = String(state.chunk);
      return [
        el("p", {}, fill("page.where_it_stays", { days: String(options.keepDays) })), el("p", {}, seen()), drop,
        el("ul", { className: "chat-list", id: "chat-uploads", "aria-live": "polite" }, ...rows),
        el("label", { className: "chat-field" }, el("span", {}, texts("page.chunk")), chunk),
        el("button", { type: "button", className: "plain-button", onclick: forgetAll }, texts("page.forget_all")),
      ];
    }
    // Which endpoint, where, will see passages: said before anything is uploaded.
    function seen() {
      const chosen = state.endpoints.filter((one) => state.models.has(one.name) && one.ready);
      if (!chosen.length) return texts("page.seen_by_nobody");
      return fill("page.seen_by", { names: chosen.map((one) => [one.label, one.region, (one.data_stays || "").replace(/[.。]$/, "")].filter(Boolean).join(", ")).join("; ") });
    }
    async function upload(files) {
      const list = document.getElementById("chat-uploads");
      for (const file of files) {
        const line = el("li", {}, el("span", {}, file.name), el("span", { className: "small" }, texts("page.reading")));
        list.append(line);
        const answer = await api.send("POST", "/chat/documents", file, { name: file.name, chunk_tokens: state.chunk });
        if (answer.problem) {
          const told = answer.problem.startsWith(file.name) ? answer.problem : file.name + ": " + answer.problem;
          line.replaceChildren(el("span", { className: "bad" }, told),
            el("button", { type: "button", className: "plain-button", onclick: () => line.remove() }, texts("page.dismiss")));
          say(told);
        } else {
          line.remove();
          state.documents.items.push(answer);
          list.append(el("li", {}, el("span", {}, answer.title, " ", el("span", { className: "small" },
            [passagesOf(answer), ...answer.remarks].join(" · ")))));
          say(fill("page.added", { name: answer.title }));
        }
      }
    }
    async function removeDocument(one) {
      const answer = await api.send("DELETE", "/chat/documents/" + one.document);
      if (answer.problem) { say(answer.problem); return; }
      state.documents.items = state.documents.items.filter((other) => other.document !== one.document);
      say(fill("page.deleted", { name: one.title }));
      drawDocuments();
    }
    async function forgetAll() {
      if (!window.confirm(texts("page.forget_all_sure"))) return;
      await api.send("DELETE", "/chat/session");
      Object.assign(state, { documents: { ...state.documents, items: [] }, chat: null, turns: [], replaces: null });
      newChat();
      await loadChats();
      drawDocuments();
    }

    // ---- who answers
    function drawModels() {
      const rows = state.endpoints.map((one) => {
        const box = el("input", {
          type: "checkbox", checked: state.models.has(one.name) && one.ready, disabled: !one.ready,
          onchange: () => {
            if (box.checked && state.models.size >= MOST_COMPARED) { box.checked = false; say(texts("page.most_compared")); return; }
            state.models[box.checked ? "add" : "delete"](one.name);
            keep(); drawBanner(); drawDocuments();
          },
        });
        const where = [one.region, one.data_stays, one.ready ? null : one.not_ready].filter(Boolean).join(" · ");
        return el("label", { className: "check" }, box, el("span", {}, one.label, where && el("span", { className: "hint" }, el("br"), where)));
      });
      parts.models.replaceChildren(...(rows.length ? [...rows, el("p", {}, texts("page.models_hint"))] : [el("p", {}, texts("page.no_models"))]));
    }
    function drawBanner() {
      if (chosen().length) { parts.banner.replaceChildren(); return; }
      const request = el("details", {}, el("summary", {}, texts("page.ask_administrator")), el("pre", { className: "formula" }, texts("page.administrator_text")),
        el("button", { type: "button", className: "plain-button", onclick: () => copy(texts("page.administrator_text")) }, texts("page.copy")));
      parts.banner.replaceChildren(el("div", { className: "chat-banner" }, el("b", {}, texts(state.endpoints.some((one) => one.ready) ? "page.none_chosen" : "page.nothing_generated")), el("span", {}, texts("page.nothing_generated_more")), request));
    }
    async function copy(text) {
      try { await navigator.clipboard.writeText(text); say(texts("page.copied")); } catch (refused) { say(texts("page.copy_refused")); }
    }
    const chosen = () => state.endpoints.filter((one) => one.ready && state.models.has(one.name)).map((one) => one.name);

    // ---- how it is asked
    function drawSettings() {
      const field = (name, input, hint) => el("label", { className: "chat-field" }, el("span", {}, texts("page." + name)), input, hint && el("span", { className: "hint" }, texts("page." + name + ".hint")));
      const pick = (name, values) => {
        const select = el("select", { onchange: () => { state[name] = Number(select.value); keep(); } }, ...values.map((value) => el("option", { value }, String(value))));
        select.value = String(state[name]);
        return field(name, select, true);
      };
      const typed = (name) => {
        const input = el("input", { type: "text", inputmode: "decimal", value: String(state[name]), onchange: () => { state[name] = input.value.trim(); keep(); } });
        return field(name, input, name === "most");
      };
      const scope = el("input", { type: "checkbox", checked: state.in_scope, onchange: () => { state.in_scope = scope.checked; keep(); } });
      const system = el("textarea", { value: state.system, placeholder: texts("page.system_placeholder"), onchange: () => { state.system = system.value; keep(); } });
      const stop = el("textarea", { rows: 2, value: state.stop, onchange: () => { state.stop = stop.value; keep(); } });
      const more = parts.settings.querySelector("#chat-settings-more");
      parts.settings.replaceChildren(el("details", { id: "chat-settings-more", open: Boolean(more && more.open) }, el("summary", {}, texts("page.settings_more")),
        pick("top_n", options.topN), pick("strictness", options.strictness),
        el("label", { className: "check" }, scope, el("span", {}, texts("page.in_scope"))),
        field("system", system), examples.box, typed("temperature"), typed("top_p"), typed("most"), typed("past"), typed("frequency"), typed("presence"), field("stops", stop, true)), playground.box);
    }
    // Settings of a playground's file take the place of those on the page.
    function take(found) {
      const given = found.settings.parameters;
      Object.assign(state, {
        system: found.settings.system, past: found.settings.past_messages, temperature: given.temperature, top_p: given.top_p, most: String(given.max_output_tokens),
        frequency: given.frequency_penalty || "", presence: given.presence_penalty || "", stop: (given.stop || []).map(written).join("\n"), examples: found.settings.examples,
      });
      if (found.endpoint) state.models = new Set([found.endpoint]);
      keep(); examples.draw(); drawSettings(); drawModels(); drawBanner(); drawDocuments();
    }
    // A text that ends an answer stands in one line: its own line ends are written as \n.
    const written = (text) => text.replace(/\\/g, "\\\\").replace(/\n/g, "\\n");
    const read = (line) => line.replace(/\\(n|\\)/g, (_, one) => (one === "n" ? "\n" : one));
    const stops = () => state.stop.split("\n").filter((line) => line !== "").map(read);

    // ---- what the operator lets this browser still ask
    async function loadLimits() {
      const answer = await api.get("/chat/limits");
      const own = (answer.items || []).filter((one) => one.whose === "session");
      const wasOpen = Boolean(parts.limits.querySelector("details[open]"));
      parts.limits.replaceChildren(...(own.length ? [el("details", { open: wasOpen || own.some((one) => !Number(one.left)) }, el("summary", {}, texts("page.limits")), el("ul", { className: "chat-list" }, ...own.map((one) => el("li", {}, el("span", {}, one.sentence)))))] : []));
    }

    // ---- earlier chats
    async function loadChats() {
      const answer = await api.get("/chats");
      const rows = (answer.items || []).map((one) => el("li", {},
        el("button", { type: "button", className: "plain-button", onclick: () => openChat(one.chat) }, one.title),
        el("button", { type: "button", className: "plain-button", "aria-label": fill("page.delete_named", { name: one.title }), onclick: () => removeChat(one) }, texts("page.delete"))));
      parts.chats.replaceChildren(el("button", { type: "button", className: "plain-button", onclick: newChat }, texts("page.new_chat")),
        rows.length ? el("ul", { className: "chat-list" }, ...rows) : el("p", {}, texts("page.no_chats")));
    }
    async function openChat(id) {
      const answer = await api.get("/chats/" + id);
      if (answer.problem) { say(answer.problem); return; }
      Object.assign(state, { chat: id, turns: answer.turns, replaces: null, workload: null });
      parts.thread.replaceChildren(...answer.turns.map((turn) => view.past({ ...turn, chat: id })));
      drawComposer();
      follow(id, answer.turns);
      await loadWorkload();
    }
    // An answer may still be coming, from another tab or from before this page was loaded anew: looked at until it ended.
    function follow(id, turns) {
      const isComing = (turn) => turn.answers.some((one) => one.state === "streaming");
      const nodes = new Map(turns.filter(isComing).map((turn) => [turn.turn, parts.thread.querySelector(`[data-turn="${turn.turn}"]`)]));
      const isShown = (turn) => nodes.has(turn.turn) && nodes.get(turn.turn).isConnected;
      if (nodes.size) window.setTimeout(async () => {
        if (!turns.some(isShown)) return; // another chat is open, or this one was opened again
        const answer = await api.get("/chats/" + id);
        const now = (answer.turns || turns).filter(isShown);
        if (answer.problem) say(answer.problem); else for (const turn of now) redraw(nodes.get(turn.turn), { ...turn, chat: id });
        follow(id, now);
        if (now.length && !now.some(isComing)) await loadWorkload();
      }, FOLLOW_MILLISECONDS);
    }
    // What was unfolded in it stays so.
    function redraw(node, turn) {
      const fresh = view.past(turn);
      const folds = [...node.querySelectorAll("details")];
      [...fresh.querySelectorAll("details")].forEach((fold, place) => { fold.open = Boolean(folds[place]?.open); });
      node.replaceWith(fresh);
    }
    async function removeChat(one) {
      await api.send("DELETE", "/chats/" + one.chat);
      if (state.chat === one.chat) newChat();
      await loadChats();
    }
    function newChat() {
      Object.assign(state, { chat: null, turns: [], replaces: null, workload: null });
      parts.thread.replaceChildren();
      drawWorkload();
      drawComposer();
      document.getElementById("chat-input").focus();
    }

    // ---- asking
    function drawComposer() {
      const input = el("textarea", {
        id: "chat-input", rows: 2, "aria-label": texts("page.question"), placeholder: texts("page.question_hint"),
        value: state.chat === null && !state.turns.length ? options.samples[0] : "",
        onkeydown: (event) => {
          // While a Japanese word is being chosen, Enter belongs to the input method.
          if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); ask(); }
          if (event.key === "Escape" && state.running) state.running.abort();
        },
      });
      const samples = options.samples.map((text) => el("button", { type: "button", className: "chip", onclick: () => { input.value = text; input.focus(); } }, text));
      const send = el("button", { type: "button", id: "chat-send", className: "button", onclick: () => (state.running ? state.running.abort() : ask()) }, texts("page.ask"));
      parts.composer.replaceChildren(
        ...(state.replaces === null ? [] : [el("div", { className: "row small" }, el("span", {}, texts("page.editing")), el("button", { type: "button", className: "plain-button", onclick: () => { state.replaces = null; drawComposer(); } }, texts("page.cancel")))]),
        input, el("div", { className: "row" }, el("div", { className: "chips" }, ...(state.turns.length ? [] : samples)), send));
    }
    function edit(turn) {
      state.replaces = turn.turn;
      drawComposer();
      const input = document.getElementById("chat-input");
      input.value = turn.question;
      input.focus();
    }
    function retry(turn) { state.replaces = turn.turn; ask(turn.question); }
    async function judge(answer, accepted) {
      const said = await api.send("PUT", `/chats/answers/${answer}/accepted`, JSON.stringify({ accepted }), {}, "application/json");
      if (said.problem) say(said.problem); else loadWorkload();
      return !said.problem;
    }
    function question(text) {
      const number = (value) => (String(value).trim() === "" ? null : String(value).trim());
      return {
        question: text, endpoints: chosen(), chat: state.chat, replaces: state.replaces, system: state.system, source: state.source !== "connected" ? state.source : state.sources.length ? state.connected : "sample",
        retrieval: { top_n: state.top_n, strictness: state.strictness, in_scope: state.in_scope },
        examples: examples.sent(), past_messages: Number(state.past) || 0, region: options.region,
        parameters: { temperature: number(state.temperature), top_p: number(state.top_p), max_output_tokens: number(state.most), frequency_penalty: number(state.frequency), presence_penalty: number(state.presence), stop: stops() },
      };
    }
    async function ask(again) {
      const input = document.getElementById("chat-input");
      const text = (again ?? input.value).trim();
      if (!text || state.running) return;
      const stop = new AbortController();
      state.running = stop;
      const send = document.getElementById("chat-send");
      send.textContent = texts("page.stop");
      const body = question(text);
      const turn = view.turn(text, () => stop.abort());
      if (body.replaces !== null) dropFrom(body.replaces);
      parts.thread.append(turn.node);
      if (!again) input.value = "";
      turn.node.scrollIntoView({ block: "end" });
      const problem = await api.stream("/chat", body, stop.signal, (name, data) => {
        if (name === "meta") { state.chat = data.chat; turn.node.dataset.turn = data.turn; }
        turn.take(name, data);
      });
      state.running = null;
      turn.end(problem, stop.signal.aborted);
      if (problem) { if (!again) input.value = text; } else state.replaces = null;
      state.turns.push({ question: text });
      const kept_text = input.value;
      drawComposer();
      document.getElementById("chat-input").value = kept_text;
      document.getElementById("chat-input").focus();
      await Promise.all([loadChats(), loadWorkload(), loadLimits()]);
    }
    // What an edited question takes the place of goes from the screen, too.
    function dropFrom(turn) {
      for (const node of [...parts.thread.children]) if (Number(node.dataset.turn) >= turn) node.remove();
    }

    // ---- from answers to the question of cost
    async function loadWorkload() {
      if (state.chat === null) return;
      const answer = await api.get(`/chats/${state.chat}/workload`);
      state.workload = answer.problem ? null : answer;
      drawWorkload();
    }
    function drawWorkload() {
      const items = (state.workload && state.workload.items) || [];
      parts.workload.replaceChildren(...items.map((found) => el("div", { className: "chat-workload" }, el("span", {}, found.sentence),
        found.questions ? el("a", { className: "button", href: shell.link("/", found.address) }, texts("page.use_workload")) : null)));
    }

    async function load() {
      drawSettings(); drawComposer();
      const [endpoints, documents] = [await api.get("/chat/endpoints"), await api.get("/chat/documents")];
      state.endpoints = endpoints.items || [];
      if (!kept.models) for (const one of state.endpoints.filter((one) => one.ready).slice(0, 1)) state.models.add(one.name);
      if (!documents.problem) state.documents = documents;
      await sources.load();
      drawModels(); drawDocuments(); drawBanner();
      await Promise.all([loadChats(), loadLimits()]);
    }
    load();
    return true;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    modelcost_chat: { start: (options) => (options ? start(options) : window.dash_clientside.no_update) },
  });
})();
