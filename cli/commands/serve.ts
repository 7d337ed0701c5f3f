/** @file `chainrule serve`: the app in a browser, on loopback only, until Ctrl-C. */
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { CommandFailure } from "../failure";
import { interrupted, stopAtBoundary } from "../interrupt";
import type { Output } from "../output";
import { serveFolder, type RunningServer } from "../serve/server";

/** Browsers keep the recovery journal and the settings by origin, so the port stays the same from day to day. */
const usualPort = 7447;
const portsTried = 10;
const pollMs = 100;

/** The built window: dist/renderer of the nearest folder above this program that has one. */
function windowFolder(): string {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    const built = path.join(folder, "dist/renderer");
    if (existsSync(path.join(built, "index.html"))) return built;
    if (folder === path.dirname(folder)) break;
  }
  throw new CommandFailure(
    2,
    "serve.notBuilt",
    "serve: found no dist/renderer/index.html above the program, expected the built window. Run `npm run build`.",
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

async function open(folder: string, port: number | undefined): Promise<RunningServer> {
  for (let tried = port ?? usualPort; ; tried++) {
    try {
      return await serveFolder(folder, tried);
    } catch (error) {
      const code = codeOf(error);
      const isTaken = code === "EADDRINUSE" || code === "EACCES";
      if (!isTaken) throw error;
      if (port === undefined && tried < usualPort + portsTried - 1) continue;
      throw new CommandFailure(
        2,
        "serve.port",
        `serve: port ${tried} is ${code === "EACCES" ? "not allowed" : "taken"}, expected a free one. Choose another with --port.`,
        "--port",
      );
    }
  }
}

/** Serves the app and prints its address; ends by Ctrl-C, with exit code 130. */
export async function serve(output: Output, options: { readonly port?: number }): Promise<void> {
  const server = await open(windowFolder(), options.port);
  stopAtBoundary();
  output.emit({ event: "serve", url: server.address, port: server.port });
  output.say(`Chainrule is at ${server.address}`);
  output.note("On this machine only. Ctrl-C ends it.");
  while (!interrupted()) await new Promise((resolve) => setTimeout(resolve, pollMs));
  await server.close();
  throw new CommandFailure(130, "interrupted", "serve: ended.");
}
