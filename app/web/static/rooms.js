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

  // Sources: files are sent in the background, and the work is told as it goes on.
  // What cannot be undone is asked twice: the first press changes the button's words, the second within 5 s does it.
  document.addEventListener("submit", (event) => {
    const button = event.target.querySelector("button[data-sure]");
    if (!button || button.classList.contains("sure")) return;
    event.preventDefault();
    const before = [...button.childNodes];
    button.classList.add("sure");
    button.replaceChildren(button.dataset.sure);
    setTimeout(() => { button.classList.remove("sure"); button.replaceChildren(...before); }, 5000);
  });

  const ready = (run) => (document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", run) : run());
  const line = (name, text, kind) => Object.assign(document.createElement(name), { textContent: text, className: kind || "" });
  function showWork(box, work) {
    const stage = line("p", "", "stage");
    stage.append(line("b", work.stage));
    const list = document.createElement("ul");
    list.append(...(work.done || []).map((t) => line("li", t)), ...(work.refused || []).map((t) => line("li", t, "refused")));
    const bar = document.createElement("progress");
    if (typeof work.share === "number") bar.value = work.share;
    bar.setAttribute("aria-label", work.stage);
    box.replaceChildren(stage, ...(work.finished ? [] : [bar]), list);
  }
  async function follow(box) {
    for (;;) {
      const work = await fetch("/corpus/work").then((r) => r.json()).catch(() => null);
      if (work) showWork(box, work);
      if (work && work.finished) return work;
      await new Promise((wait) => setTimeout(wait, 400));
    }
  }
  async function send(form, box, files) {
    const body = new FormData();
    for (const file of files) body.append("files", file);
    showWork(box, { stage: box.dataset.sending });
    const sent = await fetch(form.action, { method: "POST", body }).catch(() => null);
    const told = sent && await sent.json().catch(() => null);
    if (!sent || !sent.ok) return showWork(box, { stage: box.dataset.failed, refused: [(told && told.error) || ""], finished: true });
    const work = await follow(box);
    if (work.documents && work.documents.length) await relist();
    return undefined;
  }
  // The list of documents anew, in the place of the old one; what was told of the work stays.
  async function relist() {
    const page = await fetch("/corpus").then((r) => r.text()).then((t) => new DOMParser().parseFromString(t, "text/html"));
    const lists = (where) => [...where.querySelectorAll("#content > h3, #content > ul.kept")];
    lists(document).forEach((old) => old.remove());
    document.getElementById("content").append(...lists(page));
  }
  ready(() => {
    const here = document.querySelector(".rooms .here");
    if (here) here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - 16;
    const form = document.getElementById("add");
    const box = document.getElementById("work");
    if (box && box.querySelector("progress")) follow(box).then(relist);
    if (!form) return;
    form.addEventListener("submit", (event) => { event.preventDefault(); send(form, box, form.querySelector("input[type=file]").files); });
    for (const kind of ["dragover", "dragenter"]) form.addEventListener(kind, (e) => { e.preventDefault(); form.classList.add("over"); });
    form.addEventListener("dragleave", () => form.classList.remove("over"));
    form.addEventListener("drop", (e) => { e.preventDefault(); form.classList.remove("over"); send(form, box, e.dataTransfer.files); });
  });
})();
