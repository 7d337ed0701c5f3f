/** @file `npm run test:desktop`: the journeys in a real Electron, fetched where there is none. It fails where it cannot be had, and where a journey is skipped. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { fetchRuntime } from "./desktop-runtime.mjs";
import { installBrowser, installPackages, installDisplay } from "./setup.mjs";

process.chdir(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

function fail(why) {
  console.error(`test:desktop: ${why}`);
  process.exit(1);
}

installPackages();
// Debian's Chromium brings the libraries that Electron needs.
installBrowser();
installDisplay();
try {
  console.log(`test:desktop: ${fetchRuntime()}`);
} catch (error) {
  fail(error.message);
}
if (!process.argv.includes("--built")) {
  if (spawnSync(process.execPath, ["scripts/build.mjs"], { stdio: "inherit" }).status !== 0) fail("the build failed.");
}
mkdirSync(".cache", { recursive: true });
const report = path.resolve(".cache/desktop.json");
const journeys = spawnSync(
  "npx",
  ["playwright", "test", "-c", "e2e/playwright.config.ts", "--project", "desktop", "--reporter=line,json"],
  {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  },
);
if (!existsSync(report)) fail("the journeys ended without a report.");
const { expected, flaky, unexpected, skipped } = JSON.parse(readFileSync(report, "utf8")).stats;
if (flaky > 0) console.log(`test:desktop: ${flaky} passed only when tried again`);
console.log(`${expected + flaky} passed, ${unexpected} failed, ${skipped} skipped`);
if (journeys.status !== 0 || skipped > 0 || expected === 0) process.exitCode = 1;
