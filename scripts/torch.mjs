/** @file PyTorch, asked by the scripts of scripts/fixtures: Debian's Python, or the one that CHAINRULE_PYTHON names. */
import { spawnSync } from "node:child_process";

export const python = process.env["CHAINRULE_PYTHON"] ?? "/usr/bin/python3";

/** Runs a Python script to its end: { status, stdout, stderr }. Throws a sentence where that Python does not start. */
export function askTorch(args, options = {}) {
  const answer = spawnSync(python, args, {
    encoding: "utf8",
    maxBuffer: 1 << 30,
    stdio: ["pipe", "pipe", "inherit"],
    ...options,
  });
  if (answer.error)
    throw new Error(`${python} does not start (${answer.error.message}). Set CHAINRULE_PYTHON to one with torch.`);
  return answer;
}
