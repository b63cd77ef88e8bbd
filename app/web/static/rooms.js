// What the rooms beside the chat do in the browser: the look, and what each room's form needs. No network of its own.
(() => {
  "use strict";
  let look = null;
  try { look = localStorage.getItem("advisor-look"); } catch { /* private window */ }
  const dark = look ? look === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  const root = document.documentElement;
  const set = (on) => { root.classList.toggle("dark", on); root.style.colorScheme = on ? "dark" : "light"; };
  set(dark);

  document.addEventListener("click", (event) => {
    const toggle = event.target.closest(".theme-toggle");
    if (!toggle) return;
    const on = !root.classList.contains("dark");
    set(on);
    try { localStorage.setItem("advisor-look", on ? "dark" : "light"); } catch { /* private window */ }
  });
})();
