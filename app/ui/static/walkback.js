// The little that a browser does by itself: times in the reader's zone. Every page works without it.
"use strict";

const language = document.documentElement.lang;

function localTimes(root) {
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  for (const time of root.querySelectorAll("time[title]")) {
    time.textContent = exact.format(new Date(time.dateTime));
  }
}

function sayZone() {
  const place = document.querySelector(".zone");
  if (place) {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    place.textContent = place.dataset.zoneText.replace("{zone}", zone);
  }
}

localTimes(document);
sayZone();
