// What the page does without the server: markers open their source and lead back, answers can be copied,
// the look can be switched, and the evidence is a sheet on narrow screens. Nothing here talks to the network.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const sheet = () => window.matchMedia("(max-width: 960px)").matches;
  let cameFrom = null;

  // The few words that are said here, in the language that the server chooses too: the first that it knows.
  const SAID = {
    en: { copy: "Copy", copied: "Copied", forbidden: "Not allowed here", thanks: "Thank you, noted", unsent: "Could not be sent", bot: "Answer", user: "Question", busy: "Busy just now", note: "Please note", log: "Conversation", undo: "Undo", retry: "Retry", down: "Scroll down", full: "Too many are asking. Your question is still in the box: please ask it again in a moment.", lost: "The advisor cannot be reached. Please try again, or reload the page.", queued: "Waiting for your turn: others are asking too …" },
    de: { copy: "Kopieren", copied: "Kopiert", forbidden: "Hier nicht erlaubt", thanks: "Danke, notiert", unsent: "Nicht gesendet", bot: "Antwort", user: "Frage", busy: "Gerade viel los", note: "Bitte beachten", log: "Gespräch", undo: "Zurücknehmen", retry: "Noch einmal fragen", down: "Nach unten", full: "Es fragen gerade zu viele. Ihre Frage steht noch im Feld: Bitte stellen Sie sie gleich noch einmal.", lost: "Der Berater ist nicht zu erreichen. Bitte versuchen Sie es noch einmal, oder laden Sie die Seite neu.", queued: "Bitte warten Sie, bis Sie an der Reihe sind: Auch andere fragen …" },
  };
  const language = (navigator.languages || []).map((l) => l.slice(0, 2).toLowerCase()).find((l) => SAID[l]) || "en";
  const said = SAID[language];
  document.documentElement.lang = language;

  // The evidence of all answers lies in the panel; one section is shown at a time, the last by default.
  function openEvidence(target, from) {
    const section = target.closest(".sources");
    document.querySelectorAll("#sources .sources.shown").forEach((s) => s.classList.remove("shown"));
    section.classList.add("shown");
    document.querySelectorAll("#sources .current").forEach((s) => s.classList.remove("current"));
    document.querySelectorAll("#chat .marker.current").forEach((s) => s.classList.remove("current"));
    if (target !== section) target.classList.add("current");
    cameFrom = from;
    if (from && from.classList.contains("marker")) from.classList.add("current");
    if (sheet()) byId("room").classList.add("evidence-open");
    const goal = target === section ? section.querySelector(".sources-head") : target;
    goal.tabIndex = -1;
    goal.focus({ preventScroll: true });
    scrollWithin(byId("evidence"), goal, sheet() ? 64 : 24);
    const quote = target.querySelector(".passage mark");
    const passage = target.querySelector(".passage");
    if (quote && target !== section) scrollWithin(passage, quote, 24);
  }

  function backToAnswer(key) {
    closeSheet();
    const goal = cameFrom && cameFrom.isConnected ? cameFrom : key && byId(key);
    if (!goal) return;
    if (!goal.matches("a, button")) goal.tabIndex = -1;
    goal.focus({ preventScroll: true });
    goal.scrollIntoView({ block: "nearest", behavior: calm() });
  }

  function showFigure(card) {
    closeSheet();
    card.tabIndex = -1;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest", behavior: calm() });
  }

  const closeSheet = () => byId("room").classList.remove("evidence-open");
  function scrollWithin(box, goal, above) {
    const top = box.scrollTop + goal.getBoundingClientRect().top - box.getBoundingClientRect().top - above;
    box.scrollTo({ top, behavior: calm() });
  }

  const calm = () => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

  async function copy(button) {
    const text = byId(button.id.replace(/-copy$/, "-text"));
    if (!text) return;
    button.textContent = await navigator.clipboard.writeText(text.textContent).then(() => said.copied, () => said.forbidden);
    setTimeout(() => (button.textContent = said.copy), 1600);
  }

  // A question is changed on the server, which holds the conversation: tell it which one, through a hidden field.
  function changeQuestion(number) {
    const field = document.querySelector("#edit-place textarea, #edit-place input");
    const press = byId("edit-now");
    if (!field || !press) return;
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, number);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => { press.click(); document.querySelector("#question textarea").focus(); }, 60);
  }

  // Thumbs: up is sent at once, down asks what is wrong.
  async function tell(answer, told) {
    const sent = await fetch("/api/feedback", {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ answer, ...told }),
    }).catch(() => null);
    return Boolean(sent && sent.ok);
  }
  function thanks(box, done) {
    const told = element("span", { className: "thanks", textContent: done ? said.thanks : said.unsent });
    told.setAttribute("role", "status");
    box.querySelectorAll(".thanks").forEach((t) => t.remove());
    box.append(told);
  }
  function press(button, done) {
    button.closest(".thumbs").querySelectorAll(".thumb").forEach((t) => t.classList.toggle("pressed", done && t === button));
    thanks(button.closest(".thumbs"), done);
  }
  async function sayOf(button) {
    const box = button.closest(".thumbs");
    const answer = button.id.replace(/-(up|down)$/, "");
    if (button.matches(".up")) return press(button, await tell(answer, { verdict: "up" }));
    const reasons = await fetch("/api/feedback").then((r) => r.json()).catch(() => null);
    if (!reasons) return thanks(box, false);
    askWhy(reasons, async (told) => press(button, await tell(answer, { verdict: "down", ...told })));
    return undefined;
  }
  function element(name, options = {}, ...inside) {
    const made = Object.assign(document.createElement(name), options);
    made.append(...inside);
    return made;
  }
  function askWhy({ reasons, comment_max_chars: most, title, send, cancel, comment }, done) {
    const choice = element("select", { id: "why-reason" }, ...reasons.map((r) => element("option", { value: r.value, textContent: r.text })));
    const text = element("textarea", { id: "why-comment", rows: 3, maxLength: most });
    const box = element("dialog", { id: "why" });
    const leave = element("button", { type: "button", textContent: cancel });
    const form = element("form", { method: "dialog" },
      element("h2", { textContent: title }), choice,
      element("label", { htmlFor: "why-comment", textContent: comment }), text,
      element("div", { className: "why-buttons" }, element("button", { type: "submit", className: "primary", textContent: send }), leave));
    choice.setAttribute("aria-label", title);
    box.append(form);
    leave.addEventListener("click", () => box.close());
    form.addEventListener("submit", () => done({ reason: choice.value, comment: text.value }));
    box.addEventListener("close", () => box.remove());
    document.body.append(box);
    box.showModal();
  }

  // The address names the conversation, so that a reload or a bookmark finds it again.
  let named = null;
  function nameAddress() {
    const panel = document.querySelector("#sources .evidence");
    if (!panel || window.location.pathname !== "/") return;
    const now = panel.id.startsWith("talk-") ? panel.id.slice(5) : "";
    if (now === named || (named === null && !now)) return;
    named = now;
    window.history.replaceState(null, "", now ? `/?c=${encodeURIComponent(now)}` : "/");
  }

  function setLook(dark) {
    document.body.classList.toggle("dark", dark);
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
  }

  document.addEventListener("click", (event) => {
    // Gradio sends every link to a new tab; the pages of this site stay in theirs.
    const room = event.target.closest(".rooms a, .whole a, .signed, .to-receipt, .to-brief, a.room");
    if (room && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      window.location.assign(room.href);
      return;
    }
    const link = event.target.closest("a[href*='#']");
    if (link && link.closest(".gradio-container")) {
      const goal = byId(link.hash.slice(1));
      event.preventDefault();
      if (link.matches(".back")) backToAnswer(link.hash.slice(1));
      else if (goal && goal.matches(".figure-card")) showFigure(goal);
      else if (goal && goal.closest(".sources")) openEvidence(goal, link);
      return;
    }
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches(".copy")) copy(button);
    else if (button.matches(".edit")) changeQuestion(button.id.replace(/^a(\d+)-edit$/, "$1"));
    else if (button.matches(".thumb")) sayOf(button);
    else if (button.matches(".close")) backToAnswer(button.closest(".sources").id.replace(/-sources$/, ""));
    else if (button.matches(".theme-toggle")) {
      const dark = !document.body.classList.contains("dark");
      setLook(dark);
      try { localStorage.setItem("advisor-look", dark ? "dark" : "light"); } catch { /* private window */ }
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.activeElement && document.activeElement.closest("#sources .sources");
    if (open) backToAnswer(open.id.replace(/-sources$/, ""));
    else closeSheet();
  });

  // A new question goes to the top of the view, so that its answer is read from the beginning.
  let asked = 0;
  function followQuestion() {
    const rows = document.querySelectorAll("#chat .user-row");
    if (rows.length > asked) {
      const row = rows[rows.length - 1];
      const log = row.closest("[role='log']");
      const wrap = row.parentElement;
      const top = row.getBoundingClientRect().top - wrap.getBoundingClientRect().top;
      wrap.style.minHeight = `${top + log.clientHeight - 32}px`;
      log.scrollTo({ top, behavior: asked ? calm() : "auto" });
    }
    asked = rows.length;
  }

  // Gradio names each message by its raw content, which is HTML here; name it in words instead.
  function nameMessages() {
    document.querySelectorAll("#chat [data-testid='bot'], #chat [data-testid='user']").forEach((message) => {
      const name = said[message.dataset.testid];
      if (message.getAttribute("aria-label") !== name) message.setAttribute("aria-label", name);
    });
    for (const [what, word] of [["[role='log']", "log"], [".message-buttons [aria-label='undo' i]", "undo"], [".message-buttons [aria-label='retry' i]", "retry"], ["[aria-label='Scroll down']", "down"]]) {
      const found = document.querySelector(`#chat ${what}`);
      if (found && found.getAttribute("aria-label") !== said[word]) { found.setAttribute("aria-label", said[word]); found.title = said[word]; }
    }
  }

  // The next answer to rate is read from its top.
  let rated = null;
  function followRating() {
    const question = document.querySelector("#to-rate .rated .question, #to-rate .notice");
    if (!question || question.textContent === rated) return;
    if (rated !== null) byId("leaf").scrollTo({ top: 0, behavior: calm() });
    rated = question.textContent;
  }

  // What Gradio says of itself, in our words; and that a question waits, which it shows nowhere on this page.
  const GRADIO = { "This application is currently busy. Please try again.": "full", "Connection errored out.": "lost" };
  function rewordToasts() {
    // A button inside a button can be reached by nobody who does not see; what is folded away there is one line.
    document.querySelectorAll(".toast-header[role]").forEach((head) => { head.removeAttribute("role"); head.removeAttribute("tabindex"); });
    document.querySelectorAll(".toast-title").forEach((title) => { if (title.textContent.trim() === "Warning") title.textContent = said.note; });
    document.querySelectorAll(".toast-message-text").forEach((text) => {
      const word = GRADIO[text.textContent.trim()];
      if (!word) return;
      const title = text.closest(".toast-body").querySelector(".toast-title");
      if (title) title.textContent = said.busy;
      text.textContent = said[word];
    });
  }
  const WAITS_MS = 500;
  let waitedFor = null;
  function tellWaiting() {
    const tracker = document.querySelector("#question .progress-text");
    const waits = Boolean(tracker && tracker.textContent.trim().startsWith("queue"));
    if (!waits) {
      clearTimeout(waitedFor);
      waitedFor = null;
      if (byId("queued")) byId("queued").remove();
    } else if (waitedFor === null) {
      waitedFor = setTimeout(() => {
        const line = element("p", { id: "queued", textContent: said.queued });
        line.setAttribute("role", "status");
        byId("small").append(line);
      }, WAITS_MS);
    }
  }

  // On a narrow screen the links to the rooms scroll: the one that is open is to be seen.
  let shownRoom = null;
  function showRoom() {
    const here = document.querySelector(".rooms .here");
    if (!here || here === shownRoom) return;
    shownRoom = here;
    here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - 16;
  }

  new MutationObserver(() => { nameMessages(); followQuestion(); followRating(); nameAddress(); showRoom(); rewordToasts(); tellWaiting(); }).observe(document.documentElement, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["aria-label"],
  });

  let look = null;
  try { look = localStorage.getItem("advisor-look"); } catch { /* private window */ }
  if (look) setLook(look === "dark");
})();
