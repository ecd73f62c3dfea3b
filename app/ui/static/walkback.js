// The little that a browser does by itself: times in the reader's zone, news without loading again, keys.
// Every page works without it.
"use strict";

const LIVE_SECONDS = 10;
const HIDDEN_BEATS = 6;  // a page behind others asks once a minute, for the number in its title
const language = document.documentElement.lang;
const tongue = navigator.languages.find((one) => one.split("-")[0] === language) ?? language;  // en-GB, en-US: times as they are written there

function localTimes(root) {
  const [usual, exact] = ["short", "medium"].map((timeStyle) => new Intl.DateTimeFormat(tongue, { dateStyle: "medium", timeStyle }));
  for (const time of root.querySelectorAll("time[title]")) {
    time.textContent = ("exactly" in time.dataset ? exact : usual).format(new Date(time.dateTime));
  }
}

function sayZone() {
  const place = document.querySelector("[data-zone-text]");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone.replace("Europe/Kiev", "Europe/Kyiv");  // some browsers have the old name
  if (place) place.textContent = place.dataset.zoneText.replace("{zone}", zone);
  for (const hint of document.querySelectorAll(".on-hover")) hint.hidden = false;
}

function isTyping(element) {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement;
}

// Single keys get in the way of who speaks to the machine: whoever likes turns them off, in this browser.
function keysAreOff() {
  try { return localStorage.getItem("keys") === "off"; } catch { return false; }
}

function offersKeys(button) {
  const names = [button.textContent, button.dataset.turnsKeys];
  const show = () => { button.textContent = names[Number(keysAreOff())]; };
  button.addEventListener("click", () => {
    try { localStorage.setItem("keys", keysAreOff() ? "on" : "off"); } catch { return; }
    show();
  });
  show();
}

function isForUs(event) {
  return !(keysAreOff() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target));
}

// The work list: kept up to date, and gone through with keys.
class WorkList {
  constructor(place) {
    this.place = place;
    this.tag = place.dataset.tag || null;  // what the page was made of: nothing comes again until that changes
    this.at = null;
    this.beats = 0;
    document.querySelector(".keys").hidden = false;
    document.addEventListener("keydown", (event) => this.key(event));
    place.addEventListener("submit", (event) => this.review(event));
    place.addEventListener("focusin", (event) => { this.at = event.target.closest(".flag")?.id ?? this.at; });
    if (place.dataset.live) setInterval(() => this.refresh(), LIVE_SECONDS * 1000);
  }

  get flags() { return [...this.place.querySelectorAll(".flag")]; }
  get current() { return this.at && document.getElementById(this.at); }

  // Somebody who writes a note is not disturbed: what they type would else become keys of the list.
  get isWritten() {
    const notes = [...this.place.querySelectorAll("input[name=note]:not([type=hidden])")];
    return notes.some((note) => note.value || note === document.activeElement);
  }

  async refresh(force = false) {
    this.beats += 1;
    const rests = document.hidden && this.beats % HIDDEN_BEATS;
    if (!force && (rests || this.isWritten || !this.place.dataset.live)) return;
    const headers = this.tag && !force ? { "If-None-Match": this.tag } : {};
    const answer = await fetch(this.place.dataset.live + location.search, { headers, cache: "no-store" }).catch(() => null);
    if (answer?.status === 401) location.reload();
    if (!answer?.ok) return;
    const html = await answer.text();
    if (!force && this.isWritten) return;
    this.tag = answer.headers.get("ETag");
    this.show(html);
  }

  show(html) {
    const before = this.flags.map((flag) => flag.id);
    const hadFocus = this.current?.contains(document.activeElement);
    const index = before.indexOf(this.at);
    this.place.innerHTML = html;
    for (const part of this.place.querySelectorAll("[data-moves-to]")) {
      document.getElementById(part.dataset.movesTo)?.replaceChildren(part.content);
      part.remove();
    }
    localTimes(this.place);
    const open = this.place.querySelector(".count")?.textContent ?? "0";
    document.title = (open === "0" ? "" : `(${open}) `) + document.title.replace(/^\(\S+\) /, "");
    const after = this.flags.map((flag) => flag.id);
    const news = document.getElementById("news");
    if (before.join() !== after.join()) news.textContent = news.dataset.changed;
    for (const flag of this.flags) if (!before.includes(flag.id)) flag.classList.add("arrived");
    if (hadFocus) this.go(after.includes(this.at) ? after.indexOf(this.at) : index);
  }

  go(index) {
    const flags = this.flags;
    const flag = flags[Math.max(0, Math.min(index, flags.length - 1))];
    flag?.focus();
    flag?.scrollIntoView({ block: "nearest" });
  }

  async review(event) {
    const form = event.target;
    if (!form.matches(".review") || !this.place.dataset.live) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (answer?.type === "opaqueredirect") { this.at = form.closest(".flag").id; form.closest(".flag").focus(); await this.refresh(true); }
    else form.requestSubmit === undefined ? form.submit() : this.plainly(form, event.submitter);
  }

  plainly(form, button) {
    const state = document.createElement("input");
    Object.assign(state, { type: "hidden", name: "state", value: button?.value ?? "confirmed" });
    form.append(state);
    form.submit();
  }

  key(event) {
    if (!isForUs(event) || document.querySelector("dialog[open]")) return;
    const index = this.current ? this.flags.indexOf(this.current) : -1;
    const press = (selector) => this.current?.querySelector(selector);
    switch (event.key) {
      case "j": this.go(index + 1); break;
      case "k": this.go(index - 1); break;
      case "c": press("button[value=confirmed]")?.click(); break;
      case "d": press("button[value=dismissed]")?.click(); break;
      case "n": press("input[name=note]")?.focus(); break;
      case "Enter": if (event.target !== this.current) return; press(".links a")?.click(); break;
      case "?": document.getElementById("help").showModal(); break;
      default: return;
    }
    event.preventDefault();
  }
}

localTimes(document);
sayZone();
for (const button of document.querySelectorAll("[data-turns-keys]")) offersKeys(button);
for (const days of document.querySelectorAll(".days .scrolls")) days.scrollLeft = days.scrollWidth;  // today is on the right
const work = document.getElementById("work");
if (work) new WorkList(work);

// A comparison: on to the edit behind, back to the one before.
if (document.querySelector("[data-key]")) document.addEventListener("keydown", (event) => {
  if (isForUs(event)) document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
});

// Citations: one press copies them.
for (const button of document.querySelectorAll("button.copy")) {
  if (!navigator.clipboard) break;
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}
