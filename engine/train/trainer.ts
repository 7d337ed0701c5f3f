/** @file The step loop: many steps per call of the device, stopped, watched, edited and resumed at step boundaries. */
import type { Device } from "../backends/backend";
import type { TensorData, TypedArray } from "../ir/tensor";
import type { SlotId, Value } from "../ir/value";
import type { Program, StepTrace } from "../program/program";
import { createTorchGenerator, type TorchGenerator } from "../random/torch-generator";
import { locateNonFinite, type NonFinite } from "./locate-non-finite";
import { decideBatch, readReport, replayDecisions, scheduleOf, stepsOf, type BatchReport } from "./batch";
import type { Checkpoint } from "./checkpoint";
import type { Clock } from "./clock";
import { evaluateValues } from "./evaluate-values";
import { Abandoned, type Watch } from "./in-pieces";
import type { DecidedStep } from "./decided-step";
import { PathWalker, refuseErrors } from "./path-walker";
import type { Probe } from "./probe";
import { checkStateFits, SlotState } from "./slot-state";
import { StepLoader } from "./step-loader";

export interface TrainerOptions {
  readonly device: Device;
  readonly clock: Clock;
  readonly program: Program;
  readonly seed: number;
  /** State beyond it is refused before it is made. */
  readonly memoryBudgetBytes?: number;
  /** Paths whose plans are kept. */
  readonly maxPaths?: number;
  /** Ways of single turns whose plans are kept, where there are more paths. */
  readonly maxTurns?: number;
}

export interface RunOptions {
  /** Steps in all, counted from step 0. */
  readonly until: number;
  readonly stopOnNaN: boolean;
  /** Asked between batches, and by the device within one. */
  readonly cancelled?: () => boolean;
  /** Asked while a new path is traced and compiled: once it is true, what is half done is dropped and the run ends. */
  readonly abandoned?: () => boolean;
  /** Losses of the steps first, first + 1, … (NaN where a step has none), in batches. */
  readonly onSteps?: (first: number, losses: Float64Array) => void;
}

export type RunEnd =
  | { readonly reason: "done" | "cancelled"; readonly step: number }
  /** The step's number, and the first node in forward order whose value is not finite; state is as before the step. */
  | { readonly reason: "nan"; readonly step: number; readonly where: NonFinite | null };

const defaultMaxPaths = 64;
const defaultMaxTurns = 1024;
const batchMs = 80;
const firstBatchSteps = 4;
const mostStepsPerBatch = 2 ** 16;
const snapshotMs = 1000;
/** Preparing sampled steps may take one part in so many of a run. */
const sampleShare = 10;

/** Runs one program on one device. Calls are made one after another, except that `cancelled` may turn true at any time. */
export class Trainer {
  /** Set or cleared between runs or during one; takes effect at the next batch. */
  probe: Probe | null = null;

  private nextStep = 0;
  private seedNow: number;
  private programNow: Program;
  private readonly generator: TorchGenerator;
  private walker: PathWalker;
  private readonly state: SlotState;
  private readonly loader: StepLoader;
  private readonly device: Device;
  private readonly clock: Clock;
  private readonly maxPaths: number;
  private readonly maxTurns: number;
  private snapshot: { readonly checkpoint: Checkpoint; readonly at: number } | null = null;
  private stepsPerMs = 0;
  private rate = 0;
  private sampledAt = -Infinity;
  /** What the last sampled step cost to prepare, where steps run turn by turn: it alone is one plan, made for it. */
  private sampleCostMs = 0;

  private constructor(options: TrainerOptions) {
    this.device = options.device;
    this.clock = options.clock;
    this.maxPaths = options.maxPaths ?? defaultMaxPaths;
    this.maxTurns = options.maxTurns ?? defaultMaxTurns;
    this.programNow = options.program;
    this.seedNow = options.seed;
    this.state = new SlotState(this.device);
    this.loader = new StepLoader(this.device, this.clock);
    this.generator = createTorchGenerator(options.seed);
    this.walker = this.makeWalker();
    this.state.begin(options.program, options.program.initialize(this.generator));
  }

  /** A trainer before its first step. Rejects with DeviceError when the state does not fit. */
  static async create(options: TrainerOptions): Promise<Trainer> {
    checkStateFits(options.program, options.memoryBudgetBytes ?? Infinity);
    return new Trainer(options);
  }

  /** The next step's number. */
  get step(): number {
    return this.nextStep;
  }

  get seed(): number {
    return this.seedNow;
  }

  get program(): Program {
    return this.programNow;
  }

