// Examples on the Chat page: what a person says and how the bot should answer, sent before the talk.
(function () {
  const MOST = 20;

  window.modelcostChatExamples = function (tools) {
    const { el, texts, fill, say, state, keep } = tools;
    const list = el("ol", { className: "chat-examples" });
    const add = el("button", { type: "button", className: "plain-button", id: "chat-example-add", onclick: begin }, texts("page.example_add"));
    const box = el("fieldset", { className: "chat-field", id: "chat-examples" }, el("legend", {}, texts("page.examples")), el("p", { className: "hint" }, texts("page.examples.hint")), list, add);

    function draw() {
      list.replaceChildren(...state.examples.map((one, at) => {
        const number = String(at + 1);
        const typed = (name) => {
          const input = el("textarea", { rows: 2, value: one[name], onchange: () => { one[name] = input.value; keep(); } });
          return el("label", { className: "chat-field" }, el("span", {}, fill("page.example_" + name, { number })), input);
        };
        return el("li", {}, typed("user"), typed("assistant"),
          el("button", { type: "button", className: "plain-button", onclick: () => remove(at) }, fill("page.example_remove", { number })));
      }));
      add.setAttribute("aria-disabled", String(state.examples.length >= MOST));
    }
    function begin() {
      if (state.examples.length >= MOST) { say(fill("page.examples_full", { most: String(MOST) })); return; }
      state.examples.push({ user: "", assistant: "" });
      keep(); draw();
      list.lastElementChild.querySelector("textarea").focus();
    }
    function remove(at) {
      state.examples.splice(at, 1);
      keep(); draw();
      const next = list.children[Math.min(at, list.children.length - 1)];
      (next ? next.querySelector("textarea") : add).focus();
      say(fill("page.example_removed", { number: String(at + 1) }));
    }
    // A pair that was left blank is none; half a pair goes to the server, which says so.
    const sent = () => state.examples.filter((one) => one.user.trim() || one.assistant.trim());
    const whole = () => sent().filter((one) => one.user.trim() && one.assistant.trim());

    draw();
    return { box, draw, sent, whole };
  };
})();
