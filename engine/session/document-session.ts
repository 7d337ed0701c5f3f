/** @file One open document in the engine: its program, its trainer, its run. */
import { DeviceError, type Backend, type BackendName, type Device } from "../backends/backend";
import type { ChainruleDocument, DeviceChoice } from "../document/document";
import { isLookOnly } from "../document/look";
import { printDiagnostic } from "../ir/diagnostic";
import type { TensorData } from "../ir/tensor";
import type { Origin } from "../ir/value";
import type { Program } from "../program/program";
import type { Checkpoint } from "../train/checkpoint";
import type { Clock } from "../train/clock";
import { printNonFinite } from "../train/locate-non-finite";
import { RunError } from "../train/run-error";
import { Trainer, type RunEnd } from "../train/trainer";
import { chooseBackend } from "./choose-backend";
import { CallRefused } from "./dispatcher";
import { patchedHash, wholeHash } from "./document-hash";
import { patchDocument, readDocument, type Reading } from "./edits";
import { parameterNumbers } from "./parameters";
import type { Address, DeviceStatus, DocumentPatch, Place } from "./payloads";
import type { EventName, EventPayload, Progress, Reply, RunState } from "./protocol";
import { Rehearsal } from "./rehearsal";
import { probeOf } from "./sampling";
import { Turns } from "./turns";

/** What every session of a host shares. */
export interface SessionHost {
  /** Backends here, best first. */
  readonly backends: readonly BackendName[];
  load(name: BackendName): Promise<Backend>;
  readonly clock: Clock;
  readonly memoryBudgetBytes: number;
  emit<N extends EventName>(name: N, payload: EventPayload<N>): void;
}

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

/** All calls on it may overlap: work at the device is done in turns, between batches of a run. */
export class DocumentSession {
  readonly turns = new Turns();
  revision = 0;
  hash = "";
  private reading: Reading | null = null;
  private readonly resources = new Map<string, TensorData>();
  private choice: DeviceChoice | null = null;
  private float: "float32" | "float64" = "float32";
  private device: Device | null = null;
  private status: DeviceStatus | null = null;
  private trainer: Trainer | null = null;
  private control: Control | null = null;
  private state: RunState = "idle";
  private startOver = false;
  private checkpointMs = 0;
  /** Milliseconds spent making steps since step 0, up to the last slice. */
  private ranMs = 0;
  private checkpointAt = 0;
  private probe: ReturnType<typeof probeOf> | null = null;
  readonly rehearsal: Rehearsal;

  constructor(
    readonly id: string,
    private readonly host: SessionHost,
  ) {
    const { clock, memoryBudgetBytes } = host;
    this.rehearsal = new Rehearsal({ open: () => this.openDevice(), clock, memoryBudgetBytes });
  }

  get document(): ChainruleDocument {
    if (!this.reading) throw new CallRefused("document.missing", "session: no document is open. Open it first.");
    return this.reading.document;
  }

  get dtype(): "float32" | "float64" {
    return this.float;
  }

  resourcesById(): ReadonlyMap<string, TensorData> {
    return this.resources;
  }

  setResource(id: string, tensor: TensorData): void {
    this.resources.set(id, tensor);
  }

  /** The program; refuses with what is wrong where there is none. */
  program(): Program {
    const { program, diagnostics } = this.reading ?? { program: null, diagnostics: [] };
    if (program) return program;
    const first = diagnostics.find((d) => d.severity === "error");
    throw new CallRefused(
      "document.errors",
      first ? printDiagnostic(first) : "document: it has errors. Mend them first.",
    );
  }

  async open(document: ChainruleDocument, revision: number): Promise<Reply<"open">> {
    return this.take(document, revision, wholeHash(document), true);
  }

