/** @file Makes the checks that the arguments name and prints a line for each; ends with 1 where one disagrees. */
import { parseArgs } from "node:util";
import { allChecks, checkName, make } from "./checks";

const { values } = parseArgs({
  options: {
    kind: { type: "string" },
    row: { type: "string" },
    seed: { type: "string" },
    device: { type: "string" },
  },
});
const named = (list: string | undefined, word: string | number): boolean =>
  list === undefined || list.split(",").includes(String(word));
const checks = allChecks().filter(
  ({ kind, row, seed, device }) =>
    named(values.kind, kind) && named(values.row, row) && named(values.seed, seed) && named(values.device, device),
);

let failed = 0;
const worstByKind = new Map<string, number>();
for (const check of checks) {
  const began = performance.now();
  const { stray, worst, compared } = make(check);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const key = `${check.kind} on ${check.device}`;
  worstByKind.set(key, Math.max(worst, worstByKind.get(key) ?? 0));
  if (stray.length > 0) failed++;
  const says = stray.length === 0 ? "ok" : "DISAGREES";
  console.log(`${says} ${checkName(check)}: ${compared}, ${worst.toFixed(4)} of what is allowed (${seconds} s)`);
  for (const sentence of stray) console.log(`  ${sentence}`);
}
for (const [key, worst] of worstByKind) console.log(`worst ${key}: ${worst.toFixed(4)} of what is allowed`);
console.log(`${checks.length - failed} agree with PyTorch, ${failed} do not`);
process.exitCode = failed === 0 && checks.length > 0 ? 0 : 1;
