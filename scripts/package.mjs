/**
 * @file `npm run package`: installers for this machine's system, into out/. electron-builder is fetched for it, so that `npm ci` stays
 * small; Electron is fetched as `npm start` does it. What cannot be downloaded is said in one sentence.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { installPackages } from "./setup.mjs";
import { findElectron } from "./start.mjs";

const builder = "electron-builder@26.17.0";
const unreachable = /(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN) ?(\S*)/;

/** Runs a command, its lines shown but for stack traces; gives its exit code and what it could not reach. */
function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32" && command === "npx",
    });
    let missed = null;
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on("line", (line) => {
        missed ??= unreachable.exec(line)?.[2] || null;
        if (!/^\s+at |EBADENGINE|^\s*⨯/.test(line)) console.log(line);
        else if (line.includes("⨯")) console.log(line.replace(/\s+(failedTask|stackTrace)=.*/, ""));
      });
    child.on("error", () => resolve({ code: 1, missed }));
    child.on("close", (code) => resolve({ code: code ?? 1, missed }));
  });
}

async function main() {
  process.chdir(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
  installPackages();
  const built = await run(process.execPath, ["scripts/build.mjs"]);
  if (built.code !== 0) throw new Error("package: the build failed; see above.");
  const electron = await findElectron();
  if (electron.file === undefined)
    throw new Error(
      `package: found no Electron (${electron.why}), and every installer holds one. Try again where github.com can be reached, or name a folder with it in ELECTRON_OVERRIDE_DIST_PATH.`,
    );
  const dist = process.platform === "darwin" ? path.resolve(electron.file, "../../../..") : path.dirname(electron.file);
  const args = [
    "--config",
    "electron-builder.yml",
    `-c.electronDist=${dist}`,
    "--publish",
    "never",
    ...process.argv.slice(2),
  ];
  const { code, missed } = await run("npx", ["--yes", builder, ...args]);
  if (code === 0) return;
  const folder = existsSync("out") ? " What was made until then is in out/." : "";
  throw new Error(
    missed === null
      ? `package: electron-builder ended with code ${code}; see above.${folder}`
      : `package: ${missed} could not be reached, and a tool of the installer comes from there.${folder} \`npm run package -- --dir\` needs none.`,
  );
}

await main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
