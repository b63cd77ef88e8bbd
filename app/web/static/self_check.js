// The self-check: answers stay here. The rule is the one of app/self_check.py, where it is explained.
(() => {
  "use strict";
  const KEY = "advisor-self-check", HIGHEST = 4, FIRST = 3;
  const form = document.getElementById("check");
  const placed = document.getElementById("placed");
  const groups = [...form.querySelectorAll("fieldset")];
  const dimensions = [...form.querySelectorAll(".dimension")];
  const answerOf = (group) => { const on = group.querySelector("input:checked"); return on ? Number(on.value) : null; };
  const answers = () => groups.map(answerOf);

  function keep(given) { try { localStorage.setItem(KEY, JSON.stringify(given)); } catch { /* private window */ } }
  function kept() { try { return JSON.parse(localStorage.getItem(KEY)) || []; } catch { return []; } }

  function plan(levels) {
    const rising = levels.map((level, i) => ({ level, i })).filter((d) => d.level < HIGHEST).sort((a, b) => a.level - b.level || a.i - b.i);
    const first = rising.slice(0, FIRST), rest = rising.slice(FIRST);
    const again = first.filter((d) => d.level + 1 < HIGHEST).map((d) => ({ ...d, level: d.level + 1 }));
    return [first, rest, again];
  }

  function show(given, focus) {
    const levels = dimensions.map((d) => Math.min(...[...d.querySelectorAll("fieldset")].map(answerOf)));
    const overall = [...levels].sort((a, b) => a - b)[Math.floor((levels.length - 1) / 2)];
    document.getElementById("overall").textContent = overall;
    document.querySelectorAll("#profile tbody tr").forEach((row, i) => {
      row.querySelector(".level").textContent = levels[i];
      row.querySelectorAll(".steps i").forEach((mark, n) => { mark.className = n < levels[i] ? "on" : n === levels[i] ? "here" : ""; });
    });
    document.querySelectorAll("#others tbody tr").forEach((row) => { row.querySelector(".own").textContent = levels[dimensions.findIndex((d) => d.dataset.name === row.dataset.name)]; });
    document.querySelectorAll(".at-level").forEach((p) => { p.hidden = Number(p.dataset.level) !== overall || !p.textContent.trim(); });
    const steps = document.getElementById("plan-steps").content;
    const stages = plan(levels);
    document.querySelectorAll(".stage-of-plan").forEach((stage, n) => {
      const found = stages[n].map((d) => [...steps.children].find((s) => s.dataset.dimension === dimensions[d.i].dataset.name && Number(s.dataset.level) === d.level));
      const told = found.filter((s) => s && s.textContent.trim()).map((s) => s.cloneNode(true));
      stage.querySelector("ol").replaceChildren(...told);
      stage.hidden = !told.length;
    });
    document.querySelectorAll("input.answers").forEach((field) => { field.value = given.join(""); });
    placed.hidden = false;
    if (focus) { placed.focus({ preventScroll: true }); placed.scrollIntoView({ block: "start" }); }
  }

  function told(focus) {
    const given = answers();
    const open = given.filter((a) => a === null).length;
    const left = document.getElementById("left");
    left.textContent = open === 0 ? "" : open === 1 ? left.dataset.one : left.dataset.left.replace("{count}", open);
    if (open) placed.hidden = true;
    else show(given, focus);
  }

  kept().forEach((value, i) => {
    const mark = value === null ? null : groups[i] && groups[i].querySelector(`input[value="${Number(value)}"]`);
    if (mark) mark.checked = true;
  });
  let whole = answers().every((a) => a !== null);
  form.addEventListener("change", () => {
    keep(answers());
    const now = answers().every((a) => a !== null);
    told(now && !whole);
    whole = now;
  });
  document.getElementById("forget").addEventListener("click", () => {
    try { localStorage.removeItem(KEY); } catch { /* private window */ }
    form.reset();
    whole = false;
    told(false);
    form.scrollIntoView({ block: "start" });
  });
  told(false);
})();
