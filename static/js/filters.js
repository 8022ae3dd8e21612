/* Shortens the way of the lists' forms, which work without it.

A list chosen from with a pointer, beside the results, is applied at once. By keyboard it
is not: there each arrow is a choice, and only Apply says which one was meant. On a phone,
where the filters are folded, several are chosen before they are applied. */
"use strict";

(() => {
  const isBeside = window.matchMedia("(min-width: 60rem)");

  for (const form of document.querySelectorAll("form[data-filters]")) {
    let isByPointer = false;
    form.addEventListener("pointerdown", () => {
      isByPointer = true;
    });
    form.addEventListener("keydown", () => {
      isByPointer = false;
    });
    form.addEventListener("change", (event) => {
      if (isByPointer && isBeside.matches && event.target.matches("select")) {
        form.requestSubmit();
      }
    });
    // What is left empty has no place in the address.
    form.addEventListener("formdata", (event) => {
      for (const [name, value] of [...event.formData]) {
        if (value === "") {
          event.formData.delete(name);
        }
      }
    });
  }
})();
