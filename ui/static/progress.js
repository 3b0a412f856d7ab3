// Follows a search while it goes on: the server says by events that something has changed, and htmx fetches the part of
// the page that shows it. Where events do not come through, it is fetched every now and then. Without htmx there is a link.
"use strict";

(() => {
  const CLOSED = 2;
  const FAULTS_MAX = 3;
  let source = null;
  let timer = null;
  let busy = false;
  let again = false;

  const found = () => document.querySelector("#found[data-refresh]");

  // One at a time, and once more when something came in between.
  const refresh = async () => {
    again = busy;
    const part = found();
    if (busy || !part) return;
    busy = true;
    try {
      await htmx.ajax("GET", part.dataset.refresh, { source: part, target: "#found", select: "#found", swap: "outerHTML" });
    } finally {
      busy = false;
    }
    if (again) refresh();
    else follow();
  };

  const stop = () => {
    source?.close();
    source = null;
    clearTimeout(timer);
    timer = null;
  };

  const poll = () => {
    source?.close();
    const part = found();
    if (!part) return;
    timer ??= setTimeout(() => {
      timer = null;
      refresh().catch(poll);
    }, Number(part.dataset.pauseMs));
  };

  const listen = (address) => {
    let faults = 0;
    source = new EventSource(address);
    source.addEventListener("message", () => {
      faults = 0;
      refresh();
    });
    source.addEventListener("error", () => {
      faults += 1;
      // The last event ends the stream, and what it said may have been missed.
      refresh();
      if (source?.readyState === CLOSED || faults >= FAULTS_MAX) poll();
    });
  };

  // What is on the page now decides, whichever way it came there.
  const follow = () => {
    const part = found();
    if (!part) {
      stop();
      return;
    }
    const address = part.dataset.events && new URL(part.dataset.events, location.href).href;
    if (source && source.url !== address) stop();
    if (source?.readyState === CLOSED) poll();
    else if (!source && address && window.EventSource) listen(address);
    else if (!source) poll();
  };

  document.addEventListener("htmx:afterSettle", follow);
  document.addEventListener("DOMContentLoaded", follow);
})();
