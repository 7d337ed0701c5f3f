/**
 * @file `npm start`: installs and builds what changed, then opens the desktop app; where there is no Electron to be had, or no display
 * for it, the same app is served on loopback and a browser is opened on it. `--serve` chooses that, `--no-open` opens nothing.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { installPackages } from "./setup.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const stalledAfterMs = 20_000;
const launchedAfterMs = 5_000;
const sources = [
  "engine",
  "renderer",
  "electron",
  "cli",
  "assets",
  "scripts/build.mjs",
  "scripts/engine-bundle.mjs",
  "package-lock.json",
];
const products = ["cli/dist/chainrule.cjs", "dist/renderer/index.html", "dist/electron/main.cjs"];

/** Name, size and time of every file below a path. */
function* filesUnder(place) {
  const found = statSync(place, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) {
    yield `${place} ${found.size} ${found.mtimeMs}`;
    return;
  }
  for (const name of readdirSync(place).sort())
    if (name !== "dist" && name !== "node_modules") yield* filesUnder(path.join(place, name));
}

/** Changes whenever a source of the build does. */
function sourcesHash() {
  const hash = createHash("sha256");
  for (const source of sources) for (const line of filesUnder(source)) hash.update(`${line}\n`);
  return hash.digest("hex");
}

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", () => resolve(1));
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

async function buildWhatChanged() {
  const stamp = ".cache/built";
  const hash = sourcesHash();
  const isBuilt =
    existsSync(stamp) && readFileSync(stamp, "utf8") === hash && products.every((file) => existsSync(file));
  if (isBuilt) return;
  console.log("start: building the app");
  if ((await run(process.execPath, ["scripts/build.mjs"])) !== 0)
    throw new Error("start: the build failed; see above.");
  mkdirSync(".cache", { recursive: true });
  writeFileSync(stamp, hash);
}

function bytesUnder(folder) {
  let bytes = 0;
  for (const line of filesUnder(folder)) bytes += Number(line.split(" ").at(-2));
  return bytes;
}

/** Runs a download into folders; ends it, and says no, when nothing there has grown for 20 seconds. */
export async function downloadInto(folders, command, args, options = {}) {
  const { stallMs = stalledAfterMs, env = process.env } = options;
  const child = spawn(command, args, { stdio: "ignore", env });
  const end = { code: null };
  let [bytes, grewAt] = [-1, Date.now()];
  child.on("error", () => (end.code = 1));
  child.on("exit", (code) => (end.code = code ?? 1));
  while (end.code === null) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const now = folders.reduce((sum, folder) => sum + bytesUnder(folder), 0);
    if (now !== bytes) [bytes, grewAt] = [now, Date.now()];
    if (Date.now() - grewAt > stallMs) {
      child.kill("SIGKILL");
      return `it made no progress for ${stallMs / 1000} s`;
    }
  }
  return end.code === 0 ? null : "the download failed";
}

const electronPrograms = { darwin: "Electron.app/Contents/MacOS/Electron", win32: "electron.exe" };

/** The program, or one sentence that says why there is none. */
export async function findElectron() {
  const program = electronPrograms[process.platform] ?? "electron";
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? "node_modules/electron/dist";
  const file = path.resolve(folder, program);
  if (existsSync(file)) return { file };
  if (process.env.ELECTRON_OVERRIDE_DIST_PATH) return { why: `there is no ${file}` };
  if (!existsSync("node_modules/electron/install.js")) return { why: "the electron package is not installed" };
  console.log("start: downloading Electron, once");
  const temporary = path.resolve(".cache/electron-download");
  mkdirSync(temporary, { recursive: true });
  const env = { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary };
  const why = await downloadInto(
    [temporary, "node_modules/electron/dist"],
    process.execPath,
    ["node_modules/electron/install.js"],
    { env },
  );
  rmSync(temporary, { recursive: true, force: true });
  if (why !== null || !existsSync(file)) {
    rmSync("node_modules/electron/dist", { recursive: true, force: true });
    return { why: why ?? "the download left nothing" };
  }
  return { file };
}

const hasDisplay =
  process.platform === "win32" ||
  process.platform === "darwin" ||
  Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** Runs the desktop app to its end; a sentence where it did not come up. */
async function openDesktop(file) {
  const isRoot = process.platform === "linux" && process.getuid?.() === 0;
  const began = Date.now();
  const code = await run(file, [...(isRoot ? ["--no-sandbox"] : []), root]);
  if (code !== 0 && Date.now() - began < launchedAfterMs) return `Electron ended with code ${code}`;
  process.exitCode = code;
  return null;
}

function openBrowser(address) {
  const [command, args] =
    process.platform === "win32"
      ? ["cmd", ["/c", "start", "", address]]
      : [process.platform === "darwin" ? "open" : "xdg-open", [address]];
  const child = spawn(command, args, { stdio: "ignore", detached: true });
  child.on("error", () => console.log(`start: no browser could be opened; open ${address} yourself.`));
  child.unref();
}

/** Serves until Ctrl-C. */
function serve(open) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["cli/bin/chainrule.mjs", "serve"], { stdio: ["ignore", "pipe", "inherit"] });
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
    let isOpen = !open;
    child.stdout.on("data", (data) => {
      process.stdout.write(data);
      const address = /http:\/\/\S+/.exec(String(data))?.[0];
      if (isOpen || address === undefined) return;
      isOpen = true;
      openBrowser(address);
    });
    child.on("exit", (code) => {
      process.exitCode = code ?? 1;
      resolve();
    });
  });
}

async function main() {
  process.chdir(root);
  const wants = (flag) => process.argv.includes(flag);
  installPackages();
  await buildWhatChanged();
  if (!wants("--serve")) {
    const found = hasDisplay ? await findElectron() : { why: "there is no display" };
    const why = found.file === undefined ? found.why : await openDesktop(found.file);
    if (why === null) return;
    console.log(`start: no desktop app here (${why}); serving it to a browser instead.`);
  }
  await serve(hasDisplay && !wants("--no-open"));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
