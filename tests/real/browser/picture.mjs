// picture.mjs - the picture of the README: phones in the middle of real conversations. URL and OUT by environment.
import { chromium } from "playwright-core";

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
await page.goto(process.env.URL + "/sim");
const phone = (name) => page.locator("article.device", { has: page.locator("h2", { hasText: name }) });

async function says(name, words) {
  const p = phone(name);
  const before = await p.locator(".msg.out").count();
  await p.getByLabel("Message de " + name).fill(words);
  await p.getByLabel("Message de " + name).press("Enter");
  for (let i = 0; i < 80 && await p.locator(".msg.out").count() === before; i += 1) await page.waitForTimeout(100);
  await page.waitForTimeout(300);
}

// to the invitations: the first Wednesday less ten days, inside the hours
for (let i = 0; i < 30 && await phone("Karim").locator(".msg.out").count() === 0; i += 1) {
  await page.locator("#move-next:not([disabled])").click();
  await page.locator("body:not(.is-moving)").waitFor();
  await page.waitForTimeout(200);
}
await says("Inès", "SALUT");
await says("Inès", "moi c inès");
await says("Inès", "12 mars 06");
await says("Karim", "ouai jvien");
await phone("Lina").getByRole("button", { name: "Oui" }).last().click();
await says("Moussa", "trop loin pr moi");
await page.waitForTimeout(1500);
for (const log of await page.locator("article.device").all()) await log.evaluate((d) => { for (const e of d.querySelectorAll("*")) if (e.scrollHeight > e.clientHeight + 4 && getComputedStyle(e).overflowY !== "visible") e.scrollTop = e.scrollHeight; });
await page.evaluate(() => { document.activeElement?.blur(); window.scrollTo(0, 0); });
await page.waitForTimeout(300);
await page.screenshot({ path: process.env.OUT });
await browser.close();
