// Calls the time by the city, as every page does. Gives autocompletes the name of their
// input, as the script that draws them gives them none, and the cells of a table of inputs
// the heading of their column, to be read where a narrow page sets each row as a card.
"use strict";
{
  // Read by Django's script once the page is loaded.
  document.body.dataset.adminServerTimezone = gettext("Casablanca");

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

  for (const table of document.querySelectorAll(".inline-related.tabular table")) {
    const headings = [...table.tHead.rows[0].cells].map((one) => one.textContent.trim());
    for (const row of table.tBodies[0].querySelectorAll("tr.form-row")) {
      for (const cell of row.cells) {
        cell.dataset.heading = headings[cell.cellIndex];
      }
    }
    table.classList.add("has-headings-in-cells");
  }

  const $ = django.jQuery;
  $(() => nameAll(document));
  document.addEventListener("formset:added", (event) => nameAll(event.target));
  $(document).on("change", "select.admin-autocomplete", (event) => name(event.target));
}
