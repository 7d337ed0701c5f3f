/**
 * @file The built command line against PyTorch. `npm test` makes a check of each kind; `npm run test:full` all of them on
 * wasm, and on the slower devices every row once, seeds in turn: there networks go to their first logged step, but for two
 * that go all the way. conformance-matrix.mjs makes them all.
 */
import { describe, expect, test } from "vitest";
import { buildOnce, chainrule } from "../../cli/run-cli";
import { seeds, trainingRows } from "../../engine/conformance/torch-examples";
import { allChecks, checkName, devices, make, type Check } from "./checks";

const full = process.env["CHAINRULE_FULL"] === "1";
const rows = Object.keys(trainingRows);

/** Enough to see that the command line gives the engine's numbers, which engine/conformance holds to PyTorch's. */
const sample: ReadonlySet<string> = new Set([
  "run E03 seed 42 on wasm",
  "run E12 seed 7 on wasm",
  "run E17 seed 1 on wasm",
  "run64 E04 seed 7 on reference",
  "grad E01 seed 1 on wasm",
  "grad E15 seed 42 on reference",
  "grad E04 seed 7 on webgpu",
  "eval E19 on wasm",
  "eval E21 on reference",
  "eval E22 on webgpu",
  "streams seed 7 on wasm",
]);

/** True for the seed whose turn it is at this row on this device. */
function isInTurn({ row, seed, device }: Check): boolean {
  return seed === seeds[(Math.max(0, rows.indexOf(row)) + devices.indexOf(device)) % seeds.length];
}

function isMade(check: Check): boolean {
  if (!full) return sample.has(checkName(check));
  return check.kind === "eval" || check.device === "wasm" || isInTurn(check);
}

/** Half a minute each where nothing is compiled, or a GPU is SwiftShader. */
const isLong = ({ device, row }: Check) => device !== "wasm" && row >= "E09" && row !== "E11" && row !== "E17";

function shortened(check: Check): Check {
  return (check.kind === "run" || check.kind === "run64") && isLong(check) ? { ...check, steps: 50 } : check;
}

const made = allChecks().filter(isMade).map(shortened);

buildOnce();
const available = new Map(chainrule("devices", "--json").lines.map((line) => [line["name"], line["ok"] === true]));

describe.each(devices)("chainrule on %s gives PyTorch's numbers", (device) => {
  const checks = made.filter((check) => check.device === device).map((check) => ({ name: checkName(check), check }));
  test.skipIf(available.get(device) !== true).each(checks)("$name", ({ check }) => {
    expect(make(check).stray).toEqual([]);
  });
});

test("the sample names checks that there are", () => {
  const names = new Set(allChecks().map(checkName));
  expect([...sample].filter((name) => !names.has(name))).toEqual([]);
});
