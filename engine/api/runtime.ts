/** @file The runtime: the open segment, the queue of ended ones, and the device they run on. One per program. */
import type { Device, LoadedPlan } from "../backends/backend";
import { invariant } from "../ir/refusal";
import { elementCount, sameShape } from "../ir/shape";
import type { TensorData, TensorType } from "../ir/tensor";
import type { SlotId, Value } from "../ir/value";
import { openDevice, type DeviceName } from "./device";
import { hostBytes, Plans, type Job, type PreparedJob } from "./plans";
import { Segment, type SegmentResults } from "./segment";
import { StepDraws } from "./step-draws";
import { Storage, type StorageFlags } from "./storage";
import type { Tensor, TensorPlace } from "./tensor";

/** What is kept on the host, of the last step before a pause, for code that asks later. */
const keptBytesLimit = 64 * 2 ** 20;
/** Queued segments older than this many are reduced to their plans: only their numbers can still be asked for. */
const amendableSegments = 64;
/** A record longer than this ends where it stands, so that loops that only evaluate do not grow. */
const segmentLimit = 20_000;
/** Callbacks that release memory need turns of the event loop of their own: one every so many runs. */
const runsPerTurn = 64;

interface Queued {
  /** Null once sealed. */
  segment: Segment | null;
  readonly results: SegmentResults | null;
  prepared: PreparedJob | null;
}

export class Runtime {
  private readonly draws = new StepDraws();
  segment = new Segment(this.draws);
  readonly plans = new Plans();
  private queue: Queued[] = [];
  private device: Device | null = null;
  private deviceName: DeviceName = "auto";
  private running: Promise<unknown> = Promise.resolve();
  /** What input slots hold. */
  private readonly held = new Map<SlotId, TensorData>();
  private readonly storages = new Map<SlotId, WeakRef<Storage>>();
  private readonly collected = new FinalizationRegistry<SlotId>((slot) => {
    this.storages.delete(slot);
    this.device?.release(slot);
  });
  /** Output slots in use by questions that wait for their answer. */
  private readonly answering = new Set<number>();
  private runs = 0;
  private noGradDepth = 0;
  /** Parameters that get no gradient from what is recorded now. */
  private frozen: ReadonlySet<Tensor> = new Set();

  get gradEnabled(): boolean {
    return this.noGradDepth === 0;
  }

  /** Runs `body` off the tape. */
  withoutGrad<T>(body: () => T): T {
    this.noGradDepth++;
    try {
      return body();
    } finally {
      this.noGradDepth--;
    }
  }

  /** Runs `body` with gradients recorded, inside noGrad. */
  enableGrad<T>(body: () => T): T {
    const depth = this.noGradDepth;
    this.noGradDepth = 0;
    try {
      return body();
    } finally {
      this.noGradDepth = depth;
    }
  }

  /** Whether uses of this tensor are cut from the graph now. */
  isFrozen(tensor: Tensor): boolean {
    return this.frozen.has(tensor);
  }

  /** Runs `body`, which may wait, with uses of these parameters cut from the graph. */
  freeze<T>(parameters: Iterable<Tensor>, body: () => T): T {
    const before = this.frozen;
    this.frozen = new Set([...before, ...parameters]);
    const restore = (): void => void (this.frozen = before);
    let result: T;
    try {
      result = body();
    } catch (error) {
      restore();
      throw error;
    }
    if (result instanceof Promise) return result.finally(restore) as T;
    restore();
    return result;
  }

  /** torch.no_grad: as withoutGrad; in-place writes made inside settle the segment. */
  noGrad<T>(body: () => T): T {
    if (this.gradEnabled && this.segment.isOver) this.end();
    const { segment } = this;
    const before = segment.writeCount;
    const result = this.withoutGrad(body);
    if (segment === this.segment && segment.writeCount > before) this.endStep();
    return result;
  }

  /** Records into the open segment, with or without gradients as the block says. */
  record<T>(body: (segment: Segment) => T): T {
    const { segment } = this;
    return this.gradEnabled ? body(segment) : segment.tape.noGrad(() => body(segment));
  }

  createStorage(type: TensorType, host: TensorData | null, flags: StorageFlags = {}): Storage {
    const storage = new Storage(type, host, flags);
    this.collected.register(storage, storage.slot);
    return storage;
  }

  /** Settles the open segment where state changed, outside noGrad. */
  endStep(): void {
    if (this.gradEnabled && this.segment.writes.size > 0) this.segment.settled = true;
  }

  /** Begins a step of the program's loop: what is drawn each step is new. */
  beginStep(): void {
    if (this.draws.endStep(this.segment)) this.end();
  }

