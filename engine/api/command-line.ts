/** @file The command line of an exported project: the switches of `chainrule run`, and the lines it prints. */
import type { TensorData } from "../ir/tensor";
import { backendNames } from "../backends/backend";
import type { DeviceName } from "./device";
import { runtime } from "./runtime";
import { Buffer } from "./module";
import type { Tensor } from "./tensor";

export interface RunDefaults {
  readonly seed: number;
  readonly steps: number;
  readonly logEvery: number;
  readonly device: DeviceName;
  /** Whether a NaN loss ends the run; true without it. */
  readonly stopOnNaN?: boolean;
}

/** What a run needs of its host. */
export interface RunHost {
  readonly args: readonly string[];
  print(line: string): void;
  /** Ends the program with this code. */
  exit(code: number): never;
  /** A monotonic clock in milliseconds. */
  now(): number;
}

/** The largest tensor printed in full. */
const fullCount = 1000;
const firstCount = 16;

interface Switches extends RunDefaults {
  readonly json: boolean;
  readonly full: boolean;
  readonly keepGoing: boolean;
}

function wholeNumber(name: string, text: string | undefined, least: number): number {
  const value = Number(text);
  if (text === undefined || text.trim() === "" || !Number.isSafeInteger(value) || value < least) {
    throw new RangeError(
      `${name}: found ${text ?? "nothing"}, expected an integer ≥ ${least}. Write ${name} ${Math.max(least, 1)}.`,
    );
  }
  return value;
}

function deviceName(text: string | undefined): DeviceName {
  const known: readonly DeviceName[] = ["auto", ...backendNames];
  const found = known.find((name) => name === text);
  if (!found)
    throw new RangeError(`--device: found ${text ?? "nothing"}, expected one of ${known.join(", ")}. Choose one.`);
  return found;
}

/** Reads `--seed 7 --steps=500`; throws RangeError on anything it does not know. */
export function readSwitches(args: readonly string[], defaults: RunDefaults): Switches {
  const found = { ...defaults, json: false, full: false, keepGoing: defaults.stopOnNaN === false };
  const rest = args.flatMap((argument) => (/^--[a-z-]+=/.test(argument) ? splitOnce(argument) : [argument]));
  while (rest.length > 0) {
    const name = rest.shift();
    switch (name) {
      case "--seed":
        found.seed = wholeNumber(name, rest.shift(), -Number.MAX_SAFE_INTEGER);
        break;
      case "--steps":
        found.steps = wholeNumber(name, rest.shift(), 0);
        break;
      case "--log-every":
        found.logEvery = wholeNumber(name, rest.shift(), 1);
        break;
      case "--device":
        found.device = deviceName(rest.shift());
        break;
      case "--json":
        found.json = true;
        break;
      case "--full":
        found.full = true;
        break;
      case "--keep-going":
        found.keepGoing = true;
        break;
      default:
        throw new RangeError(
          `${name ?? ""}: no such switch, expected --seed, --steps, --log-every, --device, --json, --full or --keep-going.`,
        );
    }
  }
  return found;
}

function splitOnce(argument: string): [string, string] {
  const at = argument.indexOf("=");
  return [argument.slice(0, at), argument.slice(at + 1)];
}

/** A number as JSON has none: NaN and infinities are strings. */
function plainNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function describe({ shape, dtype, data }: TensorData, full: boolean): unknown {
  const values = Array.from(data);
  if (full || values.length <= fullCount) return { shape, dtype, data: values.map(plainNumber) };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const rms = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  const max = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const first = values.slice(0, firstCount).map(plainNumber);
  return { shape, dtype, rms: plainNumber(rms), max: plainNumber(max), mean: plainNumber(mean), first };
}

/** One run of a training program. */
export class Run {
  readonly seed: number;
  readonly steps: number;
  private readonly switches: Switches;
  private readonly host: RunHost;
  private readonly started: number;
  private nanAt: number | null = null;

  constructor(switches: Switches, host: RunHost) {
    this.switches = switches;
    this.seed = switches.seed;
    this.steps = switches.steps;
    this.host = host;
    this.started = host.now();
  }

  /** Begins a step of the loop: what is drawn "each step" is new. */
  beginStep(): void {
    runtime.beginStep();
  }

  /** Reports the loss of this step when its turn has come; a NaN ends the run. */
  async log(step: number, loss: Tensor): Promise<void> {
    const { logEvery, json, keepGoing } = this.switches;
    if (step % logEvery !== logEvery - 1) return;
    const value = await loss.item();
    if (json) this.host.print(JSON.stringify({ event: "step", step, loss: plainNumber(value) }));
    else this.host.print(`step ${step}  loss ${value}`);
    if (!Number.isNaN(value) || keepGoing) return;
    this.nanAt = step;
    this.fail(`loss: NaN at step ${step}, expected a number. Lower the learning rate.`);
  }

  private fail(message: string): never {
    if (this.switches.json)
      this.host.print(JSON.stringify({ event: "error", code: "run.nan", message, where: "loss" }));
    else this.host.print(message);
    return this.host.exit(1);
  }

  /** Reports what was learnt: of a state_dict all but its buffers. */
  async finish(state: Readonly<Record<string, Tensor>>, summary?: string): Promise<void> {
    const { json, full, steps } = this.switches;
    await runtime.flush();
    const described: Record<string, unknown> = {};
    for (const [name, tensor] of Object.entries(state)) {
      if (!(tensor instanceof Buffer)) described[name] = describe(await tensor.data(), full);
    }
    const seconds = (this.host.now() - this.started) / 1000;
    if (json) {
      const said = summary === undefined ? {} : { summary };
      this.host.print(JSON.stringify({ event: "done", steps, seconds, ...said, parameters: described }));
      return;
    }
    if (summary !== undefined) this.host.print(summary);
    this.host.print(`${steps} steps in ${seconds.toFixed(2)} s`);
  }
}

/** Reads the switches, opens the device and announces the run; wrong usage ends the program with code 2. */
export async function startRun(defaults: RunDefaults, host: RunHost): Promise<Run> {
  let switches: Switches;
  try {
    switches = readSwitches(host.args, defaults);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    host.print(error.message);
    return host.exit(2);
  }
  const run = new Run(switches, host);
  const { seed, steps, json } = switches;
  let device: string;
  try {
    device = await runtime.useDevice(switches.device);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    host.print(json ? JSON.stringify({ event: "error", code: "device", message, where: switches.device }) : message);
    return host.exit(3);
  }
  if (json) host.print(JSON.stringify({ event: "start", device, adapter: runtime.adapter, seed, steps }));
  else host.print(`seed ${seed}, ${steps} steps on ${device}`);
  return run;
}
