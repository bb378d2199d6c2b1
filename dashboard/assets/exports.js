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

  async function paper(kind, answer) {
    const asked = "/api/v1/exports/" + kind + "?own_prices=true&lang=" + language();
    const got = await fetch(asked, {
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
  async function drawing() {
    const shown = document.querySelector("#chart .js-plotly-plot");
    const most = language() === "ja" ? LINE / 2 : LINE;
    const title = lines(words(".headline"), most), under = lines(words(".subline"), most * 1.3);
    const top = 40 + 24 * title.length + 18 * under.length;
    const layout = JSON.parse(JSON.stringify(shown.layout));
    const colors = getComputedStyle(document.documentElement);
    const paper = colors.getPropertyValue("--panel").trim() || "#ffffff";
    Object.assign(layout, { width: WIDTH, height: HEIGHT + top, paper_bgcolor: paper, autosize: false });
    layout.margin = Object.assign({}, layout.margin, { t: top + 50, l: 84, r: 170 });
    layout.title = {
      text: "<b>" + title.join("<br>") + "</b><br><span style=\"font-size:13px\">" + under.join("<br>") + "</span>",
      x: 0.02, xanchor: "left", y: 0.97, yanchor: "top", yref: "container", font: { size: 18 },
    };
    const data = JSON.parse(JSON.stringify(shown.data));
    const url = await window.Plotly.toImage({ data: data, layout: layout },
      { format: "svg", width: WIDTH, height: HEIGHT + top });
    return { text: decodeURIComponent(url.slice(url.indexOf(",") + 1)), height: HEIGHT + top };
  }

  async function picture(kind) {
    const drawn = await drawing();
    if (kind === "svg") return save(new Blob([drawn.text], { type: "image/svg+xml" }), "modelcost-chart.svg");
    const image = new Image();
    image.src = "data:image/svg+xml," + encodeURIComponent(drawn.text);
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 2 * WIDTH;
    canvas.height = 2 * drawn.height;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise(function (done) { canvas.toBlob(done, "image/png"); });
    return save(blob, "modelcost-chart.png");
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    modelcost_exports: {
      take: async function (clicks, answer, texts) {
        const keep = window.dash_clientside.no_update;
        const clicked = window.dash_clientside.callback_context.triggered_id;
        if (!clicked || !clicks.some(Boolean)) return keep;
        const stale = document.querySelector("#answer.stale");
        if (!answer || stale) return texts.stale;
        try {
          if (clicked.kind === "print") window.open("/print" + window.location.search, "_blank", "noopener");
          else if (clicked.kind === "svg" || clicked.kind === "png") await picture(clicked.kind);
          else await paper(clicked.kind, answer);
        } catch (refused) {
          return texts.failed;
        }
        return clicked.kind === "print" ? "" : texts.done;
      },
    },
  });
})();
