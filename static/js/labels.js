// Gives autocompletes the name of their input: the script that draws them gives them none.
"use strict";
{
  const name = (select) => {
    const label = select.labels?.[0]?.textContent.trim();
    const drawn = select.nextElementSibling;
    if (!label || !drawn?.classList.contains("select2")) {
      return;
    }
    const box = drawn.querySelector(".select2-selection");
    const chosen = [...select.selectedOptions].map((option) => option.text.trim());
    box.removeAttribute("aria-labelledby");
    box.setAttribute("aria-label", [label, ...chosen.filter(Boolean)].join(" "));
    for (const part of [".select2-search__field", "span.select2-selection__rendered"]) {
      drawn.querySelector(part)?.setAttribute("aria-label", label);
    }
    // Its items are not all list items.
    drawn.querySelector("ul.select2-selection__rendered")?.setAttribute("role", "presentation");
  };
  const nameAll = (part) =>
    part.querySelectorAll("select.admin-autocomplete").forEach(name);

  const $ = django.jQuery;
  $(() => nameAll(document));
  document.addEventListener("formset:added", (event) => nameAll(event.target));
  $(document).on("change", "select.admin-autocomplete", (event) => name(event.target));
}
