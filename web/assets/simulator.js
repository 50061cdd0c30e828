// simulator.js - draws the phones, carries what is typed to the service and back (see web/page_sim.c).
"use strict";

const QUICK = { sms: ["SALUT", "OUI", "NON", "STOP"], telegram: ["/start", "Oui", "Non", "STOP"] };
const STATUS = { queued: "en file", sent: "envoyé", delivered: "remis", held: "retenu", failed: "échec", received: "reçu" };
const KIND = { sms: "SMS", telegram: "Telegram" };

const state = { phones: new Map(), zone: "Europe/Paris", offset: 0, socket: null, tries: 0, current: null, moving: false, next: null };
const byId = (id) => document.getElementById(id);
const now = () => Date.now() + state.offset;

function format(options) {
  return new Intl.DateTimeFormat("fr-FR", Object.assign({ timeZone: state.zone }, options));
}
const hour = (ms) => format({ hour: "2-digit", minute: "2-digit" }).format(ms);
const day = (ms) => format({ weekday: "long", day: "numeric", month: "long" }).format(ms);
const fullDay = (ms) => format({ weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(ms);

function element(name, className, text) {
  const e = document.createElement(name);
  if (className) e.className = className;
  if (text !== undefined) e.textContent = text;
  return e;
}

// ---- the wire

function send(message) {
  if (state.socket && state.socket.readyState === WebSocket.OPEN) {
    state.socket.send(JSON.stringify(message));
    return true;
  }
  complain("Pas de connexion au service : le message n'est pas parti.");
  return false;
}

function connect() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(scheme + "//" + location.host + "/sim/ws");
  state.socket = socket;
  socket.onopen = () => {
    state.tries = 0;
    link("is-on", "Relié au service");
    send({ type: "hello" });
  };
  socket.onmessage = (event) => receive(JSON.parse(event.data));
  socket.onclose = () => {
    link("is-off", "Connexion perdue, nouvel essai…");
    moving(false, true);
    state.tries += 1;
    setTimeout(connect, Math.min(8000, 400 * 2 ** Math.min(state.tries, 5)));
  };
}

function link(className, text) {
  const e = byId("link-state");
  e.className = "sim-link " + className;
  if (e.textContent !== text) e.textContent = text;
}

let complaintTimer;
function complain(text) {
  byId("said").textContent = text;
  clearTimeout(complaintTimer);
  complaintTimer = setTimeout(() => { byId("said").textContent = ""; }, 7000);
}

function receive(m) {
  const phone = m.phone && state.phones.get(m.phone);
  if (m.type === "phones") drawPhones(m.phones);
  else if (m.type === "thread" && phone) fillThread(phone, m.messages);
  else if (m.type === "message" && phone) arrive(phone, m.message);
  else if (m.type === "status" && phone) changeStatus(phone, m);
  else if (m.type === "clock") setClock(m);
  else if (m.type === "busy") moving(m.on, false);
  else if (m.type === "error") { stopTyping(phone); complain(m.text); }
}

// ---- the clock

function setClock(m) {
  state.zone = m.zone;
  state.offset = m.now - Date.now();
  state.next = m.next;
  const text = m.next ? day(m.next.at) + " à " + hour(m.next.at) + " : " + m.next.what : "Rien n'est prévu.";
  if (byId("clock-next").textContent !== text) byId("clock-next").textContent = text;
  if (!state.moving) moving(false, false);
  tick();
}

function tick() {
  const t = now();
  byId("clock-time").textContent = hour(t);
  byId("clock-day").textContent = fullDay(t);
  for (const p of state.phones.values()) p.time.textContent = hour(t);
}

function moving(on, lost) {
  state.moving = on;
  document.body.classList.toggle("is-moving", on);
  for (const id of ["move-hour", "move-day", "move-next"]) {
    byId(id).disabled = on || lost || (id === "move-next" && !state.next);
  }
}

// ---- phones

function drawPhones(list) {
  const keep = state.current;
  byId("telephones").textContent = "";
  byId("tabs").textContent = "";
  state.phones.clear();
  for (const data of list) addPhone(data);
  choose(state.phones.has(keep) ? keep : list.length ? list[0].id : null);
  tick();
}

function addPhone(data) {
  const root = byId("phone").content.firstElementChild.cloneNode(true);
  const find = (c) => root.querySelector("." + c);
  const p = { id: data.id, data, root, list: find("messages"), thread: find("thread"), typing: find("typing"), time: find("bar-time"),
    input: root.querySelector("input"), rows: new Map(), unread: 0, lastDay: "", badges: [] };
  root.classList.add(data.kind);
  find("owner-name").append(element("span", "", data.name), badge(p));
  find("owner-name").id = "owner-" + data.id;
  root.setAttribute("aria-labelledby", "owner-" + data.id);
  find("owner-number").textContent = data.number + " · " + KIND[data.kind];
  find("owner-about").textContent = data.about;
  find("peer-name").textContent = data.service;
  find("peer-kind").textContent = data.kind === "telegram" ? "bot" : "SMS";
  find("peer-face").textContent = "R";
  p.thread.setAttribute("aria-label", "Conversation de " + data.name);
  root.querySelector("label .hidden-text").textContent = "Message de " + data.name;
  find("chips").setAttribute("aria-label", "Réponses rapides de " + data.name);
  for (const word of QUICK[data.kind]) {
    const b = element("button", "", word);
    b.type = "button";
    b.addEventListener("click", () => say(p, word));
    find("chips").append(b);
  }
  root.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (say(p, p.input.value.trim())) p.input.value = "";
  });
  root.addEventListener("focusin", () => read(p));
  root.addEventListener("pointerdown", () => read(p));
  addTab(p);
  state.phones.set(data.id, p);
  byId("telephones").append(root);
}

