/** @file Journeys: the same files against the served app in Chromium and, where a runtime is found, in Electron. */
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  outputDir: "../test-results",
  globalSetup: "./set-up.ts",
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  projects: [
    { name: "browser", testIgnore: "desktop/**" },
    // What these judge is of the page alone, whatever shows it.
    {
      name: "desktop",
      testIgnore: ["accessibility.spec.ts", "boxes.spec.ts", "counters.spec.ts", "fonts.spec.ts", "journal.spec.ts"],
    },
  ],
});
