// How the Chat page speaks with the service: plain requests, and answers that arrive as events.
(function () {
  // Small sums: at least two digits that say something, never a rounded 0.
  function money(text, language) {
    const number = Number(text);
    return new Intl.NumberFormat(language === "ja" ? "ja-JP" : "en-US", {
      style: "currency", currency: "USD", currencyDisplay: "narrowSymbol",
      ...(number !== 0 && Math.abs(number) < 1 ? { maximumSignificantDigits: 3, minimumSignificantDigits: 2 } : { maximumFractionDigits: 2 }),
    }).format(number);
  }

  // Events out of text that arrives in pieces; a piece may end anywhere.
  function eventReader(take) {
    let rest = "";
    return function (piece) {
      const blocks = (rest + piece).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const name = /^event: (.*)$/m.exec(block);
        const data = /^data: (.*)$/m.exec(block);
        if (name && data) take(name[1], JSON.parse(data[1]));
      }
    };
  }

  function api(language) {
    const address = (path, asked) => "/api/v1" + path + "?" + new URLSearchParams({ ...asked, lang: language }).toString();
    async function answerOf(response) {
      let document = null;
      try { document = await response.json(); } catch (notJson) { /* said below by its status */ }
      if (response.ok && document !== null) return document;
      return { problem: (document && document.detail) || `${response.status} ${response.statusText}` };
    }
    async function send(method, path, body, asked, kind) {
      try {
        return await answerOf(await fetch(address(path, asked), { method, body, headers: body === undefined ? {} : { "Content-Type": kind || "application/octet-stream" } }));
      } catch (unreachable) {
        return { problem: String(unreachable.message || unreachable) };
      }
    }
    return {
      send,
      get: (path) => send("GET", path),
      // Gives null, or the sentence of what went wrong. Stopping is no error.
      stream: async function (path, body, signal, take) {
        try {
          const response = await fetch(address(path), { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" }, signal });
          if (!response.ok) return (await answerOf(response)).problem;
          const reader = response.body.getReader();
          const read = eventReader(take);
          const decoder = new TextDecoder();
          for (let piece = await reader.read(); !piece.done; piece = await reader.read()) read(decoder.decode(piece.value, { stream: true }));
          return null;
        } catch (error) {
          return signal.aborted ? null : String(error.message || error);
        }
      },
    };
  }

  window.modelcostChat = { money, api, eventReader };
})();
