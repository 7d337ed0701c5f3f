/** @file Builds the window: a static folder that the desktop shell and the loopback server both serve. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = path.dirname(fileURLToPath(import.meta.url));

const { version } = JSON.parse(readFileSync(path.join(here, "../package.json"), "utf8")) as {
  readonly version: string;
};

export default defineConfig({
  root: here,
  base: "./",
  publicDir: path.join(here, "../assets/public"),
  plugins: [react(), tailwindcss()],
  define: { "import.meta.env.VITE_VERSION": JSON.stringify(version) },
  worker: { format: "es" },
  build: {
    outDir: path.join(here, "../dist/renderer"),
    emptyOutDir: true,
    target: "chrome108",
    cssTarget: "chrome108",
    assetsInlineLimit: 0,
    // The window, and the desktop's hidden page that starts the engine's Worker.
    rolldownOptions: { input: [path.join(here, "index.html"), path.join(here, "engine.html")] },
    chunkSizeWarningLimit: 4000,
  },
});