  /** Records a draw made each step. */
  recordDraw<T>(body: (segment: Segment) => T): T {
    this.draws.enter(this.segment);
    return this.record(body);
  }

  /**
   * Ends the open segment when what is about to be recorded begins the next step: after an update, unless it goes on
   * with the graph; and when it reads state that was written in place outside noGrad, as a loop without autograd does,
   * while no graph waits for its backward.
   */
  beforeRecording(operands: readonly TensorPlace[]): void {
    const { segment } = this;
    const { writes, hasHistory, settled } = segment;
    if (writes.size === 0 || !this.gradEnabled) return;
    const begins = settled
      ? !operands.some((place) => place.kind === "value" && place.segment === segment && place.value.requiresGrad)
      : !hasHistory && operands.some((place) => place.kind === "storage" && writes.has(place.storage));
    if (begins) this.end();
  }

  private end(): void {
    const { segment } = this;
    for (const storage of segment.writes.keys()) storage.lastWrite = segment.number;
    segment.status = "queued";
    this.queue.push({ segment, results: segment.results, prepared: null });
    this.segment = new Segment(this.draws);
    const old = this.queue[this.queue.length - 1 - amendableSegments];
    if (!old?.segment) return;
    old.prepared ??= this.plans.prepare(jobOf(old.segment));
    old.segment.status = "sealed";
    old.segment = null;
  }

  /**
   * A storage that holds a value of an ended segment, for use after it: written by the segment itself while that is
   * queued, or computed again while nothing it depends on has changed. Null when the value is gone.
   */
  store(segment: Segment, value: Value): Storage | null {
    const flags = { requiresGrad: value.requiresGrad, historyEnded: value.requiresGrad && !value.isLeaf };
    const known = segment.known(value);
    if (known) return this.createStorage(value.type, known, flags);
    const current = segment.status !== "queued" && segment.isCurrent(value);
    if (segment.status !== "queued" && !current) return null;
    const storage = this.createStorage(value.type, null, flags);
    if (segment.status === "queued") {
      segment.write(storage, value);
      storage.lastWrite = segment.number;
    } else {
      const writes = [{ slot: storage.slot, type: storage.type, value }];
      const job = {
        tape: segment.tape,
        storages: new Map(segment.storages).set(storage.slot, storage),
        writes,
        ring: [],
      };
      this.queue.push({ segment: null, results: null, prepared: this.plans.prepare(job) });
    }
    return storage;
  }

  /** The contents of a value; null when it is gone. */
  async readValue(segment: Segment, value: Value): Promise<TensorData | null> {
    if (segment === this.segment) {
      if (!segment.isOver) return this.evaluate(segment, value);
      this.end();
    }
    const pending = segment.status === "queued" || segment.status === "sealed";
    if (pending && elementCount(value.type.shape) === 1) await this.flush();
    const known = segment.known(value);
    if (known) return known;
    const storage = this.store(segment, value);
    return storage && (await this.readStorage(storage));
  }

  /** Computes a value of the open segment, which stays open. */
  private async evaluate({ tape, storages }: Segment, value: Value): Promise<TensorData> {
    const type: TensorType = { dtype: value.type.dtype, shape: value.type.shape };
    let place = 0;
    while (this.answering.has(place)) place++;
    this.answering.add(place);
    try {
      const slot: SlotId = `out ${place} ${type.dtype}[${type.shape.join(",")}]`;
      const prepared = this.plans.prepare({ tape, storages, writes: [{ slot, type, value }], ring: [] });
      this.queue.push({ segment: null, results: null, prepared });
      if (tape.values.length > segmentLimit) this.end();
      await this.flush();
      return await this.readSlot(slot, type);
    } finally {
      this.answering.delete(place);
    }
  }

  /** The contents of a storage once everything recorded so far has run. */
  async readStorage(storage: Storage): Promise<TensorData> {
    if (this.segment.isOver) this.end();
    const pending = this.segment.writes.get(storage);
    if (pending) return this.evaluate(this.segment, pending);
    if (storage.host && storage.lastWrite < 0) return storage.host;
    await this.flush();
    return this.readSlot(storage.slot, storage.type);
  }

  private async readSlot(slot: SlotId, type: TensorType): Promise<TensorData> {
    const device = await this.open();
    const [data] = await device.read([slot]);
    invariant(data, `slot ${slot} is not on the device`);
    return { dtype: type.dtype, shape: type.shape, data };
  }

