/** @file `npm run screenshots`: drives the app in Chromium and makes the pictures of the README and the docs, dark and light. */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { chromium } from "playwright";
import { findBrowser } from "./setup.mjs";

const folder = "docs/pictures";
const flags = [
  "--no-sandbox", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--use-gl=angle", "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
]; // prettier-ignore

/** Starts `chainrule serve` on a free port and gives its address. */
function serve() {
  const server = spawn("node", ["cli/bin/chainrule.mjs", "serve", "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    server.once("exit", (code) => reject(new Error(`chainrule serve ended with ${code}. Run npm run build first.`)));
    server.stdout.on("data", (chunk) => {
      const address = /https?:\/\/[^\s"]+/.exec(String(chunk))?.[0];
      if (address !== undefined) resolve({ address, stop: () => server.kill() });
    });
  });
}

async function openTemplate(page, address, file) {
  await page.goto(address);
  await page.getByPlaceholder("Search templates").fill(file);
  await page.locator("main button", { hasText: file }).last().click();
  await page
    .getByRole("button", { name: "Run", exact: true })
    .and(page.locator(":enabled"))
    .waitFor({ timeout: 60_000 });
}

async function runToEnd(page) {
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.waitForFunction(
    () => {
      const [step, steps] = (document.querySelector("[data-testid=step]")?.textContent ?? "")
        .replaceAll(",", "")
        .split("/");
      return Number(step) > 0 && Number(step) === Number(steps);
    },
    null,
    { timeout: 120_000 },
  );
  await page.waitForTimeout(3000);
}

/** What is drawn, by the name of its picture. */
const scenes = {
  async gallery(page, address) {
    await page.goto(address);
    await page.waitForTimeout(1000);
  },
  async training(page, address) {
    await openTemplate(page, address, "poly-autograd");
    await runToEnd(page);
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
    await page.getByRole("button", { name: "Code" }).click();
    await page.getByTestId("code").getByText("extends").first().waitFor({ timeout: 60_000 });
    await page.waitForTimeout(1500);
  },
  async dynamic(page, address) {
    await openTemplate(page, address, "mlp-dynamic");
    await runToEnd(page);
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

const browserPath = findBrowser();
if (browserPath === null) throw new Error("screenshots: no Chromium found. Run npm test once, or install it.");
const only = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const server = await serve();
const browser = await chromium.launch({ executablePath: browserPath, args: flags });
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
