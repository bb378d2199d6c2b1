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
