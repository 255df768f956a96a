// What somebody types stays in their browser until it is sent: it survives a session that ends, a form that is too old and
// a connection that is lost, and goes when it was sent or they sign out. Every word comes from the page.
"use strict";
(() => {
  const PREFIX = "postroom-draft:";
  // Nobody comes back to what is older.
  const LONGEST = 30 * 24 * 3600 * 1000;
  const person = document.body.dataset.person || "";

  // Where a browser keeps nothing for a site, pages work without.
  const kept = {
    get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full, or forbidden */ } },
    drop(key) { try { localStorage.removeItem(key); } catch { /* forbidden */ } },
    keys() { try { return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)); } catch { return []; } },
  };
  const key = (path) => `${PREFIX}${person}:${path}`;
  // When somebody last signed out here: a page that is older keeps nothing any more, in whichever tab it stands.
  const OUT = "postroom-out", loaded = Date.now();
  const isOut = () => Number(kept.get(OUT)) >= loaded;
  function leave() {
    if (!person || !isOut()) return;
    for (const form of document.querySelectorAll("form[data-draft]")) form.reset();
    // The desk hears of it a moment later.
    setTimeout(() => location.reload(), 1500);
  }
  window.addEventListener("storage", (event) => { if (event.key === OUT) leave(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) leave(); });
  // The words alone: marks of emphasis, lists and quotes are not seen where they arrived, nor is where a link leads.
  const plain = (text) => text.replace(/\]\([^)\s]*\)/g, "]").replace(/^\s*\d{1,3}[.)]\s/gm, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const typed = (form) => [...form.querySelectorAll("textarea, input:not([type])")];

  for (const name of kept.keys()) {
    const draft = kept.get(name);
    if (!draft || !(Date.now() - draft.at < LONGEST)) kept.drop(name);
  }

  // The page's word that something arrived is believed of what was sent from here, and of nothing else.
  const said = document.querySelector("[data-sent]");
  if (said) {
    const draft = kept.get(key(said.dataset.sent));
    if (draft && draft.sent) kept.drop(key(said.dataset.sent));
  }

  // Whether the newest that this person wrote here is this very text: it arrived, although its page was never seen.
  function arrived(text) {
    const own = [...document.querySelectorAll(".comment.mine .written")].pop();
    return own !== undefined && plain(text) !== "" && plain(own.textContent) === plain(text);
  }

  function restore(form, name) {
    const draft = kept.get(name);
    if (!draft) return;
    if (draft.sent && arrived(draft.fields.text || "")) { kept.drop(name); return; }
    // What the desk itself brought back is what was sent last.
    if (form.dataset.typed !== undefined) return;
    for (const field of typed(form)) if (typeof draft.fields[field.name] === "string") field.value = draft.fields[field.name];
    for (const radio of form.querySelectorAll("input[type=radio]")) {
      if (draft.fields[radio.name] !== undefined) radio.checked = draft.fields[radio.name] === radio.value;
    }
    const note = form.querySelector("[data-part=restored]");
    if (!note) return;
    note.hidden = false;
    note.querySelector("button").addEventListener("click", () => {
      kept.drop(name);
      form.reset();
      note.hidden = true;
      form.querySelector("textarea").focus();
    });
  }

  function save(form, name, sent) {
    if (isOut()) return;
    const fields = typed(form);
    if (fields.every((field) => field.value.trim() === "" || field.value === template(form))) { kept.drop(name); return; }
    const all = Object.fromEntries(fields.map((field) => [field.name, field.value]));
    const radio = form.querySelector("input[type=radio]:checked");
    if (radio) all[radio.name] = radio.value;
    kept.set(name, { at: Date.now(), sent, fields: all });
  }

  // What a new ticket of the chosen type is asked for.
  const template = (form) => {
    const radio = form.querySelector("input[type=radio]:checked");
    return radio ? radio.dataset.template : form.querySelector("textarea").defaultValue;
  };

  for (const form of document.querySelectorAll("form[data-draft]")) {
    const name = key(form.dataset.draft);
    let asked = template(form);
    restore(form, name);
    asked = template(form);
    form.addEventListener("input", () => save(form, name, false));
    form.addEventListener("change", (event) => {
      if (event.target.type !== "radio") return;
      // Another type asks for something else; what somebody has written stays.
      const text = form.querySelector("textarea");
      if (text.value.trim() === "" || text.value === asked) text.value = event.target.dataset.template || "";
      asked = event.target.dataset.template || "";
      save(form, name, false);
    });
    form.addEventListener("submit", () => save(form, name, true));
  }

  // At the end of a session by its own person nothing of theirs stays.
  for (const form of document.querySelectorAll("form[action='/sign-out']")) {
    form.addEventListener("submit", () => {
      kept.set(OUT, Date.now());
      for (const name of kept.keys()) if (name.startsWith(`${PREFIX}${person}:`)) kept.drop(name);
      try { sessionStorage.clear(); } catch { /* forbidden */ }
    });
  }

  // The way back to a list leads to what was looked for there.
  const list = document.querySelector("[data-search]");
  const place = (path) => `postroom-list:${person}:${path}`;
  try {
    if (list) sessionStorage.setItem(place(list.dataset.search), location.search);
    for (const link of document.querySelectorAll("a[data-list]")) {
      const search = sessionStorage.getItem(place(link.dataset.list));
      if (!list && search) link.setAttribute("href", link.dataset.list + search);
    }
  } catch { /* the whole list then */ }

  // What was done is said once: not again when the page is loaded again. The eye is led to where it stands.
  const notice = document.querySelector("[data-said]");
  if (notice && location.hash === "") notice.focus();
  const here = new URL(location.href);
  if (here.searchParams.has("said")) {
    here.searchParams.delete("said");
    history.replaceState(history.state, "", here.pathname + here.search + here.hash);
  }
})();
