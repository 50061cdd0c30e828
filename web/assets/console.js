// console.js - small comforts of the console; every page works without it.
"use strict";

// The parts that move are read again from the same page, unless somebody is selecting or typing in them.
for (const part of document.querySelectorAll("[data-refresh]")) {
  const seconds = Number(part.dataset.refresh);
  setInterval(async () => {
    const busy = part.contains(document.activeElement) || String(document.getSelection()) !== "" || part.querySelector("details[open]");
    if (document.hidden || busy) return;
    try {
      const here = new URL(location.href);
      here.searchParams.set("suivi", "1"); // a look of the machine, not of a person
      const answer = await fetch(here, { redirect: "error" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(part.id);
      if (fresh && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
    } catch (e) {
      // the service is restarting, or the login is over: the next look will tell
    }
  }, seconds * 1000);
}

// What a text costs as SMS (3GPP TS 23.038): 160 or 153 septets, else 70 or 67 UTF-16 units.
const GSM = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const TWICE = new Set("^{}\\[~]|€\f");
// quotes, dashes and spaces that the service itself makes plain before sending
const PLAIN = { "’": "'", "‘": "'", "“": "\"", "”": "\"", "«": "\"", "»": "\"", "–": "-", "—": "-", "…": "...", "\u00a0": " ", "\u202f": " " };

function cost(text) {
  const said = Array.from(text.normalize("NFC"), (c) => PLAIN[c] || c).join("");
  let septets = 0;
  for (const c of said) {
    if (GSM.has(c)) septets += 1;
    else if (TWICE.has(c)) septets += 2;
    else return { count: said.length <= 70 ? 1 : Math.ceil(said.length / 67), alien: c };
  }
  return { count: septets <= 160 ? 1 : Math.ceil(septets / 153), alien: null };
}

for (const field of document.querySelectorAll("[data-segments]")) {
  const out = document.getElementById(field.dataset.segments);
  const show = () => {
    const c = cost(field.value);
    out.textContent = field.value ? Array.from(field.value).length + " caractères, " + c.count + " SMS" +
      (c.alien ? " (70 signes par SMS à cause de « " + c.alien + " »)" : "") : "";
  };
  field.addEventListener("input", show);
  show();
}