  /** Chooses the device; what is on another one moves over. Returns the name of the backend. */
  async useDevice(name: DeviceName): Promise<string> {
    await this.flush();
    const next = await openDevice(name);
    const previous = this.device;
    this.deviceName = name;
    this.device = next;
    this.held.clear();
    for (const [slot, reference] of previous ? this.storages : []) {
      const storage = reference.deref();
      if (!storage || !previous?.has(slot)) continue;
      const [data] = await previous.read([slot]);
      next.allocate(slot, storage.type.dtype, storage.elements);
      if (data) next.write(slot, data);
    }
    previous?.close();
    return next.backend;
  }

  private async open(): Promise<Device> {
    this.device ??= await openDevice(this.deviceName);
    return this.device;
  }

  /** Runs everything that is queued. */
  async flush(): Promise<void> {
    if (this.segment.isOver) this.end();
    const next = this.running.then(() => this.runQueue());
    this.running = next.catch(() => undefined);
    await next;
  }

  private async runQueue(): Promise<void> {
    const queue = this.queue;
    this.queue = [];
    if (queue.length === 0) return;
    if (++this.runs % runsPerTurn === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    const device = await this.open();
    let last: Segment | null = null;
    for (const queued of queue) last = queued.segment ?? last;
    const schedule: { plan: LoadedPlan; count: number }[] = [];
    let reporting: { results: SegmentResults | null; count: number }[] = [];
    const run = async (): Promise<void> => {
      if (schedule.length === 0) return;
      const { ring } = await device.run(schedule.splice(0));
      let offset = 0;
      for (const { results, count } of reporting) {
        if (results) results.ring = ring.slice(offset, offset + count);
        offset += count;
      }
      reporting = [];
    };
    for (const { segment, results, prepared } of queue) {
      const kept = segment !== null && segment === last ? keptWrites(segment) : [];
      const ready = prepared ?? (segment && this.plans.prepare(jobOf(segment, kept)));
      invariant(ready, "nothing to run");
      if (segment) segment.status = "done";
      this.allocate(device, ready);
      const inputs = ready.inputs.filter(({ slot, data }) => !this.holds(device, slot, data));
      if (inputs.length > 0) await run();
      for (const { slot, data } of inputs) {
        device.write(slot, data.data);
        this.held.set(slot, data);
      }
      const plan = await device.load(ready.plan);
      const before = schedule.at(-1);
      if (before?.plan === plan) before.count++;
      else schedule.push({ plan, count: 1 });
      reporting.push({ results, count: ready.plan.ring.length });
      if (kept.length === 0 || results === null) continue;
      await run();
      const contents = await device.read(kept.map((write) => write.slot));
      kept.forEach(({ type, value }, i) => {
        const data = contents[i];
        if (data) results.kept.set(value.id, { ...type, data });
      });
    }
    await run();
  }

  private allocate(device: Device, prepared: PreparedJob): void {
    for (const storage of prepared.storages) {
      if (device.has(storage.slot)) continue;
      device.allocate(storage.slot, storage.type.dtype, storage.elements);
      this.storages.set(storage.slot, new WeakRef(storage));
      if (storage.host) device.write(storage.slot, storage.host.data);
    }
    for (const { slot, type } of prepared.slots) {
      if (!device.has(slot)) device.allocate(slot, type.dtype, elementCount(type.shape));
    }
  }

  /** Whether an input slot holds this content already: the same object, or the same few numbers. */
  private holds(device: Device, slot: SlotId, data: TensorData): boolean {
    const held = this.held.get(slot);
    if (!device.has(slot) || !held) return false;
    if (held === data) return true;
    if (data.data.length > 64 || !sameShape(held.shape, data.shape)) return false;
    return data.data.every((value, i) => Object.is(value, held.data[i]));
  }

  /** What a person reads of the device; empty before one is open. */
  get adapter(): string {
    return this.device?.adapter ?? "";
  }

  /** Bytes on the device now. */
  bytes(): number {
    return this.device?.bytes() ?? 0;
  }
}

/** Keeps what program code has seen of the last step before a pause. */
function keptWrites(segment: Segment): Job["writes"] {
  const bytes = segment.tensors.reduce((total, value) => total + hostBytes(value.type), 0);
  if (bytes > keptBytesLimit) return [];
  return segment.tensors.map((value, i) => {
    const { dtype, shape } = value.type;
    return { slot: `kept ${i} ${dtype}[${shape.join(",")}]`, type: { dtype, shape }, value };
  });
}

function jobOf({ tape, storages, writes, scalars }: Segment, kept: Job["writes"] = []): Job {
  const own = [...writes].map(([{ slot, type }, value]) => ({ slot, type, value }));
  return { tape, storages, writes: [...own, ...kept], ring: scalars };
}

/** The one runtime. */
export const runtime = new Runtime();
