// What every page needs in the browser: the theme that goes along, links, numbers, small DOM parts.
(function () {
  let theme = "auto";

  // Commands that can be copied. One listener for all: parts of pages are drawn anew at any time.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest && event.target.closest("button[data-copy]");
    if (!button || !button.dataset.copied) return;
    let said = button.dataset.copied;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      const before = button.dataset.label || button.textContent;
      button.dataset.label = before;
      button.textContent = said;
      window.setTimeout(() => { button.textContent = before; }, 2000);
    } catch (refused) {
      said = button.dataset.refused;
    }
    const place = document.querySelector("p.unseen[role=status]");
    if (place) place.textContent = said;
  });

  // The head of a dialog is no banner of the page, though its library writes it as a header.
  new MutationObserver(() => {
    for (const head of document.querySelectorAll("[role=dialog] header:not([role])")) {
      head.setAttribute("role", "presentation");
    }
  }).observe(document.documentElement, { childList: true, subtree: true });

  const shell = {
    // An element with its properties (an attribute where the name has a dash) and children; text stays text.
    el: function (tag, properties, ...children) {
      const node = document.createElement(tag);
      for (const [name, value] of Object.entries(properties || {})) {
        if (value === null || value === undefined || value === false) continue;
        if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
        else if (name === "className" || name === "value" || name === "checked") node[name] = value;
        else node.setAttribute(name === "htmlFor" ? "for" : name, value === true ? "" : value);
      }
      // `condition && child` may be any of these; none of them is text to be shown.
      node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
      return node;
    },
    parameters: () => new URLSearchParams(window.location.search),
    // The address says what is on the screen. push: a step that the back button undoes.
    write: function (parameters, push) {
      const text = parameters.toString();
      const address = window.location.pathname + (text ? "?" + text : "");
      if (address === window.location.pathname + window.location.search) return;
      window.history[push ? "pushState" : "replaceState"](push ? null : window.history.state, "", address);
      shell.languageLinks(parameters);
    },
    languageLinks: function (parameters) {
      for (const link of document.querySelectorAll("a[id^='language-']")) {
        const other = new URLSearchParams(parameters);
        other.set("lang", link.lang);
        link.href = window.location.pathname + "?" + other.toString();
      }
    },
    // The address of another page in the language and theme of this one.
    link: function (path, parameters) {
      const query = new URLSearchParams(parameters || {});
      for (const name of ["lang", "theme"]) {
        const value = shell.parameters().get(name);
        if (value) query.set(name, value);
      }
      const text = query.toString();
      return text ? path + "?" + text : path;
    },
    remember: function (region) {
      document.cookie = `modelcost_region=${encodeURIComponent(region)}; path=/; max-age=31536000; SameSite=Lax`;
    },
    stored: function (key) {
      try {
        return JSON.parse(window.localStorage.getItem(key));
      } catch (refused) {
        return null;
      }
    },
    store: function (key, value) {
      try {
        if (value === null) window.localStorage.removeItem(key);
        else window.localStorage.setItem(key, JSON.stringify(value));
      } catch (refused) {
        // A browser that keeps nothing shows the same page; it only forgets.
      }
    },
    // Numbers as the language of the page writes them; prices come as exact text.
    formats: function (language) {
      const locale = language === "ja" ? "ja-JP" : "en-US";
      const money = new Intl.NumberFormat(locale, {
        style: "currency", currency: "USD", currencyDisplay: "narrowSymbol",
        minimumFractionDigits: 2, maximumFractionDigits: 12,
      });
      const count = new Intl.NumberFormat(locale);
      const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
      const short = new Intl.NumberFormat(locale, { notation: "compact", maximumSignificantDigits: 3, useGrouping: "always" });
      const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
      return {
        money: (text) => money.format(Number(text)),
        rounded: (number) => tenths.format(Number(number)),
        count: (number) => count.format(Number(number)),
        short: (number) => short.format(Number(number)),
        day: (iso) => day.format(new Date(iso + "T00:00:00Z")),
      };
    },
    // A text with its gaps filled: fill("{count} models", {count: "12"}).
    fill: (text, facts) => text.replace(/\{(\w+)\}/g, (gap, name) => (name in facts ? facts[name] : gap)),
    get: async function (path, parameters, signal) {
      const answer = await fetch("/api/v1" + path + "?" + parameters.toString(), { signal: signal });
      if (!answer.ok) throw new Error(`${answer.status} ${path}`);
      return answer.json();
    },
    debounce: function (milliseconds, call) {
      let timer = null;
      return function (...values) {
        window.clearTimeout(timer);
        timer = window.setTimeout(() => call(...values), milliseconds);
      };
    },
  };
  window.modelcostShell = shell;

  // A link that is followed takes the chosen theme along, wherever on the page it was drawn.
  function takeThemeAlong(event) {
    const link = event.target.closest && event.target.closest("a[href]");
    if (!link || theme === "auto") return;
    const target = new URL(link.href, window.location.href);
    if (target.origin !== window.location.origin || target.pathname.startsWith("/docs") || target.hash) return;
    target.searchParams.set("theme", theme);
    link.href = target.pathname + target.search;
  }
  // A link to a part of this page moves the focus there and leaves the address alone: a change of
  // it, even behind its #, has the page drawn anew, and the focus is lost with what had it.
  function moveWithinPage(event) {
    const link = event.target.closest && event.target.closest("a[href^='#']");
    const part = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!part || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    part.scrollIntoView();
    part.focus({ preventScroll: true });
  }
  document.addEventListener("click", moveWithinPage);
  document.addEventListener("click", takeThemeAlong, true);
  document.addEventListener("auxclick", takeThemeAlong, true);

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    modelcost_shell: {
      keepLook: function (look) {
        theme = look && look.theme ? look.theme : "auto";
        if (theme !== "auto" && window.location.pathname !== "/") {
          const parameters = shell.parameters();
          parameters.set("theme", theme);
          shell.write(parameters, false);
        }
        return theme;
      },
      // A region that was picked: remembered, and the page drawn anew for it.
      pickRegion: function (region, search) {
        const parameters = new URLSearchParams(search || "");
        if (!region || parameters.get("region") === region) return window.dash_clientside.no_update;
        shell.remember(region);
        parameters.set("region", region);
        return "?" + parameters.toString();
      },
    },
  });
})();
