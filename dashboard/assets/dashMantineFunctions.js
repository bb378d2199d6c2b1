// Functions that components of the page are given by name.
window.dashMantineFunctions = Object.assign({}, window.dashMantineFunctions, {
  // The server has chosen which lines match, in its order. A line that is there only because the field holds it
  // is no match for what is typed.
  keepFound: function ({ options, search }) {
    return options.filter(function (line) { return !line.held || !search.trim(); });
  },
});
