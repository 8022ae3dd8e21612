// Tells autocompletes the region of the record that is being entered, or its meeting, so
// that they offer first whom its records name most.
"use strict";
{
  const chosen = (id) =>
    [...(document.getElementById(id)?.selectedOptions ?? [])]
      .map((option) => option.value)
      .filter(Boolean);

  django.jQuery.ajaxPrefilter((options) => {
    const { pathname } = new URL(options.url, window.location.href);
    if (!pathname.endsWith("/autocomplete/")) {
      return;
    }
    const asked = new URLSearchParams(options.data);
    for (const region of [...chosen("id_region"), ...chosen("id_regions")]) {
      asked.append("region", region);
    }
    for (const meeting of chosen("id_meeting")) {
      asked.append("meeting", meeting);
    }
    options.data = asked.toString();
  });
}
