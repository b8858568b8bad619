// Keeps #live as the server sees it. Whoever reads with the keyboard keeps the place: focus and the scrolled parts stay.
"use strict";
(() => {
  const every = 2000;
  const live = document.getElementById("live");
  const follow = document.getElementById("follow");
  follow.checked = sessionStorage.getItem("follow") !== "no";
  follow.addEventListener("change", () => sessionStorage.setItem("follow", follow.checked ? "yes" : "no"));
  const parts = () => [...live.querySelectorAll(".scroll, .log")];

  function show(fresh) {
    if (fresh.innerHTML === live.dataset.shown) return;
    const focused = live.contains(document.activeElement) ? document.activeElement : null;
    const at = focused && { id: focused.id, part: parts().indexOf(focused) };
    const places = parts().map(p => ({ top: p.scrollTop, left: p.scrollLeft, end: p.scrollHeight - p.scrollTop - p.clientHeight < 8 }));
    live.dataset.shown = fresh.innerHTML;
    live.innerHTML = fresh.innerHTML;
    parts().forEach((p, i) => {
      if (!places[i]) return;
      p.scrollLeft = places[i].left;
      p.scrollTop = places[i].end && p.classList.contains("log") ? p.scrollHeight : places[i].top;
    });
    const again = at && (at.id ? document.getElementById(at.id) : parts()[at.part]);
    if (again) again.focus({ preventScroll: true });
  }

  async function refresh() {
    // A selection would be lost; a hidden page needs nothing.
    if (!follow.checked || document.hidden || !getSelection().isCollapsed) return;
    try {
      const reply = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(15000) });
      if (!reply.ok) throw new Error(String(reply.status));
      const fresh = new DOMParser().parseFromString(await reply.text(), "text/html").getElementById("live");
      if (fresh) show(fresh);
      document.body.classList.remove("stale");
    } catch {
      document.body.classList.add("stale");
    }
  }

  live.dataset.shown = live.innerHTML;
  const log = document.getElementById("lines");
  if (log) log.scrollTop = log.scrollHeight;
  (async function go() {
    await new Promise(done => setTimeout(done, every));
    await refresh();
    go();
  })();
})();
