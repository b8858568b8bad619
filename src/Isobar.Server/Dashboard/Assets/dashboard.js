// The few things that the server cannot do for a browser: the theme that somebody chose, and a log that is read at its end.
"use strict";
window.isobar = (() => {
  const root = document.documentElement;
  const chosen = () => { try { return localStorage.getItem("isobar-theme") || "auto"; } catch { return "auto"; } };

  // A sheet of the other theme stays loaded, and applies to nothing.
  function apply() {
    const theme = chosen();
    root.style.colorScheme = theme === "auto" ? "light dark" : theme;
    for (const sheet of document.querySelectorAll("link[data-theme]"))
      sheet.media = theme === "auto" ? `(prefers-color-scheme: ${sheet.dataset.theme})` : sheet.dataset.theme === theme ? "all" : "not all";
  }

  function themes() {
    const choice = document.getElementById("theme");
    if (!choice) return;
    choice.value = chosen();
    choice.onchange = () => {
      try { localStorage.setItem("isobar-theme", choice.value); } catch { /* The choice lasts as long as the page. */ }
      apply();
    };
  }

  // Called by the circuit once it stands: from here on the page answers.
  function live() {
    themes();
    root.dataset.live = "";
  }

  // The page's own heading is drawn with it, perhaps a moment later.
  function heading() {
    requestAnimationFrame(() => document.querySelector("h1")?.focus());
  }

  // Whoever reads further up keeps the place.
  function follow(log) {
    let atEnd = true;
    const toEnd = () => { if (atEnd) log.scrollTop = log.scrollHeight; };
    log.addEventListener("scroll", () => { atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 16; });
    new MutationObserver(toEnd).observe(log, { childList: true, subtree: true });
    toEnd();
  }

  apply();
  document.addEventListener("DOMContentLoaded", themes);
  // A server that is away is asked again for as long as the page is open: soon at first, for a line that broke, and then every three seconds. The library would give up.
  function start() {
    const soon = 500, later = 3000, often = 5;
    Blazor.start({ circuit: { reconnectionOptions: { maxRetries: Number.MAX_SAFE_INTEGER, retryIntervalMilliseconds: (tried) => (tried < often ? soon : later) } } });
    // A circuit that the server no longer knows cannot be taken up again; a fresh page can.
    const modal = document.getElementById("components-reconnect-modal");
    if (modal) new MutationObserver(() => { if (modal.classList.contains("components-reconnect-rejected")) location.reload(); }).observe(modal, { attributes: true });
  }

  document.addEventListener("DOMContentLoaded", start);
  return { live, heading, follow };
})();