function addTab(p) {
  const tab = element("button");
  tab.type = "button";
  tab.append(element("span", "", p.data.name), badge(p));
  tab.addEventListener("click", () => choose(p.id));
  p.tab = tab;
  byId("tabs").append(tab);
}

function badge(p) {
  const b = element("span", "unread");
  b.hidden = true;
  p.badges.push(b);
  return b;
}

function choose(id) {
  state.current = id;
  for (const p of state.phones.values()) {
    p.root.classList.toggle("is-current", p.id === id);
    p.tab.setAttribute("aria-pressed", p.id === id ? "true" : "false");
  }
  const p = state.phones.get(id);
  if (p && p.tab.offsetParent) {
    read(p);
    toBottom(p);
  }
}

function showUnread(p) {
  for (const b of p.badges) {
    b.hidden = p.unread === 0;
    b.textContent = "";
    b.append(String(p.unread), element("span", "hidden-text", p.unread > 1 ? " messages non lus" : " message non lu"));
  }
}

function read(p) {
  if (p.unread) {
    p.unread = 0;
    showUnread(p);
  }
}

function isWatched(p) {
  return p.root.contains(document.activeElement) || (p.tab.offsetParent !== null && state.current === p.id);
}

// ---- messages

function fillThread(p, messages) {
  p.rows.clear();
  p.lastDay = "";
  p.list.textContent = "";
  if (!messages.length) p.list.append(element("li", "empty", p.data.kind === "telegram"
    ? "Appuyez sur /start pour parler au bot." : "Écrivez SALUT pour commencer."));
  for (const m of messages) append(p, m, false);
  toBottom(p);
}

function arrive(p, m) {
  if (p.rows.has(m.id)) return;
  const low = p.thread.scrollHeight - p.thread.scrollTop - p.thread.clientHeight < 90;
  const empty = p.list.querySelector(".empty");
  if (empty) empty.remove();
  append(p, m, true);
  if (m.dir === "out") {
    stopTyping(p);
    if (!isWatched(p) && m.status !== "queued" && m.status !== "held") {
      p.unread += 1;
      showUnread(p);
    }
  } else {
    startTyping(p);
  }
  if (low || m.dir === "in") toBottom(p);
}

function append(p, m, fresh) {
  const d = day(m.at);
  if (d !== p.lastDay) {
    p.list.append(element("li", "day", d));
    p.lastDay = d;
  }
  const row = element("li", "msg " + m.dir + (fresh ? " is-new" : ""));
  row.append(element("span", "hidden-text", m.dir === "in" ? p.data.name + " : " : p.data.service + " : "));
  row.append(element("div", "bubble", m.text));
  const keys = keyboard(p, m);
  if (keys) {
    row.classList.add("has-keys");
    row.append(keys);
  }
  const meta = element("span", "meta");
  row.append(meta);
  p.rows.set(m.id, { row, meta, at: m.at });
  setStatus(p.rows.get(m.id), m);
  p.list.append(row);
}

function keyboard(p, m) {
  if (!(m.buttons && m.buttons.length) && !m.contact) return null;
  const keys = element("div", "keys");
  for (const one of m.buttons || []) {
    const b = element("button", "", one.label);
    b.type = "button";
    b.addEventListener("click", () => send({ type: "say", phone: p.id, text: one.label, payload: one.payload }));
    keys.append(b);
  }
  if (m.contact) {
    const b = element("button", "wide", "Partager mon numéro");
    b.type = "button";
    b.addEventListener("click", () => send({ type: "contact", phone: p.id }));
    keys.append(b);
  }
  return keys;
}

function setStatus(entry, m) {
  for (const s of Object.keys(STATUS)) entry.row.classList.toggle("is-" + s, s === m.status);
  entry.meta.textContent = hour(entry.at) + " · " + STATUS[m.status] + (m.reason ? " (" + m.reason + ")" : "");
}

function changeStatus(p, m) {
  const entry = p.rows.get(m.id);
  if (!entry) return;
  const waited = entry.row.classList.contains("is-queued");
  setStatus(entry, m);
  if (waited && (m.status === "sent" || m.status === "delivered") && !isWatched(p)) {
    p.unread += 1;
    showUnread(p);
  }
}

function say(p, text) {
  return text !== "" && send({ type: "say", phone: p.id, text });
}

function startTyping(p) {
  clearTimeout(p.typingTimer);
  p.typing.hidden = false;
  toBottom(p);
  p.typingTimer = setTimeout(() => stopTyping(p), 4000);
}

function stopTyping(p) {
  if (!p) return;
  clearTimeout(p.typingTimer);
  p.typing.hidden = true;
}

function toBottom(p) {
  p.thread.scrollTop = p.thread.scrollHeight;
}

for (const id of ["move-hour", "move-day"]) {
  byId(id).addEventListener("click", (event) => send({ type: "clock", advance_ms: Number(event.currentTarget.dataset.ms) }));
}
byId("move-next").addEventListener("click", () => send({ type: "clock", to: "next" }));
setInterval(tick, 1000);
connect();