  async patch(
    base: { readonly revision: number; readonly hash: string },
    revision: number,
    hash: string,
    patches: readonly DocumentPatch[],
  ): Promise<Reply<"patch">> {
    const next = patchedHash(base.hash, patches);
    if (base.revision !== this.revision || base.hash !== this.hash || hash !== next || !this.reading) {
      return { outcome: "mismatch", revision: this.revision, hash: this.hash };
    }
    const document = patchDocument(this.reading.document, patches);
    if (isLookOnly(this.reading.document, document, patches)) {
      this.reading = { ...this.reading, document };
      [this.revision, this.hash] = [revision, next];
      return { outcome: "applied", revision, hash: next, diagnostics: [...this.reading.diagnostics] };
    }
    return { outcome: "applied", ...(await this.take(document, revision, next, false)) };
  }

  private async take(
    document: ChainruleDocument,
    revision: number,
    hash: string,
    whole: boolean,
  ): Promise<Reply<"open">> {
    const reading = readDocument(document, this.float, this.resources);
    const isSeedKept = this.reading?.document.seed === document.seed;
    this.reading = reading;
    [this.revision, this.hash] = [revision, hash];
    const { diagnostics, program } = reading;
    this.host.emit("diagnostics", { session: this.id, revision, diagnostics });
    if (program && this.trainer) {
      const { trainer } = this;
      await this.turns.take(async () => {
        await trainer.edit(program, isSeedKept ? trainer.seed : document.seed);
        if (this.probe) this.watch(this.probe.places, this.probe.perSecond);
      });
    } else if (!program) {
      // A graph that is broken ends the run and says why; what was computed stays.
      await this.end("paused");
    }
    if (whole) this.report();
    return { revision, hash, diagnostics };
  }

  async chooseDevice(device: DeviceChoice, dtype: "float32" | "float64" | undefined): Promise<DeviceStatus> {
    await this.end("paused");
    await this.rehearsal.close();
    return this.turns.take(async () => {
      const checkpoint = await this.trainer?.checkpoint();
      const float = dtype ?? this.float;
      const reread = float !== this.float;
      this.choice = device;
      this.float = float;
      this.closeDevice();
      if (this.reading && reread) this.reading = readDocument(this.document, float, this.resources);
      const trainer = await this.openTrainer();
      if (checkpoint && !reread) await trainer.restore(checkpoint);
      else this.state = "idle";
      this.report();
      return this.deviceStatus();
    });
  }

  deviceStatus(): DeviceStatus {
    return this.status ?? { name: "reference", ok: false, why: "No device is open." };
  }

  /** Does something with the trainer in a turn of its own, between batches of a run. */
  withTrainer<T>(work: (trainer: Trainer) => Promise<T>): Promise<T> {
    return this.turns.take(async () => work(await this.openTrainer()));
  }

  /** Does something with a second trainer, of another program, on a device of its own that is closed after. */
  async beside<T>(program: Program, seed: number, work: (trainer: Trainer) => Promise<T>): Promise<T> {
    const device = await this.openDevice();
    try {
      const { clock, memoryBudgetBytes } = this.host;
      return await work(await Trainer.create({ device, clock, program, seed, memoryBudgetBytes }));
    } finally {
      device.close();
    }
  }

  watch(places: readonly Place[], perSecond: number): number {
    const layout = (this.probe?.layout ?? 0) + 1;
    this.probe = probeOf(places, perSecond, layout, (step, data) => {
      this.host.emit("sample", { session: this.id, revision: this.revision, layout, step, data });
    });
    if (this.trainer) this.trainer.probe = this.probe.probe;
    return layout;
  }

  setCheckpointing(everyMs: number): void {
    this.checkpointMs = everyMs;
    this.checkpointAt = this.host.clock.now();
  }

  async reset(seed: number | undefined): Promise<number> {
    await this.end("stopped");
    await this.withTrainer((trainer) => trainer.reset(seed ?? this.document.seed));
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
    return this.trainer?.step ?? 0;
  }

