/** @file `chainrule bench`: how long a step takes here and in PyTorch, measured in turns in one run. */
import { availableParallelism } from "node:os";
import process from "node:process";
import type { BackendName } from "../../engine/backends/backend";
import { ratiosAgainstTorch, ratiosOfPaths, type Measurement, type Ratio } from "../bench/measurement";
import { measureGroup, type Pace } from "../bench/rounds";
import { microseconds, workloadTable } from "../bench/table";
import { openTorch, type TorchPeer } from "../bench/torch-peer";
import { benchWorker } from "../bench/worker";
import { chooseWorkloads, groupWorkloads, workloadNames } from "../bench/workloads";
import { CommandFailure } from "../failure";
import type { Output } from "../output";

export interface BenchOptions {
  readonly only?: string;
  readonly quick?: boolean;
  /** One backend instead of wasm and webgpu. */
  readonly device?: BackendName;
  /** This process is a side of a benchmark that another one runs. */
  readonly worker?: boolean;
}

const fullPace: Pace = { rounds: 9, roundMs: 300, firstSteps: 5 };
const quickPace: Pace = { rounds: 3, roundMs: 80, firstSteps: 1 };

/** PyTorch with one thread, and unless it must be quick with as many as it would take. */
async function openTorches(quick: boolean): Promise<{ torch: { torch: TorchPeer; threads: number }[]; why?: string }> {
  const threads = [...new Set(quick ? [1] : [1, availableParallelism()])];
  const torch: { torch: TorchPeer; threads: number }[] = [];
  for (const count of threads) {
    const opened = await openTorch();
    if ("why" in opened) return { torch, why: opened.why };
    torch.push({ torch: opened, threads: count });
  }
  return { torch };
}

function emitRatios(output: Output, ratios: readonly Ratio[]): void {
  for (const ratio of ratios) output.emit({ event: "ratio", ...ratio });
}

/** One workload: a line for each measurement and ratio, or a table. */
function print(output: Output, measurements: readonly Measurement[]): void {
  const ratios = ratiosAgainstTorch(measurements);
  for (const measurement of measurements) output.emit({ event: "bench", ...measurement });
  emitRatios(output, ratios);
  output.say(workloadTable(measurements, ratios));
}

/** Measures the workloads asked for and prints a line or a table of each. */
export async function bench(output: Output, options: BenchOptions): Promise<void> {
  if (options.worker) return benchWorker();
  const chosen = chooseWorkloads(options.only);
  if ("unknown" in chosen) {
    const message = `bench --only: found "${chosen.unknown}", expected some of ${workloadNames.join(", ")}. Name them with commas.`;
    throw new CommandFailure(2, "usage", message, "--only");
  }
  const quick = options.quick === true;
  const pace = quick ? quickPace : fullPace;
  const { torch, why } = await openTorches(quick);
  if (why !== undefined) output.note(why);
  const backends = options.device === undefined ? ["wasm", "webgpu"] : [options.device];
  const sides = { program: [...process.execArgv, process.argv[1] ?? ""], backends, torch };
  const all: Measurement[] = [];
  const absences = new Set<string>();
  try {
    for (const group of groupWorkloads(chosen)) {
      output.progress(`${group.join(", ")} …`);
      const { measurements, absent } = await measureGroup(group, sides, pace);
      output.progress("");
      for (const workload of group)
        print(
          output,
          measurements.filter((m) => m.workload === workload),
        );
      for (const absence of absent) absences.add(`${absence.backend} is left out: ${absence.why}`);
      all.push(...measurements);
    }
  } finally {
    for (const each of torch) each.torch.peer.close();
  }
  for (const absence of absences) output.note(absence);
  const paths = ratiosOfPaths(all);
  emitRatios(output, paths);
  for (const { backend, ratio } of paths) {
    const random = all.find((m) => m.workload === "W3" && m.backend === backend);
    output.say(
      `W3 on ${backend}: a path drawn each step takes ${(1 / ratio).toFixed(2)}× the mean of its four fixed paths (${microseconds(random?.us ?? NaN)} µs).`,
    );
  }
  if (!all.some((m) => m.engine === "chainrule")) {
    const message = `bench: found no backend that runs, expected at least one. ${[...absences].join(" ")}`;
    throw new CommandFailure(3, "device.unavailable", message, null);
  }
}