  /** Steps a second of the last batches; 0 before the first. */
  get stepsPerSecond(): number {
    return this.rate * 1000;
  }

  /** Paths that have plans now. */
  get paths(): number {
    return this.walker.paths;
  }

  /** Ways of single turns that have plans now: none while each path has one plan for the whole step. */
  get turns(): number {
    return this.walker.turns;
  }

  /** Kernels of all paths that have plans now. */
  get kernels(): number {
    return this.walker.kernels;
  }

  /** The last state kept while running, not older than about a second: what a lost device is recovered from. */
  get recovery(): Checkpoint | null {
    return this.snapshot?.checkpoint ?? null;
  }

  /** Back to step 0 of a seed. */
  async reset(seed: number): Promise<void> {
    this.generator.restore(createTorchGenerator(seed).save());
    this.seedNow = seed;
    this.state.begin(this.programNow, this.programNow.initialize(this.generator));
    await this.loader.refresh();
    this.nextStep = 0;
    this.snapshot = null;
  }

  /**
   * Goes on with an edited document: hyperparameters change at the next step; with another structure, state is
   * carried over by slot and only what has another shape begins anew. Returns the names of what did. Before the first
   * step there is nothing to carry: all begins as if the edited document had just been opened with this seed.
   */
  async edit(program: Program, seed = this.seedNow): Promise<readonly string[]> {
    const same = program.hash === this.programNow.hash;
    this.programNow = program;
    this.snapshot = null;
    if (this.nextStep === 0 && !(same && seed === this.seedNow)) {
      this.walker.close();
      await this.reset(seed);
      this.walker = this.makeWalker();
      return [];
    }
    if (same) {
      this.walker.rebind(program);
      this.state.writeHyper(program);
      return [];
    }
    this.walker.close();
    const anew = await this.state.carry(program, program.initialize(createTorchGenerator(this.seedNow)));
    this.walker = this.makeWalker();
    return anew;
  }

  /** Compiles what the next step needs, so that run begins at once; makes no step. */
  async prepare(watch: Watch = {}): Promise<DecidedStep> {
    const before = this.generator.save();
    try {
      const step = await this.walker.next(false, watch);
      if (!step) throw new Error("Invariant: the first step of a batch waits for none");
      return step;
    } finally {
      this.generator.restore(before);
    }
  }

  /** Makes steps until there are `until` in all, `cancelled()`, or a loss that is NaN. Rejects with RunError or DeviceError. */
  async run(options: RunOptions): Promise<RunEnd> {
    const cancelled = options.cancelled ?? (() => false);
    while (this.nextStep < options.until) {
      if (cancelled()) return { reason: "cancelled", step: this.nextStep };
      await this.keepSnapshot();
      const first = this.nextStep;
      const report = await this.runUnlessAbandoned(options.until - first, cancelled, options.abandoned);
      if (!report) return { reason: "cancelled", step: this.nextStep };
      const { losses, nanAt } = report;
      const stop = options.stopOnNaN && nanAt >= 0;
      if (losses.length > 0) options.onSteps?.(first, stop ? losses.subarray(0, nanAt + 1) : losses);
      if (stop) return this.stopAtNaN(first + nanAt);
      await this.clock.breathe();
    }
    return { reason: "done", step: this.nextStep };
  }

  /** Everything the run is made of. */
  async checkpoint(): Promise<Checkpoint> {
    const random = this.generator.save();
    return { step: this.nextStep, seed: this.seedNow, random, slots: await this.state.save() };
  }

  /** Goes on from a checkpoint of this document; returns the names of state that it lacks or has in another shape. */
  async restore(checkpoint: Checkpoint): Promise<readonly string[]> {
    if (checkpoint.seed !== this.seedNow) await this.reset(checkpoint.seed);
    const missing = this.state.restore(checkpoint.slots);
    this.generator.restore(checkpoint.random);
    this.nextStep = checkpoint.step;
    this.snapshot = null;
    return missing;
  }

  /** Parameters by state_dict name. */
  async parameters(): Promise<ReadonlyMap<string, TensorData>> {
    const { parameters } = this.programNow;
    const data = await this.device.read(parameters.map((p) => p.slot));
    return new Map(
      parameters.map((p, i) => [
        p.name,
        { dtype: p.type.dtype, shape: p.type.shape, data: data[i] ?? new Float32Array(0) },
      ]),
    );
  }

  /** Puts a parameter's values in place; the array must have its dtype's host type and count. */
  setParameter(slot: SlotId, data: TypedArray): void {
    this.device.write(slot, data);
    this.snapshot = null;
  }

