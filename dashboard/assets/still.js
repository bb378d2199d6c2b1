// Builds what stands still (`dashboard/pages/still.py`) from trees [tag, attributes, children]. An element that is there
// already is kept, with its focus and whether it is unfolded; only what differs is touched. Texts are texts, never HTML.
(function () {
  const TAG = /^(a|button|code|dd|details|div|dl|dt|em|h[1-6]|li|ol|p|section|small|span|strong|summary|table|tbody|td|th|thead|tr|ul|caption)$/;
  const ATTRIBUTE = /^(aria-[a-z]+|data-[a-z-]+|class|colspan|href|id|lang|open|rel|role|rowspan|scope|tabindex|target|title|type)$/;
  const ADDRESS = /^(https?:|\/(?!\/)|#|\?)/;
  const given = new WeakMap(); // element -> the attributes that it got from its tree

  function attributesOf(element, wanted) {
    const before = given.get(element) || {};
    for (const name of Object.keys(before)) if (!(name in wanted)) element.removeAttribute(name);
    for (const [name, value] of Object.entries(wanted)) {
      if (before[name] === value || !ATTRIBUTE.test(name) || (name === "href" && !ADDRESS.test(value))) continue;
      element.setAttribute(name, value);
    }
    given.set(element, wanted);
  }

  function isOf(node, tree) {
    return typeof tree === "string" ? node.nodeType === Node.TEXT_NODE : node.localName === tree[0] && given.has(node);
  }

  function made(tree) {
    if (typeof tree === "string") return document.createTextNode(tree);
    if (!TAG.test(tree[0])) throw new Error(`${tree[0]} does not stand still`);
    const element = document.createElement(tree[0]);
    attributesOf(element, tree[1]);
    fill(element, tree[2]);
    return element;
  }

  function fill(parent, trees) {
    trees.forEach(function (tree, place) {
      const node = parent.childNodes[place];
      if (!node) { parent.append(made(tree)); return; }
      if (!isOf(node, tree)) { node.replaceWith(made(tree)); return; }
      if (typeof tree === "string") { if (node.data !== tree) node.data = tree; return; }
      attributesOf(node, tree[1]);
      fill(node, tree[2]);
    });
    while (parent.childNodes.length > trees.length) parent.lastChild.remove();
  }

  // A number is a button whose id names what stands behind it.
  document.addEventListener("click", function (event) {
    const number = event.target instanceof Element && event.target.closest("button.number[id]");
    if (!number) return;
    const asked = { key: JSON.parse(number.id).key, at: event.timeStamp };
    window.dash_clientside.set_props("explain-asked", { data: asked });
  });

  // places: { id of the place: [tree, ...] }. Without any, what was drawn before goes: it answers nothing on the page.
  function drawer() {
    const drawn = new Set();
    return function (places) {
      const now = places ? Object.entries(places) : [...drawn].map((id) => [id, []]);
      for (const [id, trees] of now) {
        const place = document.getElementById(id);
        if (place) fill(place, trees);
        drawn.add(id);
      }
    };
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    modelcost_still: { first: drawer(), rest: drawer() },
  });
})();
