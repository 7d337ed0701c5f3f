/** @file Our side of the benchmark: trains one workload when told, as `chainrule run` would, and says how long it took. */
import { readFileSync } from "node:fs";
import { totalmem } from "node:os";
import process from "node:process";
import { createInterface } from "node:readline";
import { setImmediate as nextTurn } from "node:timers/promises";
import { backendNames, type Device } from "../../engine/backends/backend";
import { parseDocument } from "../../engine/document/parse";
import { printDiagnostic } from "../../engine/ir/diagnostic";
import { buildProgram } from "../../engine/program/build-program";
import { Trainer } from "../../engine/train/trainer";
import type { PeerRequest } from "./peer";
import { loadBackend } from "../devices";
import { documentFile, withTurns, workloadNames, workloads, type Workload } from "./workloads";

type Start = Extract<PeerRequest, { do: "start" }>;

const mostWarmUpSteps = 50;
const mostWarmUpMs = 2000;

const clock = { now: () => performance.now(), breathe: () => nextTurn() };

async function makeTrainer(workload: Workload, device: Device): Promise<Trainer> {
  const parsed = parseDocument(withTurns(readFileSync(documentFile(workload), "utf8"), workload.turns));
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(printDiagnostic).join(" "));
  const built = buildProgram(parsed.document, { float: "float32", resources: new Map() });
  if (!built.ok) throw new Error(built.diagnostics.map(printDiagnostic).join(" "));
  return Trainer.create({ device, clock, program: built.program, seed: 0 });
}

/** Seconds that so many further steps take. */
async function timed(trainer: Trainer, steps: number): Promise<number> {
  const started = performance.now();
  const end = await trainer.run({ until: trainer.step + steps, stopOnNaN: true });
  if (end.reason !== "done") throw new Error(`the run ended at step ${end.step}: ${end.reason}`);
  return (performance.now() - started) / 1000;
}

function answer(message: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function serve(start: Start, requests: AsyncIterator<string>): Promise<void> {
  const name = workloadNames.find((known) => known === start.workload);
  if (!name) throw new Error(`there is no workload ${start.workload}`);
  const backend = await loadBackend(backendNames.find((known) => known === start.backend) ?? "wasm");
  const device = await backend.open({ memoryBudgetBytes: Math.floor(totalmem() / 2) });
  const trainer = await makeTrainer(workloads[name], device);
  let steps = 10;
  let seconds = 0;
  // Compiles every path before anything is measured, unless that takes too long.
  const began = performance.now();
  do seconds = await timed(trainer, steps);
  while (trainer.step < mostWarmUpSteps && performance.now() - began < mostWarmUpMs);
  while (seconds * 1000 < start.roundMs / 2) {
    steps *= 2;
    seconds = await timed(trainer, steps);
  }
  steps = Math.max(start.leastSteps, Math.round((steps * start.roundMs) / 1000 / seconds));
  answer({ steps });
  for (;;) {
    const { value, done } = await requests.next();
    if (done === true || (JSON.parse(value) as PeerRequest).do !== "round") break;
    answer({ seconds: await timed(trainer, steps) });
  }
  answer({ peakBytes: process.resourceUsage().maxRSS * 1024 });
  trainer.close();
  device.close();
}

/** Serves one workload, asked on standard input. */
export async function benchWorker(): Promise<void> {
  const requests = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  try {
    const { value, done } = await requests.next();
    const request = done === true ? null : (JSON.parse(value) as PeerRequest);
    if (request?.do === "start") await serve(request, requests);
  } catch (error) {
    answer({ error: error instanceof Error ? error.message : String(error) });
  }
}
