// A question with its passages and answers, as the Chat page shows it while they come and afterwards.
(function () {
  window.modelcostChatView = function (options, tools) {
    const { texts, fill, formats, money, say, api, edit, retry, judge } = tools;
    const el = window.modelcostShell.el;
    const percent = new Intl.NumberFormat(options.language === "ja" ? "ja-JP" : "en-US", { style: "percent", maximumFractionDigits: 0 });
    const seconds = new Intl.NumberFormat(options.language === "ja" ? "ja-JP" : "en-US", { maximumSignificantDigits: 3 });

    function place(text) {
      const [kind, ...rest] = text.split(" ");
      return options.texts["chat.place." + kind] ? fill("place." + kind, { value: rest.join(" ") }) : text;
    }

    // ---- passages
    function passages(data) {
      const row = (one, dropped) => el("li", { className: dropped ? "dropped" : "", "data-number": one.number ?? null, tabindex: "-1" },
        el("div", { className: "head" }, dropped ? one.title : `[doc${one.number}] ${one.title}`,
          el("span", {}, [...one.places.map(place), ...(one.share_of_best === undefined ? [] : [fill("page.nearness", { share: percent.format(one.share_of_best) })])].join(" · ")),
          dropped ? el("span", {}, texts("drop." + one.reason)) : null),
        one.text ? el("p", { tabindex: "0" }, one.text) : null);
      const rows = [...data.passages.map((one) => row(one, false)), ...data.dropped.map((one) => row(one, true))];
      const summary = data.passages.length ? fill("page.passages_used", { used: formats.count(data.passages.length), dropped: formats.count(data.dropped.length) }) : texts("page.passages_none");
      return el("details", { className: "chat-passages" }, el("summary", {}, summary), el("ol", {}, ...rows));
    }
    function light(node, number) {
      const details = node.querySelector(".chat-passages");
      const row = details && details.querySelector(`[data-number="${number}"]`);
      if (!row) return;
      details.open = true;
      for (const other of details.querySelectorAll(".lit")) other.classList.remove("lit");
      row.classList.add("lit");
      row.scrollIntoView({ block: "nearest" });
      row.focus({ preventScroll: true });
    }

    // ---- what an answer took and cost
    function facts(data) {
      const found = [];
      const usage = data.usage;
      if (usage) {
        found.push(fill("page.tokens", { input: formats.count(usage.input_tokens), output: formats.count(usage.output_tokens) }));
        if (usage.cached_input_tokens) found.push(fill("page.cached", { tokens: formats.count(usage.cached_input_tokens) }));
        if (usage.reasoning_tokens) found.push(fill("page.reasoning", { tokens: formats.count(usage.reasoning_tokens) }));
      } else found.push(texts("page.no_usage"));
      if (typeof data.ttft_seconds === "number") found.push(fill("page.ttft", { seconds: seconds.format(data.ttft_seconds) }));
      if (typeof data.output_tokens_per_second === "number") found.push(fill("page.rate", { rate: seconds.format(data.output_tokens_per_second) }));
      const parts = found.map((text) => el("span", {}, text));
      if (data.money) {
        const token = data.money.by_token;
        const host = data.money.on_host;
        parts.push(el("span", {}, texts("page.by_token"), " ", el("b", {}, token ? money(token.cost) : texts("page.no_price"))));
        parts.push(el("span", { title: host ? `${host.instance}, ${host.provider}` : null }, texts("page.on_host"), " ",
          el("b", {}, host ? money(host.cost) : texts("page.no_host")), host ? " " + fill("page.host_is", { host: host.instance }) : ""));
      } else if (usage) parts.push(el("span", {}, texts("page.no_catalog_model")));
      return el("div", { className: "chat-facts" }, ...parts);
    }
    function costs(data) {
      const rows = data.models.map((one) => el("tr", {}, el("th", { scope: "row" }, one.model_id), el("td", {}, money(one.cost)), el("td", {}, one.provider)));
      const about = fill("page.about_tokens", { input: formats.count(data.input_tokens_about), planned: formats.count(data.input_tokens_planned), output: formats.count(data.output_tokens_assumed) });
      if (!rows.length) return el("p", {}, about, " ", texts("page.no_priced_models"));
      return el("div", { className: "scroll", tabindex: "0" }, el("table", { className: "figures chat-costs" }, el("caption", {}, about + " " + fill("page.costs_caption", { region: data.region })),
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, texts("page.model")), el("th", { scope: "col" }, texts("page.cost_of_question")), el("th", { scope: "col" }, texts("page.provider")))),
        el("tbody", {}, ...rows)));
    }

    // ---- one answer
    function answerCard(id, label, node) {
      const text = el("div", { className: "chat-text plain chat-cursor" });
      const below = el("div", {});
      const card = el("article", { className: "chat-answer", "data-answer": id }, el("h3", {}, el("span", {}, label)), text, below);
      card.addEventListener("click", (event) => {
        const mark = event.target.closest("[data-citation]");
        if (mark) { event.preventDefault(); light(node, mark.dataset.citation); }
      });
      let raw = "";
      function end() { text.classList.remove("chat-cursor"); }
      function thumbs(accepted) {
        let now = accepted;
        const buttons = [[true, "page.yes"], [false, "page.no"]].map(([value, name]) => {
          const button = el("button", { type: "button", className: "plain-button", "aria-pressed": String(now === value), onclick: async () => {
            const next = now === value ? null : value;
            if (!(await judge(id, next))) return;
            now = next;
            for (const [other, its] of buttons) its.setAttribute("aria-pressed", String(now === other));
          } }, texts(name));
          return [value, button];
        });
        return el("div", { className: "chat-thumbs", role: "group", "aria-label": texts("page.thumbs") }, texts("page.thumbs"), ...buttons.map(([, button]) => button));
      }
      return {
        card,
        delta: (piece) => { raw += piece; text.textContent = raw; },
        done: function (data) {
          end();
          if (data.html) { text.innerHTML = data.html; text.classList.remove("plain"); }
          const remarks = [];
          if (data.sentence && data.reason !== "stop") remarks.push(data.sentence);
          for (const number of data.invalid_citations || []) remarks.push(fill("page.citation_unknown", { number: String(number) }));
          if (data.numbers_not_found && data.numbers_not_found.length) remarks.push(fill("page.numbers_not_found", { numbers: few(data.numbers_not_found) }));
          below.replaceChildren(...remarks.map((one) => el("p", { className: "caution" }, one)), facts(data), thumbs(data.accepted ?? null));
          say(texts("page.answered"));
        },
        fail: function (message, data) {
          end();
          card.classList.add("failed");
          const error = el("p", { className: "chat-error", role: "alert" }, message);
          below.replaceChildren(error, ...(data && data.partial ? [el("p", { className: "small" }, texts("page.partial_kept"))] : []), ...(data && data.usage ? [facts(data)] : []));
          if (data && data.retry_after_seconds) countdown(error, message, Math.ceil(data.retry_after_seconds));
        },
        // Asked elsewhere and not at its end: no cost, nothing to judge.
        coming: function () {
          below.replaceChildren(el("p", { className: "small" }, texts("state.streaming")));
        },
        stopped: function () {
          if (!text.classList.contains("chat-cursor")) return;
          end();
          below.replaceChildren(el("p", { className: "caution" }, texts("state.stopped")));
        },
      };
    }
    function countdown(node, message, from) {
      let left = from;
      const timer = window.setInterval(() => {
        left -= 1;
        node.textContent = left > 0 ? message + " " + fill("page.wait", { seconds: formats.count(left) }) : message + " " + texts("page.try_now");
        if (left <= 0 || !node.isConnected) window.clearInterval(timer);
      }, 1000);
    }

    // The first of many numbers, each cut where it is no number any more.
    const few = (numbers) => numbers.slice(0, 5).map((one) => (one.length > 24 ? one.slice(0, 24) + "…" : one)).join(", ") + (numbers.length > 5 ? " …" : "");

    // ---- a question
    function frame(question) {
      const tools = el("div", { className: "chat-tools" });
      const answers = el("div", { className: "chat-answers" });
      const node = el("div", { className: "chat-turn" }, el("div", { className: "chat-question" }, question), tools, answers);
      return { node, tools, answers };
    }
    // A question that a model answered can be taken along; links, so that the browser saves the file.
    function exported(turn) {
      const address = (form, one) => `/api/v1/chats/${turn.chat}/turns/${turn.turn}/export/${form}?` + new URLSearchParams({ endpoint: one.endpoint, lang: options.language });
      const link = (form, one) => el("li", {}, el("a", { download: "", href: address(form, one) }, texts("page.export." + form)));
      const lists = turn.answers.flatMap((one) => [turn.answers.length > 1 && el("b", {}, one.label), el("ul", {}, ...["prompty", "python", "curl"].map((form) => link(form, one)))]);
      return el("details", { className: "chat-export" }, el("summary", {}, texts("page.export")), el("div", {}, el("p", {}, texts("page.export_hint")), ...lists));
    }
    function again(turn) {
      return [...(turn.answers.length ? [exported(turn)] : []), el("button", { type: "button", className: "plain-button", onclick: () => edit(turn) }, texts("page.edit")),
        el("button", { type: "button", className: "plain-button", onclick: () => retry(turn) }, texts("page.retry"))];
    }
    return {
      turn: function (question, stop) {
        const { node, tools, answers } = frame(question);
        const cards = new Map();
        let asked = null;
        tools.append(el("button", { type: "button", className: "plain-button", onclick: stop }, texts("page.stop")));
        return {
          node,
          take: function (name, data) {
            if (name === "meta") {
              asked = { chat: data.chat, turn: data.turn, question, answers: data.answers };
              for (const one of data.answers) {
                const card = answerCard(one.answer, one.label, node);
                cards.set(one.answer, card);
                answers.append(card.card);
              }
              if (data.source !== "none") node.append(passages(data));
            } else if (data.state === "no_model") {
              answers.append(el("article", { className: "chat-answer" }, el("h3", {}, texts("page.no_model_card")), costs(data)));
              node.querySelector(".chat-passages").open = true;
            } else if (name === "delta") cards.get(data.answer).delta(data.text);
            else if (name === "done") cards.get(data.answer).done(data);
            else if (name === "error") cards.get(data.answer).fail(data.message, data);
          },
          end: function (problem, wasStopped) {
            tools.replaceChildren(...(asked === null ? [] : again(asked)));
            for (const card of cards.values()) if (wasStopped) card.stopped();
            if (!problem) return;
            if (!cards.size) answers.append(el("p", { className: "chat-error", role: "alert" }, problem));
            for (const card of cards.values()) card.stopped();
          },
        };
      },
      past: function (turn) {
        const { node, tools, answers } = frame(turn.question);
        node.dataset.turn = turn.turn;
        tools.append(...again(turn));
        for (const one of turn.answers) {
          const card = answerCard(one.answer, one.label, node);
          card.delta(one.text);
          if (one.state === "streaming") card.coming();
          else if (one.state === "failed") card.fail(one.message, { ...one, partial: Boolean(one.text) });
          else card.done({ ...one, sentence: one.state === "finished" ? one.sentence : texts("state." + one.state), reason: one.state === "finished" ? one.reason : one.state });
          answers.append(card.card);
        }
        if (turn.passages.length || turn.dropped.length) node.append(passages(turn));
        return node;
      },
    };
  };
})();
