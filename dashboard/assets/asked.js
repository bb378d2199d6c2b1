// Keeps what was clicked in the form of the Decide page, with the form it was clicked in. The form is drawn anew after a
// click; one that comes before that would be lost with the form that it was made in. `dashboard/pages/decide/asked.py` reads it.
(function () {
  const KEPT = 30;
  const clicks = [];
  let number = 0;

  function keep(control, value) {
    const form = document.querySelector("#form [data-form]");
    number += 1;
    clicks.push({ number, form: form.dataset.form, id: JSON.parse(control.id), value });
    window.dash_clientside.set_props("asked", { data: clicks.slice(-KEPT) });
  }

  document.addEventListener("click", function (event) {
    const button = event.target instanceof Element && event.target.closest("#form button[id*='\"type\":\"action\"']");
    if (button) keep(button, 1);
  });

  document.addEventListener("change", function (event) {
    const choice = event.target instanceof HTMLInputElement && event.target.type === "radio" && event.target;
    const control = choice && choice.closest("#form [id*='\"type\":\"mode\"']");
    if (control) keep(control, choice.value);
  });
})();
