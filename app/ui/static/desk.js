// What makes the desk quicker where there is a script: a pasted address is looked at at once, a file fills a list.
"use strict";

for (const input of document.querySelectorAll("[data-sends-on-paste]")) {
  input.addEventListener("paste", () => setTimeout(() => input.value.trim() && input.form.requestSubmit(), 0));
}
for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
    button.textContent = button.dataset.done;
  });
}
for (const picker of document.querySelectorAll("[data-fills]")) {
  picker.hidden = false;
  picker.querySelector("input").addEventListener("change", async (event) => {
    const file = event.target.files[0];
    if (!file) return;
    document.getElementById(picker.dataset.fills).value = await file.text();
    const media = { json: "json", csv: "csv", opml: "opml", xml: "opml", txt: "text" }[file.name.split(".").pop().toLowerCase()];
    if (media) document.getElementById("media").value = media;
  });
}

// Times that somebody writes are meant in their own zone.
const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone.replace("Europe/Kiev", "Europe/Kyiv");  // some browsers have the old name
for (const input of document.querySelectorAll("[data-zone]")) if (!input.value) input.value = ownZone;
for (const input of document.querySelectorAll("[data-zone-of-times]")) input.value = ownZone;
for (const place of document.querySelectorAll("[data-zone-name]")) place.textContent = ownZone;
