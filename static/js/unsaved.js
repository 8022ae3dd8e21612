/* Asks before a page is left whose form was changed and not sent. */
"use strict";

(() => {
  const form = document.querySelector("#content-main > form[method=post]");
  if (!form) {
    return;
  }

  const typed = () =>
    JSON.stringify(
      [...new FormData(form)].map(([name, value]) => [
        name,
        value instanceof File ? `${value.name} ${value.size}` : value,
      ]),
    );

  // A form that comes back with errors holds what was typed and is not stored yet.
  let before =
    form.matches("[data-not-saved]") || form.querySelector(".stated-errors, [data-not-saved]")
      ? null
      : typed();
  let isSent = false;

  form.addEventListener("submit", (event) => {
    isSent = !event.defaultPrevented;
  });
  // Back from the next page: what stands here may be changed and left once more.
  window.addEventListener("pageshow", (event) => {
    isSent = isSent && !event.persisted;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isSent && typed() !== before) {
      event.preventDefault();
    }
  });
})();
