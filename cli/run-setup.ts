/** @file What run, grad and eval share: a document, a device, and a trainer at step 0 of a seed. */
import process from "node:process";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { DeviceChoice } from "../engine/document/document";
import type { Clock } from "../engine/train/clock";
import { Trainer } from "../engine/train/trainer";
import { openDevice, type OpenDevice } from "./devices";
import { openDocument, type OpenDocument } from "./document-file";
import type { Output } from "./output";

export const nodeClock: Clock = { now: () => performance.now(), breathe: () => nextTurn() };

export interface CommonOptions {
  readonly json?: boolean;
  readonly device?: DeviceChoice;
  readonly dtype: "float32" | "float64";
  readonly seed?: number;
}

export interface RunSetup extends OpenDocument, OpenDevice {
  readonly trainer: Trainer;
  readonly seed: number;
  /** "wasm (SIMD, one thread)". */
  readonly deviceText: string;
}

/** The device asked for, else the document's; float64 goes where it can be had. */
export async function setUp(output: Output, file: string, options: CommonOptions): Promise<RunSetup> {
  const opened = openDocument(output, file, options.dtype);
  const { document, program } = opened;
  const choice = options.device ?? (options.dtype === "float64" ? "auto" : document.training.device);
  const found = await openDevice(choice, options.dtype);
  const seed = options.seed ?? document.seed;
  const { device, memoryBudgetBytes } = found;
  const trainer = await Trainer.create({ device, clock: nodeClock, program, seed, memoryBudgetBytes });
  return { ...opened, ...found, trainer, seed, deviceText: `${found.name} (${found.status.adapter})` };
}

/** Columns that a progress bar may take. */
export function terminalWidth(): number {
  return Math.max(40, Math.min(process.stderr.columns ?? 80, 120));
}
