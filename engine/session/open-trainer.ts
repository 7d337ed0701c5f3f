/** @file The device of a session and the trainer on it: opened when first needed, closed together. */
import { DeviceError, type Backend, type BackendName, type Device } from "../backends/backend";
import type { ChainruleDocument, DeviceChoice } from "../document/document";
import type { Program } from "../program/program";
import type { Clock } from "../train/clock";
import { Trainer } from "../train/trainer";
import { chooseBackend } from "./choose-backend";
import { CallRefused } from "./dispatcher";
import type { DeviceStatus } from "./payloads";
import { Turns } from "./turns";

/** What devices are opened with. */
export interface DeviceHost {
  /** Backends here, best first. */
  readonly backends: readonly BackendName[];
  load(name: BackendName): Promise<Backend>;
  readonly clock: Clock;
  readonly memoryBudgetBytes: number;
}

/** The document that is trained. */
export interface Trained {
  /** Refuses where none is open. */
  readonly document: ChainruleDocument;
  /** Refuses with what is wrong with the document. */
  program(): Program;
  /** Told of each trainer that was made, before it does anything. */
  opened(trainer: Trainer): void;
}

/** Work on it is done in turns. */
export class OpenTrainer {
  readonly turns = new Turns();
  /** What float32 is computed in. */
  float: "float32" | "float64" = "float32";
  private choice: DeviceChoice | null = null;
  private device: Device | null = null;
  private found: DeviceStatus | null = null;
  private trainer: Trainer | null = null;

  constructor(
    private readonly host: DeviceHost,
    private readonly trained: Trained,
  ) {}

  /** The trainer where one is open. */
  get now(): Trainer | null {
    return this.trainer;
  }

  /** The device where one is open. */
  get status(): DeviceStatus | null {
    return this.found;
  }

  get bytes(): number {
    return this.device?.bytes() ?? 0;
  }

  /** Does something with the trainer in a turn of its own. */
  with<T>(work: (trainer: Trainer) => Promise<T>): Promise<T> {
    return this.turns.take(async () => work(await this.open()));
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

  /** Closes what is open; from then on devices are of this choice. */
  choose(choice: DeviceChoice, float: "float32" | "float64"): void {
    this.close();
    this.choice = choice;
    this.float = float;
  }

  /** Opens a device again after it was lost and goes on from the last state kept; false when that fails too. */
  async recover(): Promise<boolean> {
    const checkpoint = this.trainer?.recovery ?? null;
    try {
      this.close();
      await this.with(async (trainer) => {
        if (checkpoint) await trainer.restore(checkpoint);
      });
      return true;
    } catch (error) {
      if (error instanceof DeviceError || error instanceof CallRefused) return false;
      throw error;
    }
  }

  /** A device such as the trainer's, which is the caller's to close. */
  async openDevice(): Promise<Device> {
    const { backend } = await this.chooseBackend();
    return backend.open({ memoryBudgetBytes: this.host.memoryBudgetBytes });
  }

  private async chooseBackend() {
    const choice = this.choice ?? (this.float === "float64" ? "auto" : this.trained.document.training.device);
    const names = this.host.backends.filter((name) => choice === "auto" || choice === name);
    const found = await chooseBackend(names, (name) => this.host.load(name), choice, this.float);
    if (!found.ok) throw new CallRefused("device.unavailable", found.why);
    return found;
  }

  /** Call in a turn. */
  async open(): Promise<Trainer> {
    if (this.trainer) return this.trainer;
    const program = this.trained.program();
    const { clock, memoryBudgetBytes } = this.host;
    if (!this.device) {
      const { backend, status } = await this.chooseBackend();
      this.device = await backend.open({ memoryBudgetBytes });
      this.found = { name: backend.name, ok: true, why: status.adapter };
    }
    const { seed } = this.trained.document;
    this.trainer = await Trainer.create({ device: this.device, clock, program, seed, memoryBudgetBytes });
    this.trained.opened(this.trainer);
    return this.trainer;
  }

  /** Frees the device and all that lies on it. */
  close(): void {
    this.trainer = null;
    this.device?.close();
    this.device = null;
    this.found = null;
  }
}
