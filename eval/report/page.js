(() => {
  const kind = document.getElementById("kind"), words = document.getElementById("words"), shown = document.getElementById("shown");
  const cases = [...document.querySelectorAll("details.case")];
  const sift = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const one of cases) {
      const text = one.textContent.toLowerCase();
      one.hidden = !((!kind.value || one.dataset.kind === kind.value) && wanted.every((w) => text.includes(w)));
      left += !one.hidden;
    }
    shown.textContent = left === cases.length ? "" : `${left} of ${cases.length} shown`;
  };
  if (kind) { kind.addEventListener("change", sift); words.addEventListener("input", sift); }
  const open = () => { const one = document.getElementById(location.hash.slice(1)); if (one && one.matches("details")) { one.open = true; one.scrollIntoView(); } };
  addEventListener("hashchange", open);
  open();
})();
