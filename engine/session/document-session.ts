/** @file One open document in the engine: what it reads as, its trainer, its run, what is watched of it. */
import type { ChainruleDocument, DeviceChoice } from "../document/document";
import { isLookOnly } from "../document/look";
import { printDiagnostic } from "../ir/diagnostic";
import type { TensorData } from "../ir/tensor";
import type { Origin } from "../ir/value";
import type { Program } from "../program/program";
import type { Checkpoint } from "../train/checkpoint";
import type { Trainer } from "../train/trainer";
import { CallRefused } from "./dispatcher";
import { patchedHash, wholeHash } from "./document-hash";
import { patchDocument, readDocument, type Reading } from "./edits";
import { OpenTrainer, type DeviceHost } from "./open-trainer";
import type { Address, DeviceStatus, DocumentPatch, Place } from "./payloads";
import type { EventName, EventPayload, Reply } from "./protocol";
import { Rehearsal } from "./rehearsal";
import { probeOf } from "./sampling";
import { TrainingRun, type RunRequest } from "./training-run";
import { wholePart } from "./whole-part";

/** What every session of a host shares. */
export interface SessionHost extends DeviceHost {
  emit<N extends EventName>(name: N, payload: EventPayload<N>): void;
}

/** All calls on it may overlap: work at the device is done in turns, between batches of a run. */
export class DocumentSession {
  revision = 0;
  hash = "";
  private reading: Reading | null = null;
  private readonly resources = new Map<string, TensorData>();
  private probe: ReturnType<typeof probeOf> | null = null;
  private readonly trained: OpenTrainer;
  private readonly training: TrainingRun;
  readonly rehearsal: Rehearsal;

  constructor(
    readonly id: string,
    private readonly host: SessionHost,
  ) {
    const { clock, memoryBudgetBytes } = host;
    this.trained = new OpenTrainer(host, this);
    this.training = new TrainingRun(this, this.trained);
    this.rehearsal = new Rehearsal({ open: () => this.trained.openDevice(), clock, memoryBudgetBytes });
  }

  get document(): ChainruleDocument {
    if (!this.reading) throw new CallRefused("document.missing", "session: no document is open. Open it first.");
    return this.reading.document;
  }

  get dtype(): "float32" | "float64" {
    return this.trained.float;
  }

  get clock(): SessionHost["clock"] {
    return this.host.clock;
  }

  emit: SessionHost["emit"] = (name, payload) => this.host.emit(name, payload);

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

  /** What of a document that cannot run can be looked at; null where all of it runs, or was trained before it broke. */
  wholePart(): Program | null {
    const { reading, resources } = this;
    if (!reading || reading.program || (this.trained.now?.step ?? 0) > 0) return null;
    return wholePart(reading, { float: this.dtype, resources });
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
    const reading = readDocument(document, this.dtype, this.resources);
    const isSeedKept = this.reading?.document.seed === document.seed;
    this.reading = reading;
    [this.revision, this.hash] = [revision, hash];
    const { diagnostics, program } = reading;
    this.emit("diagnostics", { session: this.id, revision, diagnostics });
    const trainer = this.trained.now;
    if (program && trainer) {
      await this.trained.turns.take(async () => {
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
    const { trained } = this;
    return trained.turns.take(async () => {
      const checkpoint = await trained.now?.checkpoint();
      const reread = dtype !== undefined && dtype !== this.dtype;
      trained.choose(device, dtype ?? this.dtype);
      if (this.reading && reread) this.reading = readDocument(this.document, this.dtype, this.resources);
      const trainer = await trained.open();
      if (checkpoint && !reread) await trainer.restore(checkpoint);
      else this.training.state = "idle";
      this.report();
      return this.deviceStatus();
    });
  }

  deviceStatus(): DeviceStatus {
    return this.trained.status ?? { name: "reference", ok: false, why: "No device is open." };
  }

  /** Does something with the trainer in a turn of its own, between batches of a run. */
  withTrainer<T>(work: (trainer: Trainer) => Promise<T>): Promise<T> {
    return this.trained.with(work);
  }

  /** Does something with a second trainer, of another program, on a device of its own that is closed after. */
  beside<T>(program: Program, seed: number, work: (trainer: Trainer) => Promise<T>): Promise<T> {
    return this.trained.beside(program, seed, work);
  }

  /** Told of each trainer that was made. */
  opened(trainer: Trainer): void {
    if (this.probe) trainer.probe = this.probe.probe;
    this.report();
  }

  watch(places: readonly Place[], perSecond: number): number {
    const layout = (this.probe?.layout ?? 0) + 1;
    this.probe = probeOf(places, perSecond, layout, (step, data) => {
      this.emit("sample", { session: this.id, revision: this.revision, layout, step, data });
    });
    const trainer = this.trained.now;
    if (trainer) trainer.probe = this.probe.probe;
    return layout;
  }

  setCheckpointing(everyMs: number): void {
    this.training.setCheckpointing(everyMs);
  }

  reset(seed: number | undefined): Promise<number> {
    return this.training.reset(seed);
  }

  /** Asks a run to end and waits until it has; gives the next step's number. */
  end(how: "paused" | "stopped"): Promise<number> {
    return this.training.end(how);
  }

  /** Refuses a document with errors, and while a run is on. */
  run(request: RunRequest): Promise<Reply<"run">> {
    return this.training.run(request);
  }

  /** Takes a whole training's state over; false, and nothing changed, where a run or a pause holds another. */
  adopt(checkpoint: Checkpoint): Promise<boolean> {
    return this.training.adopt(checkpoint);
  }

  address(origin: Pick<Origin, "path" | "node" | "port">, step: number): Address {
    const { path, node, port } = origin;
    return { revision: this.revision, step, path, node, port };
  }

  report(why: string | null = null): void {
    if (!this.reading) return;
    const { id: session, revision, training, trained } = this;
    const { now: trainer, status: device, bytes } = trained;
    const { state, ranMs } = training;
    this.emit("status", {
      session, revision, state, device, why, ranMs, bytes,
      step: trainer?.step ?? 0,
      steps: this.document.training.steps,
      seed: trainer?.seed ?? this.document.seed,
      stepsPerSecond: trainer?.stepsPerSecond ?? 0,
      paths: trainer?.paths ?? 0,
      kernels: trainer?.kernels ?? 0,
    }); // prettier-ignore
  }

  /** Ends the run and frees everything. */
  async close(): Promise<void> {
    await this.end("stopped");
    await this.rehearsal.close();
    await this.trained.turns.take(() => {
      this.trained.close();
      return Promise.resolve();
    });
  }
}
