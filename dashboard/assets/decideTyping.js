// What is typed is never lost. A field tells its text a moment after the last key; a switch or button that has the form
// drawn anew before that would draw it with the old text. So what is pending is told first, and what is typed while the
// form is being drawn is put into the new one.
(function () {
  const SETTLED_MILLISECONDS = 700; // twice the pause of a field
  const WATCHED_MILLISECONDS = 1500;
  const LOOK_MILLISECONDS = 50;
  const FIELD = "#form input[id*='\"type\":\"field\"']:not([aria-haspopup])";
  const pending = new Map(); // id of the field -> { text, at }
  let watchedUntil = 0; // after the form was drawn

  function tell(id, text) {
    window.dash_clientside.set_props(JSON.parse(id), { value: text });
  }

  function tellAll() {
    for (const [id, one] of pending) tell(id, one.text);
    pending.clear();
  }

  function isDrawing() {
    return document.querySelector("#undo[data-loading]") !== null;
  }

  function forgetSettled() {
    const now = performance.now();
    for (const [id, one] of pending) {
      if (now - one.at >= SETTLED_MILLISECONDS && now > watchedUntil && !isDrawing()) pending.delete(id);
    }
    if (pending.size) window.setTimeout(forgetSettled, SETTLED_MILLISECONDS);
  }

  function acts(event) {
    const target = event.target;
    if (!(target instanceof Element) || !target.closest(".question") || target.matches(FIELD)) return false;
    return !(event instanceof KeyboardEvent) || !target.matches("input[aria-haspopup], textarea");
  }

  document.addEventListener("input", function (event) {
    const target = event.target;
    if (!(target instanceof HTMLInputElement) || !target.matches(FIELD)) return;
    if (!pending.size) window.setTimeout(forgetSettled, SETTLED_MILLISECONDS);
    pending.set(target.id, { text: target.value, at: performance.now() });
  }, true);

  for (const kind of ["pointerdown", "keydown"]) {
    document.addEventListener(kind, function (event) { if (acts(event)) tellAll(); }, true);
  }

  // The new form is there a moment after the button stops turning; how long a moment, the machine decides.
  function putBack() {
    for (const [id, one] of pending) {
      const field = document.getElementById(id);
      if (field && field.value !== one.text) tell(id, one.text);
    }
    if (performance.now() < watchedUntil) window.setTimeout(putBack, LOOK_MILLISECONDS);
  }

  new MutationObserver(function () {
    if (!pending.size || isDrawing()) return;
    watchedUntil = performance.now() + WATCHED_MILLISECONDS;
    putBack();
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-loading"], subtree: true });
})();
