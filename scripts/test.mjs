/**
 * @file `npm test`: sets up a fresh clone, then checks types, lint, layers and format, builds, and runs all tests.
 * `--full` runs everything without sampling; `--browser` leaves the journeys in Electron to `npm run test:desktop`. The last line is `N passed, N failed, N skipped` over all that ran.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { installBrowser, installPackages } from "./setup.mjs";

process.chdir(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const full = process.argv.includes("--full");
const project = process.argv.includes("--browser") ? ["--project=browser"] : [];
const totals = { passed: 0, failed: 0, skipped: 0 };
const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0", ...(full ? { CHAINRULE_FULL: "1" } : {}) };

function run(command, args) {
  const began = Date.now();
  const result = spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"], env });
  return { ok: result.status === 0, seconds: ((Date.now() - began) / 1000).toFixed(1) };
}

/** One check that passes or fails as a whole. */
function check(name, command, args) {
  const { ok, seconds } = run(command, args);
  totals[ok ? "passed" : "failed"]++;
  console.log(`${ok ? "ok" : "FAILED"} ${name} (${seconds} s)`);
  return ok;
}

/** Reads a test runner's JSON report and removes it; a runner that left none counts as one failure. */
function count(name, report, read) {
  if (!existsSync(report)) {
    totals.failed++;
    console.log(`FAILED ${name}: it ended without a report.`);
    return;
  }
  const counts = read(JSON.parse(readFileSync(report, "utf8")));
  for (const key of Object.keys(totals)) totals[key] += counts[key];
  rmSync(report);
}

installPackages();
installBrowser();

check("types", "npx", ["tsc", "--noEmit", "-p", "tsconfig.json"]);
check("lint", "npx", ["oxlint", "--deny-warnings", "."]);
check("layers", "node", ["scripts/layers.mjs"]);
check("format", "npx", ["prettier", "--check", "--log-level=warn", "."]);
const built = check("build", "node", ["scripts/build.mjs"]);

if (built) {
  const report = ".cache/vitest.json";
  const vitest = run("npx", ["vitest", "run", "--reporter=dot", "--reporter=json", `--outputFile.json=${report}`]);
  count("unit tests", report, (json) => ({
    passed: json.numPassedTests,
    failed:
      json.numFailedTests +
      json.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length,
    skipped: json.numPendingTests + json.numTodoTests,
  }));
  if (!vitest.ok && totals.failed === 0) totals.failed++;
  console.log(`unit tests took ${vitest.seconds} s`);
  if (existsSync("scripts/scratch-op.mjs")) check("a new op in one declaration", "node", ["scripts/scratch-op.mjs"]);
  if (existsSync("e2e/playwright.config.ts")) {
    const journeys = path.resolve(".cache/playwright.json");
    const args = ["playwright", "test", "-c", "e2e/playwright.config.ts", "--reporter=line,json", ...project];
    const e2e = spawnSync("npx", args, {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: journeys },
    });
    count("journeys", journeys, ({ stats }) => {
      if (stats.flaky > 0) console.log(`journeys: ${stats.flaky} passed only when tried again`);
      return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
    });
    if (e2e.status !== 0 && totals.failed === 0) totals.failed++;
  }
}

console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed === 0 && totals.passed > 0 ? 0 : 1;
