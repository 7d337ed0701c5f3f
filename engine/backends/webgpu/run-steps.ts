/** @file Runs steps: encodes batches, keeps two in flight, and reads the reported values back once per batch. */
import type { RunReport } from "../backend";
import type { Block } from "./arena";
import { bufferUsage, mapModeRead } from "./arena";
import type { Placement, WebgpuPlan } from "./loaded-plan";
import { wordValue } from "./slot-data";
import { dispatchesPerSubmit, learn, StepQueue, type BatchEntry } from "./step-batch";

/** Words of one ring: its count, then reported values. */
export const ringWords = 4096;

/** A half of the ring: while one is written the other is read. */
export interface RingHalf {
  readonly block: Block;
  readonly staging: GPUBuffer;
}

/** A staging buffer for one half. */
export function makeStaging(device: GPUDevice): GPUBuffer {
  const usage = bufferUsage.MAP_READ | bufferUsage.COPY_DST;
  return device.createBuffer({ label: "ring", size: ringWords * 4, usage });
}

export interface RunHost {
  readonly device: GPUDevice;
  readonly placement: Placement;
  readonly halves: readonly [RingHalf, RingHalf];
  /** Milliseconds on any clock. */
  now(): number;
  /** Turns a failed wait into a DeviceError, and rejects when the device has died or complained meanwhile. */
  settle<T>(wait: Promise<T>): Promise<T>;
}

interface Flight {
  readonly batch: readonly BatchEntry[];
  readonly half: RingHalf;
  readonly startedMs: number;
  readonly done: Promise<void>;
}

function encodeSteps(
  host: RunHost,
  pass: (from: GPUCommandEncoder) => GPUComputePassEncoder,
  flight: { batch: readonly BatchEntry[]; half: 0 | 1 },
  perSubmit: number,
  submit: (encoder: GPUCommandEncoder) => void,
): GPUCommandEncoder {
  let encoder = host.device.createCommandEncoder();
  let open = pass(encoder);
  let encoded = 0;
  for (const { plan, count } of flight.batch) {
    const group = plan.bind(host.device, host.placement);
    const hasRing = plan.plan.ring.length > 0;
    const kernels = plan.dispatches.length - (hasRing ? 2 : 0);
    const order = Array.from({ length: kernels }, (_, i) => i);
    if (hasRing) order.push(kernels + flight.half);
    for (let step = 0; step < count; step++) {
      for (const index of order) {
        const bound = plan.dispatches[index];
        if (!bound) continue;
        open.setPipeline(bound.pipeline);
        open.setBindGroup(0, group, [plan.recordOffset(index)]);
        open.dispatchWorkgroups(bound.dispatch.workgroups);
        if (++encoded % perSubmit === 0) {
          open.end();
          submit(encoder);
          encoder = host.device.createCommandEncoder();
          open = pass(encoder);
        }
      }
    }
  }
  open.end();
  return encoder;
}

function launch(host: RunHost, batch: readonly BatchEntry[], half: 0 | 1): Flight {
  const { device, placement } = host;
  const { block, staging } = host.halves[half];
  const startedMs = host.now();
  device.queue.writeBuffer(placement.arena.buffer, block.offset, new Uint32Array(1));
  const submit = (encoder: GPUCommandEncoder): void => device.queue.submit([encoder.finish()]);
  const beginPass = (encoder: GPUCommandEncoder): GPUComputePassEncoder => encoder.beginComputePass();
  const encoder = encodeSteps(host, beginPass, { batch, half }, dispatchesPerSubmit(batch), submit);
  const words = 1 + batch.reduce((sum, { plan, count }) => sum + plan.plan.ring.length * count, 0);
  encoder.copyBufferToBuffer(placement.arena.buffer, block.offset, staging, 0, words * 4);
  submit(encoder);
  return { batch, half: host.halves[half], startedMs, done: staging.mapAsync(mapModeRead, 0, words * 4) };
}

/** Appends what a finished batch reported; returns how many numbers that were. */
function collect(flight: Flight, into: Float64Array, from: number): number {
  const words = new DataView(flight.half.staging.getMappedRange(0, ringSize(flight.batch)));
  let at = 0;
  for (const { plan, count } of flight.batch) {
    for (let step = 0; step < count; step++) {
      for (const dtype of plan.ringDTypes) {
        into[from + at] = wordValue(words, 1 + at, dtype);
        at++;
      }
    }
  }
  flight.half.staging.unmap();
  return at;
}

function ringSize(batch: readonly BatchEntry[]): number {
  return 4 * (1 + batch.reduce((sum, { plan, count }) => sum + plan.plan.ring.length * count, 0));
}

/** Runs a schedule, asking `cancelled` before each submit. */
export async function runSteps(
  host: RunHost,
  schedule: readonly { readonly plan: WebgpuPlan; readonly count: number }[],
  cancelled: () => boolean,
): Promise<RunReport> {
  const queue = new StepQueue(schedule);
  const total = schedule.reduce((sum, { plan, count }) => sum + plan.plan.ring.length * count, 0);
  const ring = new Float64Array(total);
  const flights: Flight[] = [];
  let reported = 0;
  let completed = 0;
  let finishedMs = -Infinity;
  let half: 0 | 1 = 0;
  let stopped = false;
  try {
    for (;;) {
      while (flights.length < 2 && !queue.empty && !stopped) {
        stopped = cancelled();
        if (stopped) break;
        const batch = queue.take(ringWords - 1);
        // The first step of a plan is measured by itself.
        const alone = batch.some(({ plan }) => plan.stepMs === null);
        flights.push(launch(host, batch, half));
        half = half === 0 ? 1 : 0;
        if (alone) break;
      }
      const flight = flights[0];
      if (!flight) break;
      await host.settle(flight.done);
      flights.shift();
      const now = host.now();
      learn(flight.batch, now - Math.max(flight.startedMs, finishedMs));
      finishedMs = now;
      reported += collect(flight, ring, reported);
      completed += flight.batch.reduce((sum, { count }) => sum + count, 0);
    }
  } catch (error) {
    // Whatever is still mapped or in flight is let go, so that the next run finds both halves free.
    for (const flight of flights) {
      flight.done.then(
        () => flight.half.staging.unmap(),
        () => {},
      );
    }
    throw error;
  }
  return { completed, ring: reported === total ? ring : ring.slice(0, reported) };
}
