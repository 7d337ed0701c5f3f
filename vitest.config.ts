/** @file What `npx vitest` runs, and for how long. */
import { defineConfig } from "vitest/config";

// A test without sampling may take minutes, and more beside other work on two cores.
const longest = process.env["CHAINRULE_FULL"] === "1" ? 1_800_000 : 180_000;

export default defineConfig({
  test: {
    include: [
      "engine/**/*.test.ts",
      "cli/**/*.test.ts",
      "scripts/**/*.test.ts",
      "renderer/**/*.test.ts",
      "electron/**/*.test.ts",
    ],
    testTimeout: longest,
    hookTimeout: longest,
    pool: "forks",
    maxWorkers: 2,
  },
});
