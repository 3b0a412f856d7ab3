// Binds Kratos's script to the parts of a flow that name one of its functions. Kratos would run them from attributes,
// which the policy of the page forbids. Buttons that do nothing without a script appear only now.
"use strict";

(() => {
  const run = (name) => {
    const known = /^ory[A-Za-z0-9]+$/.test(name) && typeof window[name] === "function";
    if (known) window[name]();
  };
  for (const button of document.querySelectorAll("button[data-on-click]")) {
    button.addEventListener("click", () => run(button.dataset.onClick));
    button.hidden = false;
  }
  const begin = new Set([...document.querySelectorAll("[data-on-load]")].map((part) => part.dataset.onLoad));
  begin.forEach(run);
})();
