/** @file Before all journeys: serves the built app through the command line, and gives Electron a display where there is none. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");

/** The first match in what a process prints on one of its streams. */
function firstPrinted(child: ChildProcess, stream: number, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdio[stream]?.on("data", (data: Buffer) => {
      text += data.toString();
      const found = wanted.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`set-up: ${child.spawnfile} ended with code ${code}: ${text}`)));
  });
}

async function setUp(): Promise<() => void> {
  const server = spawn(process.execPath, ["cli/bin/chainrule.mjs", "serve", "--port", "0", "--json"], { cwd: root });
  const children: ChildProcess[] = [server];
  process.env["CHAINRULE_E2E_ADDRESS"] = await firstPrinted(server, 1, /"url":"([^"]+)"/);
  if (process.platform === "linux" && !process.env["DISPLAY"] && existsSync("/usr/bin/Xvfb")) {
    const args = ["-displayfd", "3", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"];
    const display = spawn("Xvfb", args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
    children.push(display);
    process.env["DISPLAY"] = `:${await firstPrinted(display, 3, /(\d+)\n/)}`;
  }
  return () => {
    for (const child of children) child.kill();
  };
}

export default setUp;
