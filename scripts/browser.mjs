/** @file The Chromium that journeys, pictures and measurements use: its switches, and the app served to it. */
import { spawn } from "node:child_process";
import { chromium } from "playwright";
import { findBrowser } from "./setup.mjs";

/**
 * WebGPU and WebGL on the CPU where there is no GPU, and nothing that talks to the network by itself. How pages are composed is
 * left to Chromium: made to go through SwiftShader too, a frame takes ten times as long.
 */
export const browserSwitches = [
  "--no-sandbox",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts Chromium; throws a sentence where there is none. */
export function launchBrowser() {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error("browser: found no Chromium. Run npm test once, or install it.");
  return chromium.launch({ executablePath, args: browserSwitches });
}

/** Starts `chainrule serve` on a free port and gives its address. */
export function serveApp() {
  const server = spawn(process.execPath, ["cli/bin/chainrule.mjs", "serve", "--port", "0"], {
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

/** Opens a template of the gallery by its file's name and waits until it can run. */
export async function openTemplate(page, address, file) {
  await page.goto(address);
  await page.getByPlaceholder("Search templates").fill(file);
  await page.locator("main button", { hasText: file }).last().click();
  await page
    .getByRole("button", { name: "Run", exact: true })
    .and(page.locator(":enabled"))
    .waitFor({ timeout: 60_000 });
}

/** Presses Run and waits for the last step. */
export async function runToEnd(page) {
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
}
