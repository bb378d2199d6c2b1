// The Settings page: the month in which fiscal years start, kept in this browser as the region is.
(function () {
  const YEAR_SECONDS = 31536000;

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    modelcost_settings: {
      fiscalMonth: function (month, words) {
        const kept = month || "";
        const age = kept ? YEAR_SECONDS : 0;
        document.cookie = `modelcost_fiscal_month=${kept}; path=/; max-age=${age}; SameSite=Lax`;
        if (!kept) return words.none;
        return words.chosen.replace("{month}", words.months[Number(kept) - 1]);
      },
    },
  });
})();
