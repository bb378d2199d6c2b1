// What must happen in the browser itself: the address, the color scheme, the width. No state is kept here.
(function () {
  const narrow = window.matchMedia("(max-width: 640px)");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function look(theme) {
    const isDark = theme === "dark" || (theme !== "light" && dark.matches);
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
    return { theme: theme, dark: isDark, narrow: narrow.matches };
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    modelcost: {
      // The look at the start, from the address; afterwards from the switch.
      look: function (clicks, search, current) {
        if (!current || !clicks) {
          const asked = new URLSearchParams(search || "").get("theme");
          return look(asked === "dark" || asked === "light" ? asked : "auto");
        }
        return look(current.dark ? "light" : "dark");
      },
      // What was found becomes the list; the line that is picked stays in it, or the field would lose it.
      keepPicked: function (found, value, shown) {
        if (!found) return window.dash_clientside.no_update;
        const has = function (line) { return line.value === value; };
        if (!value || found.some(has)) return found;
        const held = (shown || []).filter(has).map(function (line) {
          return Object.assign({}, line, { held: true });
        });
        return found.concat(held);
      },
      // What was picked on the tab Base and overflow stays when the tab is closed or drawn anew.
      keepChosen: function (stores) {
        return stores.length ? stores[0].picked : window.dash_clientside.no_update;
      },
      // The lists of all fields, found in one go.
      spreadFound: function (lists, fields) {
        return fields.map(function (field) {
          return (lists || {})[field.path] || window.dash_clientside.no_update;
        });
      },
      // What is wrong stands at its field; a field whose message stays is left alone.
      showErrors: function (errors, fields, shown) {
        return fields.map(function (field, index) {
          const message = (errors || {})[field.path] || null;
          return message === (shown[index] || null) ? window.dash_clientside.no_update : message;
        });
      },
      scheme: function (current) {
        return current && current.dark ? "dark" : "light";
      },
      // The address always says what is on the screen; no entry in the history for each keystroke.
      writeAddress: function (search) {
        if (!search) return window.dash_clientside.no_update;
        window.history.replaceState(window.history.state, "", window.location.pathname + search);
        for (const link of document.querySelectorAll("a[id^='language-']")) {
          const parameters = new URLSearchParams(search);
          parameters.set("lang", link.lang);
          link.href = window.location.pathname + "?" + parameters.toString();
        }
        return search;
      },
      // The tab stands in the address, but for the first one; no step back in the history for it.
      writeTab: function (tab) {
        const parameters = new URLSearchParams(window.location.search);
        if (tab && tab !== "whole_cost") parameters.set("tab", tab);
        else parameters.delete("tab");
        const search = "?" + parameters.toString();
        window.dash_clientside.modelcost.writeAddress(search);
        return tab;
      },
      // Forgetting the draft's id freezes the link: the next change is saved under another id.
      copyAddress: async function (clicks, saved, words) {
        const keep = window.dash_clientside.no_update;
        if (!clicks) return [keep, keep];
        try {
          await navigator.clipboard.writeText(window.location.href);
        } catch (refused) {
          return [keep, words[1]];
        }
        return [Object.assign({}, saved, { draft_id: null }), words[0]];
      },
    },
  });

  // Crossing the width at which the chart changes its layout, or the system's scheme, redraws once.
  function refresh() {
    const search = new URLSearchParams(window.location.search);
    window.dash_clientside.set_props("scheme", { data: look(search.get("theme") || "auto") });
  }
  narrow.addEventListener("change", refresh);
  dark.addEventListener("change", refresh);

  // A printed page shows what is folded on the screen.
  window.addEventListener("beforeprint", function () {
    for (const details of document.querySelectorAll("#answer details:not([open])")) {
      details.open = true;
      details.dataset.opened = "print";
    }
  });
  window.addEventListener("afterprint", function () {
    for (const details of document.querySelectorAll("details[data-opened=print]")) {
      details.open = false;
      delete details.dataset.opened;
    }
  });
})();
