/** @file The run of a session: started, paused, stopped, gone on with; slices between which others have their turn. */
import { DeviceError } from "../backends/backend";
import type { ChainruleDocument } from "../document/document";
import type { Origin } from "../ir/value";
import type { Checkpoint } from "../train/checkpoint";
import type { Clock } from "../train/clock";
import { printNonFinite } from "../train/locate-non-finite";
import { RunError } from "../train/run-error";
import type { RunEnd, Trainer } from "../train/trainer";
import { CallRefused } from "./dispatcher";
import type { OpenTrainer } from "./open-trainer";
import { parameterNumbers } from "./parameters";
import type { Address } from "./payloads";
import type { EventName, EventPayload, Progress, Reply, RunState } from "./protocol";

/** How often in a run the parameters' numbers are sent. */
const trailPoints = 60;

type EndReason = Reply<"run">["reason"];

/** A run that is on, and how it has been asked to end. */
interface Control {
  wanted: "paused" | "stopped" | null;
  readonly ended: Promise<void>;
}

export interface RunRequest {
  readonly steps?: number | undefined;
  readonly seed?: number | undefined;
  readonly cancelled: () => boolean;
  readonly progress: (progress: Progress<"run">) => void;
  /** Told the last loss of each batch. */
  readonly onLoss?: (loss: number) => void;
}

/** What a run is told of its session, and tells it. */
export interface RunSession {
  readonly id: string;
  readonly revision: number;
  /** Refuses where none is open. */
  readonly document: ChainruleDocument;
  readonly clock: Clock;
  /** Refuses a document with errors. */
  program(): unknown;
  address(origin: Pick<Origin, "path" | "node" | "port">, step: number): Address;
  emit<N extends EventName>(name: N, payload: EventPayload<N>): void;
  /** Called after each change of `state`; `why` is what went wrong. */
  report(why: string | null): void;
}

/** One run at a time; between two the state that was reached stays. */
export class TrainingRun {
  state: RunState = "idle";
  /** Milliseconds spent making steps since step 0, up to the last slice. */
  ranMs = 0;
  private control: Control | null = null;
  private startOver = false;
  private checkpointMs = 0;
  private checkpointAt = 0;

  constructor(
    private readonly session: RunSession,
    private readonly open: OpenTrainer,
  ) {}

  setCheckpointing(everyMs: number): void {
    this.checkpointMs = everyMs;
    this.checkpointAt = this.session.clock.now();
  }

  /** Ends the run and goes back to step 0. */
  async reset(seed: number | undefined): Promise<number> {
    await this.end("stopped");
    await this.open.with((trainer) => trainer.reset(seed ?? this.session.document.seed));
    this.startOver = false;
    this.ranMs = 0;
    this.setState("idle");
    return 0;
  }

  /** Asks a run to end and waits until it has; gives the next step's number. */
  async end(how: "paused" | "stopped"): Promise<number> {
    const { control } = this;
    if (control) {
      control.wanted = how;
      await control.ended;
    } else if (how === "stopped") {
      this.startOver = true;
      if (this.state !== "idle") this.setState("stopped");
    }
    return this.step;
  }

