// Taking an answer away from the Decide page: papers come from the server, pictures are drawn here.
// The question goes in the body of a request, so no price stands in an address.
(function () {
  const WIDTH = 1200, HEIGHT = 640, LINE = 100;

  // The menu: Enter or a click opens it, arrow keys walk, Escape, Tab and a click elsewhere close it.
  function menu() {
    return { button: document.getElementById("export"), list: document.getElementById("export-list") };
  }

  function show(open) {
    const { button, list } = menu();
    if (!button || !list || list.hidden === !open) return;
    list.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) list.focus();
  }

  document.addEventListener("click", function (event) {
    const { button, list } = menu();
    if (!button || !list) return;
    if (button.contains(event.target)) show(list.hidden);
    else if (!list.contains(event.target) || event.target.closest("[role=menuitem]")) {
      if (list.contains(document.activeElement)) button.focus();
      show(false);
    }
  });

  document.addEventListener("keydown", function (event) {
    const { button, list } = menu();
    if (!list || list.hidden || !list.contains(document.activeElement)) return;
    const items = [...list.querySelectorAll("[role=menuitem]")];
    const at = items.indexOf(document.activeElement);
    const steps = {
      ArrowDown: (at + 1) % items.length,
      ArrowUp: (Math.max(at, 0) - 1 + items.length) % items.length,
      Home: 0,
      End: items.length - 1,
    };
    if (event.key in steps) {
      event.preventDefault();
      items[steps[event.key]].focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      button.focus();
      show(false);
    } else if (event.key === "Tab") show(false);
  });

  function language() {
    return document.documentElement.lang === "ja" ? "ja" : "en";
  }

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
  }

  // What was chosen on the tab of base and overflow, as far as the question still has it; the hours
  // of the question itself are taken without a word.
  function chosen(scenario, picked) {
    const has = (name, byToken) => scenario.options.some(function (one) {
      return one.name === name && (one.kind === "serverless") === byToken;
    });
    const kept = new URLSearchParams();
    const { base, overflow, profile } = picked || {};
    if (has(base, false)) kept.set("base", base);
    if (has(overflow, true)) kept.set("overflow", overflow);
    if (profile && profile !== "typed") kept.set("profile", profile);
    return kept;
  }

  async function paper(kind, answer, picked) {
    const asked = chosen(answer.scenario, picked);
    asked.set("own_prices", "true");
    asked.set("lang", language());
    const got = await fetch("/api/v1/exports/" + kind + "?" + asked, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(answer.scenario),
    });
    if (!got.ok) throw new Error(String(got.status));
    const name = /filename="([^"]+)"/.exec(got.headers.get("content-disposition") || "");
    save(await got.blob(), name ? name[1] : "modelcost." + kind);
  }

  function words(selector) {
    const found = document.querySelector("#summary " + selector);
    return found ? found.textContent : "";
  }

  // Lines of a title: Plotly breaks none by itself, and reads markup, which a name must not be.
  function lines(text, most) {
    const found = [""];
    for (const word of text.split(" ")) {
      const last = found[found.length - 1];
      if (last && (last + " " + word).length > most) found.push(word);
      else found[found.length - 1] = last ? last + " " + word : word;
    }
    return found.flatMap(function (line) { return line.match(new RegExp(".{1," + most + "}", "gu")) || [""]; })
      .map(function (line) {
        return line.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
      });
  }

  // A picture carries its finding and its conditions, or it would say too much once it stands alone.
  // size: of the plot without them. margin: what the plot needs beside and above it.
  async function drawing(shown, headline, subline, size, margin) {
    const most = (language() === "ja" ? LINE / 2 : LINE) * size.width / WIDTH;
    const title = lines(headline, Math.floor(most)), under = subline ? lines(subline, Math.floor(most * 1.3)) : [];
    const top = 40 + 24 * title.length + 18 * under.length;
    const layout = JSON.parse(JSON.stringify(shown.layout));
    delete layout.meta;
    const colors = getComputedStyle(document.documentElement);
    const paper = colors.getPropertyValue("--panel").trim() || "#ffffff";
    Object.assign(layout, { width: size.width, height: size.height + top, paper_bgcolor: paper, autosize: false });
    layout.margin = Object.assign({}, layout.margin, margin, { t: top + margin.t });
    layout.title = {
      text: "<b>" + title.join("<br>") + "</b><br><span style=\"font-size:13px\">" + under.join("<br>") + "</span>",
      x: 0.02, xanchor: "left", y: 1 - 20 / (size.height + top), yanchor: "top", yref: "container", font: { size: 18 },
    };
    const data = JSON.parse(JSON.stringify(shown.data));
    const url = await window.Plotly.toImage({ data: data, layout: layout },
      { format: "svg", width: size.width, height: size.height + top });
    return { text: decodeURIComponent(url.slice(url.indexOf(",") + 1)), width: size.width, height: size.height + top };
  }

  function answerDrawing() {
    const shown = document.querySelector("#chart .js-plotly-plot");
    return drawing(shown, words(".headline"), words(".subline"), { width: WIDTH, height: HEIGHT }, { t: 50, l: 84, r: 170 });
  }

  async function picture(kind, drawn, stem) {
    if (kind === "svg") return save(new Blob([drawn.text], { type: "image/svg+xml" }), stem + ".svg");
    const image = new Image();
    image.src = "data:image/svg+xml," + encodeURIComponent(drawn.text);
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 2 * drawn.width;
    canvas.height = 2 * drawn.height;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise(function (done) { canvas.toBlob(done, "image/png"); });
    return save(blob, stem + ".png");
  }

  // The numbers of a chart stand in its figure, harmless in a spreadsheet already; the mark in front
  // tells Excel that Japanese is UTF-8.
  function csvOf(table) {
    const quoted = (cell) => (/[",\r\n]/.test(cell) ? '"' + cell.replace(/"/g, '""') + '"' : cell);
    return "\ufeff" + [table.heads, ...table.rows].map((row) => row.map(quoted).join(",") + "\r\n").join("");
  }

  async function takeChart(button) {
    const { chart, kind } = button.dataset;
    const said = button.parentElement.querySelector(".chart-said");
    const shown = document.querySelector("#" + CSS.escape(chart) + " .js-plotly-plot");
    const table = shown && shown.layout.meta;
    said.textContent = table && table.rows.length ? "" : said.dataset.none;
    if (said.textContent) return;
    const stem = "modelcost-" + chart.replace(/[^A-Za-z0-9]+/g, "-").toLowerCase();
    try {
      if (kind === "csv") save(new Blob([csvOf(table)], { type: "text/csv;charset=utf-8" }), stem + ".csv");
      else {
        const frame = shown.closest("[role=group][aria-label]");
        const size = { width: Math.max(720, shown.clientWidth), height: Math.max(160, shown.clientHeight) };
        const headline = frame ? frame.getAttribute("aria-label") : "";
        const above = (shown.layout.margin || {}).t || 40;
        await picture(kind, await drawing(shown, headline, "", size, { t: above }), stem);
      }
    } catch (refused) {
      said.textContent = said.dataset.failed;
    }
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("button.chart-file");
    if (button) takeChart(button);
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    modelcost_exports: {
      take: async function (clicks, answer, texts, picked) {
        const keep = window.dash_clientside.no_update;
        const clicked = window.dash_clientside.callback_context.triggered_id;
        if (!clicked || !clicks.some(Boolean)) return keep;
        const stale = document.querySelector("#answer.stale");
        if (!answer || stale) return texts.stale;
        try {
          if (clicked.kind === "print") window.open("/print" + window.location.search, "_blank", "noopener");
          else if (clicked.kind === "svg" || clicked.kind === "png") await picture(clicked.kind, await answerDrawing(), "modelcost-chart");
          else await paper(clicked.kind, answer, picked);
        } catch (refused) {
          return texts.failed;
        }
        return clicked.kind === "print" ? "" : texts.done;
      },
    },
  });
})();
