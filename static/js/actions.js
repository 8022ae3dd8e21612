/* Shows the buttons that need a script: print, copy, and the device's own sharing. */
"use strict";

(() => {
  const can = {
    print: () => typeof window.print === "function",
    copy: () => Boolean(navigator.clipboard),
    share: () => typeof navigator.share === "function",
  };
  const run = {
    print: () => window.print(),
    share: (button) =>
      navigator
        .share({ title: button.dataset.title, url: button.dataset.address })
        // Whoever closes the sheet again has not met an error.
        .catch(() => {}),
    copy: async (button) => {
      const source = button.dataset.source;
      const text = source
        ? document.getElementById(source).textContent.trim().replace(/[ \t]*\n[ \t]*/g, "\n")
        : button.dataset.text;
      await navigator.clipboard.writeText(text);
      const [label, done] = button.querySelectorAll("span");
      label.hidden = true;
      done.hidden = false;
      done.setAttribute("role", "status");
      setTimeout(() => {
        label.hidden = false;
        done.hidden = true;
      }, 4000);
    },
  };

  for (const button of document.querySelectorAll("button[data-action]")) {
    const { action } = button.dataset;
    if (can[action]()) {
      button.parentElement.hidden = false;
      button.addEventListener("click", () => run[action](button));
    }
  }
})();
