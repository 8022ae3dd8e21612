/* Keeps what is typed in a form of the administration on this computer, until it is saved.

Nothing leaves the browser. A text is kept under the person and the address of the page, and
offered when that page is opened again. It is thrown away once the page was saved, when its
person signs out, and after a week. Passwords, files and secrets of the form are left out. */
"use strict";

(() => {
  const PREFIX = "draft:";
  const SENT = "draft-sent";
  const SIGNED_OUT = "draft-signed-out";
  const LIFETIME = 7 * 24 * 3600 * 1000;
  const PAUSE = 400;
  const LEFT_OUT = new Set(["csrfmiddlewaretoken", "_kept_for", "_version"]);

  let store;
  try {
    store = window.localStorage;
    store.getItem(PREFIX);
  } catch {
    return; // a browser that keeps nothing
  }

  const drafts = () => Object.keys(store).filter((key) => key.startsWith(PREFIX));
  const read = (key) => {
    try {
      return JSON.parse(store.getItem(key));
    } catch {
      return null;
    }
  };

  for (const key of drafts()) {
    const draft = read(key);
    if (!draft || Date.now() - draft.at > LIFETIME) {
      store.removeItem(key);
    }
  }

  // Signing out, by the button, or by the page that says it was done.
  const forgetAll = () => {
    for (const key of drafts()) {
      store.removeItem(key);
    }
    // Other windows stop keeping what stands in them.
    store.setItem(SIGNED_OUT, String(Date.now()));
  };
  document.getElementById("logout-form")?.addEventListener("submit", forgetAll);
  if (document.querySelector("[data-signed-out]")) {
    forgetAll();
  }

  // What was sent from this window: saved, if the next page says so.
  const sent = sessionStorage.getItem(SENT);
  if (sent) {
    sessionStorage.removeItem(SENT);
    const isSaved =
      document.querySelector(".messagelist .success") &&
      !document.querySelector("[data-not-saved], .stated-errors");
    if (isSaved) {
      store.removeItem(sent);
    }
  }

  const bar = document.querySelector("[data-draft]");
  const form = document.querySelector("#content-main > form[method=post]");
  if (form?.id === "conflict_form" || form?.id === "deleted_form") {
    form.addEventListener("submit", () => {
      if (sent) {
        sessionStorage.setItem(SENT, sent);
      }
    });
  }
  if (!bar || !form) {
    return;
  }
  const key = PREFIX + bar.dataset.draft;

  const VERSION = "_version";
  const TO_THE_FORM = "_to_the_form";
  const isKept = (name) =>
    !LEFT_OUT.has(name) &&
    !name.includes("__prefix__") &&
    form.elements.namedItem(name)?.type !== "password";
  const values = () =>
    [...new FormData(form)].filter(([name, value]) => typeof value === "string" && isKept(name));

  const opened = JSON.stringify(values());
  // What came back from the portal is typed, and not saved yet.
  const isBack = Boolean(form.querySelector("[data-not-saved], .stated-errors"));
  let isOver = false;
  let undecided = null;
  let timer;

  const keep = () => {
    clearTimeout(timer);
    timer = undefined;
    const typed = values();
    if (isOver || (!isBack && JSON.stringify(typed) === opened)) {
      return;
    }
    const version = form.elements.namedItem(VERSION)?.value ?? "";
    try {
      // What nobody decided about yet stays below what is typed now.
      store.setItem(key, JSON.stringify({ at: Date.now(), version, typed, older: undecided }));
    } catch {
      // No room left: the form itself still holds everything.
    }
  };

  // The portal shows the form with the text, beside what others saved meanwhile: only it
  // knows which row is which. Nothing is saved by that.
  const bringBack = (draft) => {
    const way = document.createElement("form");
    way.method = "post";
    const token = form.elements.namedItem("csrfmiddlewaretoken").value;
    const entries = [
      ["csrfmiddlewaretoken", token],
      [TO_THE_FORM, "1"],
      ...(draft.version ? [[VERSION, draft.version]] : []),
      ...draft.typed,
    ];
    for (const [name, value] of entries) {
      const input = document.createElement("textarea");
      input.name = name;
      input.value = value;
      input.hidden = true;
      way.append(input);
    }
    document.body.append(way);
    sessionStorage.setItem(SENT, key);
    way.submit();
  };

  const offer = () => {
    const draft = read(key);
    if (isBack || !draft || JSON.stringify(draft.typed) === JSON.stringify(values())) {
      return;
    }
    undecided = draft;
    const [time] = bar.getElementsByTagName("time");
    time.dateTime = new Date(draft.at).toISOString();
    time.textContent = new Intl.DateTimeFormat(`${document.documentElement.lang}-MA-u-nu-latn`, {
      dateStyle: "long",
      timeStyle: "short",
    }).format(draft.at);
    bar.hidden = false;
  };
  bar.querySelector("[data-restore]").addEventListener("click", () => bringBack(undecided));
  bar.querySelector("[data-discard]").addEventListener("click", () => {
    const { older } = undecided;
    undecided = null;
    bar.hidden = true;
    if (older) {
      store.setItem(key, JSON.stringify(older));
      offer();
    } else {
      store.removeItem(key);
    }
  });

  window.addEventListener("storage", (event) => {
    isOver = isOver || event.key === SIGNED_OUT;
  });
  for (const kind of ["input", "change"]) {
    form.addEventListener(kind, () => {
      clearTimeout(timer);
      timer = setTimeout(keep, PAUSE);
    });
  }
  window.addEventListener("pagehide", () => {
    if (timer !== undefined) {
      keep();
    }
  });
  form.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) {
      keep();
      sessionStorage.setItem(SENT, key);
    }
  });
  document.querySelector("[data-draft-note]").hidden = false;
  if (isBack) {
    keep();
  } else {
    offer();
  }
})();