  /** Trains from where it stands, or from step 0 where that is the end; refuses while a run is on, and a document with errors. */
  async run(request: RunRequest): Promise<Reply<"run">> {
    if (this.control) throw new CallRefused("run.busy", "run: a run is on already. Pause or stop it first.");
    this.session.program();
    let ended = (): void => {};
    const control: Control = { wanted: null, ended: new Promise((resolve) => (ended = resolve)) };
    this.control = control;
    try {
      const until = request.steps ?? this.session.document.training.steps;
      if (!this.open.now) this.setState("compiling");
      await this.open.with(async (trainer) => {
        const over = this.startOver || trainer.step >= until;
        if (over || request.seed !== undefined) await trainer.reset(request.seed ?? this.session.document.seed);
        this.startOver = false;
      });
      this.setState("running");
      const reply = await this.runUntil(until, control, request);
      if (this.checkpointMs > 0) await this.sendCheckpoint();
      return reply;
    } catch (error) {
      this.setState("failed", error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      this.control = null;
      ended();
    }
  }

  /** Takes a whole training's state over; false, and nothing changed, where a run or a pause holds another. */
  async adopt(checkpoint: Checkpoint): Promise<boolean> {
    if (this.control || this.state === "paused") return false;
    await this.open.with((trainer) => trainer.restore(checkpoint));
    this.startOver = false;
    this.setState("done");
    if (this.checkpointMs > 0) await this.sendCheckpoint();
    return true;
  }

  private get step(): number {
    return this.open.now?.step ?? 0;
  }

  private async runUntil(until: number, control: Control, request: RunRequest): Promise<Reply<"run">> {
    const every = Math.max(1, Math.ceil(until / trailPoints));
    if (this.open.now?.step === 0) await this.sendNumbers();
    for (;;) {
      let end: RunEnd;
      try {
        end = await this.open.with((trainer) => {
          const mark = (Math.floor(trainer.step / every) + 1) * every;
          return this.timed(trainer, { until: Math.min(until, mark), inAll: until }, control, request);
        });
      } catch (error) {
        if (error instanceof DeviceError && error.kind === "lost" && (await this.recover(error.message))) continue;
        if (error instanceof RunError) return this.finish("refused", this.step, error.message, error.where);
        throw error;
      }
      if (end.reason === "done") await this.sendNumbers();
      if (end.reason === "done" && end.step >= until) return this.finish("done", end.step);
      if (end.reason === "nan") {
        return this.finish("nan", end.step, printNonFinite(end.step, end.where), end.where?.origin ?? null);
      }
      if (control.wanted) return this.finish(control.wanted, end.step);
      if (request.cancelled()) return this.finish("cancelled", end.step);
      if (this.checkpointDue()) await this.sendCheckpoint();
      await this.session.clock.breathe();
    }
  }

  private async timed(...slice: Parameters<TrainingRun["slice"]>): Promise<RunEnd> {
    const [trainer] = slice;
    const { clock } = this.session;
    const began = clock.now();
    if (trainer.step === 0) this.ranMs = 0;
    try {
      return await this.slice(...slice);
    } finally {
      this.ranMs += clock.now() - began;
    }
  }

  private slice(
    trainer: Trainer,
    goal: { readonly until: number; readonly inAll: number },
    control: Control,
    request: RunRequest,
  ): Promise<RunEnd> {
    const { session, open } = this;
    return trainer.run({
      until: goal.until,
      stopOnNaN: session.document.training.stopOnNaN,
      cancelled: () => control.wanted !== null || request.cancelled() || open.turns.waiting > 0 || this.checkpointDue(),
      abandoned: () => control.wanted !== null || request.cancelled(),
      onSteps: (first, losses) => {
        const steps = Float64Array.from(losses, (_, i) => first + i);
        request.onLoss?.(losses[losses.length - 1] ?? NaN);
        const { stepsPerSecond } = trainer;
        request.progress({ step: first + losses.length, steps: goal.inAll, stepsPerSecond, ranMs: this.ranMs });
        const { id, revision } = session;
        session.emit("losses", { session: id, revision, steps, losses: Float64Array.from(losses) });
      },
    });
  }

  private async sendNumbers(): Promise<void> {
    const { session } = this;
    await this.open.with(async (trainer) => {
      const numbers = await parameterNumbers(trainer);
      const { id, revision } = session;
      if (numbers) session.emit("parameterNumbers", { session: id, revision, step: trainer.step, numbers });
    });
  }

  private checkpointDue(): boolean {
    return this.checkpointMs > 0 && this.session.clock.now() - this.checkpointAt >= this.checkpointMs;
  }

  private async sendCheckpoint(): Promise<void> {
    this.checkpointAt = this.session.clock.now();
    const checkpoint = await this.open.with((trainer) => trainer.checkpoint());
    const { id: session, revision } = this.session;
    this.session.emit("checkpoint", { session, checkpoint: { revision, ...checkpoint } });
  }

  private async recover(why: string): Promise<boolean> {
    const recovered = await this.open.recover();
    this.session.emit("deviceLost", { session: this.session.id, why, recovered });
    return recovered;
  }

  private finish(
    reason: EndReason,
    step: number,
    message: string | null = null,
    origin: Origin | null = null,
  ): Reply<"run"> {
    this.startOver = reason === "stopped";
    const states = { done: "done", paused: "paused", stopped: "stopped", cancelled: "paused", nan: "failed", refused: "failed" } as const; // prettier-ignore
    const where = origin && this.session.address(origin, step);
    this.setState(states[reason], message);
    if (message !== null) {
      const failure = { code: `run.${reason}`, message };
      const { id: session, revision } = this.session;
      this.session.emit("error", { session, revision, failure, where });
    }
    return { reason, step, message, where };
  }

  private setState(state: RunState, why: string | null = null): void {
    this.state = state;
    this.session.report(why);
  }
}
