/** @file `npm run screenshots`: drives the app in Chromium and makes the pictures of the README and the docs, dark and light. */
import { mkdirSync } from "node:fs";
import { launchBrowser, openTemplate, runToEnd, serveApp } from "./browser.mjs";

const folder = "docs/pictures";
/** What is drawn, by the name of its picture. */
const scenes = {
  async gallery(page, address) {
    await page.goto(address);
    await page.waitForTimeout(1000);
  },
  async training(page, address) {
    await openTemplate(page, address, "poly-autograd");
    await runToEnd(page);
    await page.waitForTimeout(3000);
    await page.locator(".react-flow__node", { hasText: "Pow" }).last().click();
    await page.waitForTimeout(1500);
  },
  async timeline(page) {
    await page.getByRole("tab", { name: "Timeline" }).click();
    await page.getByRole("button", { name: "Load step" }).first().click();
    await page.getByTestId("timeline-at").waitFor({ timeout: 60_000 });
    for (let op = 0; op < 20; op++) await page.keyboard.press("F10");
    await page.waitForTimeout(1000);
  },
  async edges(page) {
    await page.getByRole("tab", { name: "Edges" }).click();
    await page.waitForTimeout(800);
  },
  async code(page, address) {
    await openTemplate(page, address, "legendre-function");
    await runToEnd(page);
    await page.waitForTimeout(3000);
    await page.getByRole("button", { name: "Code" }).click();
    await page.getByTestId("code").getByText("extends").first().waitFor({ timeout: 60_000 });
    await page.waitForTimeout(1500);
  },
  async dynamic(page, address) {
    await openTemplate(page, address, "mlp-dynamic");
    await runToEnd(page);
    await page.waitForTimeout(3000);
  },
  async problems(page, address) {
    await openTemplate(page, address, "mlp-module");
    await page.locator(".react-flow__node", { hasText: "TwoLayerNet" }).first().dblclick();
    await page.locator(".react-flow__node", { hasText: "Linear" }).first().click();
    const field = page.getByTestId("inspector").getByLabel("outFeatures");
    await field.click();
    await field.fill("120");
    await field.press("Enter");
    await page.getByRole("tab", { name: "Problems" }).click();
    await page.waitForTimeout(1000);
  },
  async settings(page) {
    await page.getByRole("button", { name: "Settings" }).click();
    await page.waitForTimeout(600);
  },
};

const only = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const server = await serveApp();
const browser = await launchBrowser();
try {
  for (const scheme of ["dark", "light"]) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: scheme });
    for (const [name, draw] of Object.entries(scenes)) {
      await draw(page, server.address);
      if (only.length > 0 && !only.includes(name)) continue;
      await page.screenshot({ path: `${folder}/${name}-${scheme}.png` });
      console.log(`${folder}/${name}-${scheme}.png`);
    }
    await page.close();
  }
} finally {
  await browser.close();
  server.stop();
}
