/** @file `npm run screenshots`: drives the app in Chromium and makes the pictures of the README and the docs, dark and light. */
import { mkdirSync } from "node:fs";
import { launchBrowser, openTemplate, runToEnd, serveApp } from "./browser.mjs";

const folder = "docs/pictures";
const node = (page, words) => page.locator(".react-flow__node", { hasText: words });

/** Clicks the header of the node furthest to the right of those that say these words. */
async function clickRightmost(page, words) {
  const boxes = await Promise.all((await node(page, words).all()).map((found) => found.boundingBox()));
  const [box] = boxes.filter((found) => found !== null).sort((one, other) => other.x - one.x);
  if (box !== undefined) await page.mouse.click(box.x + box.width / 2, box.y + 8);
}

/** Types a number into a field of the inspector. */
async function type(page, label, value) {
  const field = page.getByTestId("inspector").getByLabel(label, { exact: true });
  await field.click();
  await field.fill(value);
  await field.press("Enter");
}

/** What is drawn, by the name of its picture. Each begins where the one before ended, or opens a template. */
const scenes = {
  async gallery(page, address) {
    await page.goto(address);
    await page.getByText("Looking for devices").waitFor({ state: "detached", timeout: 60_000 });
    await page.waitForTimeout(500);
  },
  async training(page, address) {
    await openTemplate(page, address, "poly-autograd");
    await runToEnd(page);
    await page.waitForTimeout(3000);
    await clickRightmost(page, "Pow");
    await page.mouse.move(0, 0);
    await page.waitForTimeout(2000);
  },
  async timeline(page) {
    await page.getByRole("tab", { name: "Timeline" }).click();
    await page.getByTestId("timeline-at").waitFor({ timeout: 60_000 });
    for (let op = 0; op < 20; op++) await page.getByRole("button", { name: "Next op" }).click();
    await page.mouse.move(0, 0);
    await page.waitForTimeout(1200);
  },
  async edges(page) {
    await page.getByRole("tab", { name: "Edges" }).click();
    await page.getByTestId("edge-table").locator("tbody tr").nth(5).click();
    await page.waitForTimeout(1500);
  },
  async health(page, address) {
    await openTemplate(page, address, "poly-autograd");
    await node(page, "Update").first().click();
    await type(page, "lr", "1e-5");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("progressbar").getByText("failed").waitFor({ timeout: 60_000 });
    await page.getByRole("tab", { name: "Health" }).click();
    await page.getByRole("tab", { name: "Edges" }).click();
    await page.getByRole("alert").getByRole("button", { name: "Close" }).click();
    await page.mouse.move(0, 0);
    await page.waitForTimeout(2000);
  },
  async code(page, address) {
    await openTemplate(page, address, "legendre-function");
    await runToEnd(page);
    await page.waitForTimeout(3000);
    await page.getByRole("button", { name: "Code" }).click();
    await page.getByTestId("code").getByText("extends").first().waitFor({ timeout: 60_000 });
    await page.waitForTimeout(800);
    await page.getByRole("button", { name: "Fit all" }).click();
    await node(page, "Legendre3").first().click();
    await page.mouse.move(0, 0);
    await page.waitForTimeout(1500);
  },
  async dynamic(page, address) {
    await openTemplate(page, address, "mlp-dynamic");
    await runToEnd(page);
    await page.getByRole("button", { name: "Fit all" }).click();
    await page.waitForTimeout(2500);
  },
  async problems(page, address) {
    await openTemplate(page, address, "mlp-module");
    await node(page, "TwoLayerNet").first().dblclick();
    await node(page, "Linear").first().click();
    await type(page, "outFeatures", "120");
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
