// Forms with files: takes pasted and dropped ones, lists what is chosen with a way to take each out, says what is too large before anything is sent, shows how much of it has left, and can be stopped.
// Without this script the same forms are sent by the browser alone. Every word comes from the page.
"use strict";
(() => {
  // A listener reads the time once: screen readers hear every quarter, not every per cent.
  const STEP = 25;
  let running = null;

  const part = (form, name) => form.querySelector(`[data-part="${name}"]`);
  const chosen = (form) => [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);

  // A browser gives no way to change a choice of files but to choose anew.
  function choose(form, files) {
    const all = new DataTransfer();
    for (const file of files) all.items.add(file);
    form.querySelector("input[type=file]").files = all.files;
    complain(form, problem(form));
    list(form);
  }

  // What is chosen, each with a button that takes it out.
  function list(form) {
    const place = part(form, "chosen"), files = chosen(form);
    place.replaceChildren(...files.map((file, at) => {
      const item = document.createElement("li"), name = document.createElement("span"), button = document.createElement("button");
      name.textContent = file.name;
      button.type = "button";
      button.className = "quiet";
      button.textContent = "×";
      button.setAttribute("aria-label", place.dataset.remove.replace("#", () => file.name));
      button.addEventListener("click", () => {
        choose(form, chosen(form).filter((_, other) => other !== at));
        part(form, "said").textContent = place.dataset.removed.replace("#", () => file.name);
        (place.querySelectorAll("button")[Math.min(at, files.length - 2)] || form.querySelector("input[type=file]")).focus();
      });
      item.append(name, button);
      return item;
    }));
    place.hidden = files.length === 0;
  }

  // A pasted picture has no name of its own: every browser calls it image.png.
  function named(form, file, taken) {
    if (file.name && file.name !== "image.png") return file;
    const ending = (file.type.split("/")[1] || "png").replace(/[^a-z0-9]/g, "");
    let number = 1;
    const name = () => `${part(form, "chosen").dataset.pasted}-${number}.${ending}`;
    while (taken.some((other) => other.name === name())) number += 1;
    return new File([file], name(), { type: file.type });
  }

  // Files from the clipboard or from a drag, beside those that are chosen; false where there are none.
  function take(form, transfer) {
    const all = chosen(form), before = all.length;
    for (const file of transfer ? transfer.files : []) all.push(named(form, file, all));
    if (all.length === before) return false;
    choose(form, all);
    part(form, "said").textContent = part(form, "chosen").dataset.added.replace("#", () => all.slice(before).map((file) => file.name).join(", "));
    return true;
  }

  function complain(form, words) {
    const place = part(form, "problem");
    place.textContent = words;
    place.hidden = words === "";
    for (const input of form.querySelectorAll("input[type=file]")) {
      if (words === "") input.removeAttribute("aria-invalid"); else input.setAttribute("aria-invalid", "true");
    }
  }

  // What the desk would refuse, in the page's words; empty for nothing.
  function problem(form) {
    const words = part(form, "problem").dataset, most = part(form, "files").dataset, files = chosen(form);
    const large = files.find((file) => file.size > Number(most.file));
    if (large) return words.file.replace("#", () => large.name);
    const texts = [...form.querySelectorAll("input[type=hidden], input:not([type]), textarea")].map((field) => field.value);
    const all = files.reduce((sum, file) => sum + file.size, new Blob(texts).size);
    if (all > Number(most.total)) return words.total;
    return files.length > Number(most.count) ? words.count : "";
  }

  // The sentence with which a page refuses. With it comes the secret of the session that has begun since: sent again, the
  // form is one of that session's.
  function refusal(form, html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.querySelector(`form[action="${form.getAttribute("action")}"] [name=csrf]`);
    if (fresh) form.querySelector("[name=csrf]").value = fresh.value;
    const said = page.querySelector("main .wrong") || page.querySelector("main h1 + p");
    return said ? said.textContent.trim() : "";
  }

  function end(form) {
    running = null;
    part(form, "sending").hidden = true;
    part(form, "said").textContent = "";
    form.removeAttribute("aria-busy");
  }

  function arrive(form, request) {
    if (request.status < 200 || request.status > 299) {
      end(form);
      complain(form, refusal(form, request.responseText) || part(form, "problem").dataset.failed);
      return;
    }
    const there = new URL(request.responseURL);
    if (there.pathname + there.search === location.pathname + location.search) location.reload();
    else location.assign(there.href + (there.pathname.startsWith("/sign-in") ? "" : form.dataset.then || ""));
  }

  function send(form) {
    const words = part(form, "sending").dataset, bar = part(form, "bar"), request = new XMLHttpRequest();
    let heard = -1;
    const show = (percent, text) => {
      bar.value = percent;
      part(form, "percent").textContent = text;
      if (Math.floor(percent / STEP) === heard) return;
      heard = Math.floor(percent / STEP);
      part(form, "said").textContent = text;
    };
    const failed = () => { end(form); complain(form, part(form, "problem").dataset.failed); };
    request.upload.addEventListener("progress", (event) => {
      const percent = event.lengthComputable ? Math.floor(100 * event.loaded / event.total) : 0;
      show(percent, percent < 100 ? words.percent.replace("#", percent) : words.sent);
    });
    request.addEventListener("load", () => arrive(form, request));
    request.addEventListener("error", failed);
    request.addEventListener("abort", () => { end(form); complain(form, part(form, "problem").dataset.stopped); });
    request.open("POST", form.action);
    request.send(new FormData(form));
    running = request;
    form.setAttribute("aria-busy", "true");
    part(form, "sending").hidden = false;
    show(0, words.percent.replace("#", 0));
  }

  for (const form of document.querySelectorAll("form[enctype='multipart/form-data']")) {
    if (!part(form, "files")) continue;
    form.addEventListener("change", (event) => { if (event.target.type === "file") choose(form, chosen(form)); });
    form.addEventListener("reset", () => setTimeout(() => list(form)));
    part(form, "paste").hidden = false;
    list(form);
    for (const text of form.querySelectorAll("textarea")) {
      text.addEventListener("paste", (event) => { if (!event.clipboardData.types.includes("text/plain") && take(form, event.clipboardData)) event.preventDefault(); });
      text.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
      text.addEventListener("drop", (event) => { if (take(form, event.dataTransfer)) event.preventDefault(); });
    }
    part(form, "stop").addEventListener("click", () => { if (running) running.abort(); form.querySelector("input[type=file]").focus(); });
    form.addEventListener("submit", (event) => {
      if (running) { event.preventDefault(); return; }
      const words = problem(form);
      complain(form, words);
      if (words !== "") { event.preventDefault(); form.querySelector("input[type=file]").focus(); return; }
      if (chosen(form).length === 0) return;
      event.preventDefault();
      send(form);
    });
    // The way back leads to a page as it was left.
    window.addEventListener("pageshow", (event) => { if (event.persisted) end(form); });
  }
})();