  async run(request: RunRequest): Promise<Reply<"run">> {
    if (this.control) throw new CallRefused("run.busy", "run: a run is on already. Pause or stop it first.");
    this.program();
    let ended = (): void => {};
    const control: Control = { wanted: null, ended: new Promise((resolve) => (ended = resolve)) };
    this.control = control;
    try {
      const until = request.steps ?? this.document.training.steps;
      if (!this.trainer) this.setState("compiling");
      await this.withTrainer(async (trainer) => {
        const over = this.startOver || trainer.step >= until;
        if (over || request.seed !== undefined) await trainer.reset(request.seed ?? this.document.seed);
        this.startOver = false;
      });
      this.setState("running");
      const ended = await this.runUntil(until, control, request);
      if (this.checkpointMs > 0) await this.sendCheckpoint();
      return ended;
    } catch (error) {
      this.setState("failed", error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      this.control = null;
      ended();
    }
  }

  private async runUntil(until: number, control: Control, request: RunRequest): Promise<Reply<"run">> {
    const every = Math.max(1, Math.ceil(until / trailPoints));
    if (this.trainer?.step === 0) await this.sendNumbers();
    for (;;) {
      let end: RunEnd;
      try {
        end = await this.withTrainer(async (trainer) => {
          const mark = (Math.floor(trainer.step / every) + 1) * every;
          const began = this.host.clock.now();
          if (trainer.step === 0) this.ranMs = 0;
          try {
            return await this.slice(trainer, { until: Math.min(until, mark), inAll: until }, control, request);
          } finally {
            this.ranMs += this.host.clock.now() - began;
          }
        });
      } catch (error) {
        if (error instanceof DeviceError && error.kind === "lost" && (await this.recover(error.message))) continue;
        if (error instanceof RunError)
          return this.finish("refused", this.trainer?.step ?? 0, error.message, error.where);
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
      await this.host.clock.breathe();
    }
  }

  private slice(
    trainer: Trainer,
    goal: { readonly until: number; readonly inAll: number },
    control: Control,
    request: RunRequest,
  ): Promise<RunEnd> {
    return trainer.run({
      until: goal.until,
      stopOnNaN: this.document.training.stopOnNaN,
      cancelled: () => control.wanted !== null || request.cancelled() || this.turns.waiting > 0 || this.checkpointDue(),
      abandoned: () => control.wanted !== null || request.cancelled(),
      onSteps: (first, losses) => {
        const steps = Float64Array.from(losses, (_, i) => first + i);
        const { id: session, revision } = this;
        request.onLoss?.(losses[losses.length - 1] ?? NaN);
        const { stepsPerSecond } = trainer;
        request.progress({ step: first + losses.length, steps: goal.inAll, stepsPerSecond, ranMs: this.ranMs });
        this.host.emit("losses", { session, revision, steps, losses: Float64Array.from(losses) });
      },
    });
  }

  private async sendNumbers(): Promise<void> {
    const { id: session, revision } = this;
    await this.withTrainer(async (trainer) => {
      const numbers = await parameterNumbers(trainer);
      if (numbers) this.host.emit("parameterNumbers", { session, revision, step: trainer.step, numbers });
    });
  }

  /** Takes a whole training's state over; false, and nothing changed, where a run or a pause holds another. */
  async adopt(checkpoint: Checkpoint): Promise<boolean> {
    if (this.control || this.state === "paused") return false;
    await this.withTrainer((trainer) => trainer.restore(checkpoint));
    this.startOver = false;
    this.setState("done");
    if (this.checkpointMs > 0) await this.sendCheckpoint();
    return true;
  }

  private finish(
    reason: EndReason,
    step: number,
    message: string | null = null,
    origin: Origin | null = null,
  ): Reply<"run"> {
    this.startOver = reason === "stopped";
    const states = { done: "done", paused: "paused", stopped: "stopped", cancelled: "paused", nan: "failed", refused: "failed" } as const; // prettier-ignore
    const where = origin && this.address(origin, step);
    this.setState(states[reason], message);
    if (message !== null) {
      const failure = { code: `run.${reason}`, message };
      this.host.emit("error", { session: this.id, revision: this.revision, failure, where });
    }
    return { reason, step, message, where };
  }

  address(origin: Pick<Origin, "path" | "node" | "port">, step: number): Address {
    const { path, node, port } = origin;
    return { revision: this.revision, step, path, node, port };
  }

  private checkpointDue(): boolean {
    return this.checkpointMs > 0 && this.host.clock.now() - this.checkpointAt >= this.checkpointMs;
  }

  private async sendCheckpoint(): Promise<void> {
    this.checkpointAt = this.host.clock.now();
    const checkpoint = await this.withTrainer((trainer) => trainer.checkpoint());
    this.host.emit("checkpoint", { session: this.id, checkpoint: { revision: this.revision, ...checkpoint } });
  }

  /** Opens a device again after it was lost and goes on from the last state kept; false when that fails too. */
  private async recover(why: string): Promise<boolean> {
    const checkpoint = this.trainer?.recovery ?? null;
    let recovered = false;
    try {
      this.closeDevice();
      await this.withTrainer(async (trainer) => {
        if (checkpoint) await trainer.restore(checkpoint);
      });
      recovered = true;
    } catch (error) {
      if (!(error instanceof DeviceError || error instanceof CallRefused)) throw error;
    }
    this.host.emit("deviceLost", { session: this.id, why, recovered });
    return recovered;
  }

  private async choose() {
    const choice = this.choice ?? (this.float === "float64" ? "auto" : this.document.training.device);
    const names = this.host.backends.filter((name) => choice === "auto" || choice === name);
    const found = await chooseBackend(names, (name) => this.host.load(name), choice, this.float);
    if (!found.ok) throw new CallRefused("device.unavailable", found.why);
    return found;
  }

  private async openDevice(): Promise<Device> {
    const { backend } = await this.choose();
    return backend.open({ memoryBudgetBytes: this.host.memoryBudgetBytes });
  }

  private async openTrainer(): Promise<Trainer> {
    if (this.trainer) return this.trainer;
    const program = this.program();
    if (!this.device) {
      const { backend, status } = await this.choose();
      this.device = await backend.open({ memoryBudgetBytes: this.host.memoryBudgetBytes });
      this.status = { name: backend.name, ok: true, why: status.adapter };
    }
    const { clock, memoryBudgetBytes } = this.host;
    const seed = this.document.seed;
    this.trainer = await Trainer.create({ device: this.device, clock, program, seed, memoryBudgetBytes });
    if (this.probe) this.trainer.probe = this.probe.probe;
    this.report();
    return this.trainer;
  }

  private closeDevice(): void {
    this.trainer = null;
    this.device?.close();
    this.device = null;
    this.status = null;
  }

  private setState(state: RunState, why: string | null = null): void {
    this.state = state;
    this.report(why);
  }

  private report(why: string | null = null): void {
    if (!this.reading) return;
    const { id: session, revision, state, trainer, status: device } = this;
    this.host.emit("status", {
      session, revision, state, device, why,
      step: trainer?.step ?? 0,
      steps: this.document.training.steps,
      seed: trainer?.seed ?? this.document.seed,
      stepsPerSecond: trainer?.stepsPerSecond ?? 0,
      ranMs: this.ranMs,
      bytes: this.device?.bytes() ?? 0,
      paths: trainer?.paths ?? 0,
      kernels: trainer?.kernels ?? 0,
    }); // prettier-ignore
  }

  /** Ends the run and frees everything. */
  async close(): Promise<void> {
    await this.end("stopped");
    await this.rehearsal.close();
    await this.turns.take(() => {
      this.closeDevice();
      return Promise.resolve();
    });
  }
}
