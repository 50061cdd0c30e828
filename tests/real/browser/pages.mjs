// pages.mjs - what people do on the pages: talk as a youth, answer as an advisor, tell many; each page also
// against axe-core (WCAG 2.2 AA and best practices), by keyboard, on a small screen and without JavaScript.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const URL_ = process.env.URL;
const SHOTS = process.env.SHOTS;
const WAIT = 15000;

const problems = [];
let browser;

async function open(options = {}) {
  const context = await browser.newContext({ locale: "fr-FR", viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT);
  page.on("console", (m) => { if (m.type() === "error" || m.type() === "warning") problems.push(m.text()); });
  page.on("pageerror", (e) => problems.push(String(e)));
  page.on("request", (r) => {
    if (!r.url().startsWith(URL_) && !r.url().startsWith(URL_.replace("http", "ws")) && !r.url().startsWith("data:")) problems.push("asks elsewhere: " + r.url());
  });
  return page;
}

async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: join(SHOTS, name + ".png"), fullPage: !name.startsWith("sim") });
}

// axe by the debugger's door: our own policy forbids injected scripts, rightly
async function accessible(page, name) {
  // a bubble that is still fading in has no contrast yet
  await page.evaluate(() => Promise.all(document.getAnimations()
    .filter((a) => a.effect.getComputedTiming().iterations !== Infinity)
    .map((a) => a.finished.catch(() => {}))));
  const client = await page.context().newCDPSession(page);
  await client.send("Runtime.evaluate", { expression: axe });
  const run = "axe.run({runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}).then(r=>JSON.stringify(r.violations.map(v=>v.id+' '+v.nodes.map(n=>n.target).join(' ')+' '+v.help)))";
  const answer = await client.send("Runtime.evaluate", { expression: run, awaitPromise: true, returnByValue: true });
  assert.deepEqual(JSON.parse(answer.result.value), [], name);
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert.equal(sideways, false, name + " scrolls sideways");
}

const phone = (page, name) => page.locator("article.device", { has: page.locator("h2", { hasText: name }) });

async function simulator() {
  const page = await open();
  await page.goto(URL_ + "/sim");
  await page.getByText("Rien n'est réellement envoyé.").waitFor();
  await page.getByText("Relié au service").waitFor();
  const ines = phone(page, "Inès");
  assert.ok(await page.locator("article.device").count() >= 4, "several phones");
  const input = ines.getByLabel("Message de Inès");
  await input.focus();
  await page.keyboard.type("SALUT");
  await page.keyboard.press("Enter");
  await ines.locator(".msg.in", { hasText: "SALUT" }).waitFor();
  await ines.locator(".msg.out").first().waitFor();
  await ines.locator(".msg.out .meta", { hasText: /envoyé|remis/ }).first().waitFor();
  assert.equal(await input.inputValue(), "", "the field is empty again");
  await input.fill("Inès <b>");
  await input.press("Enter");
  await ines.locator(".msg.in", { hasText: "Inès <b>" }).waitFor();
  assert.equal(await ines.locator("b").count(), 0, "what is typed stays text");
  await accessible(page, "simulator");
  await shot(page, "sim-wide");
  await page.context().close();
}

async function clock() {
  const page = await open({ colorScheme: "dark" });
  await page.goto(URL_ + "/sim");
  const hour = page.locator("#clock-time");
  await page.locator("#move-hour:not([disabled])").waitFor();
  const before = await hour.textContent();
  await page.locator("#move-hour").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction((t) => document.querySelector("#clock-time").textContent !== t, before);
  const day = await page.locator("#clock-day").textContent();
  await page.locator("#move-day:not([disabled])").click();
  await page.waitForFunction((t) => document.querySelector("#clock-day").textContent !== t, day);
  await page.locator("#move-day:not([disabled])").waitFor();
  await accessible(page, "simulator, dark");
  await shot(page, "sim-dark");
  await page.context().close();
}

async function smallScreen() {
  const page = await open({ viewport: { width: 390, height: 844 }, hasTouch: true });
  await page.goto(URL_ + "/sim");
  await page.locator("#tabs button").nth(2).tap();
  assert.equal(await page.locator("article.device:visible").count(), 1, "one phone at a time");
  assert.equal(await page.locator("#tabs button").nth(2).getAttribute("aria-pressed"), "true");
  await accessible(page, "simulator, small");
  await shot(page, "sim-small");
  await page.context().close();
}

async function login(page) {
  await page.goto(URL_ + "/conversations");
  assert.match(page.url(), /\/connexion/);
  await accessible(page, "login");
  await page.getByLabel("Identifiant").fill("demo");
  await page.getByLabel("Mot de passe").fill("certainement pas");
  await page.getByRole("button", { name: "Se connecter" }).click();
  await page.getByRole("alert").waitFor();
  await accessible(page, "login refused");
  await page.getByLabel("Mot de passe").fill("demo-rebond");
  await page.getByRole("button", { name: "Se connecter" }).click();
  await page.getByRole("heading", { level: 1, name: "Conversations" }).waitFor();
}

async function answerOne(page) {
  await accessible(page, "conversations");
  await shot(page, "console-conversations");
  await page.locator("tbody th a").first().click();
  await page.getByLabel("Votre message").fill("Bonjour, je t'appelle demain à 10 h.");
  await page.locator(".talk .why summary").first().click();
  await page.locator(".talk .why li").first().waitFor();
  await accessible(page, "conversation");
  await page.getByRole("button", { name: "Envoyer la réponse" }).click();
  await page.getByText("Réponse mise en file.").waitFor();
  await page.locator(".talk .human", { hasText: "je t'appelle demain" }).waitFor();
  await accessible(page, "conversation answered");
  await shot(page, "console-conversation");
  await page.getByRole("button", { name: /Fermer/ }).click();
  await page.getByText("Conversation fermée").waitFor();
}

