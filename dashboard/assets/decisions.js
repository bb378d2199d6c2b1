// Decisions in the browser: searching the list, and copying the link of one.
(function () {
  const keep = () => window.dash_clientside.no_update;

  function narrow(name, value) {
    const parameters = new URLSearchParams(window.location.search);
    if ((value || "") === (parameters.get(name) || "")) return keep();
    if (value) parameters.set(name, value);
    else parameters.delete(name);
    parameters.delete("after");
    window.location.assign(window.location.pathname + "?" + parameters.toString());
    return keep();
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    modelcost_decisions: {
      // Enter, or leaving the field, asks for the list anew.
      search: (words) => narrow("q", words),
      owner: (name) => narrow("owner", name),
      // The key goes in the head of one request, never in an address; the field is emptied whatever
      // the answer is. The server remembers this browser's session as one that holds it.
      holdKey: async function (clicks, submits, typed, shown, words) {
        if (!clicks && !submits) return [keep(), keep()];
        const key = (typed || "").trim();
        if (!key) return [words.empty, ""];
        let answer;
        try {
          answer = await fetch("/api/v1/decisions/" + encodeURIComponent(shown.id) + "/holders", {
            method: "POST",
            headers: { "X-Decision-Key": key },
          });
        } catch (failure) {
          // A sign that no head of a request can carry is in no key.
          return [/[^\x00-\xff]/.test(key) ? words.wrong : words.failed, ""];
        }
        if (answer.ok) {
          window.location.reload();
          return ["", ""];
        }
        if (answer.status === 429) {
          const minutes = Math.ceil(Number(answer.headers.get("retry-after") || 60) / 60);
          return [words.too_many.replace("{minutes}", minutes), ""];
        }
        return [answer.status === 403 || answer.status === 422 ? words.wrong : words.failed, ""];
      },
      // Only the id and the version: no price, and nothing of the reader's own address.
      copyLink: async function (clicks, shown) {
        if (!clicks) return keep();
        const link = window.location.origin + "/decisions/" + shown.id + "?version=" + shown.version;
        try {
          await navigator.clipboard.writeText(link);
        } catch (refused) {
          return link;
        }
        return shown.copied;
      },
    },
  });
})();
