/** @file `npm run package`: installers for this machine's system, into out/. electron-builder is fetched for it, so that `npm ci` stays small. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { installPackages } from "./setup.mjs";

const builder = "electron-builder@26.17.0";

process.chdir(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
installPackages();
const shell = process.platform === "win32";
for (const [command, args] of [
  [process.execPath, ["scripts/build.mjs"]],
  ["npx", ["--yes", builder, "--config", "electron-builder.yml", "--publish", "never", ...process.argv.slice(2)]],
]) {
  const { status } = spawnSync(command, args, { stdio: "inherit", shell: shell && command === "npx" });
  if (status !== 0) process.exit(status ?? 1);
}