  /** The record of the step about to be made; nothing changes. With `continueOnError` refused effects are listed in it. */
  async traceNext(continueOnError = false): Promise<StepTrace> {
    const before = this.generator.save();
    try {
      const trace = await this.walker.traceNext(continueOnError);
      if (!continueOnError) refuseErrors(trace);
      return trace;
    } finally {
      this.generator.restore(before);
    }
  }

  /** Values of a trace of the step about to be made; nothing changes. */
  evaluate(values: readonly Value[]): Promise<readonly TensorData[]> {
    return evaluateValues(this.device, this.walker, values);
  }

  /** One-element values of a trace of the step about to be made, all from one run of a plan that stores nothing. */
  async report(scalars: readonly Value[]): Promise<Float64Array> {
    const step = await this.walker.load({ writes: [], ring: scalars });
    try {
      return (await this.device.run([{ plan: step.plan, count: 1 }])).ring;
    } finally {
      this.walker.unload(step);
    }
  }

  /** Frees everything on the device. */
  close(): void {
    this.walker.close();
    this.state.release();
  }

  private makeWalker(): PathWalker {
    const { device, clock, loader, generator, maxPaths, maxTurns } = this;
    return new PathWalker({
      device, clock, loader, generator, maxPaths, maxTurns,
      program: this.programNow,
      present: (slot) => this.state.present(slot),
    }); // prettier-ignore
  }

  private async keepSnapshot(): Promise<void> {
    const now = this.clock.now();
    if (this.snapshot && now - this.snapshot.at < snapshotMs) return;
    this.snapshot = { checkpoint: await this.checkpoint(), at: now };
  }

  /** Puts state back to before the step and says where the NaN began. */
  private async stopAtNaN(step: number): Promise<RunEnd> {
    const { snapshot } = this;
    if (snapshot) {
      await this.restore(snapshot.checkpoint);
      while (this.nextStep < step) await this.runBatch(step - this.nextStep, () => false, null);
    }
    const trace = await this.traceNext();
    return { reason: "nan", step, where: await locateNonFinite(trace, (scalars) => this.report(scalars)) };
  }

  private batchSize(): number {
    if (this.stepsPerMs === 0) return firstBatchSteps;
    return Math.min(mostStepsPerBatch, Math.max(1, Math.round(this.stepsPerMs * batchMs)));
  }

  /** A batch, or null when the preparation of one of its paths was given up. */
  private async runUnlessAbandoned(
    most: number,
    cancelled: () => boolean,
    abandoned: (() => boolean) | undefined,
  ): Promise<BatchReport | null> {
    try {
      return await this.runBatch(most, cancelled, this.probe, abandoned ? { abandoned } : {});
    } catch (error) {
      if (error instanceof Abandoned) return null;
      throw error;
    }
  }

  private async runBatch(
    most: number,
    cancelled: () => boolean,
    probe: Probe | null,
    watch: Watch = {},
  ): Promise<BatchReport> {
    const random = this.generator.save();
    const presence = this.state.savePresence();
    const takeBack = (): void => {
      this.generator.restore(random);
      this.state.restorePresence(presence);
    };
    const began = this.clock.now();
    const due = probe && began - this.sampledAt >= Math.max(probe.everyMs, this.sampleCostMs * sampleShare) ? probe : null; // prettier-ignore
    const wanted = Math.min(most, this.batchSize());
    const batch = await decideBatch(this.walker, this.state, wanted, due, watch).catch((error: unknown) => {
      takeBack();
      throw error;
    });
    const started = this.clock.now();
    if (due) this.sampleCostMs = this.walker.turns > 0 ? started - began : 0;
    const report = await this.device.run(scheduleOf(batch), cancelled);
    const completed = stepsOf(batch, report.completed);
    if (completed < batch.steps || batch.overdrawn) {
      takeBack();
      replayDecisions(batch, completed, this.generator, this.state);
    }
    this.measure(completed, this.clock.now() - started);
    const read = readReport(batch, report, completed);
    if (due && read.sample) {
      this.sampledAt = started;
      read.sample.instrument.onSample(this.nextStep, read.sample.values);
    }
    this.nextStep += completed;
    return read;
  }

  /** A first measurement holds warm-up, and a clock has a grain: batches grow at most fourfold at once. */
  private measure(completed: number, tookMs: number): void {
    if (completed === 0) return;
    const rate = completed / Math.max(tookMs, 0.01);
    const size = this.batchSize();
    this.rate = rate;
    this.stepsPerMs = Math.min(rate, (size * 4) / batchMs);
  }
}
