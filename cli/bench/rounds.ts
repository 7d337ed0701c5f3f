/** @file Workloads measured: every side of each starts, then all take turns, so that they see the same machine. */
import { firstStepMs } from "./first-step";
import { median, summarize, type Measurement } from "./measurement";
import { Peer } from "./peer";
import type { TorchPeer } from "./torch-peer";
import { documentFile, workloads, type WorkloadName } from "./workloads";

export interface Pace {
  readonly rounds: number;
  readonly roundMs: number;
  /** Fresh processes whose first step is timed. */
  readonly firstSteps: number;
}

export interface Sides {
  /** How to start this program: Node's arguments before the command. */
  readonly program: readonly string[];
  readonly backends: readonly string[];
  readonly torch: readonly { readonly torch: TorchPeer; readonly threads: number }[];
}

interface Side {
  readonly workload: WorkloadName;
  readonly engine: Measurement["engine"];
  readonly backend: string;
  readonly version?: string;
  readonly threads: number;
  readonly peer: Peer;
  readonly steps: number;
  readonly seconds: number[];
}

/** A side that could not start, and why. */
export interface Absence {
  readonly backend: string;
  readonly why: string;
}

async function start(
  group: readonly WorkloadName[],
  sides: Sides,
  pace: Pace,
): Promise<{ started: Side[]; absent: Absence[] }> {
  const started: Side[] = [];
  const absent: Absence[] = [];
  const join = async (side: Omit<Side, "steps" | "seconds">): Promise<void> => {
    const { workload, peer, backend, threads } = side;
    const { leastSteps = 1 } = workloads[workload];
    try {
      const { steps } = await peer.ask({ do: "start", workload, backend, threads, roundMs: pace.roundMs, leastSteps });
      started.push({ ...side, steps: Number(steps), seconds: [] });
    } catch (error) {
      absent.push({ backend, why: error instanceof Error ? error.message : String(error) });
      if (side.engine === "chainrule") peer.close();
    }
  };
  for (const workload of group) {
    for (const backend of sides.backends) {
      const peer = new Peer(process.execPath, [...sides.program, "bench", "--worker"]);
      await join({ workload, engine: "chainrule", backend, threads: 1, peer });
    }
    for (const { torch, threads } of sides.torch) {
      const { peer, version } = torch;
      await join({ workload, engine: "pytorch", backend: "cpu", version, threads, peer });
    }
  }
  return { started, absent };
}

async function freshSteps(workload: WorkloadName, backend: string, sides: Sides, pace: Pace): Promise<number | null> {
  const file = documentFile(workloads[workload]);
  const times: number[] = [];
  for (let i = 0; i < pace.firstSteps; i++) {
    const time = await firstStepMs(sides.program, file, backend);
    if (time !== null) times.push(time);
  }
  return times.length === 0 ? null : median(times);
}

/** All sides of a group, in turns; a fixed path of W3 has no document of its own to start a process with. */
export async function measureGroup(
  group: readonly WorkloadName[],
  sides: Sides,
  pace: Pace,
): Promise<{ readonly measurements: readonly Measurement[]; readonly absent: readonly Absence[] }> {
  const { started, absent } = await start(group, sides, pace);
  for (let round = 0; round < pace.rounds; round++) {
    for (const { peer, workload, seconds } of started) {
      seconds.push(Number((await peer.ask({ do: "round", workload }))["seconds"]));
    }
  }
  const peaks = new Map<Peer, number | null>();
  for (const { peer, engine } of started) {
    if (peaks.has(peer)) continue;
    const { peakBytes } = await peer.ask({ do: "stop" });
    peaks.set(peer, typeof peakBytes === "number" ? peakBytes : null);
    if (engine === "chainrule") peer.close();
  }
  const measurements: Measurement[] = [];
  for (const { workload, engine, backend, version, threads, peer, steps, seconds } of started) {
    const ours = engine === "chainrule" && !workload.includes(":");
    measurements.push({
      workload,
      engine,
      backend,
      ...(version === undefined ? {} : { version }),
      threads,
      ...summarize(seconds, steps),
      firstStepMs: ours ? await freshSteps(workload, backend, sides, pace) : null,
      peakBytes: peaks.get(peer) ?? null,
    });
  }
  return { measurements, absent };
}
