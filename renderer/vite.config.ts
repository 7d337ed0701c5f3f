/** @file Builds the window: a static folder that the desktop shell and the loopback server both serve. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = path.dirname(fileURLToPath(import.meta.url));

export default defineConfig({
  root: here,
  base: "./",
  publicDir: path.join(here, "../assets/public"),
  plugins: [react(), tailwindcss()],
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
