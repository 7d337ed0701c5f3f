/** @file Live retrain: a second trainer beside the session's, kept between changes so that a change costs its steps and no set-up. */
import { DeviceError, type Device } from "../backends/backend";
import type { Program } from "../program/program";
import type { Clock } from "../train/clock";
import { Abandoned } from "../train/in-pieces";
import type { Probe } from "../train/probe";
import { Trainer } from "../train/trainer";
import type { Place } from "./payloads";
import { sampleWidth } from "./protocol";
import { probeOf } from "./sampling";
import { Turns } from "./turns";

/** Losses of one run sent at most. */
const mostLosses = 2000;

export interface RehearsalOptions {
  /** A device such as the session would take. */
  open(): Promise<Device>;
  readonly clock: Clock;
  readonly memoryBudgetBytes: number;
}

export interface RehearsalRequest {
  readonly program: Program;
  readonly seed: number;
  /** Steps in all, counted from step 0. */
  readonly until: number;
  /** Goes on where the last one came to, instead of from step 0. */
  readonly goOn: boolean;
  /** Ends after about this long, wherever it has come to; 0 for no end. */
  readonly limitMs: number;
  readonly stopOnNaN: boolean;
  /** Places whose statistics in the last step made are wanted. */
  readonly watch: readonly Place[];
  readonly cancelled: () => boolean;
  readonly progress: (step: number) => void;
}

export interface Rehearsed {
  /** The next step's number. */
  readonly step: number;
  readonly steps: readonly number[];
  readonly losses: readonly number[];
  /** sampleWidth numbers per watched place; NaN where no step was made. */
  readonly sample: Float32Array;
}

/** One training at a time; calls wait for one another. */
export class Rehearsal {
  private readonly turns = new Turns();
  private held: { readonly device: Device; readonly trainer: Trainer } | null = null;
  private watched: { readonly key: string; readonly layout: number; readonly probe: Probe | null } = {
    key: "",
    layout: 0,
    probe: null,
  };
  private sample: Float32Array = new Float32Array(0);

  constructor(private readonly options: RehearsalOptions) {}

  /** Trains, then does `look` before anything else may happen to the trainer. */
  run<T>(request: RehearsalRequest, look: (done: Rehearsed, trainer: Trainer) => Promise<T>): Promise<T> {
    return this.turns.take(async () => {
      try {
        const trainer = await this.prepare(request);
        return await look(await this.train(trainer, request), trainer);
      } catch (error) {
        // A device that was lost or is full is no use to the next change.
        if (error instanceof DeviceError) this.drop();
        throw error;
      }
    });
  }

  /** Frees everything; the next run opens a device again. */
  close(): Promise<void> {
    return this.turns.take(() => Promise.resolve(this.drop()));
  }

  private drop(): void {
    this.held?.trainer.close();
    this.held?.device.close();
    this.held = null;
  }

  /** A trainer of the program that can make its next step at once. */
  private async prepare({ program, seed, goOn, cancelled }: RehearsalRequest): Promise<Trainer> {
    const { trainer } = (this.held ??= await this.begin(program, seed));
    const isAnother = trainer.program !== program;
    if (isAnother) await trainer.edit(program);
    if (isAnother || !goOn) await trainer.reset(seed);
    await trainer.prepare({ abandoned: cancelled }).catch((error: unknown) => {
      if (!(error instanceof Abandoned)) throw error;
    });
    return trainer;
  }

  private async begin(program: Program, seed: number): Promise<{ device: Device; trainer: Trainer }> {
    const { clock, memoryBudgetBytes } = this.options;
    const device = await this.options.open();
    try {
      return { device, trainer: await Trainer.create({ device, clock, program, seed, memoryBudgetBytes }) };
    } catch (error) {
      device.close();
      throw error;
    }
  }

  private async train(trainer: Trainer, request: RehearsalRequest): Promise<Rehearsed> {
    const { until, limitMs, stopOnNaN, watch } = request;
    const { clock } = this.options;
    const began = clock.now();
    const every = Math.max(1, Math.ceil(until / mostLosses));
    const [steps, losses]: [number[], number[]] = [[], []];
    let isOver = false;
    const onSteps = (first: number, batch: Float64Array): void => {
      batch.forEach((loss, i) => {
        if (isOver) return;
        isOver = stopOnNaN && Number.isNaN(loss);
        if (!isOver && (first + i) % every !== 0 && first + i !== until - 1) return;
        steps.push(first + i);
        losses.push(loss);
      });
      request.progress(first + batch.length);
    };
    const cancelled = (): boolean => isOver || request.cancelled() || (limitMs > 0 && clock.now() - began >= limitMs);
    const width = watch.length * sampleWidth;
    if (trainer.step === 0 || this.sample.length !== width) this.sample = new Float32Array(width).fill(NaN);
    trainer.probe = null;
    // The last step that is made is the instrumented one: its statistics belong to the end of the curve.
    await trainer.run({ until: until - 1, stopOnNaN: false, cancelled, abandoned: request.cancelled, onSteps });
    if (!isOver && !request.cancelled() && trainer.step < until) {
      trainer.probe = this.probeFor(watch);
      const { cancelled: abandoned } = request;
      await trainer.run({ until: trainer.step + 1, stopOnNaN: false, cancelled: abandoned, abandoned, onSteps });
    }
    return { step: isOver ? until : trainer.step, steps, losses, sample: this.sample.slice() };
  }

  /** The same probe as long as the same places are watched, so that its plan is kept. */
  private probeFor(watch: readonly Place[]): Probe | null {
    const key = JSON.stringify(watch);
    if (key !== this.watched.key) {
      const layout = this.watched.layout + 1;
      const { probe } = probeOf(watch, Infinity, layout, (_, data) => (this.sample = data));
      this.watched = { key, layout, probe };
    }
    return this.watched.probe;
  }
}