async function tellMany(page, title) {
  await page.goto(URL_ + "/diffusions/nouvelle");
  await accessible(page, "new broadcast");
  await page.getByLabel("Titre").fill(title);
  await page.getByLabel("Texte du message").fill("Job d'été à la piscine de Mérignac, juillet et août.");
  await page.getByLabel("De (ans)").fill("30");
  await page.getByLabel("À (ans)").fill("18");
  await page.getByRole("button", { name: "Voir l'aperçu" }).click();
  await page.getByText("Les âges vont du plus petit").waitFor();
  await accessible(page, "broadcast to correct");
  await page.getByLabel("De (ans)").fill("16");
  await page.getByLabel("À (ans)").fill("25");
  await shot(page, "console-write");
  await page.getByRole("button", { name: "Voir l'aperçu" }).click();
  await page.getByText("Aperçu : rien n'est parti.").waitFor();
  await page.locator(".exact", { hasText: "piscine" }).waitFor();
  await page.getByText(/SMS par personne/).waitFor();
  await accessible(page, "preview");
  await shot(page, "console-preview");
  await page.getByRole("button", { name: /Envoyer à \d+ personnes/ }).click();
  await page.getByRole("status").filter({ hasText: "Diffusion confirmée." }).waitFor();
  await page.locator(".counts").waitFor();
  await accessible(page, "broadcast sent");
  await shot(page, "console-broadcast");
}

// The text reaches a phone inside the sending hours; who answers yes is on the advisor's list.
async function interested(page, title) {
  const sim = await page.context().newPage();
  await sim.goto(URL_ + "/sim");
  const karim = phone(sim, "Karim");
  for (let i = 0; i < 40 && await karim.locator(".msg.out", { hasText: "piscine" }).count() === 0; i += 1) {
    await sim.locator("#move-next:not([disabled])").click();
    await sim.locator("body:not(.is-moving)").waitFor();
    await sim.waitForTimeout(150);
  }
  await karim.locator(".msg.out", { hasText: "piscine" }).waitFor();
  await karim.getByLabel("Message de Karim").fill("1");
  await karim.getByLabel("Message de Karim").press("Enter");
  await karim.locator(".msg.in", { hasText: "1" }).waitFor();
  await sim.locator("#move-hour:not([disabled])").click();
  await sim.locator("#move-hour:not([disabled])").waitFor();
  await shot(sim, "sim-broadcast");
  await sim.close();
  await page.goto(URL_ + "/diffusions");
  await page.getByRole("link", { name: title }).click();
  await page.locator("tr", { hasText: "Karim" }).waitFor();
  await accessible(page, "broadcast answered");
  await shot(page, "console-interested");
}

async function consolePages() {
  const page = await open();
  await login(page);
  await answerOne(page);
  await tellMany(page, "Piscine de Mérignac");
  await interested(page, "Piscine de Mérignac");
  await page.goto(URL_ + "/");
  await page.getByRole("heading", { level: 1, name: "Aujourd'hui" }).waitFor();
  await accessible(page, "today");
  await shot(page, "console-today");
  await page.setViewportSize({ width: 390, height: 844 });
  await accessible(page, "today, small");
  await page.goto(URL_ + "/nulle-part");
  await page.getByRole("heading", { level: 1, name: "Page introuvable" }).waitFor();
  problems.splice(0, problems.length, ...problems.filter((t) => !t.includes("404")));
  await page.getByRole("button", { name: "Se déconnecter" }).click();
  await page.getByRole("heading", { level: 1, name: "Connexion" }).waitFor();
  await page.goto(URL_ + "/diffusions");
  assert.match(page.url(), /\/connexion/, "the session is over");
  await page.context().close();
}

async function withoutScript() {
  const page = await open({ javaScriptEnabled: false });
  await page.goto(URL_ + "/connexion");
  await page.getByLabel("Identifiant").fill("demo");
  await page.getByLabel("Mot de passe").fill("demo-rebond");
  await page.getByRole("button", { name: "Se connecter" }).click();
  await page.getByRole("heading", { level: 1, name: "Aujourd'hui" }).waitFor();
  await page.goto(URL_ + "/diffusions/nouvelle");
  await page.getByLabel("Titre").fill("Sans script");
  await page.getByLabel("Texte du message").fill("Forum de l'emploi jeudi.");
  await page.getByRole("button", { name: "Voir l'aperçu" }).click();
  await page.getByText("Aperçu : rien n'est parti.").waitFor();
  await page.getByRole("button", { name: "Abandonner" }).click();
  await page.getByText("Diffusion arrêtée").waitFor();
  await page.context().close();
}

const steps = { simulator, clock, smallScreen, consolePages, withoutScript };
let failed = 0;
browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
try {
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step();
      assert.deepEqual(problems.splice(0), [], "the browser complains");
      console.log("ok   " + name);
    } catch (e) {
      failed += 1;
      console.log("FAIL " + name + "\n" + (e.stack || e));
      problems.splice(0);
    }
  }
} finally {
  await browser.close();
}
console.log(Object.keys(steps).length - failed + " passed, " + failed + " failed");
process.exit(failed ? 1 : 0);
