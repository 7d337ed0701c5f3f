import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "engine/**/*.test.ts",
      "cli/**/*.test.ts",
      "scripts/**/*.test.ts",
      "renderer/**/*.test.ts",
      "electron/**/*.test.ts",
    ],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
