/** @file Makes a fresh clone ready: npm packages, and Debian's Chromium (it carries SwiftShader) with the Vulkan loader. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";

const browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The first browser found, or null. */
export function findBrowser() {
  const named = process.env.CHAINRULE_BROWSER;
  return [...(named ? [named] : []), ...browsers].find((file) => existsSync(file)) ?? null;
}

/** Installs npm packages when node_modules does not match the lockfile. */
export function installPackages() {
  const hash = createHash("sha256").update(readFileSync("package-lock.json")).digest("hex");
  const stamp = "node_modules/.chainrule-lock";
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  console.log("setup: npm ci");
  execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  writeFileSync(stamp, hash);
}

function hasVulkanLoader() {
  return ["/usr/lib/x86_64-linux-gnu/libvulkan.so.1", "/usr/lib/aarch64-linux-gnu/libvulkan.so.1"].some((f) =>
    existsSync(f),
  );
}

/** Installs chromium and libvulkan1 by apt where they are missing and apt can be used; otherwise says what will be skipped. */
export function installBrowser() {
  install([...(findBrowser() ? [] : ["chromium"]), ...(hasVulkanLoader() ? [] : ["libvulkan1"])]);
}

/** Installs a display without a screen, for Electron on a machine that has none. */
export function installDisplay() {
  if (process.platform === "linux" && !process.env.DISPLAY)
    install(existsSync("/usr/bin/Xvfb") ? [] : ["xvfb", "xauth"]);
}

function install(missing) {
  if (missing.length === 0) return;
  const canInstall = process.platform === "linux" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (!canInstall) {
    console.log(
      `setup: ${missing.join(" and ")} not found; tests that need them are skipped. Install with: apt-get install ${missing.join(" ")}`,
    );
    return;
  }
  console.log(`setup: apt-get install ${missing.join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const quiet = { env, stdio: ["ignore", "ignore", "inherit"] };
  spawnSync("apt-get", ["update", "-qq"], quiet);
  const result = spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], quiet);
  if (result.status !== 0)
    console.log(`setup: apt-get failed (exit ${result.status}); tests that need ${missing.join(", ")} are skipped.`);
}

if (import.meta.url === `file://${process.argv[1]}`) {
  installPackages();
  installBrowser();
}
