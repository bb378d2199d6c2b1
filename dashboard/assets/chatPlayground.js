// A settings file of the classic chat playground on the Chat page: chosen or pasted, taken over, told line by line.
(function () {
  window.modelcostChatPlayground = function (tools) {
    const { el, texts, api, say, take } = tools;
    const pasted = el("textarea", { rows: 3, spellcheck: "false" });
    const told = el("div", { id: "chat-playground-told" });
    const file = el("input", { type: "file", accept: ".json,application/json", onchange: async () => {
      const [chosen] = file.files;
      file.value = "";
      if (chosen) await read(chosen);
    } });
    const drop = el("label", {
      className: "chat-drop",
      ondragover: (event) => { event.preventDefault(); drop.classList.add("over"); },
      ondragleave: () => drop.classList.remove("over"),
      ondrop: (event) => { event.preventDefault(); drop.classList.remove("over"); if (event.dataTransfer.files.length) read(event.dataTransfer.files[0]); },
    }, file, texts("page.playground_file"));
    const box = el("details", { id: "chat-playground" }, el("summary", {}, texts("page.playground")), el("p", {}, texts("page.playground.hint")), drop,
      el("label", { className: "chat-field" }, el("span", {}, texts("page.playground_paste")), pasted),
      el("button", { type: "button", className: "plain-button", onclick: () => read(pasted.value) }, texts("page.playground_take")), told);

    async function read(content) {
      const answer = await api.send("POST", "/chat/playground", content);
      if (answer.problem) { told.replaceChildren(el("p", { className: "chat-error", role: "alert" }, answer.problem)); return; }
      take(answer);
      const part = (name, lines) => (lines.length ? [el("p", {}, texts("page.playground_" + name)), el("ul", {}, ...lines.map((line) => el("li", {}, line)))] : []);
      told.replaceChildren(...part("taken", answer.taken), ...part("left", answer.left));
      say([...answer.taken, ...answer.left].join(" "));
    }
    return { box };
  };
})();
